import asyncio
import re

import pytest
from rich.cells import cell_len

from muxer.config import Config
from muxer.settable import Look as LookConfig
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.ui import toasts as toasting
from muxer.ui.layout import Region
from muxer.ui.look import Look
from muxer.ui.toasts import MOST, Toast, Toasts, spots, toast_rows, width
from muxer.ui.widgets.pane_grid import Sheet
from tests.ui.glass import until


def look(*, ascii_only: bool = False) -> Look:
    config = Config(look=LookConfig(glyphs="ascii")) if ascii_only else Config()
    return Look(config=config, keymap=read_keymap("tmux"), theme=read_theme("night"))


def plain(row: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", row)


def toast(words: str, name: str = "ada", pane: str = "p1") -> Toast:
    return Toast(pane=pane, name=name, words=words, until=0.0)


@pytest.mark.parametrize("words", ["short", "some words " * 5, "some words " * 50, "x" * 500, "日本語の言葉 " * 30])
@pytest.mark.parametrize("cols", [20, 44])
def test_every_line_is_exactly_as_wide_and_three_are_the_most(words: str, cols: int) -> None:
    rows = [plain(row) for row in toast_rows(toast(words), cols, look())]
    assert {cell_len(row) for row in rows} == {cols}
    assert len(rows) <= 3
    assert rows[0].startswith(" ▌ ▲ ada")


def test_words_are_cut_only_where_they_do_not_fit() -> None:
    rows = [plain(row).strip() for row in toast_rows(toast("needs your permission to run alembic"), 30, look())]
    assert rows[1:] == ["▌ needs your permission to", "▌ run alembic"]
    rows = [plain(row).strip() for row in toast_rows(toast("one " * 30), 30, look())]
    assert rows[-1].endswith("…")
    assert all(row.isascii() for row in toast_rows(toast("one " * 30), 30, look(ascii_only=True)))


def test_they_are_as_wide_as_they_need_and_leave_the_panes_some_room() -> None:
    room = Region(0, 0, 80, 23)
    assert width([toast("hi")], room) == 20
    assert width([toast("x" * 30)], room) == 34
    assert width([toast("x" * 300)], room) == 44
    assert width([toast("x" * 300)], room._replace(cols=200)) == 66
    assert width([toast("x" * 300)], room._replace(cols=30)) == 28
    assert width([toast("hi")], room._replace(cols=21)) == 0
    assert width([toast("hi")], room._replace(rows=4)) == 0


@pytest.mark.parametrize("cursor", [None, (79, 1), (50, 4), (79, 22), (0, 0), (0, 22)])
def test_they_lie_inside_the_room_apart_and_off_the_cursor(cursor: tuple[int, int] | None) -> None:
    room = Region(0, 0, 80, 23)
    placed = spots([2, 3, 2], 40, room, cursor)
    assert len(placed) == 3
    for at, spot in enumerate(placed):
        assert 0 <= spot.x <= spot.x + spot.cols <= room.cols
        assert 0 < spot.y <= spot.y + spot.rows <= room.rows
        assert cursor is None or not spot.holds(*cursor)
        assert all(spot.y + spot.rows < other.y for other in placed[at + 1 :])


def test_in_a_low_room_the_newest_is_shown() -> None:
    assert len(spots([3, 3, 3], 30, Region(0, 0, 80, 6), None)) == 1


class Wall:
    """A ground that remembers what lies on it."""

    def __init__(self) -> None:
        self.room = Region(0, 0, 80, 23)
        self.sheets: dict[str, Sheet] = {}

    def cursor(self) -> None:
        return None

    def on_grid(self, x: int, y: int) -> tuple[int, int]:
        return x, y

    def sheet_at(self, x: int, y: int) -> str:
        return f"the wall at {x}, {y}"

    def lay(self, name: str, sheet: Sheet | None) -> None:
        if sheet is None:
            del self.sheets[name]
        else:
            self.sheets[name] = sheet


async def test_the_newest_are_on_top_one_a_pane_and_three_at_most() -> None:
    wall = Wall()
    toasts = Toasts(look(), wall, wall.lay)
    for pane in ("p1", "p2", "p3", "p4", "p2"):
        toasts.show(pane, pane, "hello")
    assert [shown.pane for shown in toasts.shown] == ["p2", "p4", "p3"]
    assert len(wall.sheets) == MOST
    tops = [wall.sheets[f"toast {pane}"].y for pane in ("p2", "p4", "p3")]
    assert tops == sorted(tops)
    toasts.drop("p4")
    toasts.drop("p9")
    assert sorted(wall.sheets) == ["toast p2", "toast p3"]
    wall.room = Region(0, 0, 12, 3)
    toasts.place()
    assert wall.sheets == {}
    toasts.clear()
    assert toasts.shown == ()


async def test_they_go_by_themselves_and_leave_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = Wall()
    toasts = Toasts(look(), wall, wall.lay)
    monkeypatch.setattr(toasting, "STAY", 0.02)
    monkeypatch.setattr(toasting, "PER_CHARACTER", 0.0)
    toasts.show("p1", "ada", "hello")
    assert wall.sheets
    await until(lambda: not wall.sheets, "the end of the toast")
    assert toasts._timer is None
    await asyncio.sleep(0)
