"""What muxer asks of a terminal emulator, whichever library it is made of.

An engine is fed a program's output and keeps a grid, a scrollback and modes. It draws nothing: `frame` hands out the
rows that changed since the last frame, each already as terminal bytes. It is not safe to share between threads.
"""

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import ClassVar, Literal, NamedTuple, Protocol, Self

from muxer.terminal.keys import Key, Mouse

MIN_COLS, MIN_ROWS = 10, 3
"""No engine's own grid is ever smaller (libghostty crashes there); a smaller terminal shows a cropped picture."""

SCROLLBACK = 10_000

CELL_WIDTH, CELL_HEIGHT = 8, 16
"""The pixels of a cell, for programs that ask. A terminal in a terminal cannot know better."""

Bytes = bytes | bytearray | memoryview


class Cursor(NamedTuple):
    """Where the cursor is on the screen that a frame shows."""

    x: int
    y: int
    shape: Literal["block", "underline", "bar"] = "block"
    blinks: bool = False


class Frame(NamedTuple):
    """What changed since the last frame.

    A row is `(y, ansi)`: text and SGR only, SGR reset at its end, trailing blanks cut; the caller erases the row
    first.
    """

    rows: list[tuple[int, str]]
    cursor: Cursor | None
    """None while it is hidden, or scrolled out of view."""


class MouseMode(IntEnum):
    """What the program wants to hear of the mouse."""

    NONE = 0
    PRESSES = 1
    DRAGS = 2
    MOVES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """The switches that a program has set, as far as those outside the engine must know them."""

    alternate_screen: bool = False
    application_cursor: bool = False
    bracketed_paste: bool = False
    focus_reports: bool = False
    kitty_flags: int = 0
    mouse: MouseMode = MouseMode.NONE
    synchronized: bool = False


Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Colors:
    """What a program is told of the colours around it."""

    foreground: Rgb
    background: Rgb
    dark: bool
    palette: tuple[Rgb, ...] = ()
    """The first entries; the others stay as they are made."""


@dataclass(frozen=True, slots=True)
class TitleSet:
    """OSC 0 or 2."""

    title: str


@dataclass(frozen=True, slots=True)
class FolderSet:
    """OSC 7: where the program says it is; a path or a file:// URL, as sent."""

    folder: str


@dataclass(frozen=True, slots=True)
class Rang:
    """BEL."""


@dataclass(frozen=True, slots=True)
class Notified:
    """OSC 9, 99 or 777."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Progressed:
    """OSC 9;4."""

    state: Literal["none", "set", "error", "indeterminate", "paused"]
    percent: int | None


@dataclass(frozen=True, slots=True)
class CopyAsked:
    """OSC 52: the program wants text on the clipboard."""

    text: str


@dataclass(frozen=True, slots=True)
class UnknownSequence:
    """A complete OSC or APC that the engine does not implement; OSC 7501 (program status) comes this way."""

    kind: Literal["osc", "apc"]
    content: bytes


Notice = TitleSet | FolderSet | Rang | Notified | Progressed | CopyAsked | UnknownSequence


class RowMark(IntFlag):
    """What is known of a row besides its text. The last two are there if a shell says so (OSC 133)."""

    SOFT = 1
    """Its line goes on in the next row, as it ran out of width."""
    PROMPT = 2
    """A prompt begins on it."""
    COMMAND = 4
    """It goes on with a prompt, or with what was typed after it."""


class Match(NamedTuple):
    """A hit of a search: line counts from the oldest line kept (0), columns are cells, end is exclusive."""

    line: int
    start: int
    end: int


class Engine(Protocol):
    """One emulated terminal."""

    name: ClassVar[str]

    cols: int
    rows: int
    replies: bytearray
    """What the program must be told (answers to its queries); whoever writes it to the pty clears it."""
    notices: list[Notice]
    """What the program announced since somebody last emptied the list."""

    def __init__(self, cols: int, rows: int, scrollback: int = SCROLLBACK) -> None:
        """An empty terminal, 1x1 upwards, that keeps so many lines of history."""

    def feed(self, data: Bytes) -> None:
        """Take output, in pieces cut anywhere, even inside a character or a sequence."""

    def frame(self) -> Frame:
        """The rows that changed since the last call, and where the cursor is now."""

    def invalidate(self) -> None:
        """Make the next frame hold every row."""

    def resize(self, cols: int, rows: int) -> None:
        """Change the size, 1x1 upwards; lines reflow where the library can."""

    def modes(self) -> Modes:
        """The switches as they are now."""

    def holds_frames(self) -> bool:
        """Is the program inside a synchronized update (mode 2026)? Asked once a frame, so it must be cheap."""

    def encode_key(self, key: Key) -> bytes:
        """What the program expects to read for a key, given its modes."""

    def encode_mouse(self, mouse: Mouse) -> bytes:
        """What the program expects to read for a mouse event; nothing if it did not ask."""

    def encode_paste(self, text: bytes) -> bytes:
        """The text, framed if the program asked for it. Framed text cannot end its frame."""

    def encode_focus(self, *, focused: bool) -> bytes:
        """What the program expects on gaining or losing focus; nothing if it did not ask."""

    def set_colors(self, colors: Colors) -> None:
        """What queries for colours are answered with from now on."""

    def lines(self, *, history: bool = False, ansi: bool = False, unwrap: bool = False) -> list[str]:
        """The screen's rows from the top, without trailing blanks; history puts the scrollback before them.

        `unwrap` joins rows that were one line until it ran out of width.
        """

    def marks(self) -> bytes:
        """One byte of RowMark for each row that `lines(history=True)` gives."""

    def scrollback(self) -> int:
        """How many rows of history there are."""

    def scroll_to(self, offset: int) -> int:
        """Show the screen as it was `offset` rows ago (0: live); the offset that was possible is returned."""

    def search(self, needle: str, *, limit: int = 1000) -> list[Match]:
        """Where the text stands on screen and in history, newest first, ignoring case."""

    def link_at(self, x: int, y: int) -> str | None:
        """The OSC 8 target under a cell of the shown screen."""

    def compress(self) -> None:
        """Make history small; called when the terminal has been quiet for a while."""

    def snapshot(self) -> bytes:
        """The whole terminal: screens, history, modes and a sequence cut in the middle."""

    @classmethod
    def restore(cls, snapshot: bytes) -> Self:
        """The terminal that a snapshot was taken of. Raises SnapshotUnfit."""

    def close(self) -> None:
        """Free what the library holds. The engine is not used afterwards."""
