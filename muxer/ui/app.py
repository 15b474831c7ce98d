"""The app: what is on the screen, and what keys and the mouse do to it. It is handed the runtime."""

import asyncio
from collections.abc import Mapping
from typing import Any

from textual import events
from textual.app import App, ComposeResult

from muxer.events import Event, Noticed, PaneChanged, PaneEnded, Warned
from muxer.model import ClientFacts, PaneId, SplitWay
from muxer.terminal.outer import Focused, Moused, Pasted, Pressed, Reported, Token, Typed
from muxer.terminal.terminal import Terminal
from muxer.ui import layout
from muxer.ui.clock import FrameClock
from muxer.ui.driver import SocketDriver
from muxer.ui.hands import Hands
from muxer.ui.keyboard import Keyboard
from muxer.ui.keymaps import Keymap
from muxer.ui.mouse import Pointer
from muxer.ui.outside import Outside
from muxer.ui.runtime import Runtime
from muxer.ui.themes import Theme
from muxer.ui.titles import harmless, starting_line, title_line
from muxer.ui.viewer import Viewer
from muxer.ui.voice import Voice
from muxer.ui.widgets.pane import PaneView
from muxer.ui.widgets.pane_grid import PaneGrid
from muxer.ui.widgets.status_line import Status, StatusLine
from muxer.ui.widgets.strip import painted
from muxer.ui.workbench import Workbench

FOLLOW_AFTER = 0.02
"""A program's modes reach the terminals outside so many seconds after its frame, out of the way of an echo."""


