from muxer.config import Config, every_key, value_of, with_value
from muxer.settings.offers import offers


def test_each_offer_is_a_setting_and_goes_round() -> None:
    config = Config()
    for offer in offers(config):
        assert offer.key in set(every_key())
        assert value_of(config, offer.key) in offer.values()
        there = config
        for _ in offer.values():
            there = with_value(there, offer.key, offer.stepped(there, 1))
        assert there == config
        there = with_value(config, offer.key, offer.stepped(config, 1))
        assert there != config
        assert with_value(there, offer.key, offer.stepped(there, -1)) == config


def test_two_themes_are_offered_where_the_terminal_is_followed() -> None:
    following = with_value(Config(), ("look", "follow"), value=True)
    assert [offer.key[1] for offer in offers(Config())][:2] == ["theme", "follow"]
    assert [offer.key[1] for offer in offers(following)][:3] == ["dark", "light", "follow"]


def test_a_value_in_between_goes_to_its_neighbours() -> None:
    config = with_value(Config(), ("panes", "scrollback"), 7_000)
    offer = next(offer for offer in offers(config) if offer.key[1] == "scrollback")
    assert (offer.stepped(config, 1), offer.stepped(config, -1)) == (10_000, 5_000)
    most = with_value(config, offer.key, 999_999)
    assert (offer.stepped(most, 1), offer.stepped(most, -1)) == (1_000_000, 500_000)


def test_values_read_well() -> None:
    shown = {offer.key[1]: offer.shown(Config()) for offer in offers(Config())}
    assert (shown["clock"], shown["follow"], shown["scrollback"], shown["theme"]) == ("on", "off", "10 000", "night")
