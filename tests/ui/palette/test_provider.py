from muxer.ui.palette.entries import refused
from muxer.ui.palette.finder import Finder, Offer
from muxer.ui.palette.provider import EntryProvider, Row
from tests.ui.bare_desk import BareDesk
from tests.ui.stage import Stage


async def test_rows_come_in_the_finders_order_and_know_their_line() -> None:
    offers = Finder(BareDesk("ada", "bob").desk).offers("b")
    rows = [Row(offer, "b", rank, 40) for rank, offer in enumerate(offers)]
    async with Stage().run_test() as pilot:
        provider = EntryProvider(pilot.app.screen, None, rows=lambda: rows)
        assert [hit async for hit in provider.search("whatever")] == rows
        assert [hit async for hit in provider.discover()] == rows
    assert sorted(rows, key=lambda row: row.score, reverse=True) == rows
    assert {row.line for row in rows} == {"b"}
    assert [row.entry for row in rows] == [offer.entry for offer in offers]


def test_a_refusal_is_seen_as_one() -> None:
    row = Row(Offer(refused("no such verb")), ":x", 0, 40)
    assert any(span.style == "$text-error" for span in row.match_display.spans)  # type: ignore[union-attr]
