"""The terminal that a client borrows. It is given back as it was found, however the client ends.

The host sets the terminal's modes by what it sends; here they are only undone, and only if anything was drawn.
"""

import os
import select
import termios
import time

from muxer.errors import MuxerError

RESTORE = (
    b"\x1b\\\x1b]8;;\x1b\\"  # whatever sequence or link was cut off ends here
    b"\x1b[?2026l"  # synchronized output
    b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    b"\x1b[?1004l\x1b[?2004l\x1b[?2031l\x1b[?2048l"  # focus, paste, colour scheme, in-band resize
    b"\x1b[<9u"  # kitty keyboard: this screen's whole stack, the shell's is the other screen's
    b"\x1b[>4m"  # xterm's modified keys
    b"\x1b[r\x1b[?6l\x1b[?7h\x1b[4l\x1b[0m\x1b[0 q"
    b"\x1b[?1049l\x1b[?25h"
)
COLORS_SET = b"\x1b]11;rgb:"
COLORS_RESET = b"\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\"
"""A theme's colours. Who has changed their terminal's own would lose that, so only what was set is undone."""
WIDE_ON, WIDE_OFF = b"\x1b[?2027h", b"\x1b[?2027l"
"""Grapheme clusters. Some terminals have them on from the start, so only what the host switched on is switched off."""
TITLE_PUSH, TITLE_POP = b"\x1b[22;2t", b"\x1b[23;2t"
"""The window's title is put on the terminal's pile once a host, and comes back from it as often."""

WRITE = 1 << 16
PATIENCE = 1.0
"""How long the last words may take on a terminal that is not read."""


def require_terminal() -> None:
    """Raises MuxerError where muxer cannot draw."""
    if not (os.isatty(0) and os.isatty(1)):
        raise MuxerError("muxer needs a terminal to draw on: run it in one. muxer ls, capture and send work anywhere.")
    kind = os.environ.get("TERM", "")
    if kind in {"", "dumb"}:
        raise MuxerError(
            f"muxer needs a terminal that can draw: TERM is {kind!r}. muxer ls, capture and send work anywhere."
        )


class Tty:
    """Standard input and output as one terminal, raw while it is held."""

    __slots__ = ("_attributes", "_colored", "_held", "_titles", "_wide", "drawn", "input", "output")

    def __init__(self) -> None:
        self.input = 0
        self.output = _own_output()
        self.drawn = False
        self._attributes = termios.tcgetattr(self.input)
        self._held = False
        self._colored = self._wide = False
        self._titles = 0

    def hold(self) -> None:
        """Make it raw, from whatever it is now."""
        if not self._held:
            self._attributes = termios.tcgetattr(self.input)
        self._held = True
        self.harden()

    def harden(self) -> None:
        """Make it raw again, after somebody else had it without our knowing."""
        iflag, oflag, cflag, lflag, ispeed, ospeed, control = self._attributes
        iflag &= ~(termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR)
        iflag &= ~(termios.INPCK | termios.ISTRIP | termios.IXON | termios.IXOFF)
        # OPOST stays as it is: a frame may hold bare newlines.
        lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        control = list(control)
        control[termios.VMIN], control[termios.VTIME] = 1, 0
        try:
            termios.tcsetattr(self.input, termios.TCSANOW, [iflag, oflag, cflag, lflag, ispeed, ospeed, control])
        except termios.error as error:
            raise OSError(*error.args) from None

    def release(self) -> None:
        """Give it back."""
        if not self._held:
            return
        try:
            if self.drawn:
                undo = COLORS_RESET * self._colored + WIDE_OFF * self._wide + TITLE_POP * self._titles
                self.say(RESTORE + undo)
                # Reports of the mouse and late answers are not for the shell to read.
                termios.tcflush(self.input, termios.TCIFLUSH)
            termios.tcsetattr(self.input, termios.TCSANOW, self._attributes)
        except (OSError, termios.error):  # it hung up
            pass
        # Only now: whoever was interrupted in between must be able to do it again.
        self.drawn = self._colored = self._wide = self._held = False
        self._titles = 0

    def note(self, data: bytes) -> None:
        """Remember what this output will have to be undone for."""
        self.drawn = True
        if COLORS_SET in data:
            self._colored = True
        if WIDE_ON in data:
            self._wide = True
        if TITLE_PUSH in data:
            self._titles += 1

    def take(self, data: "bytes | memoryview") -> int:
        """Write what the terminal takes now; how many bytes that was."""
        try:
            return os.write(self.output, data[:WRITE])
        except BlockingIOError:
            return 0

    def say(self, data: bytes) -> None:
        """Write all of it, unless the terminal is not read."""
        deadline = time.monotonic() + PATIENCE
        while data and (left := deadline - time.monotonic()) > 0:
            if select.select([], [self.output], [], left)[1]:
                data = data[self.take(data) :]

    def bid(self, words: str) -> None:
        """Say one line, if there still is somebody to read it."""
        try:
            self.say(words.encode("utf-8", "replace") + b"\n")
        except OSError:
            return

    def size(self) -> "tuple[int, int]":
        """Columns and rows; some terminals do not know theirs."""
        try:
            cols, rows = os.get_terminal_size(self.output)
        except OSError:
            cols = rows = 0
        return cols or 80, rows or 24

    def close(self) -> None:
        """Give it back for good."""
        self.release()
        os.close(self.output)


def _own_output() -> int:
    """A file description of our own: O_NONBLOCK on the one we were given would stay behind in the shell."""
    for path in (_name(), "/dev/tty"):
        try:
            return os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            continue
    return os.dup(1)


def _name() -> str:
    try:
        return os.ttyname(1)
    except OSError:  # a container may not see its terminal's device
        return "/dev/tty"
