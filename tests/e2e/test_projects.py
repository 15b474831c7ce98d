"""Projects through the real program: offered once, remembered, shown by their panes; their files checked by line."""

import json
import os
import signal
from pathlib import Path

from tests.calling import last
from tests.conftest import Desk
from tests.seat import Seat

OFFER = "Keep work as a project?"


def repository(desk: Desk) -> Path:
    (desk.folder / ".git").mkdir()
    return desk.folder


def gone(seat: Seat) -> bool:
    return OFFER not in seat.text


def leave(seat: Seat) -> None:
    seat.send("\x02d")
    seat.wait_exit()


def arrive(desk: Desk) -> Seat:
    seat = desk.sit()
    seat.wait_for("ctrl+b …")
    return seat


def next_host(desk: Desk, seat: Seat) -> Seat:
    """The host dies, and another one stands."""
    before = desk.host()
    leave(seat)
    os.kill(before, signal.SIGKILL)
    seat = arrive(desk)
    assert desk.host() != before
    return seat


def logged(desk: Desk, *, kind: str) -> list[str]:
    """What the log has on it."""
    events = map(json.loads, desk.run("events", "--json").stdout.splitlines())
    return [event["subject"] for event in events if event["kind"] == kind]


def test_yes_makes_a_project_that_every_later_host_knows(desk: Desk) -> None:
    repository(desk)
    seat = desk.sit()
    seat.wait_for(OFFER)
    seat.send("y")
    seat.wait_for(gone)
    kept = [{"name": "work", "folder": str(desk.folder), "panes": 1}]
    seat.wait_for(lambda _: desk.json("project", "ls")["projects"] == kept)
    assert [pane["project"] for pane in desk.panes().values()] == ["work"]
    seat = next_host(desk, seat)
    assert [pane["project"] for pane in desk.panes().values()] == ["work"]
    seat.wait_quiet()
    assert gone(seat)


def test_never_is_never_and_typing_on_is_not_now(desk: Desk) -> None:
    repository(desk)
    seat = desk.sit()
    seat.wait_for(OFFER)
    seat.send("echo $((40+2))\r")
    seat.wait_for("42")
    assert gone(seat)
    leave(seat)
    seat = arrive(desk)
    seat.wait_quiet()
    assert gone(seat)
    seat = next_host(desk, seat)
    seat.wait_for(OFFER)
    seat.send("v")
    seat.wait_for(gone)
    seat = next_host(desk, seat)
    seat.wait_quiet()
    assert gone(seat)
    assert desk.json("project", "ls")["projects"] == []
    desk.run("project", "add")
    assert desk.json("project", "get", "work")["folder"] == str(desk.folder)


def test_the_first_run_asks_first(desk: Desk) -> None:
    repository(desk)
    Path(desk.env["XDG_CONFIG_HOME"], "muxer", "choices.toml").unlink()
    seat = desk.sit()
    seat.wait_for("What do your fingers know?")
    seat.wait_quiet()
    assert gone(seat)
    seat.send("\r")
    seat.wait_for(OFFER)
    assert "fingers" not in seat.text
    seat.send("n")
    seat.wait_for(gone)


def test_a_project_s_panes_stand_under_its_name(desk: Desk) -> None:
    repository(desk)
    desk.new("cat")
    desk.run("project", "add", "--name", "shop")
    seat = desk.sit(cols=120)
    seat.wait_for("shop")
    desk.run("project", "rm", "shop")
    seat.wait_for(lambda seat: "shop" not in seat.text and "work" in seat.text)


def test_nobody_is_asked_who_only_looks_on(desk: Desk) -> None:
    repository(desk)
    desk.new("cat")
    watcher = desk.sit("attach", "--read-only")
    watcher.wait_for("cat")
    watcher.wait_quiet()
    assert gone(watcher)


def test_a_wrong_key_is_a_line_with_its_place(desk: Desk) -> None:
    repository(desk)
    (desk.folder / ".muxer").mkdir()
    (desk.folder / ".muxer" / "config.toml").write_text('[project]\nworkspace = "clone"\nchek = "make"\n')
    place = f"{desk.folder}/.muxer/config.toml"
    wrong = f"{place}:3: unknown key chek: did you mean check?"
    assert desk.run("config", "check", check=False).stdout == f"{wrong}\n"
    desk.new("cat")
    assert desk.run("project", "add").stdout.splitlines() == ["work is a project", wrong]
    assert desk.run("project", "get", "work", "workspace").stdout == '"clone"\n'
    refused = desk.run("project", "set", "work", "chek", "make", check=False)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "unknown key chek: did you mean check?" in refused.stderr
    seat = desk.sit()
    seat.wait_for(lambda seat: "chek" in last(seat))


def test_a_file_is_agreed_to_as_it_is(desk: Desk) -> None:
    repository(desk)
    (desk.folder / ".muxer").mkdir()
    file = desk.folder / ".muxer" / "config.toml"
    file.write_text('[project]\ncheck = "make"\n')
    desk.new("cat")
    desk.run("project", "add")
    assert desk.run("project", "agree").stdout.splitlines()[:2] == ["[project]", 'check = "make"']
    assert logged(desk, kind="file.agreed") == [str(file)]
    file.unlink()
    file.symlink_to(desk.folder / "elsewhere.toml")
    refused = desk.run("project", "agree", "work", check=False)
    assert refused.returncode == 1
    assert "a link was left alone" in refused.stderr
