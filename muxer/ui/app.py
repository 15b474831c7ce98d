"""The app: the stage that services show panes on, and the desk that keys work at. It is handed the runtime."""

import asyncio
from collections.abc import Mapping
from typing import Any

from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen

from muxer.config import Config
from muxer.errors import MuxerError
from muxer.events import Event, Noticed, PaneChanged, PaneEnded, Warned
from muxer.model import ClientFacts, PaneId, SplitWay
from muxer.settings.keymaps import Keymap, read_keymap
from muxer.settings.themes import Theme, read_theme
from muxer.terminal.outer import Focused, Moused, Pasted, Pressed, Reported, Token, Typed
from muxer.terminal.terminal import Terminal
from muxer.ui import layout
from muxer.ui.buffers import Buffers
from muxer.ui.driver import SocketDriver
from muxer.ui.hands import Hands
from muxer.ui.keyboard import Keyboard
from muxer.ui.look import Look
from muxer.ui.mouse import Pointer
from muxer.ui.picture import Picture
from muxer.ui.runtime import Runtime
from muxer.ui.titles import harmless, starting_line, title_line
from muxer.ui.viewer import Viewer
from muxer.ui.voice import Voice
from muxer.ui.widgets.pane import Card, PaneView
from muxer.ui.widgets.pane_grid import PaneGrid
from muxer.ui.widgets.status_line import Status, StatusLine
from muxer.ui.workbench import Workbench


