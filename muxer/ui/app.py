"""The app: it puts the parts of the screen together, and is the desk that keys work at. It is handed the runtime."""

import asyncio
from collections.abc import Mapping
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Horizontal
from textual.screen import Screen

from muxer.config import Config, in_short
from muxer.errors import MuxerError
from muxer.model import PaneId
from muxer.settings.keymaps import Keymap, read_keymap
from muxer.settings.themes import Theme, read_theme
from muxer.ui import layout
from muxer.ui.attention import Attention
from muxer.ui.buffers import Buffers
from muxer.ui.captions import Captions
from muxer.ui.copying.lens import CopyLens
from muxer.ui.driver import SocketDriver
from muxer.ui.edges import Edges
from muxer.ui.epilogue import Epilogue
from muxer.ui.hands import Hands
from muxer.ui.herald import Herald
from muxer.ui.lately import Lately
from muxer.ui.look import Look
from muxer.ui.mending import FAILED, MendingApp
from muxer.ui.mouse import Pointer
from muxer.ui.notices import Notices
from muxer.ui.picture import Picture
from muxer.ui.runtime import Runtime
from muxer.ui.screens.first_run import FirstRun, is_due
from muxer.ui.seats import Seats
from muxer.ui.stage import Stage
from muxer.ui.states import Sight
from muxer.ui.syncing import Syncing
from muxer.ui.textual_theme import Costume
from muxer.ui.voice import Voice
from muxer.ui.which_key import WhichKey
from muxer.ui.widgets.pane import PaneView
from muxer.ui.widgets.pane_grid import PaneGrid, Sheet
from muxer.ui.widgets.sidebar import Sidebar
from muxer.ui.widgets.status_line import StatusLine
from muxer.ui.workbench import Workbench


