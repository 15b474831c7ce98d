"""What is on the screen: it lays out, takes frames from panes and sends them to whoever is attached.

Rows go from the engine to the terminals as they are. Textual's compositor is used while a Textual screen lies over the
panes, and for nothing else.
"""

import asyncio
from collections.abc import Callable, Mapping

from textual.app import App

from muxer.model import PaneId
from muxer.ui import layout
from muxer.ui.clock import FrameClock
from muxer.ui.driver import SocketDriver
from muxer.ui.look import Look
from muxer.ui.outside import Outside
from muxer.ui.runtime import Runtime
from muxer.ui.screens.project import ProjectOffer
from muxer.ui.textual_theme import Costume
from muxer.ui.tints import Tints
from muxer.ui.voice import Voice
from muxer.ui.widgets.pane import PaneView
from muxer.ui.widgets.pane_grid import PaneGrid, Sheet
from muxer.ui.widgets.sidebar import Sidebar
from muxer.ui.widgets.status_line import StatusLine
from muxer.ui.widgets.strip import painted
from muxer.ui.workbench import Workbench

FOLLOW_AFTER = 0.02
"""A program's modes reach the terminals outside so many seconds after its frame, out of the way of an echo."""


class Picture:
    """The workbench as it is drawn; it stands once the first layout is done."""

    def __init__(
        self,
        app: App[None],
        *,
        look: Look,
        runtime: Runtime,
        bench: Workbench,
        voice: Voice,
        views: Mapping[PaneId, PaneView],
        grid: PaneGrid,
        status: StatusLine,
        sidebar: Sidebar,
        costume: Costume,
        say: Callable[[], bool],
    ) -> None:
        self._app = app
        self._runtime = runtime
        self._bench, self._voice, self._views = bench, voice, views
        self._grid, self._status, self._sidebar = grid, status, sidebar
        self._say = say
        driver = app._driver  # noqa: SLF001 - Textual has no other way to name it
        assert isinstance(driver, SocketDriver)
        self._driver = driver
        self.clock = FrameClock(self._draw)
        self.outside = Outside(driver)
        self.tints = Tints(driver, look, runtime.terminals.values)
        self.tints.on_misfit = voice.warn
        self._costume = costume
        self.on_focus: Callable[[], None] = lambda: None
        """Somebody looks elsewhere, or at another size."""
        self.bare = asyncio.Event()
        """Set while no Textual screen lies over the panes."""
        self.bare.set()
        self.askable = asyncio.Event()
        """Set as well while one lies there that may have led to a question, and lets that lie over it."""
        self.askable.set()
        self.stands = False
        self._retitled: set[PaneId] = set()
        """Panes whose titles the next frame makes anew."""
        self._focused: PaneId | None = None
        self._following: asyncio.TimerHandle | None = None
        self._laid_out = layout.Region(0, 0, 0, 0)

    @property
    def covered(self) -> bool:
        """Does a Textual screen lie over the panes?"""
        return len(self._app.screen_stack) > 1

    def gives_way(self, key: str) -> bool:
        """What only offers something goes when a person types on, and takes no key but its own."""
        top = self._app.screen
        if not isinstance(top, ProjectOffer) or key in top.KEYS:
            return False
        self._app.pop_screen()
        return True

    # ---- frames

    def _draw(self, panes: set[PaneId]) -> set[PaneId]:
        """The frame clock's work: new frames of these panes, to everybody who can take one."""
        driver = self._driver
        if not driver.ready or not self.stands:
            self.clock.sleep(panes)
            return set()
        picture, again, changed = self._grid.draw(panes, asyncio.get_running_loop().time())
        titles = "".join(map(self._grid.retitle, self._retitled))
        self._retitled.clear()
        if not changed and not titles:
            return again
        self._place_cursor()
        if self.covered:
            self._grid.refresh()
        else:
            driver.show(titles + picture)
            driver.flush()
        return again

    def _place_cursor(self) -> None:
        cursor = None if self.covered or self._voice.asking else self._grid.cursor()
        if cursor is not None and self._grid.sheet_at(cursor[0], cursor[1]):
            cursor = None
        self._driver.cursor = self.outside.cursor(cursor)
        if self._following is None:
            self._following = asyncio.get_running_loop().call_later(FOLLOW_AFTER, self._follow)

    def _follow(self) -> None:
        self._following = None
        focus = self._views.get(self._bench.focus or "")
        if focus is not None and focus.terminal is not None:
            self.outside.follow(focus.terminal.engine.modes())

    def _show(self, picture: str) -> None:
        """Bytes that are no pane's frame: a title, a sheet, the status line."""
        self._place_cursor()
        self._driver.show(picture)
        self._driver.flush()

    # ---- the whole

    def arrange(self) -> None:
        """Panes, titles and status where they belong now; everything is painted at once, so nothing flickers."""
        if not self._driver.viewers and not self.stands:
            return
        self.tints.dress()
        self._costume.change(at_once=self.covered)
        self._lay_out()
        self.repaint()

    def _lay_out(self) -> None:
        self._laid_out = self._grid.room
        bench = self._bench
        self._grid.put(self._views, bench.regions(self._laid_out), bench.focus, bench.floating)
        self.move_focus()
        self._say()
        self._runtime.remember(self._bench.to_data())

    def repaint(self) -> None:
        """Everything anew."""
        if self.covered:
            self._grid.refresh()
            self._status.refresh()
            self._sidebar.refresh()
        else:
            self._driver.repaint_all()

    def move_focus(self) -> None:
        """Programs are told who has the focus, as far as somebody looks."""
        focus = self._bench.focus
        seen = any(viewer.focused for viewer in self._driver.viewers)
        for pane in {self._focused, focus} - {None}:
            terminal = self._runtime.terminals.get(pane or "")
            if terminal is not None:
                terminal.focus(seen and pane == focus)
        self._focused = focus
        self.on_focus()

    def say_again(self) -> None:
        """What the status line says may be something else."""
        if not self.stands:
            return
        says, listed = self._say(), self._sidebar.changes()
        if self.covered:
            if says:
                self._status.refresh()
            if listed:
                self._sidebar.refresh()
            return
        if says:
            region = self._status.region
            listed += "".join(painted(piece, region.x, region.y) for piece in self._status.pieces())
        if listed:
            self._show(listed)

    def retitle(self, pane: PaneId) -> None:
        """A pane's title may be another."""
        if self.stands and not self.covered:
            self._show(self._grid.retitle(pane))

    def redraw(self, pane: PaneId) -> None:
        """A pane's picture or title is another, though its program wrote nothing."""
        self._retitled.add(pane)  # made with the frame, so that the two agree, and lie where things are then
        self.clock.ask(pane)

    def lay(self, name: str, sheet: Sheet | None) -> None:
        """Lay a sheet over the panes, or take it away."""
        painted_rows = self._grid.lay(name, sheet)
        if not self.stands:
            return
        if self.covered:
            self._grid.refresh()
        elif painted_rows:
            self._show(painted_rows)

    # ---- what the driver asks

    def rows(self) -> list[str] | None:
        """The whole picture as bytes, row by row, while nothing lies over it."""
        if self.covered:
            return None
        console = self._app.console
        rows = [strip.render(console) for strip in self._grid.render_lines(self._grid.size.region)]
        beside = self._sidebar.render_lines(self._sidebar.size.region) if self._sidebar.display else []
        if len(beside) == len(rows):  # else it is about to be laid out
            rows = [strip.render(console) + row for strip, row in zip(beside, rows, strict=True)]
        return [*rows, *(strip.render(console) for strip in self._status.render_lines(self._status.size.region))]

    def before_paint(self) -> None:
        """The driver is about to paint everything."""
        if self._grid.room != self._laid_out:
            self._lay_out()
        self._grid.catch_up(asyncio.get_running_loop().time())
        self._place_cursor()
