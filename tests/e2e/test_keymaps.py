"""Every shipped keymap does what its file says: each way to each action is pressed on a real terminal, and looked at.

The files are read, and the keys written, by `tests/presses`. What no key of a keymap does is tested elsewhere.
"""

import re
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.fingers import Fingers, Met, answers, focus_elsewhere, focus_on, in_focus, others, sees, three
from tests.presses import KEYMAPS, each_way, keys, ways
from tests.seat import Seat
from tests.ui.deeds.screens import TITLE, places, shows, status

NAMES = sorted(file.stem for file in KEYMAPS.glob("*.toml"))
each_keymap = pytest.mark.parametrize("name", NAMES)


@each_keymap
def test_every_action_that_a_file_names_is_pressed_here(name: str) -> None:
    here = Path(__file__).read_text()
    named = {action for action in ways(name) if not re.fullmatch(r"tab\.\d|mode\.\w+", action)}
    assert {action for action in named if f'"{action}"' not in here} == set()


@each_keymap
def test_panes_are_split_and_closed(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name)
    seat = fingers.seat
    for action, where in (("split.right", 0), ("split.down", 1)):

        def spread(s: Seat, where: int = where) -> list[bool]:
            return [place[where] > 0 for place in places(s).values()]

        for way in fingers.each(action):
            seat.send(way)
            seat.wait_for(sees(spread, [False, True]))
            seat.wait_for(lambda s: in_focus(s) not in ("", "sh"))
            fingers.press("pane.close")
            seat.wait_for(shows("sh"))
    for way in fingers.each("pane.close"):
        fingers.press("split.right")
        seat.wait_for(lambda s: len(places(s)) == 2 and in_focus(s) != "sh")
        seat.send(way)
        seat.wait_for(shows("sh"))


@each_keymap
def test_the_focus_goes_where_the_key_says(desk: Desk, name: str) -> None:
    with three(desk, name) as fingers:
        seat = fingers.seat
        fingers.back_and_forth("focus.up", "focus.down", focus_on("sh-2"))
        fingers.press("focus.up")
        seat.wait_for(focus_on("sh-2"))
        fingers.back_and_forth("focus.left", "focus.right", focus_on("sh"))
        seat.wait_for(focus_on("sh-2"))
        for way in fingers.each("focus.last"):
            before = in_focus(seat)
            seat.send(way)
            seat.wait_for(focus_on("sh" if before == "sh-2" else "sh-2"))
        for way in fingers.each("focus.next"):
            before = in_focus(seat)
            seat.send(way)
            seat.wait_for(focus_elsewhere(before))
        for way in fingers.each("pane.numbers"):
            for number, pane in (("1", "sh"), ("3", "sh-3")):
                seat.send(way + number)
                seat.wait_for(focus_on(pane))


@each_keymap
def test_panes_change_places_and_sizes(desk: Desk, name: str) -> None:
    with three(desk, name) as fingers:
        seat = fingers.seat
        fingers.back_and_forth("swap.up", "swap.down", lambda s: places(s).get("sh-3", (0, 1))[1] == 0)
        fingers.press("focus.up")
        seat.wait_for(focus_on("sh-2"))
        fingers.back_and_forth("swap.left", "swap.right", lambda s: places(s).get("sh-2") == (0, 0))
        column, row = places(seat)["sh-3"]
        fingers.back_and_forth("resize.left", "resize.right", lambda s: places(s).get("sh-3", (column, 0))[0] < column)
        fingers.back_and_forth("resize.down", "resize.up", lambda s: places(s).get("sh-3", (0, row))[1] > row)


@each_keymap
def test_panes_are_zoomed_marked_named_and_moved_out(desk: Desk, name: str) -> None:
    with three(desk, name) as fingers:
        seat = fingers.seat
        fingers.toggles("pane.zoom", shows("sh-3"))
        fingers.toggles("pane.attach", shows("sh-3"))
        fingers.toggles("pane.mark", lambda s: "marked" in s.text)
        fingers.toggles("pane.sync", lambda s: "SYNC" in s.text)
        fingers.toggles("pane.mute", lambda s: "muted" in "\n".join(s.screen()[:-1]))
        fingers.toggles("scratch.toggle", lambda s: "scratch" in "\n".join(s.screen()[:-1]))
        fingers.opens("pane.rename", "rename pane")
        for way in fingers.each("pane.break"):
            seat.send(way)
            seat.wait_for(shows("sh-3"))
            fingers.press("layout.undo")
            seat.wait_for(lambda s: len(places(s)) == 3)


@each_keymap
def test_programs_are_stopped_restarted_and_frozen(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name, "--", "sh", "-c", "exec cat")
    fingers.opens("pane.restart", "restart sh, where cat runs?")
    fingers.opens("pane.stop", "stop sh, where cat runs?")
    fingers.toggles("fleet.freeze", status("FROZEN"))


