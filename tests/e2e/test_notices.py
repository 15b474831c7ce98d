"""A program calls for its person: what that person sees and does, with real keys."""

from tests.calling import Front, called, last
from tests.conftest import Desk


def test_a_call_is_a_toast_a_count_and_a_mark_and_looking_ends_it(desk: Desk) -> None:
    seat = called(desk)
    assert "▲" not in seat.text
    desk.run("send", "ada", "needs your permission", "--enter")
    seat.wait_for("▌ ▲ ada")
    seat.wait_for("▌ Claude: needs your permission")
    seat.wait_for(lambda s: "▲ 1" in last(s))
    seat.wait_for(b"\x1b]2;muxer: work \xe2\x96\xb21\x1b\\")
    assert Front("sh")(seat)
    seat.send("\x022")
    seat.wait_for(Front("ada"))
    seat.wait_for(lambda s: "▲" not in s.text)
    seat.wait_for(lambda s: s.raw.rfind(b"\x1b]2;muxer: work\x1b\\") > s.raw.rfind(b"\x1b]2;muxer: work \xe2\x96\xb21"))


def test_alt_n_goes_to_whoever_waited_longest(desk: Desk) -> None:
    seat = called(desk)
    desk.run("send", "bob", "x", "--enter")
    seat.wait_for("rang the bell")
    desk.run("send", "ada", "hello", "--enter")
    seat.wait_for(lambda s: "▲ 2" in last(s))
    for name in ("bob", "ada"):
        seat.send("\x02\x1bn")
        seat.wait_for(Front(name))
    seat.wait_for(lambda s: "▲" not in last(s))
    seat.send("\x02\x1bn")
    seat.wait_for("no pane waits for you")


def test_nothing_is_made_of_it_in_the_pane_that_one_looks_at(desk: Desk) -> None:
    seat = called(desk, TERM="xterm-kitty")
    seat.send("\x022")
    seat.wait_for(Front("ada"))
    seat.send("hello\r")
    seat.wait_for("hello\n")
    desk.run("send", "bob", "x", "--enter")
    seat.wait_for("rang the bell")
    assert "Claude" not in seat.text
    assert b"Claude: hello" not in seat.raw
    assert "▲ 1" in last(seat)


def test_a_muted_pane_calls_nobody_and_says_so(desk: Desk) -> None:
    seat = called(desk, TERM="foot")
    seat.send("\x022")
    seat.wait_for(Front("ada"))
    seat.send("\x02.")
    seat.wait_for(lambda s: "muted" in s.screen()[0])
    seat.send("\x021")
    seat.wait_for(Front("sh"))
    desk.run("send", "ada", "unheard", "--enter")
    desk.run("send", "bob", "x", "--enter")
    seat.wait_for("rang the bell")
    assert "unheard" not in seat.text
    assert b"unheard" not in seat.raw
    assert "▲ 1" in last(seat)
    seat.send("\x02~")
    seat.wait_for("Claude: unheard")
    seat.send("\x1b")
    seat.wait_for(lambda s: "unheard" not in s.text)


def test_what_was_said_lately_is_a_list_that_leads_there(desk: Desk) -> None:
    seat = called(desk)
    desk.run("send", "ada", "please review", "--enter")
    seat.wait_for("Claude: please review")
    seat.send("\x02~")
    seat.wait_for(lambda s: "what was said lately" in s.text.lower())
    seat.wait_for("ada  Claude: please review")
    seat.send("\r")
    seat.wait_for(Front("ada"))


def test_a_toast_goes_by_itself_and_what_it_covered_is_there_again(desk: Desk) -> None:
    seat = called(desk)
    seat.send("printf '%0.s=' $(seq 1 240); echo; echo shown\r")
    seat.wait_for("\nshown")
    before = seat.screen()[:-1]
    desk.run("send", "bob", "x", "--enter")
    seat.wait_for("▌ ▲ bob")
    seat.wait_for(lambda s: "▌" not in s.text)
    assert seat.screen()[:-1] == before
