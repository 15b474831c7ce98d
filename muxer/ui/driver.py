"""The Textual driver whose terminal is whoever is attached: nobody, one, or several.

It runs on the app's own loop: no thread, no write that blocks. Textual's private names are used here and nowhere else
but in `mending` and the widgets' strips: `_xterm_parser`, `Screen._compositor`, `App._background_screens`,
`App._context`, `App._exception`, `App._exit_renderables`, `visible_screen_stack`.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal, Protocol

from textual import events
from textual._context import visible_screen_stack
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

from muxer.terminal.outer import Focused, Moused, Pasted, Pressed, Reported, Token, Typed
from muxer.ui.harmless import harmless
from muxer.ui.viewer import Viewer
from muxer.wire.server import Line

SizePolicy = Literal["smallest", "latest"]

_HIDE = "\x1b[?25l"
_WHOLE = {b"\x1b": "escape", b"\x1b\r": "alt+enter"}
"""Keys that are known to be no more; Textual would wait for what comes after them, and take that for a part of them."""
_PARSER_PATIENCE = 0.12
_RISING_PATIENCE = 2.0
"""So many seconds keys wait at most for a screen or a pane."""
_POINTER = "\x1b]22;"


class Stage(Protocol):
    """What the app does with what its terminals send."""

    def take(self, viewer: Viewer, token: Token) -> bool:
        """A token; False leaves it to Textual's own widgets."""

    def viewers_changed(self) -> None:
        """Somebody came, went or has another size."""

    def room(self) -> None:
        """A terminal that was busy can take a frame again."""

    def rows(self) -> list[str] | None:
        """The whole picture as bytes, row by row, if it needs no compositor."""

    def before_paint(self) -> None:
        """The whole screen is about to be painted."""