LAYOUTS: dict[str, Met] = {
    "layout.even-columns": lambda s: {y for _, y in places(s).values()} == {0} and len(places(s)) == 3,
    "layout.even-rows": lambda s: {x for x, _ in places(s).values()} == {0} and len(places(s)) == 3,
    "layout.main-left": lambda s: sorted(x > 0 for x, _ in places(s).values()) == [False, True, True],
    "layout.main-top": lambda s: sorted(y > 0 for _, y in places(s).values()) == [False, True, True],
    "layout.tiled": lambda s: len({x for x, _ in places(s).values()}) == 2,
}


@each_keymap
def test_layouts_are_laid_and_undone(desk: Desk, name: str) -> None:
    with three(desk, name) as fingers:
        seat = fingers.seat
        for action, met in LAYOUTS.items():
            other = "layout.even-rows" if action == "layout.even-columns" else "layout.even-columns"
            for way in fingers.each(action):
                fingers.press(other)
                seat.wait_for(LAYOUTS[other])
                seat.send(way)
                seat.wait_for(met)
        fingers.press("layout.even-columns")
        seat.wait_for(LAYOUTS["layout.even-columns"])
        for action, back in (("layout.next", "layout.previous"), ("layout.previous", "layout.next")):
            for way in fingers.each(action):
                before = dict(places(seat))
                seat.send(way)
                seat.wait_for(answers(sees(places, before), False))
                fingers.press(back)
                seat.wait_for(sees(places, before))
        after = dict(places(seat))
        fingers.press("layout.even-rows")
        seat.wait_for(LAYOUTS["layout.even-rows"])
        fingers.back_and_forth("layout.undo", "layout.redo", lambda s: places(s) == after)


@each_keymap
def test_tabs_are_made_turned_moved_and_closed(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name)
    seat = fingers.seat
    for number in range(2, 10):
        fingers.press("tab.new")
        seat.wait_for(shows(f"sh-{number}"))
    for number in range(9, 0, -1):
        for way in fingers.each(f"tab.{number}"):
            fingers.press("tab.5" if number != 5 else "tab.6")
            seat.wait_for(shows("sh-5" if number != 5 else "sh-6"))
            seat.send(way)
            seat.wait_for(shows("sh" if number == 1 else f"sh-{number}"))
    fingers.press("tab.5")
    seat.wait_for(shows("sh-5"))
    fingers.back_and_forth("tab.next", "tab.previous", shows("sh-6"))
    seat.wait_for(shows("sh-5"))
    fingers.press("tab.8")
    seat.wait_for(shows("sh-8"))
    fingers.toggles("tab.last", shows("sh-5"))
    fingers.press("tab.5")
    seat.wait_for(shows("sh-5"))
    for action, other, met in (("tab.right", "tab.left", "sh-6"), ("tab.left", "tab.right", "sh-4")):
        for way in fingers.each(action):
            seat.send(way)  # the tab changes places with the one that now has its number
            fingers.press("tab.5")
            seat.wait_for(shows(met))
            fingers.press("tab.6" if action == "tab.right" else "tab.4")
            seat.wait_for(shows("sh-5"))
            fingers.press(other)
    fingers.opens("tab.rename", "rename tab")
    for way in fingers.each("tab.close"):
        before = set(places(seat))
        seat.send(way)
        seat.wait_for(others(before))
    for way in fingers.each("tab.new"):
        before = set(places(seat))
        seat.send(way)
        seat.wait_for(others(before))


DIALOGS = {
    "palette.open": "! command", "palette.line": "! command", "palette.goto": "go to a pane", "help.keys": "KEYS",
    "broadcast.open": "BROADCAST", "agent.spawn": "SPAWN AN AGENT",
    "radar.open": "RADAR", "monitor.open": "MONITOR", "mesh.open": "MESH",
    "attention.open": "NEEDS YOU", "theme.choose": "THEME", "keymap.choose": "KEYMAP",
    "settings.open": "SETTINGS", "layout.save": "save layout as",
}  # fmt: skip


@each_keymap
def test_dialogs_open_and_close(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name, "--", "sh", "-c", "exec cat")
    for action, text in DIALOGS.items():
        fingers.opens(action, text)


SAID = {
    "buffer.choose": "nothing was copied", "buffer.paste": "nothing was copied", "notices.show": "nothing was said yet",
    "layout.open": "no layout is saved yet", "copy.output": "OSC 133", "history.previous-prompt": "OSC 133",
    "history.next-prompt": "OSC 133", "settings.reload": "read again", "focus.waiting": "no pane waits for you",
    "theme.next": "theme ", "agent.inbox": "is no agent", "review.open": "is no agent",
    "promote.open": "no agent works",
}  # fmt: skip


@each_keymap
def test_what_there_is_nothing_to_show_of_is_said(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name)
    for action, words in SAID.items():
        for way in fingers.each(action):
            if action != "theme.next":
                fingers.press("theme.next")
                fingers.seat.wait_for(status("theme "))
            fingers.seat.send(way)
            fingers.seat.wait_for(status(words))


