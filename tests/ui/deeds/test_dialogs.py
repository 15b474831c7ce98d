"""The dialogs of broadcast and promote, as a person uses them: the real program at a real terminal."""

from tests.conftest import Desk


def test_broadcast_keeps_its_draft_and_sends_nothing(desk: Desk) -> None:
    seat = desk.sit()
    seat.wait_for("$")
    desk.new("cat", name="cat", tab="other")
    seat.send("\x021\x02bhello all of you")
    seat.wait_for("Sending comes with a later version.")
    seat.wait_for("to sh · 1 line, 16 characters")
    seat.wait_for("□ cat")
    seat.send("\x1b")
    seat.wait_for(lambda s: "BROADCAST" not in s.text)
    assert "hello" not in desk.run("capture", "sh").stdout + desk.run("capture", "cat").stdout
    seat.send("\x02b")
    seat.wait_for("hello all of you")
    seat.send(", again")
    seat.wait_for("hello all of you, again")


def test_broadcast_begins_synced_typing(desk: Desk) -> None:
    seat = desk.sit()
    seat.wait_for("$")
    desk.new("cat", name="cat")
    seat.wait_for("cat")
    seat.send("\x02b")
    seat.wait_for("to sh, cat")
    seat.send("\x13")
    seat.wait_for(lambda s: "BROADCAST" not in s.text)
    seat.wait_for("SYNC 2 panes")
    seat.send("both of them")
    seat.wait_for(lambda _: "both of them" in desk.run("capture", "sh").stdout)
    seat.wait_for(lambda _: "both of them" in desk.run("capture", "cat").stdout)


def test_promote_says_where_and_that_it_cannot(desk: Desk) -> None:
    seat = desk.sit()
    seat.wait_for("$")
    seat.send("git init -q -b trunk .; echo made\r")
    seat.wait_for("\nmade")
    seat.send("\x02P")
    seat.wait_for("branch  trunk")
    seat.wait_for("Promoting comes with a later version")
    seat.send("n")
    seat.wait_for(lambda s: "PROMOTE" not in s.text)
    seat.send("echo $((40+2))\r")
    seat.wait_for("\n42")