class MuxerApp(MendingApp, inherit_bindings=False):
    """The workbench, drawn for every attached terminal."""

    CSS = "Screen { layers: base; overflow: hidden; }"
    ENABLE_COMMAND_PALETTE = False

    picture: Picture
    stage: Stage
    _seats: Seats

    def __init__(self, *, host: str, runtime: Runtime, config: Config, keymap: Keymap, theme: Theme) -> None:
        super().__init__(driver_class=SocketDriver)
        self.host = host
        self._mode = ""
        self._runtime = runtime
        self._look = Look(config=config, keymap=keymap, theme=theme)
        self._hands = Hands(self)
        self._costume = Costume(self, self._look)
        self._bench = Workbench()
        self._buffers = Buffers()
        self._welcomed = False
        self._notices = Notices(self._waits_or_not)
        self._attention = Attention(runtime, self._notices, self._count_again)
        self._syncing = Syncing()
        self.lately = Lately()
        self._voice = Voice(self.say_again)
        self._views: dict[PaneId, PaneView] = {}
        self._captions = Captions(self, lambda: self._seats.prefixed)
        self._grid = PaneGrid(self._look, self._captions.title, self._captions.card)
        self._sidebar = Sidebar(self._look, self._captions.listing)
        self._status = StatusLine(self._look)
        self._calls: set[asyncio.Task[None]] = set()
        self.mounted = asyncio.Event()

    # ---- Textual

    def compose(self) -> ComposeResult:
        """Panes, a list of them, and a line under them."""
        self._sidebar.fit(self.size.width)
        yield Horizontal(self._sidebar, self._grid)
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
            sidebar=self._sidebar,
            costume=self._costume,
            say=self._say,
        )
        lay, outside = self.picture.lay, self.picture.outside
        pointer = Pointer(self, self._grid, Edges(self, self._sidebar, self._status, self._captions.strip_at), lay)
        self._herald = Herald(self, ground=self._grid, lay=lay, pass_on=outside.pass_on)
        self._epilogue = Epilogue(self, lambda sheet: self.lay("epilogue", sheet))
        self.picture.on_focus = self._looked
        self.picture.tints.on_scheme = lambda name: self.wear(theme=name)
        self._which_key = WhichKey(self._look, lambda: self.panes_room, lambda sheet: self.lay("which-key", sheet))
        self.stage = Stage(self, views=self._views, picture=self.picture, captions=self._captions, herald=self._herald)
        self.driver.stage = self._seats = Seats(
            self,
            hands=self._hands,
            pointer=pointer,
            picture=self.picture,
            herald=self._herald,
            which_key=self._which_key,
            on_change=self._seats_changed,
        )
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
        if isinstance(event, events.Resize):
            self._sidebar.fit(event.size.width)
        await super().on_event(event)
        if isinstance(event, events.Resize) and self.mounted.is_set():
            self._which_key.hide()
            self.call_after_refresh(self.arranged)

    def on_pane_grid_roomed(self) -> None:
        """Under a Textual screen, nothing else tells that the panes' room is another."""
        if self.mounted.is_set() and self.picture.covered:
            self.arranged()

    # ---- the desk

    @property
    def mode(self) -> str:
        """A pane in copy mode stays so while another has the focus."""
        view = self._views.get(self._bench.focus or "")
        copies = view is not None and isinstance(view.lens, CopyLens) and not view.lens.passing
        return self._mode or ("copy" if copies else "")

    @mode.setter
    def mode(self, mode: str) -> None:
        self._mode = mode

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
    def notices(self) -> Notices:
        """What was said lately."""
        return self._notices

    @property
    def attention(self) -> Attention:
        """All that waits for a person."""
        return self._attention

    @property
    def syncing(self) -> Syncing:
        """Which panes are typed into together."""
        return self._syncing

    @property
    def sidebar(self) -> Sidebar:
        """The list of all panes."""
        return self._sidebar

    def show_sidebar(self, *, wish: bool | None) -> None:
        """Show it or hide it, as far as there is room; None leaves it to the settings."""
        self._sidebar.shown = wish
        if self._sidebar.fit(self.size.width):
            self.call_after_refresh(self.arranged)

    @property
    def panes_room(self) -> layout.Region:
        """The cells there are for panes."""
        return self._grid.room

    def sight(self, pane: PaneId) -> Sight:
        """What was last seen of a pane."""
        return self._captions.lookout.sight(pane)

    def place_of(self, pane: PaneId) -> layout.Region | None:
        """Where a pane lies on the screen, its title included."""
        region = self._bench.regions(self._grid.room).get(pane)
        left, top = self._grid.region.offset
        return region and region._replace(x=region.x + left, y=region.y + top)

    def arranged(self) -> None:
        """The workbench is another: show it."""
        if hasattr(self, "picture"):
            self.picture.arrange()

    def redraw(self, pane: PaneId) -> None:
        """A pane's picture or title is another, though its program wrote nothing."""
        self.picture.redraw(pane)
        self._epilogue.place()

    def say_again(self) -> None:
        """What the status line says may be something else."""
        if hasattr(self, "picture"):
            self.picture.say_again()

    def typed_into(self, pane: PaneId) -> None:
        """The pane's echo should not wait, and its history is left."""
        view = self._views[pane]
        if isinstance(view.lens, CopyLens):
            view.look_through(None)
            self.redraw(pane)
        if view.live():
            self.redraw(pane)
        self.picture.clock.typed_into(pane)
        self._captions.lookout.typed()

    def call(self, verb: str, **arguments: object) -> None:
        """Run a verb on a person's behalf; what is wrong is said in the status line."""

        async def run() -> None:
            try:
                await self._runtime.call(verb, **arguments)
            except MuxerError as error:
                self._voice.warn(str(error))

        task = asyncio.ensure_future(run())
        if verb in ("new", "spawn"):
            self.driver.hold(task)
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    def act(self, action: str) -> None:
        """Do an action of the table."""
        self._hands.act(action)

    def copy(self, text: str) -> None:
        """Put text on the clipboards outside, and on top of the buffers."""
        self._buffers.add(text)
        self.picture.outside.copy(text)

    def lay(self, name: str, sheet: Sheet | None) -> None:
        """Lay rows over the panes, or take them away."""
        self.picture.lay(name, sheet)

    def show_screen(self, screen: Screen[Any]) -> None:
        """Lay a Textual screen over everything."""
        self.picture.bare.clear()
        if not getattr(screen, "LEADS_TO_QUESTIONS", False):
            self.picture.askable.clear()
        self.driver.lay_screen(screen)
        self.take_down_if_failed(screen)

    def pop_screen(self) -> AwaitComplete:
        """What the screen lay over is painted again, whole and at once."""
        if not self.picture.covered:
            return AwaitComplete()  # a key and a click, or two of them, have left one dialog
        popped = super().pop_screen()
        if not self.picture.covered:
            self.picture.bare.set()
            self.picture.repaint()
        if not self.picture.covered or getattr(self.screen, "LEADS_TO_QUESTIONS", False):
            self.picture.askable.set()
        return popped

    def dialog_failed(self) -> None:
        """One that cost nothing but itself."""
        self._voice.warn(FAILED)

    def wear(self, *, theme: str = "", keymap: str = "") -> None:
        """Change the theme or the keymap, now."""
        try:
            if theme:
                self._look.theme = read_theme(theme)
            if keymap:
                self._look.keymap = read_keymap(keymap)
        except MuxerError as error:
            self._voice.warn(in_short(str(error)))
        self.arranged()

    def choose(self, group: str, name: str, value: object) -> None:
        """Let a setting hold from now on."""
        try:
            said = self._runtime.choose({(group, name): value})
        except MuxerError as error:
            said = str(error)
        if said:
            self._voice.warn(said)

    def apply(self, *, config: Config, keymap: Keymap, theme: Theme) -> None:
        """These settings hold from now on: show it."""
        if config.look.sidebar != self._look.config.look.sidebar:
            self.call_later(self.show_sidebar, wish=None)
        self._look.config, self._look.keymap = config, keymap
        self.driver.policy = config.clients.size
        if config.look.follow:
            self.wear(theme=config.look.dark if self._look.theme.dark else config.look.light)
        else:
            self._look.theme = theme
            self.arranged()
        self.picture.tints.dress()

    def _waits_or_not(self, pane: PaneId) -> None:
        self._captions.lookout.look_again(pane)
        self._herald.changed(pane)

    def _count_again(self) -> None:
        self._herald.say_soon()

    def _looked(self) -> None:
        self._herald.look()
        self._epilogue.place()

    def _seats_changed(self) -> None:
        self.say_again()
        if not self._welcomed and is_due(self):
            self._welcomed = True
            self.show_screen(FirstRun(self))

    def _say(self) -> bool:
        """Put the status line right; whether it says something new."""
        self._captions.attend()
        return self._status.show(self._captions.status())
