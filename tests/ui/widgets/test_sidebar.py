import re
import time

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from muxer.config import Config
from muxer.model import State
from muxer.settable import Look as LookSettings
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.ui.look import Look
from muxer.ui.states import Sight
from muxer.ui.widgets.sidebar import LEAST, MOST, Entry, Listing, Sidebar
from muxer.ui.works import Conflict

PLAIN = re.compile(r"\x1b\[[0-9;]*m")
PLACES = re.compile(r"\x1b\[(\d+);(\d+)H")


def look(**settings: str) -> Look:
    config = Config(look=LookSettings(**settings))  # type: ignore[arg-type]  # names of settings
    return Look(config=config, keymap=read_keymap("tmux"), theme=read_theme("night"))


def entry(pane: str, name: str, state: State, last: str = "", *, since: float = 0.0, unread: bool = False) -> Entry:
    return Entry(pane, Sight(name=name, state=state, last=last, since=since), unread)


FOUR = (
    "api",
    entry("p1", "ada", "working", "fix order total", since=1.0),
    entry("p2", "bob", "idle", "41 passed in 3.1 s and more"),
    "web",
    entry("p3", "cyd", "waiting", "run migration?", since=1.0, unread=True),
    entry("p4", "a-very-long-name", "exited"),
)


class Shown(App[None]):
    """A sidebar, and a screen beside it."""

    def __init__(self, look: Look, rows: tuple[Entry | str, ...] = FOUR) -> None:
        super().__init__()
        self.rows = rows
        self.focus: str | None = "p2"
        self.now = 301.0
        self.conflicts: tuple[Conflict, ...] = ()
        self.bar = Sidebar(look, self.listing)

    def listing(self, needle: str | None) -> Listing:
        rows = tuple(r for r in self.rows if isinstance(r, str) or not needle or needle in r.sight.name)
        return Listing(rows, self.focus, self.now, self.conflicts)

    def compose(self) -> ComposeResult:
        self.bar.fit(100)
        yield self.bar

    def text(self) -> list[str]:
        strips = self.bar.render_lines(self.bar.size.region)
        rows = [PLAIN.sub("", "".join(piece.ansi for piece in strip._pieces)) for strip in strips]  # type: ignore[attr-defined]
        assert {cell_len(row) for row in rows} == {self.bar.size.width}
        return [row[:-1].rstrip() for row in rows]


async def test_what_is_held_comes_first_and_what_was_used_where_that_leaves_room_for_it() -> None:
    ada, bob = FOUR[1], FOUR[2]
    assert isinstance(ada, Entry)
    assert isinstance(bob, Entry)
    held = "2 notes held: you have a draft"
    app = Shown(look(), ("api", ada._replace(used="182k 70%"), bob._replace(held=held, used="9.4k")))
    async with app.run_test(size=(200, 12)) as pilot:
        assert [app.text()[3], app.text()[5]] == ["   fix order total", "▌  2 notes held:…"]
        app.bar.fit(200)
        await pilot.pause()
        assert app.text()[3] == "   fix order total    182k 70%"
        assert app.text()[5] == "▌  2 notes held: you have a d…"
        (amber,) = re.findall(r"\x1b\[[0-9;]*m(?=  2 notes)", "".join(app.bar._lines))
        assert amber == look().ink("wait")


async def test_it_lists_panes_by_project_with_two_lines_where_there_is_room() -> None:
    app = Shown(look())
    async with app.run_test(size=(100, 12)):
        assert app.text() == [
            " Panes           4",
            " api",
            " ● ada         5m",
            "   fix order total",
            "▌○ bob       idle",
            "▌  41 passed in 3…",
            "",
            " web",
            " ▲ cyd         5m •",
            "   run migration?",
            " □ a-very-long-n…",
            "",
        ]


async def test_it_has_one_line_each_where_there_is_less_room_and_says_what_is_below() -> None:
    app = Shown(look(glyphs="ascii"))
    async with app.run_test(size=(100, 8)):
        rows = app.text()
        assert rows[2:4] == [" * ada         5m", ">- bob       idle"]
        assert rows[5] == " ! cyd         5m '"
    app = Shown(look())
    async with app.run_test(size=(100, 5)):
        assert app.text()[1:] == [" api", " ● ada         5m", "▌○ bob       idle", " … 2 more"]


