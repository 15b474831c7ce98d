"""The palette, as a person uses it: the real program at a real terminal."""

from tests.conftest import Desk
from tests.seat import Seat

HINT = "@@ all   # task"


def begin(desk: Desk, cols: int = 80, rows: int = 24) -> Seat:
    seat = desk.sit(cols=cols, rows=rows)
    seat.wait_for("$")
    return seat


def gone(seat: Seat) -> bool:
    return HINT not in seat.text


def test_keys_typed_in_a_hurry_all_belong_to_the_palette(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02prename the pane\x15zzsplit below")
    seat.wait_for("› zzsplit below")
    seat.send("\x01\x04\x04\r")
    seat.wait_for("sh-2")
    assert "zzsplit" not in desk.run("capture", "sh").stdout
    assert gone(seat)


def test_the_panes_are_whole_again_when_it_closes(desk: Desk) -> None:
    seat = begin(desk, cols=110, rows=30)
    seat.send("for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do echo row $n of the pane; done\r")
    seat.wait_for("row 14 of the pane\n")
    seat.wait_quiet(0.3)
    before = seat.screen()[:-1]
    seat.send("\x02p")
    seat.wait_for(HINT)
    assert not seat.text.startswith("\n".join(before))
    seat.send("\x1b")
    seat.wait_for(gone)
    seat.wait_for(lambda s: s.screen()[:-1] == before)


def test_a_new_size_while_it_is_open_is_painted_right(desk: Desk) -> None:
    seat = begin(desk)
    desk.new("cat", name="right")
    seat.wait_for("right")
    seat.send("\x02p")
    seat.wait_for(HINT)
    seat.resize(120, 40)
    seat.wait_for(lambda s: any(row.strip().startswith("attach:") for row in s.screen()))
    seat.wait_for(lambda s: "right" in s.screen()[0])
    seat.send("\x1b")
    seat.wait_for(gone)
    assert "right" in seat.screen()[0]
    seat.send("\x02p")
    seat.wait_for(HINT)


def test_a_verb_line_answers_refuses_and_shows(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02:kill nobody\r")
    seat.wait_for("no pane named 'nobody'")
    seat.wait_for("› :kill nobody")
    seat.send("\x15:ls\r")
    seat.wait_for("host desk, process")
    seat.send("q")
    seat.wait_for(lambda s: "host desk" not in s.text)
    seat.send("\x02:new --name second --split down -- cat\r")
    seat.wait_for("second")
    seat.wait_for(lambda _: set(desk.panes()) == {"sh", "second"})


def test_text_goes_to_a_pane_and_a_command_gets_one(desk: Desk) -> None:
    seat = begin(desk)
    desk.new("cat", name="cat", tab="other")
    seat.send("\x02p@cat hello there\r")
    seat.wait_for(gone)
    seat.wait_for(lambda _: "hello there\nhello there" in desk.run("capture", "cat").stdout)
    seat.send("\x02p!echo $((6*7)) done\r")
    seat.wait_for("42 done")
    seat.wait_for("enter closes this pane")
    seat.send("\r")
    seat.wait_for(lambda _: "echo" not in desk.panes())


def test_the_mouse_chooses_and_clicking_beside_leaves(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02psplit: a shell below")
    seat.wait_for("› split: a shell below")
    seat.wait_for(lambda s: s.screen()[6].lstrip().startswith("split: a shell below"))
    seat.send("\x1b[<0;20;7M\x1b[<0;20;7m")
    seat.wait_for("sh-2")
    seat.wait_for(gone)
    seat.send("\x02p")
    seat.wait_for(HINT)
    seat.send("\x1b[<0;2;22M\x1b[<0;2;22m")
    seat.wait_for(gone)


def test_going_somewhere_by_name(desk: Desk) -> None:
    seat = begin(desk)
    desk.new("cat", name="logs", tab="far")
    seat.wait_for("● logs")
    seat.send("\x02gsh\r")
    seat.wait_for("○ sh")
    seat.wait_for(gone)
    seat.send("echo $((6*7))\r")
    seat.wait_for("\n42")


def test_a_search_from_the_line(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("seq 100 300\r")
    seat.wait_for("300")
    seat.send("\x02p/142\r")
    seat.wait_for(gone)
    seat.wait_for("1/1")
    seat.wait_for("142")