class SocketDriver(Driver):
    """Given to the app as its driver class; made by Textual, so what it needs is set on the class by the host."""

    policy: SizePolicy = "smallest"

    def __init__(
        self, app: App[object], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size or (80, 24))
        self.viewers: list[Viewer] = []
        self.active: Viewer | None = None
        self.stage: Stage | None = None
        self.failure: Exception | None = None
        """Why the app ended, if nobody asked it to."""
        self.cursor = _HIDE
        """What puts the cursor where it belongs; it ends every frame."""
        self.letters: Mapping[int, str] = {}
        """What is drawn in place of glyphs that a terminal lacks, in what Textual composes."""
        self._size: tuple[int, int] = size or (80, 24)
        self._written: list[str] = []
        self._flush_soon = False
        self._composed_any = False
        self._parser: XTermParser | None = None
        self._parser_timer: asyncio.TimerHandle | None = None
        self._rising: set[asyncio.Future[None]] = set()
        """Screens and panes that are being made: what is typed meanwhile is theirs, and waits."""
        self._held: list[tuple[Viewer, Token]] = []

    # ---- what Textual asks

    @property
    def is_headless(self) -> bool:
        """Without anybody to see it, Textual need not even build a frame."""
        return not self.viewers

    @property
    def can_suspend(self) -> bool:
        """The host has no terminal to give back."""
        return False

    def send_message(self, message: Message) -> None:
        """All of this is on the app's loop already."""
        self._app.post_message(message)

    def write(self, data: str) -> None:
        """Part of a frame, or a bell, or a clipboard."""
        if data.startswith(_POINTER):
            return  # nothing here needs another mouse pointer, and the Linux console would show the bytes
        if data == "\x07" or data.startswith("\x1b]"):
            self.control(data)
            return
        self._written.append(data.translate(self.letters))
        self._composed_any = True
        if not self._flush_soon:
            self._flush_soon = True
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """The frame is whole: everybody who can take it gets it."""
        self._flush_soon = False
        composed_any, self._composed_any = self._composed_any, False
        if not self._written:
            return
        if composed_any and self.stage is not None and self.stage.rows() is not None:
            # Textual has laid out anew: a stage that paints by itself does so from where things are now.
            self.repaint_all()
            return
        # Textual moves the cursor for its own ends; the app's cursor is put back by what ends the frame.
        data = f"{_HIDE}\x1b[0m{''.join(self._written)}{self.cursor}".encode("utf-8", "replace")
        self._written.clear()
        for viewer in tuple(self.viewers):
            if self._fits(viewer):
                viewer.frame(data)
            else:
                viewer.stale = True
            if viewer.stale:
                self.repaint(viewer)

    def start_application_mode(self) -> None:
        """Nothing to do: terminals come by `attach`."""

    def disable_input(self) -> None:
        """Textual stops: no more events are wanted."""
        self.stage = None

    def stop_application_mode(self) -> None:
        """Nothing to do: whoever is still here is told by the host what comes now."""

    def close(self) -> None:
        """Textual stops; what it would print of its failure is for the host's journal."""
        self.failure = self._app._exception  # noqa: SLF001 - Textual hands it to nobody
        self._app._exit_renderables.clear()  # noqa: SLF001
        if self._parser_timer is not None:
            self._parser_timer.cancel()

    # ---- terminals

    @property
    def ready(self) -> bool:
        """Could anybody take a frame now?"""
        return any(viewer.ready for viewer in self.viewers)

    def attach(self, line: Line, hello: Mapping[str, Any]) -> Viewer:
        """A terminal said hello."""
        viewer = Viewer(
            line, hello, on_token=self._token_came, on_change=self._changed, on_room=self._room, on_gone=self._gone
        )
        viewer.used = self._loop.time()
        self.viewers.append(viewer)
        self.active = viewer
        self._changed(viewer)
        return viewer

    def show(self, data: str) -> None:
        """Bytes of the app's own that change the picture; they go out with the next flush."""
        self._written.append(data)

    def control(self, data: str, to: Viewer | None = None) -> None:
        """To everybody or to one, whatever else is on its way."""
        for viewer in [to] if to else self.viewers:
            viewer.control(data.encode("utf-8", "replace"))

    def _gone(self, viewer: Viewer) -> None:
        if viewer in self.viewers:
            self.viewers.remove(viewer)
        if self.active is viewer:
            self.active = max(self.viewers, key=lambda v: v.used, default=None)
        self._resize()
        if self.stage:
            self.stage.viewers_changed()

    def _changed(self, viewer: Viewer) -> None:
        resized = self._resize()
        if self.stage:
            self.stage.viewers_changed()
        if not resized and viewer.stale:
            self.repaint(viewer)
        if self.stage:
            self.stage.room()

    def _resize(self) -> bool:
        """Give the app the size that all can see, or that the latest one has; whether it is another."""
        here = [viewer for viewer in self.viewers if not viewer.suspended]
        if not here:
            return False
        if self.policy == "latest":
            size = max(here, key=lambda viewer: viewer.used).size
        else:
            size = min(viewer.size[0] for viewer in here), min(viewer.size[1] for viewer in here)
        if size == self._size:
            return False
        self._size = size
        for viewer in self.viewers:
            viewer.stale = True
        self._app.post_message(events.Resize(Size(*size), Size(*size)))
        return True

    def _room(self, viewer: Viewer) -> None:
        if viewer.stale:
            self.repaint(viewer)
        if self.stage:
            self.stage.room()

    def _fits(self, viewer: Viewer) -> bool:
        return viewer.size[0] >= self._size[0] and viewer.size[1] >= self._size[1]

    def repaint_all(self) -> None:
        """Everybody's screen anew, now."""
        self._written.clear()
        for viewer in tuple(self.viewers):
            self.repaint(viewer)

    def repaint(self, viewer: Viewer) -> None:
        """The whole screen for one terminal; it stays stale if that cannot be now."""
        if not viewer.ready or self.stage is None or not self._app.is_running:
            viewer.stale = True
            return
        laid_out = self._app.screen._compositor.size  # noqa: SLF001 - the screen's own is the coming one
        if tuple(laid_out) != self._size:  # the layout for this size is to come, and paints when done
            viewer.stale = True
            return
        self.stage.before_paint()
        fits = self._fits(viewer)
        rows = self.stage.rows() if fits else None
        if rows is None:
            rows = self._composed(viewer)
        picture = "".join(f"\x1b[{y + 1};1H{row}" for y, row in enumerate(rows))
        clear = "\x1b[0m\x1b[2J" if viewer.size != self._size or viewer.stale else ""
        cursor = self.cursor if fits else _HIDE
        viewer.frame(f"{_HIDE}{clear}{picture}{cursor}".encode("utf-8", "replace"), whole=True)

    def _composed(self, viewer: Viewer) -> list[str]:
        """The rows as Textual puts them together, cut to what the terminal can show."""
        cols, height = viewer.size
        with self._app._context():  # noqa: SLF001 - a terminal's bytes come from outside of Textual
            visible_screen_stack.set(self._app._background_screens)  # noqa: SLF001 - as Screen does before it composes
            strips = self._app.screen._compositor.render_strips()  # noqa: SLF001 - leaves dirty regions alone
        console = self._app.console
        return [
            (strip if strip.cell_length <= cols else strip.crop(0, cols)).render(console).translate(self.letters)
            for strip in strips[:height]
        ]

    # ---- input

    def lay_screen(self, screen: Screen[Any]) -> None:
        """Lay a Textual screen over everything, though the key that asks for it comes from outside of Textual."""
        with self._app._context():  # noqa: SLF001 - as in _composed
            mounting = self._app.push_screen(screen)
        self.cursor = _HIDE  # the screen draws its own

        async def rise() -> None:
            await mounting

        self.hold(asyncio.ensure_future(rise()))

    def hold(self, rising: "asyncio.Future[None]") -> None:
        """What is typed from now on is meant for what comes of this, and waits for it; not for ever."""
        self._rising.add(rising)
        rising.add_done_callback(self._risen)
        asyncio.get_running_loop().call_later(_RISING_PATIENCE, self._risen, rising)

    def _risen(self, rising: "asyncio.Future[None]") -> None:
        if rising not in self._rising:
            return
        self._rising.discard(rising)
        if not self._rising:
            held, self._held = self._held, []
            for viewer, token in held:
                self._token_came(viewer, token)

    def type(self, viewer: Viewer, text: str) -> None:
        """A part of what was typed, as if it had come by itself."""
        self._token_came(viewer, Typed(text, text.encode()))

    def _token_came(self, viewer: Viewer, token: Token) -> None:
        if self._rising and isinstance(token, Typed | Pressed | Pasted | Moused):
            self._held.append((viewer, token))
            return
        self.active = viewer
        if self.policy == "latest" and self._resize() and self.stage:
            self.stage.viewers_changed()
        if self.stage is None or self.stage.take(viewer, token) or isinstance(token, Reported):
            return
        if isinstance(token, Focused):
            self.process_message(events.AppFocus() if token.gained else events.AppBlur())
        elif isinstance(token, Pasted):
            self.process_message(events.Paste(_as_text(token.data)))
        elif isinstance(token, Pressed) and token.raw in _WHOLE:
            self.process_message(events.Key(_WHOLE[token.raw], None))
        else:
            self._to_textual(token.raw.decode("utf-8", "replace"))

    def _to_textual(self, data: str) -> None:
        if self._parser is None:
            self._parser = XTermParser()
        for message in self._parser.feed(data):
            self.process_message(message)
        if self._parser_timer is not None:  # an Escape by itself is known by the time that passes after it
            self._parser_timer.cancel()
        self._parser_timer = self._loop.call_later(_PARSER_PATIENCE, self._tick)

    def _tick(self) -> None:
        self._parser_timer = None
        if self._parser is not None:
            for message in self._parser.tick():
                self.process_message(message)


def _as_text(pasted: bytes) -> str:
    """Lines for Textual's widgets, which write to the terminals whatever they hold."""
    return "\n".join(map(harmless, pasted.decode("utf-8", "replace").expandtabs(4).splitlines()))
