"""How the mesh is written."""

import time
from dataclasses import replace

import pytest
from rich.cells import cell_len
from textual.content import Content

from muxer.talk import YOU, Ask, Peer
from muxer.ui.screens.mesh_reading import Entry, Known, Reading, entries_of
from muxer.ui.screens.mesh_rows import about, alarms, entry_row, outcome, talk, told, waiting
from muxer.ui.screens.mesh_threads import Filter, Line, chains, lines_of
from tests.ui.screens.meshed import ADA, GUS, ORC, PEERS, ask, message

HOSTILE = "a\x1b[2Jda\n\u202e\x07日本" + "\u0301" * 9
NOW = time.time()


def lines(rows: list[Content], *, cols: int) -> list[str]:
    assert all(row.cell_length == cols for row in rows), [row.cell_length for row in rows]
    assert all(row.plain.isprintable() for row in rows)
    return [row.plain.rstrip() for row in rows]


def entry(peer: Peer) -> Entry:
    return Entry("peer", peer.id, (peer,))


def row(one: Entry, unread: int = 0, cols: int = 26, *, marked: bool = False, plain: bool = False) -> str:
    return lines([entry_row(one, unread, cols, marked=marked, on=False, plain=plain)], cols=cols)[0]


def test_a_peer_has_its_state_its_name_what_it_is_and_what_it_has_not_got() -> None:
    assert row(entry(ADA), 2) == " ● ada      claude-code •2"
    assert row(entry(ADA), 2, marked=True, plain=True) == "x* ada      claude-code '2"
    assert row(entry(ORC), marked=True) == "■▲ orc        orchestrator"
    assert row(entry(GUS)) == "   gus      guest opencode"


def test_circles_and_everybody_are_counted() -> None:
    everybody, _, api, *_ = entries_of(PEERS)
    assert row(everybody) == " everybody               5"
    assert row(api) == " api                     2"
    assert row(Entry("circle", "", (ORC,))) == " no circle               1"


@pytest.mark.parametrize("cols", [8, 14, 22])
def test_a_peer_s_line_is_as_wide_as_it_is_asked_to_be(cols: int) -> None:
    for name in ("ada", HOSTILE, "日本語の名前" * 9):
        peer = Peer(id="a1", name=name, kind="agent", circle=name, cli=name)
        assert row(entry(peer), 12, cols).endswith("•12")
        row(Entry("circle", name, (peer,)), cols=cols)


def said(*found: Line, cols: int = 60, rows: int = 9, plain: bool = False) -> list[str]:
    return lines(talk(found, 0, {1}, cols, rows, now=NOW, alive=True, plain=plain), cols=cols)


def test_a_message_says_when_who_whom_what_and_what_became_of_it() -> None:
    asked = message(2, "a1", "a2", "which  endpoints\nreturn totals?", kind="ask", sent_at=NOW - 99)
    reply = message(3, "a2", "a1", "GET /orders", kind="reply", reply_to=2)
    note = message(1, "a4", YOU, "begin", sent_at=NOW, arrived_at=None)
    answered = ask(asked, outcome="answered", answered_at=NOW - 61)
    when = [time.strftime("%H:%M", time.localtime(moment)) for moment in (NOW, NOW - 99)]
    found = lines_of([note, asked, reply], [answered], Filter(), PEERS)
    assert said(*found) == [
        f"•{when[0]} orc → you     begin                             waits",
        f" {when[1]} ada → bob   ? which endpoints return to… answered 38s",
        "       └ bob → ada   GET /orders",
    ]
    assert said(*found, cols=100)[1].split("  ")[1:3] == [" ask 2", ""]
    assert " + bob -> ada" in said(*found, plain=True)[2]


def test_several_recipients_are_named_or_counted() -> None:
    copies = [message(n, "a1", to, "x", kind="broadcast", sent_at=1.0) for n, to in enumerate(("a2", "a3", "g1"), 1)]
    assert "ada → bob, cyd, gus" in said(*lines_of(copies, [], Filter(), PEERS), cols=100)[0]
    late = message(4, "a1", "a4", "x", kind="broadcast", sent_at=1.0, arrived_at=None)
    [row] = said(*lines_of([*copies, late], [], Filter(), PEERS), cols=100)
    assert "ada → 4 peers" in row
    assert row.endswith("1 of 4 wait")


@pytest.mark.parametrize("cols", [12, 30, 53, 90, 160])
def test_hostile_words_keep_to_their_line(cols: int) -> None:
    one = message(1, "a1", "a2", HOSTILE * 400, kind="ask")
    line = Line(message=one, to=(HOSTILE,) * 2, ask=ask(one, outcome="failed", reason=HOSTILE))
    [row] = lines(talk([line], 0, (), cols, 5, now=NOW, alive=False, plain=False), cols=cols)
    assert cell_len(row) <= cols
    assert all(len(text.plain) < 999 for text in told(one, cols, 3, plain=False))


