"""One live terminal: a pty, the ring that its output is read into, and the engine that understands it.

Each piece of output is in the ring before the engine sees it, and its queries are answered before the ring is told
that they were. So the next host replays everything, and answers what this one did not.
"""

import asyncio
import json
import socket
import struct
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import Self
from urllib.parse import unquote, urlsplit

from muxer.errors import SnapshotUnfit
from muxer.terminal.choice import engine_class, open_engine
from muxer.terminal.engine import SCROLLBACK, Colors, Engine, FolderSet, Notice, TitleSet
from muxer.terminal.keys import Key, Mouse
from muxer.terminal.pty import Pty
from muxer.terminal.recovery import LONE, Recovery
from muxer.terminal.renewal import clean, line_under
from muxer.terminal.ring import CAPACITY, Ring

COMPRESS_EVERY = 128 << 10
COMPRESS_AFTER = 0.15
"""Seconds after which that much output has its history made small, which takes some milliseconds."""
CALM = 0.1
SETTLED = 0.05
"""The program is told of a new size at once if there was no other for so long; else when the last one has stood."""

_LENGTH = struct.Struct("=I")


def _nothing(*_: object) -> None:
    """What an owner that does not care wants to hear."""


class Terminal:
    """Callbacks may be set until start(); nothing happens before. One whose pty is -1 has no program."""

    def __init__(self, fd: int, engine: Engine, ring: Ring, *, cols: int, rows: int, trouble: deque[str]) -> None:
        self.engine = engine
        self.cols, self.rows = cols, rows
        self.title = ""
        self.cwd = ""
        """Where the program says it is; empty until it does."""
        self.ended = fd < 0
        self.trouble = trouble
        """What went wrong lately, in lines for a person."""
        self.on_output: Callable[[], None] = _nothing
        self.on_notice: Callable[[Notice], None] = _nothing
        self.on_trouble: Callable[[str], None] = _nothing
        self.on_end: Callable[[], None] = _nothing
        self._ring = ring
        ring.say = self._complain
        self._focused = False
        self._is_quiet = False
        self._needs_save = False
        self._uncompressed = 0
        self._squeeze: asyncio.TimerHandle | None = None
        self._saved_at = 0.0
        self._resized_at = 0.0
        self._telling: asyncio.TimerHandle | None = None
        self._pty = self._on(fd)

    def _on(self, fd: int) -> Pty:
        return Pty(fd, self._ring, on_read=self._take, on_turn=self._turn, on_end=self._end, on_drop=self._dropped)

    @classmethod
    def fresh(
        cls,
        pane: str,
        fd: int,
        folder: str,
        cols: int,
        rows: int,
        *,
        capacity: int = CAPACITY,
        scrollback: int = SCROLLBACK,
    ) -> Self:
        """A terminal for a program that was just started."""
        said: deque[str] = deque(maxlen=20)
        ring = Ring.fresh(folder, pane, capacity=capacity, say=said.append)
        ring.resized(cols, rows)
        return cls(fd, open_engine(cols, rows, scrollback=scrollback), ring, cols=cols, rows=rows, trouble=said)

    @classmethod
    def recovered(
        cls,
        pane: str,
        fd: int,
        folder: str,
        cols: int,
        rows: int,
        *,
        capacity: int = CAPACITY,
        scrollback: int = SCROLLBACK,
    ) -> Self:
        """The terminal of a program that outlived its host. Without a program its snapshot may be all that was kept."""
        said: deque[str] = deque(maxlen=20)
        ring, found = Ring.recovered(folder, pane, capacity=capacity, say=said.append)
        troubles = [found.trouble] if found.trouble and not (fd < 0 and found.trouble in LONE) else []
        engine: Engine | None = None
        facts: dict[str, str] = {}
        if found.snapshot is not None:
            try:
                facts, engine = _restore(found.snapshot)
            except SnapshotUnfit as error:
                troubles.append(str(error))
        terminal = cls(
            fd, engine or open_engine(cols, rows, scrollback=scrollback), ring, cols=cols, rows=rows, trouble=said
        )
        terminal.title, terminal.cwd = facts.get("title", ""), facts.get("cwd", "")
        terminal._replay(found)
        if fd < 0:  # no kernel remembers a size for it
            terminal.cols, terminal.rows = terminal.engine.cols, terminal.engine.rows
        if troubles:
            terminal._needs_save = True
            said.append(f"{pane} could not be brought back whole: {'; '.join(troubles)}")
        return terminal

    @property
    def protected(self) -> bool:
        """Is output safe from a crash of the host?"""
        return self._ring.protected

    @property
    def unwritten(self) -> int:
        """How many bytes of input the program has not taken yet."""
        return self._pty.unwritten

    @property
    def unread(self) -> int:
        """The same, and how many it has not read yet."""
        return self._pty.unread

    def start(self) -> None:
        """Listen to the program."""
        if (self.engine.cols, self.engine.rows) != (self.cols, self.rows):
            self.engine.resize(self.cols, self.rows)
            self._ring.resized(self.cols, self.rows)
        self._tell_size()
        self._settle()
        if self._needs_save:
            self.save()
        self._pty.start()

    def part(self, words: str) -> None:
        """Draw a line with these words under what the last program wrote, and let none of its modes be left.

        Its pty is not touched any more.
        """
        self._pty.close()
        self._settle()
        self._insert(clean(alternate=self.engine.modes().alternate_screen))
        self._insert(line_under(words, self.engine.lines()))
        self._turn()

    def renew(self, fd: int) -> None:
        """Another program has it, on this pty; start() listens to it."""
        self._pty = self._on(fd)
        self.ended = False

    def pause(self) -> None:
        """Stop listening; the program blocks when its pty is full."""
        self._tell_now()  # whoever listens next may tell it another
        self._pty.pause()

    def resume(self) -> None:
        """Listen again."""
        self._pty.start()

    def write(self, data: bytes) -> None:
        """Give the program these bytes."""
        self._pty.write(data)

    def press(self, key: Key) -> None:
        """Give the program a key."""
        self._pty.write(self.engine.encode_key(key))

    def paste(self, text: bytes) -> None:
        """Give the program a paste, whole."""
        self._pty.write(self.engine.encode_paste(text))

    def mouse(self, mouse: Mouse) -> None:
        """Give the program a mouse event, if it wants it."""
        self._pty.write(self.engine.encode_mouse(mouse))

    def focus(self, focused: bool) -> None:
        """Tell the program, if it asked, when this changes."""
        if focused != self._focused:
            self._focused = focused
            self._pty.write(self.engine.encode_focus(focused=focused))

    def hold(self) -> None:
        """Keep back what people type and what the engine replies, while the keeper types."""
        self._pty.hold()

    def release(self) -> None:
        """Let all of that go to the program, in order."""
        self._pty.release()

    def resize(self, cols: int, rows: int) -> None:
        """Change the size of the picture, and tell the program, though not of every size that a drag goes through."""
        if (cols, rows) == (self.cols, self.rows):
            return
        self.cols, self.rows = cols, rows
        self.engine.resize(cols, rows)
        self._ring.resized(cols, rows)
        loop = asyncio.get_running_loop()
        before, self._resized_at = self._resized_at, loop.time()
        if self._telling is None and self._resized_at - before > CALM:
            self._pty.resize(cols, rows)
        else:
            self._tell_no_size()
            self._telling = loop.call_later(SETTLED, self._tell_size)
        self._is_quiet = False
        self._settle()

    def _tell_size(self) -> None:
        self._tell_no_size()
        self._pty.resize(self.cols, self.rows)

    def _tell_no_size(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None

    def _tell_now(self) -> None:
        if self._telling is not None:
            self._tell_size()

    def set_colors(self, colors: Colors) -> None:
        """Change what queries for colours are answered with; programs that asked are told."""
        self.engine.set_colors(colors)
        self._settle()

    def foreground(self) -> int | None:
        """The process group that a key would reach."""
        return self._pty.foreground()

    def save(self, *, pack: bool = False) -> None:
        """Make the next recovery start from here."""
        facts = json.dumps({"title": self.title, "cwd": self.cwd}).encode()
        self._ring.save(b"".join((_LENGTH.pack(len(facts)), facts, self.engine.snapshot())), pack=pack)
        self._needs_save = False

    def quiet(self) -> None:
        """Take less memory; nothing has come for a while."""
        if self._is_quiet:
            return
        self._is_quiet = True
        if not self._ring.is_blank:
            self.save(pack=True)
        self._ring.shrink()
        self._compress()

    def close(self) -> None:
        """Let go, and keep what the next host needs."""
        if self._squeeze is not None:
            self._squeeze.cancel()
            self._squeeze = None
        self._tell_now()
        self._pty.close()
        self._ring.close()
        self.engine.close()

    def forget(self) -> None:
        """Let go, and remove what was kept."""
        self.close()
        self._ring.forget()

    def _replay(self, found: Recovery) -> None:
        engine = self.engine
        for piece in found.pieces:
            if piece.cols:
                engine.resize(piece.cols, piece.rows)
            engine.feed(piece.data)
            if piece.answered:
                engine.replies.clear()
                for notice in engine.notices:
                    self._remember(notice)
                engine.notices.clear()

    def _insert(self, output: bytes) -> None:
        """Take that as if the program had written it."""
        self._ring.room()[: len(output)] = output
        self._ring.took(len(output))
        self._take(self._ring.latest(len(output)))

    def _take(self, output: memoryview) -> None:
        self.engine.feed(output)
        self._uncompressed += len(output)
        self._settle()

    def _settle(self) -> None:
        """Say what the engine announced, send what it replies, then let the ring know."""
        engine = self.engine
        if engine.notices:
            notices = engine.notices.copy()
            engine.notices.clear()
            for notice in notices:
                self._remember(notice)
                self.on_notice(notice)
        if engine.replies:
            replies = bytes(engine.replies)
            engine.replies.clear()
            self._pty.write(replies)
        self._ring.fed()
        if self._ring.full:
            began = perf_counter()
            self.save()
            now = perf_counter()
            self._ring.paid(now - began, now - self._saved_at)
            self._saved_at = now

    def _turn(self) -> None:
        self._is_quiet = False
        self.on_output()
        if self._uncompressed >= COMPRESS_EVERY and self._squeeze is None:
            self._squeeze = asyncio.get_running_loop().call_later(COMPRESS_AFTER, self._compress)

    def _compress(self) -> None:
        self._squeeze = None
        self._uncompressed = 0
        self.engine.compress()

    def _end(self) -> None:
        self.ended = True
        self.on_end()

    def _dropped(self, size: int) -> None:
        self._complain(f"{size} bytes of input were dropped: the program does not read its input")

    def _complain(self, line: str) -> None:
        self.trouble.append(line)
        self.on_trouble(line)

    def _remember(self, notice: Notice) -> None:
        if isinstance(notice, TitleSet):
            self.title = notice.title
        elif isinstance(notice, FolderSet):
            self.cwd = _local_folder(notice.folder) or (notice.folder and self.cwd)


def _restore(snapshot: bytes) -> tuple[dict[str, str], Engine]:
    try:
        (length,) = _LENGTH.unpack_from(snapshot)
        facts = json.loads(snapshot[_LENGTH.size : _LENGTH.size + length])
    except (struct.error, ValueError):
        raise SnapshotUnfit("the snapshot is damaged") from None
    return facts, engine_class().restore(snapshot[_LENGTH.size + length :])


def _local_folder(said: str) -> str:
    """The path in an OSC 7, empty if it is on another machine."""
    if said.startswith("/"):
        return said
    try:
        url = urlsplit(said)
        host = url.hostname or ""
    except ValueError:
        return ""
    is_local = host in {"", "localhost", socket.gethostname().lower()}
    return unquote(url.path) if is_local and url.scheme in {"file", "kitty-shell-cwd"} else ""