class MuxerApp(App[None], inherit_bindings=False):
    """The workbench, drawn for every attached terminal."""

    CSS = "Screen { layers: base; overflow: hidden; }"
    ENABLE_COMMAND_PALETTE = False

    picture: Picture

    def __init__(self, *, host: str, runtime: Runtime, config: Config, keymap: Keymap, theme: Theme) -> None:
        super().__init__(driver_class=SocketDriver)
        self.host = host
        self.mode = ""
        self._runtime = runtime
        self._look = Look(config=config, keymap=keymap, theme=theme)
        self._bench = Workbench()
        self._buffers = Buffers()
        self._voice = Voice(self.say_again)
        self._hands = Hands(self)
        self._views: dict[PaneId, PaneView] = {}
        self._grid = PaneGrid(self._look, self._title, self._card)
        self._status = StatusLine(self._look)
        self._keyboards: dict[Viewer, Keyboard] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self.mounted = asyncio.Event()

    # ---- Textual

    def compose(self) -> ComposeResult:
        """Panes, and a line under them."""
        yield self._grid
        yield self._status

    def on_mount(self) -> None:
        """The driver stands: terminals may come."""
        self.picture = Picture(
            self,
            look=self._look,
            runtime=self._runtime,
            bench=self._bench,
            voice=self._voice,
            views=self._views,
            grid=self._grid,
            status=self._status,
            say=self._say,
        )
        self._pointer = Pointer(self._grid, self._views, self.redraw)
        self.driver.stage = self
        keymap = self._look.keymap
        offers = [(keymap.way("tab.new"), "a shell"), (keymap.way("client.detach"), "detach")]
        self._grid.greet(["No pane is open.", "", *(f"{key}   {words}" for key, words in offers if key)])

    def on_ready(self) -> None:
        """The first layout is done."""
        self.picture.stands = True
        self.arranged()
        self.mounted.set()

    async def on_event(self, event: events.Event) -> None:
        """Only a new size concerns us; the layout it causes comes after this."""
        await super().on_event(event)
        if isinstance(event, events.Resize) and self.mounted.is_set():
            self.call_after_refresh(self.arranged)

    # ---- the desk

    @property
    def driver(self) -> SocketDriver:
        """Who is attached."""
        driver = self._driver
        assert isinstance(driver, SocketDriver)
        return driver

    @property
    def runtime(self) -> Runtime:
        """Terminals, facts, verbs."""
        return self._runtime

    @property
    def look(self) -> Look:
        """Theme, keymap and settings."""
        return self._look

    @property
    def voice(self) -> Voice:
        """The status line's words."""
        return self._voice

    @property
    def bench(self) -> Workbench:
        """What is where."""
        return self._bench

    @property
    def views(self) -> Mapping[PaneId, PaneView]:
        """Every pane's picture."""
        return self._views

    @property
    def buffers(self) -> Buffers:
        """What was copied."""
        return self._buffers

    @property
    def panes_room(self) -> layout.Region:
        """The cells there are for panes."""
        return self._grid.room

    def arranged(self) -> None:
        """The workbench is another: show it."""
        if hasattr(self, "picture"):
            self.picture.arrange()

    def redraw(self, pane: PaneId) -> None:
        """A pane's picture or title is another, though its program wrote nothing."""
        self.picture.redraw(pane)

    def say_again(self) -> None:
        """What the status line says may be something else."""
        if hasattr(self, "picture"):
            self.picture.say_again()

    def typed_into(self, pane: PaneId) -> None:
        """The pane's echo should not wait, and its history is left."""
        if self._views[pane].live():
            self.redraw(pane)
        self.picture.clock.typed_into(pane)

    def call(self, verb: str, **arguments: object) -> None:
        """Run a verb on a person's behalf; what is wrong is said in the status line."""

        async def run() -> None:
            try:
                await self._runtime.call(verb, **arguments)
            except MuxerError as error:
                self._voice.warn(str(error))

        task = asyncio.ensure_future(run())
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    def act(self, action: str) -> None:
        """Do an action of the table."""
        self._hands.act(action)

    def copy(self, text: str) -> None:
        """Put text on the clipboards outside, and on top of the buffers."""
        self._buffers.add(text)
        self.picture.outside.copy(text)

    def show_screen(self, screen: Screen[Any]) -> None:
        """Lay a Textual screen over everything."""
        self.push_screen(screen)

    def wear(self, *, theme: str = "", keymap: str = "") -> None:
        """Change the theme or the keymap, now."""
        try:
            if theme:
                self._look.theme = read_theme(theme)
            if keymap:
                self._look.keymap = read_keymap(keymap)
        except MuxerError as error:
            self._voice.warn(str(error))
        self.arranged()

    # ---- words on the screen

    def _title(self, pane: PaneId, cols: int, focused: bool) -> str:
        view = self._views[pane]
        if view.terminal is None:
            return starting_line(cols, self._look)
        tab = self._bench.tab
        note = f"{view.offset} lines back" if view.offset else "zoomed" if tab and tab.zoomed and focused else ""
        note = view.lens.note if view.lens else note
        return title_line(self._runtime.facts(pane), cols, self._look, focused=focused, note=note)

    def _card(self, pane: PaneId) -> Card:
        def rows(cols: int, count: int) -> list[str]:
            terminal = self._views[pane].terminal
            last = next((line for line in reversed(terminal.engine.lines()) if line.strip()), "") if terminal else ""
            return [self._look.ink("quiet") + harmless(last)[:cols], *[""] * (count - 1)][:count]

        return rows

    def _say(self) -> bool:
        """Put the status line right; whether it says something new."""
        names = tuple(harmless(tab.name) for tab in self._bench.tabs)
        hint, loud = self._voice.words()
        if not hint:
            prefixed = any(keyboard.prefixed for keyboard in self._keyboards.values())
            hint, loud = (f"{self._look.keymap.prefix} …", "accent" if prefixed else "")
        host = "" if self.host == "default" else self.host
        return self._status.show(Status(host=host, tabs=names, shown=self._bench.shown, hint=hint, loud=loud))

    # ---- the driver's stage

    def rows(self) -> list[str] | None:
        """The whole picture as bytes, row by row, while nothing lies over it."""
        return self.picture.rows()

    def room(self) -> None:
        """A terminal that was busy can take a frame again."""
        self.picture.clock.wake()

    def before_paint(self) -> None:
        """The driver is about to paint everything."""
        self.picture.before_paint()

    def take(self, viewer: Viewer, token: Token) -> bool:
        """A token from a terminal; False leaves it to Textual's widgets."""
        keyboard = self._keyboards.get(viewer)
        if keyboard is None:
            keyboard = self._keyboards[viewer] = Keyboard(self._look, self._hands, read_only=viewer.read_only)
        match token:
            case Reported(raw):
                self.picture.outside.heard(raw, self._runtime.terminals.values())
            case Focused(gained):
                viewer.focused = gained
                self.picture.move_focus()
            case Moused(mouse):
                if self.picture.covered:
                    return False
                if not viewer.read_only:
                    self._pointed(self._pointer.take(mouse))
            case Typed() | Pressed() | Pasted():
                if self.picture.covered:
                    return False
                before = keyboard.prefixed
                keyboard.take(token)
                if keyboard.prefixed != before:
                    self.say_again()
        return True

    def _pointed(self, pane: PaneId | None) -> None:
        if pane is not None and self._bench.focus_on(pane):
            self.arranged()

    def viewers_changed(self) -> None:
        """Somebody came or went."""
        for viewer in tuple(self._keyboards):
            if viewer not in self.driver.viewers:
                del self._keyboards[viewer]
        self.picture.move_focus()
        self.picture.outside.forget_unless(self.driver.viewers)
        self._say()

    # ---- the services' stage

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case PaneChanged(pane) | PaneEnded(pane):
                self.picture.retitle(pane)
            case Noticed(_, notice):
                self.picture.outside.pass_on(notice)
            case Warned(text):
                self.warn(text)

    def warn(self, text: str) -> None:
        """One line that a person should read; it goes by itself."""
        self._voice.warn(text)

    def restore(self, remembered: Mapping[str, Any], panes: list[PaneId]) -> None:
        """Put the panes that still live where they were."""
        self._bench.restore(remembered, panes)
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
        self.picture.outside.tint(terminal)
        self.arranged()

    def output(self, pane: PaneId) -> None:
        """Its picture changed."""
        self.picture.clock.ask(pane)

    def close_pane(self, pane: PaneId) -> None:
        """The pane is gone, or never came to be."""
        self._bench.close(pane)
        self._views.pop(pane, None)
        self.arranged()

    def tab_of(self, pane: PaneId) -> str:
        """The name of the tab it lies in."""
        home = self._bench.tab_of(pane)
        return home.name if home else ""

    def resize_pane(self, pane: PaneId, cols: int, rows: int) -> None:
        """Give a pane that size, as far as its neighbours can spare it."""
        home = self._bench.tab_of(pane)
        if home is not None:
            home.tree = layout.resize(home.tree, pane, self._grid.room, cols=cols, rows=rows + layout.TITLE)
            self.arranged()

    def clients(self) -> list[ClientFacts]:
        """Who is attached."""
        return [viewer.facts for viewer in self.driver.viewers]

    def dismiss_clients(self, reason: str) -> int:
        """Let every terminal go; how many there were."""
        gone = tuple(self.driver.viewers)
        for viewer in gone:
            viewer.leave(reason)
        return len(gone)