def test_what_is_above_and_below_the_room_is_left_out() -> None:
    many = [Line(message=message(n, "a1", "a2", f"say {n}."), to=("bob",)) for n in range(50)]
    shown = talk(many, 49, (), 60, 4, now=NOW, alive=True, plain=False)
    assert ["say 46." in shown[0].plain, "say 49." in shown[3].plain, len(shown)] == [True, True, 4]
    assert "say 0." in talk(many, 1, (), 60, 4, now=NOW, alive=True, plain=False)[0].plain


def test_each_outcome_of_an_ask_is_said() -> None:
    def fate(**more: object) -> str:
        one = Ask(
            id=1, asker="a1", asker_name="ada", answerer="a2", answerer_name="bob", text="?", asked_at=NOW - 150,
            deadline_at=0.0, **more,  # type: ignore[arg-type]
        )  # fmt: skip
        return outcome(one, now=NOW)[0]

    assert fate() == "waiting 2m"
    assert fate(waits=False) == "open 2m"
    assert fate(outcome="answered", answered_at=NOW - 90) == "answered 1m"
    assert fate(outcome="expired") == "expired"
    assert fate(outcome="expired", answered_at=NOW) == "answered late 2m"
    assert fate(outcome="cancelled", reason="its asker\nis gone") == "cancelled: its asker is gone"
    assert fate(outcome="failed", reason="its pane was closed") == "failed: its pane was closed"


def test_who_waits_for_whom_is_one_line_a_chain() -> None:
    pairs = (("a4", "a1"), ("a1", "a2"), ("a3", YOU), ("g1", "a3"))
    asks = [ask(message(n, *pair, f"may I {n}?", kind="ask", sent_at=NOW - 200 + n)) for n, pair in enumerate(pairs)]
    rows = [one.plain for one in waiting(chains(asks), 60, 5, now=NOW, plain=False)]
    assert rows == ["orc → ada → bob   3m  may I 1?", "gus → cyd → you   3m  may I 2?"]
    rows = [one.plain for one in waiting(chains(asks) * 3, 40, 2, now=NOW, plain=True)]
    assert rows == ["orc -> ada -> bob   3m  may I 1?", "  5 more wait"]


def test_a_brake_and_a_loop_are_loud_from_edge_to_edge() -> None:
    read = Reading()
    assert alarms(read, 80, plain=False) == []
    read.take(Known(PEERS, braked=True, loops=[("a1", "a77")]))
    rows = alarms(read, 100, plain=False)
    brake, loop = lines(rows, cols=100)
    assert brake == "  BRAKE  what agents say to each other waits: b lets it go on"
    assert loop.startswith("  LOOP  ada and a77 write to each other without end")
    assert all("reverse" in str(row.spans) for row in rows)


def test_hostile_names_wait_and_loop_in_one_line() -> None:
    one = replace(ask(message(1, "a1", "a2", HOSTILE, kind="ask")), asker_name=HOSTILE)
    read = Reading()
    read.take(Known([replace(ADA, name=HOSTILE)], loops=[("a1", "a2")]))
    for row in (*waiting([(one,)], 60, 2, now=NOW, plain=False), *alarms(read, 60, plain=False)):
        assert row.plain.isprintable()
        assert "a[2Jda" in row.plain


def test_a_message_under_the_bar_is_read_as_it_was_written() -> None:
    rows = [row.plain for row in told(message(1, "a1", "a2", "one\ttwo\n\x1b[2Jthree\n\nfour"), 20, 5, plain=False)]
    assert rows == ["one two", "[2Jthree", "", "four"]
    long = told(message(1, "a1", "a2", "word " * 99), 20, 3, plain=False)
    assert [row.plain for row in long] == ["word word word word", "word word word word", "… enter reads all of"]
    assert told(message(1, "a1", "a2", " \n"), 20, 3, plain=False) == []


def test_what_is_known_of_a_peer_is_told() -> None:
    rows = [row.plain for row in about(entry(ADA), 60, now=NOW, plain=False)]
    assert rows == [
        "ada · working · claude-code", "circle api · api · muxer/kim/ada/work", "fix order total rounding",
        "owns the order routes",
    ]  # fmt: skip
    guest = [row.plain for row in about(entry(GUS), 60, now=NOW, plain=True)]
    assert guest == ["gus - guest - opencode", "circle web - /home/gus"]
    [circle] = about(Entry("circle", "api", (ADA,)), 60, now=NOW, plain=False)
    [everybody] = about(Entry("all", "", (ADA, GUS)), 60, now=NOW, plain=False)
    [nowhere] = about(Entry("circle", "", (ORC,)), 60, now=NOW, plain=False)
    assert (circle.plain, everybody.plain, nowhere.plain) == (
        "1 peer in circle api", "2 peers in all circles", "1 peer in no circle",
    )  # fmt: skip
    [you] = about(Entry("peer", YOU, ()), 60, now=NOW, plain=False)
    assert you.plain.startswith("what is said to you")