@each_keymap
def test_the_sidebar_comes_and_goes(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name)
    fingers.toggles("sidebar.toggle", lambda s: s.screen()[0].startswith(" Panes"))
    for way in fingers.each("sidebar.filter"):
        fingers.seat.send(way)
        fingers.seat.wait_for(status("go to"))
        fingers.seat.send(keys("escape"))
        fingers.seat.wait_for(lambda s: not status("go to")(s))


@each_keymap
def test_history_is_scrolled_and_searched(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name, "--", "sh", "-c", "seq 1 200; exec cat")
    seat = fingers.seat
    seat.wait_for("200")
    fingers.back_and_forth("history.page-up", "history.page-down", lambda s: "lines back" in s.screen()[0])
    for way in fingers.each("copy.enter"):
        seat.send(way)
        seat.wait_for(status("COPY"))
        seat.send("q")
        seat.wait_for(status("NORMAL"))
    for way in ways(name).get("copy.leave", []):
        seat.send(keys(way) + "x")
        seat.wait_for(status("NORMAL"))
        seat.wait_for("x")
    for way in fingers.each("copy.search"):
        seat.send(way + "77\r")
        seat.wait_for(lambda s: '2/2 "77"' in s.screen()[0])
        seat.send("q")
        seat.wait_for(status("NORMAL"))
    for way in fingers.each("history.editor"):
        seat.send(way)
        seat.wait_for(lambda s: [row[:1] for row in s.screen()[1:4]] == ["1", "2", "3"])


@each_keymap
def test_modes_are_entered_and_left(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name)
    seat = fingers.seat
    modes = [action for action in ways(name) if re.fullmatch(r"mode\.(?!leave|lock)\w+", action)]
    assert "mode.resize" in modes
    for action in modes:
        for way in fingers.each(action):
            seat.send(way)
            seat.wait_for(status(action.removeprefix("mode.").upper()))
            seat.send(keys("escape"))
            seat.wait_for(status("NORMAL"))
    for way in fingers.each("mode.leave"):
        seat.send(way)
        seat.wait_for(status("NORMAL"))


@each_keymap
def test_locked_the_prefix_and_chords_reach_the_program(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name, "--", "sh", "-c", "stty raw -echo; echo ready; exec cat -v")
    seat = fingers.seat
    seat.wait_for("ready")
    for way in fingers.each("mode.lock"):
        seat.send(way)
        seat.wait_for(status("LOCK"))
        seat.send("\x02%\x17v\x10\x1b\x0e.")
        seat.wait_for("^B%^Wv^P^[^N.")
        seat.send("\x07")
        seat.wait_for(status("NORMAL"))
    assert len(places(seat)) == 1


@each_keymap
def test_nothing_but_the_prefix_and_the_chords_is_taken(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name, "--", "sh", "-c", "stty raw -echo; echo ready; exec cat -v")
    seat = fingers.seat
    seat.wait_for("ready")
    taken = {chord for found in ways(name).values() for chord in found if " " not in chord}
    taken |= {way.split(" ")[0] for found in ways(name).values() for way in found}
    letters = [letter for letter in "abcdefghijklmnopqrstuvwxyz" if f"ctrl+{letter}" not in taken]
    assert {"c", "q", "p"} - {way.removeprefix("ctrl+") for way in taken} <= set(letters)
    seat.send("".join(keys(f"ctrl+{letter}") for letter in letters) + "\x1b[Z\x1b[A.")
    said = "".join({"\t": "\t", "\n": "\n"}.get(chr(ord(c) & 31), f"^{c.upper()}") for c in letters)
    wanted = re.sub(r"\s+", "", said) + "^[[Z^[[A."
    seat.wait_for(lambda s: wanted in re.sub(r"\s+", "", "".join(s.screen()[1:-1])))


@each_keymap
def test_the_prefix_reaches_a_program_that_wants_it(desk: Desk, name: str) -> None:
    found = {"tmux": "ctrl+b ctrl+b", "zellij": "ctrl+b ctrl+b", "vim": "ctrl+w ."}.get(name)
    if found is None:
        assert "prefix.send" not in ways(name)
        return
    fingers = Fingers(desk, name, "--", "sh", "-c", "stty raw -echo; echo ready; exec cat -v")
    fingers.seat.wait_for("ready")
    fingers.seat.send(keys(found) + "x")
    fingers.seat.wait_for("^Bx" if name != "vim" else "^Wx")


@each_keymap
def test_a_terminal_is_suspended_and_let_go(desk: Desk, name: str) -> None:
    fingers = Fingers(desk, name)
    fingers.seat.send(keys(next(each_way(name, "client.suspend"))))
    fingers.seat.wait_for(b"\x1b[?1049l")
    for way in each_way(name, "client.detach"):
        with_way = desk.sit()
        with_way.wait_for(lambda s: TITLE.search(s.text))
        with_way.send(keys(way))
        with_way.wait_exit()
        assert "detached" in with_way.raw.decode(errors="replace")
