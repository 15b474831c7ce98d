"""Which-key help: everything fits, columns line up, and it comes only to who hesitates."""

import asyncio
import re

import pytest
from rich.cells import cell_len

from muxer import shipped
from muxer.config import Config
from muxer.settable import Look as Settings
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.ui.layout import Region
from muxer.ui.look import Look
from muxer.ui.which_key import HESITATION, Entry, WhichKey, entries_of, sheet_of, table
from muxer.ui.widgets.pane_grid import Sheet
from tests.ui.glass import until

SGR = re.compile(r"\x1b\[[\d;]*m")
ROOMS = [Region(0, 0, 80, 23), Region(0, 0, 200, 49), Region(0, 0, 120, 29)]

LAYERS = [
    (name, mode)
    for name in shipped.names("keymaps")
    for mode in ["", *read_keymap(name).modes]
    if mode not in ("copy", "lock") and (mode or read_keymap(name).keys)
]


def look_of(name: str = "tmux", *, ascii_only: bool = False) -> Look:
    config = Config(look=Settings(glyphs="ascii" if ascii_only else "unicode"))
    return Look(config=config, keymap=read_keymap(name), theme=read_theme("night"))


def plain(sheet: Sheet | None) -> list[str]:
    assert sheet is not None
    return [SGR.sub("", row) for row in sheet.rows]


def layer_of(look: Look, mode: str) -> dict[str, str]:
    return look.keymap.modes[mode] if mode else look.keymap.keys


@pytest.mark.parametrize(("name", "mode"), LAYERS)
@pytest.mark.parametrize("room", ROOMS, ids=lambda room: f"{room.cols}x{room.rows}")
def test_every_key_fits_where_people_sit(name: str, mode: str, room: Region) -> None:
    look = look_of(name)
    groups = entries_of(layer_of(look, mode))
    shown = [entry for column in table(groups, room.cols - 2, room.rows - 2) for entry in column.entries]
    left_out = [entry for group in groups for entry in group if entry not in shown]
    assert {entry.words for entry in left_out} <= {"send prefix"}, "that is the prefix once more"
    sheet = sheet_of("title", layer_of(look, mode), look, room)
    assert sheet is not None
    assert {cell_len(row) for row in plain(sheet)} == {sheet.cols} == {room.cols}
    assert sheet.y + len(sheet.rows) == room.rows
    assert sheet.y >= 1, "a row of the panes is still seen"


@pytest.mark.parametrize("cols", range(28, 130, 7))
@pytest.mark.parametrize("rows", [4, 7, 12, 23])
def test_a_small_room_gets_a_smaller_sheet(cols: int, rows: int) -> None:
    look = look_of()
    sheet = sheet_of(look.keymap.prefix, look.keymap.keys, look, Region(0, 0, cols, rows), "esc cancel")
    assert sheet is not None
    assert {cell_len(row) for row in plain(sheet)} == {cols}
    assert sheet.y >= 1


@pytest.mark.parametrize("room", [Region(0, 0, 27, 24), Region(0, 0, 80, 3), Region(0, 0, 0, 0)])
def test_where_there_is_no_room_there_is_no_sheet(room: Region) -> None:
    look = look_of()
    assert sheet_of("x", look.keymap.keys, look, room) is None
    assert sheet_of("x", {}, look, ROOMS[0]) is None


def test_what_has_no_room_is_said_with_the_key_that_shows_it() -> None:
    look = look_of()
    small, large = (
        sheet_of("ctrl+b", look.keymap.keys, look, Region(0, 0, *size), "esc cancel") for size in ((60, 12), (200, 49))
    )
    assert "─ ? all keys · esc cancel ──" in plain(small)[0]
    assert "─ esc cancel ──" in plain(large)[0]


def test_keys_are_named_shortly_and_families_together() -> None:
    layer = read_keymap("tmux").keys
    entries = [entry for group in entries_of(layer) for entry in group]
    assert {
        Entry("", "Panes"), Entry("←↓↑→", "go there"), Entry("HJKL", "swap"), Entry("^←↓↑→", "move border"),
        Entry("1…9", "go there"), Entry("alt+1…5", "presets"), Entry("pgup pgdn", "pages"), Entry("z x", "zoom, close"),
        Entry("space bksp", "next, previous"),
    } <= {*entries}  # fmt: skip
    assert not any("left" in entry.key for entry in entries)


def test_without_glyphs_all_is_ascii() -> None:
    look = look_of(ascii_only=True)
    sheet = sheet_of("ctrl+b", look.keymap.keys, look, ROOMS[0])
    assert "".join(plain(sheet)).replace("…", "").isascii()


def test_a_family_that_has_no_common_name_is_listed_one_by_one() -> None:
    layer = {"a": "focus.left", "ctrl+x": "focus.down", "c": "focus.up", "d": "focus.right"}
    words = [entry.words for group in entries_of(layer) for entry in group]
    assert words == ["Panes", "pane left", "pane right", "pane above", "pane below"]


def test_no_heading_stands_alone_at_the_bottom() -> None:
    groups = entries_of(read_keymap("tmux").keys)
    for rows in range(3, 40):
        for column in table(groups, 500, rows):
            assert column.entries[-1].key
            assert len(column.entries) <= rows


class Glass:
    """Writes down what is laid on it."""

    def __init__(self, look: Look) -> None:
        self.laid: list[Sheet | None] = []
        self.which = WhichKey(look, lambda: ROOMS[0], self.laid.append)


async def test_it_comes_after_a_moment_and_goes_with_the_next_key() -> None:
    glass = Glass(look_of())
    began = asyncio.get_running_loop().time()
    glass.which.pressed(prefixed=True, mode="")
    assert glass.laid == []
    await until(lambda: glass.laid)
    assert asyncio.get_running_loop().time() - began >= HESITATION - 0.01
    assert "ctrl+b" in plain(glass.laid[0])[0]
    glass.which.pressed(prefixed=False, mode="")
    assert glass.laid[1:] == [None]


async def test_whoever_knows_the_key_never_sees_it_and_no_timer_is_left() -> None:
    glass = Glass(look_of())
    glass.which.pressed(prefixed=True, mode="")
    assert glass.which._timer is not None
    glass.which.pressed(prefixed=False, mode="")
    assert glass.which._timer is None
    assert glass.laid == []


async def test_a_mode_shows_its_keys_once() -> None:
    glass = Glass(look_of())
    glass.which.pressed(prefixed=False, mode="resize")
    await until(lambda: glass.laid)
    assert "resize mode" in plain(glass.laid[0])[0]
    glass.which.pressed(prefixed=False, mode="resize")
    assert glass.laid[1:] == [None]
    assert glass.which._timer is None


@pytest.mark.parametrize("mode", ["", "copy", "lock"])
async def test_typing_copying_and_lock_need_no_help(mode: str) -> None:
    glass = Glass(look_of())
    glass.which.pressed(prefixed=False, mode=mode)
    assert glass.which._timer is None
