"""What a person's keys do: to the program in focus, to the workbench, or to the runtime by way of verbs."""

import asyncio
from typing import Protocol

from muxer.errors import MuxerError
from muxer.model import PaneId
from muxer.terminal.keys import Key, parse_key, typed_keys
from muxer.terminal.terminal import Terminal
from muxer.ui.driver import SocketDriver
from muxer.ui.keymaps import Keymap
from muxer.ui.layout import Region, Way
from muxer.ui.runtime import Runtime
from muxer.ui.titles import harmless
from muxer.ui.voice import Voice
from muxer.ui.workbench import Workbench

_EVERY_KEY = 8
"""The kitty flag with which a program wants even plain letters as escape sequences."""

_WAYS: dict[str, Way] = {"left": "left", "right": "right", "up": "up", "down": "down"}


class Picture(Protocol):
    """The screen, as far as hands change it."""

    @property
    def driver(self) -> SocketDriver:
        """Who is attached."""

    @property
    def bench(self) -> Workbench:
        """What is where."""

    @property
    def panes_room(self) -> Region:
        """The cells there are for panes."""

    def arranged(self) -> None:
        """The workbench is another: show it."""

    def typed_into(self, pane: PaneId) -> None:
        """The pane's echo should not wait, and its history is left."""


class Hands:
    """One for all attached terminals: they share a screen."""

    def __init__(self, *, host: str, picture: Picture, runtime: Runtime, keymap: Keymap, voice: Voice) -> None:
        self._host = host
        self._picture = picture
        self._runtime = runtime
        self._keymap = keymap
        self._voice = voice
        self._calls: set[asyncio.Task[None]] = set()

    # ---- to the program

    def _program(self) -> Terminal | None:
        pane = self._picture.bench.focus
        if pane is None:
            return None
        self._picture.typed_into(pane)
        return self._runtime.terminals.get(pane)

    def type_text(self, text: bytes) -> None:
        """Plain text for the focused program."""
        terminal = self._program()
        if terminal is None:
            return
        if terminal.engine.modes().kitty_flags & _EVERY_KEY:
            for key in typed_keys(text.decode()):
                terminal.press(key)
        else:
            terminal.write(text)

    def press(self, key: Key) -> None:
        """A key for the focused program."""
        terminal = self._program()
        if terminal is not None:
            terminal.press(key)

    def paste(self, text: bytes) -> None:
        """A whole paste for the focused program."""
        terminal = self._program()
        if terminal is not None:
            terminal.paste(text)

    # ---- to muxer

    @property
    def asking(self) -> bool:
        """Is a question open?"""
        return self._voice.asking

    def answer(self, key: str) -> None:
        """The key for the open question."""
        self._voice.answer(key)

    def unbound(self, key: str) -> None:
        """Say that the key does nothing."""
        self._voice.warn(f"{self._keymap.prefix} {key} does nothing")

    def act(self, action: str) -> None:
        """Do an action of the table."""
        group, _, name = action.partition(".")
        bench = self._picture.bench
        if group == "split" or name == "new":
            self._call("new", command=[], split=name if group == "split" else "none", no_attach=True)
        elif group == "tab":
            moved = bench.show(int(name)) if name.isdecimal() else bench.turn(1 if name == "next" else -1)
            self._moved(moved)
        elif group == "focus":
            self._moved(bench.step(_WAYS[name], self._picture.panes_room))
        elif group == "client":
            self._client(name)
        elif bench.focus is not None:
            self._pane(name, bench.focus)

    def _moved(self, moved: bool) -> None:
        if moved:
            self._picture.arranged()

    def _client(self, name: str) -> None:
        viewer = self._picture.driver.active
        if viewer is not None and name == "detach":
            viewer.leave(f"detached from {self._host}")
        elif viewer is not None:
            viewer.suspend()

    def _pane(self, name: str, pane: PaneId) -> None:
        match name:
            case "zoom":
                self._picture.bench.zoom()
                self._picture.arranged()
            case "close":
                self._close(pane)
            case "send":
                self.press(parse_key(self._keymap.prefix))

    def _close(self, pane: PaneId) -> None:
        if pane not in self._runtime.terminals:
            self._voice.warn("this pane is still starting")
            return
        busy = self._runtime.busy(pane)
        if not busy:
            self._call("kill", pane=pane)
            return

        def answered(key: str) -> None:
            if key in ("y", "enter"):
                self._call("kill", pane=pane)

        name = self._runtime.facts(pane).name
        self._voice.ask(f"close {harmless(name)}, where {harmless(busy)} runs?  y close · n keep", answered)

    def _call(self, verb: str, **arguments: object) -> None:
        """Run a verb on a person's behalf; what is wrong is said in the status line."""

        async def run() -> None:
            try:
                await self._runtime.call(verb, **arguments)
            except MuxerError as error:
                self._voice.warn(str(error))

        task = asyncio.ensure_future(run())
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