class MuxerApp(App[None]):
    """The workbench, drawn for every attached terminal."""

    CSS = "Screen { layers: base; overflow: hidden; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *, host: str, runtime: Runtime, keymap: Keymap, theme: Theme) -> None:
        super().__init__(driver_class=SocketDriver)
        self._host = host
        self._runtime = runtime
        self._keys = keymap
        self._bench = Workbench()
        self._voice = Voice(keymap, self._say_now)
        self._hands = Hands(host=host, picture=self, runtime=runtime, keymap=keymap, voice=self._voice)
        self._views: dict[PaneId, PaneView] = {}
        self._grid = PaneGrid(theme, self._title)
        self._status = StatusLine(theme)
        self._palette = theme
        self._keyboards: dict[Viewer, Keyboard] = {}
        self._focused: PaneId | None = None
        self._following: asyncio.TimerHandle | None = None
        self._laid_out = layout.Region(0, 0, 0, 0)
        self.mounted = asyncio.Event()

    # ---- Textual

    def compose(self) -> ComposeResult:
        """Panes, and a line under them."""
        yield self._grid
        yield self._status

    def on_mount(self) -> None:
        """The driver stands: terminals may come."""
        self._clock = FrameClock(self._draw)
        self._pointer = Pointer(self._grid, self._views, self._scrolled)
        self._outside = Outside(self.driver, dark=self._palette.dark)
        self.driver.stage = self
        self._grid.greet(
            ["No pane is open.", "", f"{self._keys.prefix} c   a shell", f"{self._keys.prefix} d   detach"]
        )

    def on_ready(self) -> None:
        """The first layout is done."""
        self._arrange()
        self.mounted.set()

    async def on_event(self, event: events.Event) -> None:
        """Only a new size concerns us; the layout it causes comes after this."""
        await super().on_event(event)
        if isinstance(event, events.Resize) and self.mounted.is_set():
            self.call_after_refresh(self._arrange)

    @property
    def driver(self) -> SocketDriver:
        """The driver, as ours."""
        driver = self._driver
        assert isinstance(driver, SocketDriver)
        return driver

    # ---- the picture

    @property
    def _covered(self) -> bool:
        return len(self.screen_stack) > 1

    def _title(self, pane: PaneId, cols: int, focused: bool) -> str:
        view = self._views[pane]
        if view.terminal is None:
            return starting_line(cols, self._palette)
        tab = self._bench.tab
        note = f"{view.offset} lines back" if view.offset else "zoomed" if tab and tab.zoomed and focused else ""
        return title_line(self._runtime.facts(pane), cols, self._palette, focused=focused, note=note)

    def _draw(self, panes: set[PaneId]) -> set[PaneId]:
        """The frame clock's work: new frames of these panes, to everybody who can take one."""
        driver = self.driver
        if not driver.ready or not self.mounted.is_set():
            self._clock.sleep(panes)
            return set()
        picture, again, changed = self._grid.draw(panes, asyncio.get_running_loop().time())
        if not changed:
            return again
        self._place_cursor()
        if self._covered:
            self._grid.refresh()
        else:
            driver.show(picture)
            driver.flush()
        return again

    def _place_cursor(self) -> None:
        self.driver.cursor = self._outside.cursor(None if self._covered or self._voice.asking else self._grid.cursor())
        if self._following is None:
            self._following = asyncio.get_running_loop().call_later(FOLLOW_AFTER, self._follow)

    def _follow(self) -> None:
        self._following = None
        focus = self._views.get(self._bench.focus or "")
        if focus is not None and focus.terminal is not None:
            self._outside.follow(focus.terminal.engine.modes())

    def _arrange(self) -> None:
        """Panes, titles and status where they belong now; everything is painted at once, so nothing flickers."""
        if not self.driver.viewers and not self.mounted.is_set():
            return
        self._lay_out()
        self._repaint()

    def _lay_out(self) -> None:
        self._laid_out = self._grid.room
        self._grid.put(self._views, self._bench.regions(self._laid_out), self._bench.focus)
        self._move_focus()
        self._say()
        self._runtime.remember(self._bench.to_data())

    def _repaint(self) -> None:
        if self._covered:
            self._grid.refresh()
            self._status.refresh()
        else:
            self.driver.repaint_all()

    def _move_focus(self) -> None:
        focus = self._bench.focus
        seen = any(viewer.focused for viewer in self.driver.viewers)
        for pane in {self._focused, focus} - {None}:
            terminal = self._runtime.terminals.get(pane or "")
            if terminal is not None:
                terminal.focus(seen and pane == focus)
        self._focused = focus

    def _say(self) -> bool:
        """Put the status line right; whether it says something new."""
        names = tuple(harmless(tab.name) for tab in self._bench.tabs)
        prefixed = any(keyboard.prefixed for keyboard in self._keyboards.values())
        hint, loud = self._voice.words(prefixed=prefixed)
        host = "" if self._host == "default" else self._host
        return self._status.show(Status(host=host, tabs=names, shown=self._bench.shown, hint=hint, loud=loud))

    def _say_now(self) -> None:
        if self.mounted.is_set() and self._say() and not self._covered:
            region = self._status.region
            self._place_cursor()
            self.driver.show("".join(painted(piece, region.x, region.y) for piece in self._status.pieces()))
            self.driver.flush()

    def rows(self) -> list[str] | None:
        """The whole picture as bytes, row by row, while nothing lies over it."""
        if self._covered:
            return None
        strips = [
            *self._grid.render_lines(self._grid.size.region),
            *self._status.render_lines(self._status.size.region),
        ]
        return [strip.render(self.console) for strip in strips]

    def room(self) -> None:
        """A terminal that was busy can take a frame again."""
        self._clock.wake()

    def before_paint(self) -> None:
        """The driver is about to paint everything."""
        if self._grid.room != self._laid_out:
            self._lay_out()
        self._grid.catch_up(asyncio.get_running_loop().time())
        self._place_cursor()

    # ---- what the runtime says

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case PaneChanged(pane) | PaneEnded(pane):
                if self.mounted.is_set() and not self._covered:
                    self.driver.show(self._grid.retitle(pane))
                    self._place_cursor()
                    self.driver.flush()
            case Noticed(_, notice):
                self._outside.pass_on(notice)
            case Warned(text):
                self.warn(text)

    def warn(self, text: str) -> None:
        """One line that a person should read; it goes by itself."""
        self._voice.warn(text)

    def restore(self, remembered: Mapping[str, Any], panes: list[PaneId]) -> None:
        """Put the panes that still live where they were."""
        self._bench = Workbench.from_data(remembered, panes)
        self._views |= {pane: PaneView(pane) for pane in panes}

    def place(self, pane: PaneId, *, tab: str, way: SplitWay, show: bool) -> tuple[str, int, int]:
        """Make room for a pane that is about to be; its tab, columns and rows."""
        home = self._bench.place(pane, tab=tab, way=way, show=show)
        self._views[pane] = PaneView(pane)
        room = self._grid.room
        region = layout.regions(home.tree, room)[pane]
        return home.name, max(1, region.cols), max(1, region.rows - layout.TITLE)

    def open(self, pane: PaneId, terminal: Terminal) -> None:
        """The pane lives: show it."""
        self._views[pane].show(terminal)
        self._outside.tint(terminal)
        if self.mounted.is_set():
            self._arrange()

    def output(self, pane: PaneId) -> None:
        """Its picture changed."""
        self._clock.ask(pane)

    def close_pane(self, pane: PaneId) -> None:
        """The pane is gone, or never came to be."""
        self._bench.close(pane)
        self._views.pop(pane, None)
        if self.mounted.is_set():
            self._arrange()

    def tab_of(self, pane: PaneId) -> str:
        """The name of the tab it lies in."""
        home = self._bench.tab_of(pane)
        return home.name if home else ""

    def resize_pane(self, pane: PaneId, cols: int, rows: int) -> None:
        """Give a pane that size, as far as its neighbours can spare it."""
        home = self._bench.tab_of(pane)
        if home is not None:
            home.tree = layout.resize(home.tree, pane, self._grid.room, cols=cols, rows=rows + layout.TITLE)
            self._arrange()

    def clients(self) -> list[ClientFacts]:
        """Who is attached."""
        return [viewer.facts for viewer in self.driver.viewers]

    def dismiss_clients(self, reason: str) -> int:
        """Let every terminal go; how many there were."""
        gone = tuple(self.driver.viewers)
        for viewer in gone:
            viewer.leave(reason)
        return len(gone)

    # ---- what people do

    def take(self, viewer: Viewer, token: Token) -> bool:
        """A token from a terminal; False leaves it to Textual's widgets."""
        keyboard = self._keyboards.get(viewer)
        if keyboard is None:
            keyboard = self._keyboards[viewer] = Keyboard(self._keys, self._hands, read_only=viewer.read_only)
        match token:
            case Reported(raw):
                self._outside.heard(raw, self._runtime.terminals.values())
            case Focused(gained):
                viewer.focused = gained
                self._move_focus()
            case Moused(mouse):
                if self._covered:
                    return False
                if not viewer.read_only:
                    self._pointed(self._pointer.take(mouse))
            case Typed() | Pressed() | Pasted():
                if self._covered:
                    return False
                before = keyboard.prefixed
                keyboard.take(token)
                if keyboard.prefixed != before:
                    self._say_now()
        return True

    def viewers_changed(self) -> None:
        """Somebody came or went."""
        for viewer in tuple(self._keyboards):
            if viewer not in self.driver.viewers:
                del self._keyboards[viewer]
        self._move_focus()
        self._outside.forget_unless(self.driver.viewers)
        self._say()

    def _scrolled(self, pane: PaneId) -> None:
        self.driver.show(self._grid.retitle(pane))
        self._clock.ask(pane)

    def _pointed(self, pane: PaneId | None) -> None:
        if pane is not None and self._bench.focus_on(pane):
            self._arrange()

    @property
    def bench(self) -> Workbench:
        """What is where."""
        return self._bench

    @property
    def panes_room(self) -> layout.Region:
        """The cells there are for panes."""
        return self._grid.room

    def arranged(self) -> None:
        """The workbench is another: show it."""
        self._arrange()

    def typed_into(self, pane: PaneId) -> None:
        """The pane's echo should not wait, and its history is left."""
        if self._views[pane].live():
            self._scrolled(pane)
        self._clock.typed_into(pane)
