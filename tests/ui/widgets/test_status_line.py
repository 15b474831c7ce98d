import re

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from muxer.settings.themes import read_theme
from muxer.ui.widgets.status_line import Status, StatusLine

PLAIN = re.compile(r"\x1b\[[0-9;]*m")


class Shown(App[None]):
    """Just the line."""

    def __init__(self) -> None:
        super().__init__()
        self.line = StatusLine(read_theme("night"))

    def compose(self) -> ComposeResult:
        yield self.line


async def text(cols: int, status: Status) -> str:
    app = Shown()
    async with app.run_test(size=(cols, 5)):
        app.line.show(status)
        (piece,) = app.line.pieces()
        assert piece.cols == cols
        return PLAIN.sub("", piece.ansi)


async def test_it_says_host_tabs_and_hint() -> None:
    status = Status(host="work", tabs=("1", "logs"), shown=1, hint="ctrl+b …")
    assert await text(40, status) == " work  1  2 logs               ctrl+b … "


@pytest.mark.parametrize("cols", [1, 5, 12, 30, 80])
async def test_it_is_exactly_as_wide_as_the_screen(cols: int) -> None:
    status = Status(host="work", tabs=tuple(f"tab漢{n}" for n in range(20)), hint="close vim?  y close · n keep" * 3)
    assert cell_len(await text(cols, status)) == cols


async def test_it_tells_whether_it_says_something_new() -> None:
    line = StatusLine(read_theme("night"))
    assert line.show(Status(hint="a"))
    assert not line.show(Status(hint="a"))
