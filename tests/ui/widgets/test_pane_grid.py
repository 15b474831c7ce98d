import re

from textual.app import App, ComposeResult

from muxer.config import Config
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.terminal.terminal import Terminal
from muxer.ui.layout import Region
from muxer.ui.look import Look
from muxer.ui.widgets.pane import PaneView
from muxer.ui.widgets.pane_grid import PaneGrid, Sheet


class Shown(App[None]):
    """Just the grid."""

    def __init__(self) -> None:
        super().__init__()
        self.title = "one"
        self.look = look = Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))
        self.grid = PaneGrid(look, self.title_of, lambda pane: lambda cols, rows: [f"card of {pane}"[:cols]] * rows)

    def title_of(self, _pane: str, _cols: int, focused: bool) -> str:
        return f"{'*' if focused else ''}{self.title}"

    def compose(self) -> ComposeResult:
        yield self.grid


async def test_titles_lines_and_rows_lie_where_they_belong(terminal: Terminal) -> None:
    app = Shown()
    async with app.run_test(size=(50, 6)):
        grid = app.grid
        views = {"p1": PaneView("p1"), "p2": PaneView("p2")}
        views["p1"].show(terminal)
        grid.put(views, {"p1": Region(0, 0, 24, 6), "p2": Region(25, 0, 25, 6)}, "p1")
        terminal.engine.feed(b"hello\r\nworld")
        picture, again, changed = grid.draw({"p1", "p2"}, 0.0)
        assert changed
        assert not again
        assert "\x1b[2;1H\x1b[24Xhello" in picture
        rows = [row.text for row in grid.render_lines(grid.size.region)]
        assert rows == [
            f"{'*one':<24}│{'one':<25}",
            f"{'hello':<24}│{'':<25}",
            f"{'world':<24}│{'':<25}",
            *[f"{'':<24}│{'':<25}"] * 3,
        ]
        assert grid.cursor() == (5, 2, "block", False) or grid.cursor() == (5, 2, "block", True)
        assert grid.pane_at(3, 2) == ("p1", 3, 1)
        assert grid.pane_at(30, 0) == ("p2", 5, -1)
        assert grid.pane_at(24, 2) is None


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


async def test_a_sheet_that_reads_otherwise_stays_under_those_laid_later() -> None:
    app = Shown()
    async with app.run_test(size=(30, 6)):
        for name, row in (("under", "one"), ("over", "two"), ("under", "new")):
            app.grid.lay(name, Sheet(0, 5, 3, (row,)))
        assert app.grid.sheet_at(1, 5) == "over"
        assert app.grid.render_lines(app.grid.size.region)[5].text.startswith("two")
        app.grid.lay("over", None)
        assert app.grid.sheet_at(1, 5) == "under"
        assert app.grid.lay("over", None) == ""


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


async def test_a_floating_pane_lies_in_a_frame_over_the_others(terminal: Terminal) -> None:
    app = Shown()
    async with app.run_test(size=(40, 10)):
        views = {"p1": PaneView("p1"), "p2": PaneView("p2")}
        views["p2"].show(terminal)
        regions = {"p1": Region(0, 0, 40, 10), "p2": Region(5, 2, 24, 6)}
        views["p1"].rows = ["x" * 40] * 9
        app.grid.put(views, regions, "p2", "p2")
        views["p1"].rows = ["x" * 40] * 9
        terminal.engine.feed(b"hello")
        app.grid.draw({"p2"}, 0.0)
        rows = [row.text for row in app.grid.render_lines(app.grid.size.region)]
        assert rows[2][5:29] == "*one".ljust(24)
        assert rows[3] == f"xxxx │{'hello':<22}│ {'x' * 10}"
        assert rows[7][5:29] == f"└{'─' * 22}┘"
        assert (terminal.cols, terminal.rows) == (22, 4)
        assert app.grid.pane_at(6, 3) == ("p2", 0, 0)
        assert app.grid.pane_at(2, 3) == ("p1", 2, 2)
        assert app.grid.cursor() is not None


async def test_without_glyphs_lines_and_frames_are_ascii(terminal: Terminal) -> None:
    app = Shown()
    app.look.plain = True
    async with app.run_test(size=(40, 10)):
        views = {name: PaneView(name) for name in ("p1", "p2", "p3")}
        views["p3"].show(terminal)
        regions = {"p1": Region(0, 0, 19, 10), "p2": Region(20, 0, 20, 10), "p3": Region(5, 2, 24, 6)}
        app.grid.put(views, regions, "p3", "p3")
        terminal.engine.feed(b"\r\n".join(b"%d" % n for n in range(100)))
        views["p3"].scroll(1000)
        app.grid.draw({"p3"}, 0.0)
        rows = [row.text for row in app.grid.render_lines(app.grid.size.region)]
        assert rows[1][19] == "|"
        assert [row[27:29] for row in rows[3:8]] == ["#|", "||", "||", "||", "-+"]
        assert "".join(rows).isascii()


async def test_a_pane_without_room_is_a_card_and_its_program_keeps_its_size(terminal: Terminal) -> None:
    app = Shown()
    async with app.run_test(size=(40, 10)):
        views = {"p1": PaneView("p1"), "p2": PaneView("p2")}
        views["p1"].show(terminal)
        before = terminal.cols, terminal.rows
        app.grid.put(views, {"p1": Region(0, 0, 12, 10), "p2": Region(13, 0, 27, 10)}, "p2")
        app.grid.draw({"p1"}, 0.0)
        assert (terminal.cols, terminal.rows) == before
        assert app.grid.render_lines(app.grid.size.region)[1].text.startswith("card of p1  ")


async def test_the_scrollbar_is_there_while_history_is_shown(terminal: Terminal) -> None:
    app = Shown()
    async with app.run_test(size=(30, 11)):
        views = {"p1": PaneView("p1")}
        views["p1"].show(terminal)
        app.grid.put(views, {"p1": Region(0, 0, 30, 11)}, "p1")
        terminal.engine.feed(b"\r\n".join(b"%d" % n for n in range(100)))

        def bar() -> str:
            app.grid.draw({"p1"}, 0.0)
            return "".join(row.text[-1] for row in app.grid.render_lines(app.grid.size.region)[1:])

        assert bar().strip() == ""
        views["p1"].scroll(1)
        assert bar() == "│" * 9 + "┃"
        views["p1"].scroll(1000)
        assert bar() == "┃" + "│" * 9
        views["p1"].live()
        assert bar().strip() == ""