async def test_how_a_program_ended_is_said_once() -> None:
    ended = Sight(name="ada", state="exited", note="exited 1", last="1 of 9 failed")
    again = Sight(name="bob", state="starting", note="again in 4s", last="Traceback", ended=True)
    app = Shown(look(), ("api", Entry("p1", ended, False), Entry("p2", again, False)))
    async with app.run_test(size=(100, 12)):
        assert app.text()[2:6] == [" □ ada   exited 1", "   1 of 9 failed", "▌◌ bob   starting", "▌  again in 4s"]


async def test_only_rows_that_read_otherwise_are_drawn_again() -> None:
    app = Shown(look())
    async with app.run_test(size=(100, 12)):
        assert app.bar.changes() == ""
        app.rows = (*FOUR[:2], entry("p2", "bob", "working", "41 passed in 3.1 s and more"), *FOUR[3:])
        assert PLACES.findall(app.bar.changes()) == [("5", "1")]
        app.focus = "p1"
        assert PLACES.findall(app.bar.changes()) == [("3", "1"), ("4", "1"), ("5", "1"), ("6", "1")]
        app.now += 600
        assert PLACES.findall(app.bar.changes()) == [("3", "1"), ("9", "1")]


async def test_it_knows_what_lies_where_and_scrolls() -> None:
    many = tuple(entry(f"p{n}", f"pane-{n}", "idle") for n in range(1, 31))
    app = Shown(look(), many)
    async with app.run_test(size=(100, 11)):
        app.text()
        assert app.bar.pane_at(3, 0) is None
        assert app.bar.pane_at(3, 1) == "p1"
        assert app.bar.pane_at(19, 9) == "p9"
        assert app.bar.pane_at(20, 1) is None
        assert not app.bar.holds(20, 1)
        assert app.bar.in_view() == [f"p{n}" for n in range(1, 11)]
        assert app.bar.scroll_by(3)
        app.text()
        assert app.bar.pane_at(3, 1) == "p4"
        assert app.bar.scroll_by(100)
        assert not app.bar.scroll_by(1)
        assert app.bar.scroll_by(-100)
        assert not app.bar.scroll_by(-1)
        app.focus = "p20"
        assert any("pane-20" in row for row in app.text())
        # Whoever scrolls is left alone until the focus moves again.
        app.bar.scroll_by(-100)
        assert not any("pane-20" in row for row in app.text())


async def test_filtering_chooses_among_what_is_left() -> None:
    app = Shown(look())
    async with app.run_test(size=(100, 12)):
        app.bar.sift("")
        assert app.bar.chosen == "p2"
        app.bar.step(1)
        assert app.bar.chosen == "p3"
        app.bar.step(-3)
        assert app.bar.chosen == "p4"
        app.bar.sift("a")
        assert app.bar.chosen == "p4"
        assert app.text()[0] == " /a              2"
        app.bar.step(1)
        assert app.bar.chosen == "p1"
        app.bar.sift("nobody")
        assert app.bar.chosen is None
        assert " none is like that" in app.text()
        app.bar.sift(None)
        assert app.bar.chosen is None
        assert app.text()[0] == " Panes           4"


@pytest.mark.parametrize(
    ("wish", "shown", "cols", "display", "width"),
    [
        ("auto", None, 99, False, 20), ("auto", None, 100, True, 20), ("auto", None, 300, True, MOST),
        ("shown", None, 60, True, LEAST), ("hidden", None, 300, False, MOST), ("hidden", True, 80, True, LEAST),
        ("auto", False, 200, False, MOST), ("shown", None, 35, False, LEAST),
    ],
)  # fmt: skip
async def test_it_is_there_where_there_is_room_unless_a_person_wants_it_otherwise(
    wish: str, shown: bool | None, cols: int, display: bool, width: int
) -> None:
    bar = Sidebar(look(sidebar=wish), lambda _: Listing())
    bar.shown = shown
    bar.fit(cols)
    assert bar.display is display
    assert bar.styles.width is not None
    assert bar.styles.width.value == width
    assert not bar.fit(cols)


