"""One attached terminal: how big it is, how many colours it has, and the bytes that are on their way to it.

It is given whole frames. While it is still busy with one it gets no other: it is marked stale, and is painted anew once
it has room. So nothing ever queues, however slow the terminal is.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

from muxer.model import ClientFacts
from muxer.terminal.outer import FLUSH_AFTER, OuterDecoder, Reported, Token
from muxer.ui.depth import Depth, depth_of, downgrade
from muxer.wire import frames
from muxer.wire.server import Line

ENTER = (
    b"\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[?1004h\x1b[?1000h\x1b[?1002h\x1b[?1006h"
    b"\x1b[?2027h"  # count wide characters as the engine does
    b"\x1b[22;2t"  # keep the window's title; the client puts it back
    b"\x1b[>4;1m\x1b[>5u"  # modified keys told apart: xterm's way, kitty's way
    b"\x1b[0m\x1b[2J"
)
QUERY = b"\x1b[?2026$p"

_OLD = ("linux", "vt1", "vt2", "vt3", "cons25", "ansi")
"""Terminals that may print the last letter of a sequence that they do not know, such as those of newer cursors."""
_TOO_NEW = re.compile(rb"\x1b\[[0-?]*[ -/]+[@-~]")

SYNC_ON, SYNC_OFF = b"\x1b[?2026h", b"\x1b[?2026l"
SYNC_KNOWN = (b"\x1b[?2026;1$y", b"\x1b[?2026;2$y")

CONTROLS = 16
"""Bells and clipboards kept for a busy terminal."""


def _nobody(_viewer: "Viewer") -> None:
    """Nobody wants to know."""


class Viewer:
    """A terminal in front of a person."""

    _last = 0

    def __init__(
        self,
        line: Line,
        hello: Mapping[str, Any],
        *,
        on_token: Callable[["Viewer", Token], None],
        on_change: Callable[["Viewer"], None],
        on_room: Callable[["Viewer"], None],
        on_gone: Callable[["Viewer"], None],
    ) -> None:
        Viewer._last += 1
        self.id = Viewer._last
        self.env: dict[str, str] = hello["env"]
        self.pid: int = hello["pid"]
        self.size = _sane(hello["cols"], hello["rows"])
        self.read_only: bool = hello["read_only"]
        self.depth: Depth = depth_of(self.env)
        self._is_old = self.env.get("TERM", "").startswith(_OLD)
        self.stale = True
        self.focused = True
        self.used = 0.0
        self.suspended = False
        self.renewals = 0
        """How often its modes were set anew since it came."""
        self._line = line
        self._sync = False
        self._decoder = OuterDecoder()
        self._flusher: asyncio.TimerHandle | None = None
        self._controls: list[bytes] = []
        self._on_token, self._on_change, self._on_gone = on_token, on_change, on_gone
        self._on_room = on_room
        self.on_anew: Callable[[Viewer], None] = _nobody
        """Its modes are set anew: what it was told since is forgotten there."""
        self._loop = asyncio.get_running_loop()
        line.on_frame = self._frame_came
        line.on_drained = self._drained
        line.on_closed = self._closed
        line.send(frames.OUTPUT, self._greeting())

    @property
    def facts(self) -> ClientFacts:
        """As `muxer ls` shows it."""
        cols, rows = self.size
        return ClientFacts(
            id=self.id, pid=self.pid, cols=cols, rows=rows, term=self.env.get("TERM", ""), read_only=self.read_only
        )

    @property
    def ready(self) -> bool:
        """Could it take a frame now?"""
        return not self._line.busy and not self.suspended

    def _greeting(self) -> bytes:
        return ENTER if self._is_old else ENTER + QUERY

    # ---- to the terminal

    def frame(self, data: bytes, *, whole: bool = False) -> None:
        """A frame: changes, or the whole screen."""
        if not self.ready or (self.stale and not whole):
            self.stale = True
            return
        self.stale = False
        if self._is_old:
            data = _TOO_NEW.sub(b"", data)
        data = b"".join([*self._controls, downgrade(data, self.depth)])
        self._controls.clear()
        self._line.send(frames.OUTPUT, SYNC_ON + data + SYNC_OFF if self._sync else data)

    def control(self, data: bytes) -> None:
        """A bell, a clipboard, a mode: never dropped for a frame's sake."""
        if self.ready:
            self._line.send(frames.OUTPUT, data)
        elif len(self._controls) < CONTROLS:
            self._controls.append(data)

    def leave(self, reason: str) -> None:
        """Let it go, with a word for the person."""
        self._line.send(frames.EXIT, reason.encode("utf-8", "replace"))
        self._line.close()

    def suspend(self) -> None:
        """Have it stop itself; it asks for a repaint when it is back."""
        self.suspended = True
        self.stale = True
        self._line.send(frames.SUSPEND)

    # ---- from the terminal

    def _frame_came(self, kind: bytes, payload: bytes) -> None:
        match kind:
            case frames.INPUT:
                self.used = self._loop.time()
                self._take(self._decoder.feed(payload))
            case frames.RESIZE:
                cols, _, rows = payload.partition(b" ")
                if cols.isdigit() and rows.isdigit():
                    self.size = _sane(int(cols), int(rows))
                    self.used = self._loop.time()
                    self.stale = True
                    self._on_change(self)
            case frames.REPAINT:
                self.suspended = False
                self.stale = True
                self.renewals += 1
                self.on_anew(self)
                self._line.send(frames.OUTPUT, self._greeting())
                self._on_change(self)
            case frames.LEAVE:
                self.leave("detached")

    def _take(self, tokens: list[Token]) -> None:
        for token in tokens:
            if isinstance(token, Reported) and token.raw in SYNC_KNOWN:
                self._sync = True
            else:
                self._on_token(self, token)
        if self._decoder.pending and self._flusher is None:
            self._flusher = self._loop.call_later(FLUSH_AFTER, self._flush)

    def _flush(self) -> None:
        self._flusher = None
        self._take(self._decoder.flush())

    def _drained(self) -> None:
        if self._controls:
            self.stale = True
        self._on_room(self)

    def _closed(self) -> None:
        if self._flusher is not None:
            self._flusher.cancel()
            self._flusher = None
        self._on_gone(self)


def _sane(cols: int, rows: int) -> tuple[int, int]:
    """Some terminals say 0x0 before they have a window."""
    return max(1, min(cols or 80, 2000)), max(1, min(rows or 24, 2000))
