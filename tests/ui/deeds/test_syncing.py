import re

from tests.conftest import Desk


def test_it_takes_two_programs(desk: Desk) -> None:
    seat = desk.sit("--", "cat")
    seat.wait_for("ctrl+b …")
    seat.send("\x02y")
    seat.wait_for("synced typing needs two panes")
    desk.new("sh", "-c", "exit 3", name="over")
    seat.wait_for("exited 3")
    seat.send("\x02y")
    seat.wait_for("synced typing needs two panes")
    assert "SYNC" not in seat.text


def test_marking_says_how_to_go_on_and_unmarking_the_last_but_one_ends_it(desk: Desk) -> None:
    seat = desk.sit("--", "cat", cols=120)
    seat.wait_for("ctrl+b …")
    desk.new("cat")
    seat.wait_for("cat-2")
    seat.send("\x02M")
    seat.wait_for("cat-2 is marked: 1 marked; ctrl+b y types into them together")
    seat.send("\x02M")
    seat.wait_for("cat-2 is unmarked: 0 marked")
    seat.send("\x02y")
    seat.wait_for("SYNC 2 panes")
    desk.new("cat")
    seat.wait_for("cat-3")
    seat.send("\x02M")
    seat.wait_for("SYNC 3 panes")
    seat.send("\x02M")
    seat.wait_for("SYNC 2 panes")
    seat.wait_for(lambda s: len(re.findall("synced", s.screen()[0])) == 2)
