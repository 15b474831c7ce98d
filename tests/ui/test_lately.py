from muxer.ui.lately import MANY, Lately


def test_the_newest_is_first_and_there_once() -> None:
    lately = Lately()
    for what in ("a", "b", "a"):
        lately.chose(what)
    assert lately.chosen == ("a", "b")


def test_old_choices_are_forgotten() -> None:
    lately = Lately()
    for number in range(MANY + 5):
        lately.chose(str(number))
    assert len(lately.chosen) == MANY
    assert lately.chosen[0] == str(MANY + 4)