async def test_two_hundred_panes_are_listed_in_time() -> None:
    many = tuple(entry(f"p{n}", f"pane-{n}", "idle", "words " * 9, since=1.0) for n in range(200))
    app = Shown(look(), many)
    async with app.run_test(size=(200, 50)):
        app.bar.changes()
        took = []
        for _ in range(5):
            app.now += 60
            began = time.perf_counter()
            assert app.bar.changes()
            took.append(time.perf_counter() - began)
        assert min(took) < 0.016


WORKING = (
    "api",
    entry("p1", "ada", "working", since=1.0)._replace(work=("+12", "✎2"), clashes=True),
    entry("p2", "bob", "idle")._replace(work=("+3", "")),
    entry("p3", "cyd", "waiting", since=1.0)._replace(work=("", "✎1")),
    entry("p4", "dot", "idle"),
)


async def test_work_stands_in_columns_and_gives_way_to_a_state_that_calls() -> None:
    app = Shown(look(), WORKING)
    async with app.run_test(size=(200, 8)) as pilot:
        assert app.text()[2:6] == [" ● ada   +12 ✎2 ‼", "▌○ bob    +3", " ▲ cyd       5m", " ○ dot     idle"]
        red = re.findall(r"(\x1b\[[0-9;]*m) ‼", "".join(app.bar._lines))
        assert red == [look().ink("bad", bold=True)]
        app.bar.fit(200)
        await pilot.pause()
        assert app.text()[2:6] == [
            " ● ada   working  5m +12 ✎2 ‼",
            "▌○ bob          idle  +3",
            " ▲ cyd   waiting  5m     ✎1",
            " ○ dot          idle",
        ]


async def test_whose_work_would_conflict_is_told_below() -> None:
    app = Shown(look(), WORKING)
    app.conflicts = Conflict("ada", "cyd", ("src/money.py", "b")), Conflict("bob", "a-very-long-name", ("z",))
    async with app.run_test(size=(100, 16)):
        assert app.text()[11:] == [
            " Radar           2",
            " ‼ ada and cyd",
            "   src/money.py +1",
            " ‼ bob and a-ve…",
            "   z",
        ]
        assert app.bar.pane_at(3, 8) == "p4"
        assert [app.bar.pane_at(3, y) for y in (11, 12, 15)] == [None] * 3
        assert app.bar.changes() == ""
        app.conflicts = app.conflicts[:1]
        assert PLACES.findall(app.bar.changes()) == [("12", "1"), ("13", "1"), ("14", "1"), ("15", "1"), ("16", "1")]


async def test_the_list_is_worth_more_than_the_radar() -> None:
    app = Shown(look(), WORKING)
    app.conflicts = (Conflict("ada", "cyd", ("src/money.py",)), Conflict("bob", "dot", ("z",)))
    async with app.run_test(size=(100, 10)):
        assert app.text()[-3:] == [" Radar           2", " ‼ ada and cyd", "   src/money.py"]
        assert " ○ dot     idle" in app.text()
        assert app.bar.in_view() == ["p1", "p2", "p3", "p4"]
    app = Shown(look(), ("api", *(entry(f"p{n}", f"a{n}", "idle") for n in range(1, 20))))
    app.conflicts = (Conflict("ada", "cyd", ("src/money.py",)),)
    async with app.run_test(size=(100, 10)):
        assert [app.bar.pane_at(3, y) for y in range(10)] == [None, None, "p1", "p2", "p3", "p4", "p5", *[None] * 3]
        assert app.bar.in_view() == ["p1", "p2", "p3", "p4", "p5"]
        assert app.bar.scroll_by(99)
        assert app.bar.in_view()[-1] == "p19"
    app = Shown(look(), WORKING)
    app.conflicts = (Conflict("ada", "cyd", ("src/money.py",)),)
    async with app.run_test(size=(100, 8)):
        assert not any("Radar" in row for row in app.text())
