import re

from textual.app import App, ComposeResult

from muxer.terminal.terminal import Terminal
from muxer.ui.layout import Region
from muxer.settings.themes import read_theme
from muxer.ui.widgets.pane import PaneView
from muxer.ui.widgets.pane_grid import PaneGrid


class Shown(App[None]):
    """Just the grid."""

    def __init__(self) -> None:
        super().__init__()
        self.title = "one"
        self.grid = PaneGrid(read_theme("night"), self.title_of)

    def title_of(self, _pane: str, _cols: int, focused: bool) -> str:
        return f"{'*' if focused else ''}{self.title}"

    def compose(self) -> ComposeResult:
        yield self.grid


async def test_titles_lines_and_rows_lie_where_they_belong(terminal: Terminal) -> None:
    app = Shown()
    async with app.run_test(size=(30, 6)):
        grid = app.grid
        views = {"p1": PaneView("p1"), "p2": PaneView("p2")}
        views["p1"].show(terminal)
        grid.put(views, {"p1": Region(0, 0, 14, 6), "p2": Region(15, 0, 15, 6)}, "p1")
        terminal.engine.feed(b"hello\r\nworld")
        picture, again, changed = grid.draw({"p1", "p2"}, 0.0)
        assert changed
        assert not again
        assert "\x1b[2;1H\x1b[14Xhello" in picture
        rows = [row.text for row in grid.render_lines(grid.size.region)]
        assert rows == [
            "*one          │one            ",
            "hello         │               ",
            "world         │               ",
            *["              │               "] * 3,
        ]
        assert grid.cursor() == (5, 2, "block", False) or grid.cursor() == (5, 2, "block", True)
        assert grid.pane_at(3, 2) == ("p1", 3, 1)
        assert grid.pane_at(20, 0) == ("p2", 5, -1)
        assert grid.pane_at(14, 2) is None


async def test_a_new_title_is_drawn_alone_and_an_old_one_not_at_all(terminal: Terminal) -> None:
    app = Shown()
    async with app.run_test(size=(30, 6)):
        views = {"p1": PaneView("p1")}
        views["p1"].show(terminal)
        app.grid.put(views, {"p1": Region(0, 0, 30, 6)}, None)
        assert app.grid.retitle("p1") == ""
        app.title = "two"
        assert app.grid.retitle("p1") == "\x1b[1;1H\x1b[0m\x1b[30Xtwo\x1b[0m"
        assert app.grid.retitle("nobody") == ""


async def test_an_empty_screen_says_what_to_do() -> None:
    app = Shown()
    async with app.run_test(size=(40, 10)):
        app.grid.greet(["No pane is open."])
        text = "\n".join(row.text for row in app.grid.render_lines(app.grid.size.region))
        assert "No pane is open." in text


async def test_every_painted_row_covers_the_whole_width(terminal: Terminal) -> None:
    app = Shown()
    async with app.run_test(size=(30, 6)):
        views = {"p1": PaneView("p1")}
        views["p1"].show(terminal)
        app.grid.put(views, {"p1": Region(0, 0, 30, 4)}, None)
        for row in app.grid.render_lines(app.grid.size.region):
            erased = re.findall(r"\x1b\[(\d+)G\x1b\[0m\x1b\[(\d+)X", row.render(app.console))
            cells = sorted(x for at, count in erased for x in range(int(at), int(at) + int(count)))
            assert cells == list(range(1, 31))
