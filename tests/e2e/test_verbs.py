"""The verbs, typed by a person who never ran muxer, against a real host."""

import json
from pathlib import Path

from tests.conftest import Desk
from tests.waiting import until


def test_new_starts_a_host_with_just_that_pane(desk: Desk) -> None:
    pane = desk.new("cat", name="echo")
    seen = desk.json("ls")
    assert [p["name"] for p in seen["panes"]] == ["echo"]
    assert seen["panes"][0] == pane
    assert set(pane) == {
        "id", "name", "tab", "pid", "command", "cwd", "cols", "rows", "state", "title", "project", "exit",
        "policy", "restarts", "again_at", "gave_up", "frozen",
    }  # fmt: skip
    assert pane["state"] == "running"
    assert pane["cwd"] == str(desk.folder)
    assert seen["host"]["name"] == "desk"
    assert seen["keeper"]["pid"] != seen["host"]["pid"]
    assert seen["clients"] == []


def test_send_keys_capture_and_wait(desk: Desk) -> None:
    desk.new("cat", name="echo")
    desk.run("send", "echo", "hello there", "--enter")
    desk.run("wait", "echo", "--text", "hello there", "--timeout", "20")
    desk.run("press", "echo", "a", "b", "ctrl+d", "enter")
    desk.run("wait", "echo", "--text", "^ab", "--timeout", "20")
    assert desk.run("capture", "echo").stdout.splitlines()[:2] == ["hello there", "hello there"]


def test_capture_prints_every_row_as_it_stands(desk: Desk) -> None:
    desk.new("sh", "-c", r"printf '\033[31mred\033[0m\r\n\r\nthird'; cat", name="p")
    desk.run("wait", "p", "--text", "third", "--timeout", "20")
    rows = desk.run("capture", "p").stdout.split("\n")
    assert rows[:3] == ["red", "", "third"]
    assert (
        "\x1b[31m" in desk.run("capture", "p", "--ansi").stdout or "38;5;1" in desk.run("capture", "p", "--ansi").stdout
    )


def test_history_is_captured_when_asked_for(desk: Desk) -> None:
    desk.new("sh", "-c", "seq 1 500; cat", name="p")
    desk.run("wait", "p", "--text", "^500$", "--timeout", "20")
    assert "\n7\n" not in desk.run("capture", "p").stdout
    assert desk.run("capture", "p", "--history").stdout.splitlines()[:500] == [str(n) for n in range(1, 501)]


def test_a_program_that_ends_well_takes_its_pane_along(desk: Desk) -> None:
    desk.new("cat", name="stays")
    pane = desk.new("true")
    ended = json.loads(desk.run("wait", pane["id"], "--exit", "--timeout", "20", "--json").stdout)
    assert ended["status"] == 0
    desk.run("wait", pane["id"], "--exit")
    for _ in range(100):
        if list(desk.panes()) == ["stays"]:
            break
    assert list(desk.panes()) == ["stays"]


def test_a_program_that_fails_stays_to_be_read(desk: Desk) -> None:
    pane = desk.new("sh", "-c", "echo oh no; exit 3", name="bad")
    ended = desk.run("wait", pane["id"], "--exit", "--timeout", "20")
    assert ended.stdout == "bad exited 3\n"
    assert desk.panes()["bad"]["state"] == "exited"
    assert "oh no" in desk.run("capture", "bad").stdout
    refused = desk.run("send", "bad", "x", check=False)
    assert (refused.returncode, refused.stderr) == (1, "muxer: bad exited 3: nothing reads what is typed there\n")


def test_kill_closes_a_pane_even_if_it_ignores_its_signals(desk: Desk) -> None:
    desk.new("cat", name="stays")
    pane = desk.new("sh", "-c", "trap '' HUP TERM; echo set; while :; do sleep 1; done", name="stubborn")
    desk.run("wait", "stubborn", "--text", "set", "--timeout", "20")
    desk.run("kill", "stubborn")
    assert list(desk.panes()) == ["stays"]
    ended = desk.json("wait", pane["id"], "--exit")
    assert ended["signal"] == 9


def test_resize_takes_from_the_neighbours(desk: Desk) -> None:
    desk.new("cat", name="left")
    desk.new("cat", name="right")
    assert desk.json("resize", "left", "50x20")["cols"] == 50
    panes = desk.panes()
    assert (panes["left"]["cols"], panes["right"]["cols"]) == (50, 29)


def test_the_host_ends_with_its_last_pane(desk: Desk) -> None:
    desk.new("cat", name="only")
    desk.run("kill", "only")
    gone = desk.run("ls", check=False)
    for _ in range(100):
        if "no muxer named" in gone.stderr:
            break
        gone = desk.run("ls", check=False)
    assert gone.returncode == 1
    assert "no muxer named 'desk' is running" in gone.stderr


def test_stop_ends_everything(desk: Desk) -> None:
    desk.new("cat", name="a")
    desk.new("cat", name="b")
    assert desk.json("stop") == {"ended": 2}
    gone = desk.run("ls", check=False)
    assert gone.stderr == "muxer: no muxer named 'desk' is running: start it with muxer -L desk\n"


def test_who_comes_while_the_host_stops_gets_the_next_one(desk: Desk) -> None:
    desk.new("sh", "-c", 'trap "touch told" HUP TERM; while :; do sleep 0.1; done', name="stubborn")
    first = desk.host()
    with desk.start("stop") as stopping:
        until((desk.folder / "told").exists, "the stop")
        seat = desk.sit()
        seat.wait_for("○ sh")
        assert stopping.wait(40) == 0
    assert desk.host() != first
    assert list(desk.panes()) == ["sh"]


def test_names_are_found_by_their_beginning_and_refused_when_several_fit(desk: Desk) -> None:
    desk.new("cat", name="backend")
    desk.new("cat", name="backup")
    desk.new("cat", name="web")
    assert desk.run("capture", "we").returncode == 0
    refused = desk.run("capture", "back", check=False)
    assert refused.returncode == 2
    assert "p1 (backend), p2 (backup)" in refused.stderr
    unknown = desk.run("capture", "wbe", check=False)
    assert unknown.returncode == 1
    assert "did you mean web" in unknown.stderr


def test_a_pane_knows_where_it_is(desk: Desk) -> None:
    desk.new("sh", "-c", 'echo "$MUXER_HOST/$MUXER_PANE/$TERM/$COLORTERM/$TMUX."; cat', name="p")
    desk.run("wait", "p", "--text", r"desk/p1/xterm-256color/truecolor/\.", "--timeout", "20")


def test_history_forgets_what_the_settings_do_not_keep(desk: Desk) -> None:
    folder = Path(desk.env["XDG_CONFIG_HOME"]) / "muxer"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text("[panes]\nscrollback = 0\n")
    desk.new("sh", "-c", "seq 1 5000; cat", name="p")
    desk.run("wait", "p", "--text", "^5000$", "--timeout", "20")
    assert "7" not in desk.run("capture", "p", "--history").stdout.splitlines()
