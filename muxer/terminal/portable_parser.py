"""Cuts a program's output into text, controls and sequences, for the portable engine. No I/O, no screen.

Output may be cut anywhere; what a sequence cut in the middle has collected is plain data, so it can be saved.
"""

import re
from codecs import getincrementaldecoder
from typing import Protocol

STRING_LIMIT = 2 << 20
"""The longest OSC, DCS or APC that is kept; of a longer one nothing is."""
CSI_LIMIT = 1024

_TEXT = re.compile("[^\x00-\x1f\x7f-\x9f]+")
_CSI = re.compile(r"\[([<-?]?)([0-9:;]*)([ -/]*)([@-~])")
_CSI_PART = re.compile("[ -?]+")
_STRING_PART = re.compile("[^\x07\x18\x1a\x1b\x9c]+")
_STRINGS = {"]": "osc", "P": "dcs", "_": "apc", "^": "pm", "X": "sos"}
_CANCELS = "\x18\x1a"


class Listener(Protocol):
    """Whoever acts on what the parser finds."""

    def draw(self, text: str) -> None:
        """Printable characters."""

    def control(self, char: str) -> None:
        """A C0 control."""

    def escape(self, intermediates: str, final: str) -> None:
        """ESC with what follows it."""

    def csi(self, prefix: str, parameters: str, intermediates: str, final: str) -> None:
        """A control sequence."""

    def string(self, kind: str, content: str, *, bel: bool) -> None:
        """An OSC, DCS, APC, PM or SOS; `bel` tells how it ended."""


class Parser:
    """Bytes in, calls to a listener out."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self.state = "ground"
        self.collected: list[str] = []
        self._length = 0
        self._states = {"ground": self._ground, "escape": self._escape, "csi": self._csi}

    def feed(self, data: bytes) -> None:
        """Take output, cut anywhere."""
        text = self._decoder.decode(data)
        at, end = 0, len(text)
        while at < end:
            at = self._states.get(self.state, self._string)(text, at)

    def saved(self) -> tuple[str, str, bytes]:
        """Where the parser is: its state, what it collected, and the bytes of a character cut in the middle."""
        return self.state, "".join(self.collected), self._decoder.getstate()[0]

    def load(self, state: str, collected: str, undecoded: bytes) -> None:
        """Go on from where a parser was. Raises ValueError for a state that there is not."""
        if state not in self._states and state not in _STRINGS.values():
            raise ValueError(state)
        if len(undecoded) > 3:
            raise ValueError(undecoded)
        self._enter(state)
        if collected:
            self._collect(collected)
        self._decoder.setstate((undecoded, 0))

    def _enter(self, state: str) -> None:
        self.state = state
        self.collected = []
        self._length = 0

    def _collect(self, piece: str) -> None:
        self._length += len(piece)
        if self._length <= (STRING_LIMIT if self.state in _STRINGS.values() else CSI_LIMIT):
            self.collected.append(piece)

    def _ground(self, text: str, at: int) -> int:
        if match := _TEXT.match(text, at):
            self._listener.draw(match[0])
            return match.end()
        char = text[at]
        if char == "\x1b":
            if match := _CSI.match(text, at + 1):
                self._listener.csi(*match.groups())
                return match.end()
            self._enter("escape")
        elif char < "\x20":
            self._listener.control(char)
        return at + 1

    def _common(self, char: str) -> bool:
        """Handle what cuts into a sequence; False when the character belongs to it."""
        if char == "\x1b":
            self._enter("escape")
        elif char in _CANCELS or char > "\x7f":
            self._enter("ground")
        elif char < " ":
            self._listener.control(char)
        else:
            return char == "\x7f"
        return True

    def _escape(self, text: str, at: int) -> int:
        char = text[at]
        if self._common(char):
            return at if char > "\x7f" else at + 1
        if char < "0":
            self._collect(char)
        elif not self.collected and char == "[":
            self._enter("csi")
        elif not self.collected and char in _STRINGS:
            self._enter(_STRINGS[char])
        else:
            intermediates = "".join(self.collected)
            self._enter("ground")
            self._listener.escape(intermediates, char)
        return at + 1

    def _csi(self, text: str, at: int) -> int:
        if match := _CSI_PART.match(text, at):
            self._collect(match[0])
            return match.end()
        char = text[at]
        if self._common(char):
            return at if char > "\x7f" else at + 1
        sequence = f"[{''.join(self.collected)}{char}" if self._length <= CSI_LIMIT else ""
        self._enter("ground")
        if match := _CSI.fullmatch(sequence):
            self._listener.csi(*match.groups())
        return at + 1

    def _string(self, text: str, at: int) -> int:
        if match := _STRING_PART.match(text, at):
            self._collect(match[0])
            return match.end()
        char = text[at]
        if char == "\x07" and self.state != "osc":
            self._collect(char)
        elif char in _CANCELS:
            self._enter("ground")
        else:
            kind, content = self.state, "".join(self.collected)
            kept = self._length <= STRING_LIMIT
            # The backslash of ESC \ is then an escape of its own, which means nothing.
            self._enter("escape" if char == "\x1b" else "ground")
            if kept:
                self._listener.string(kind, content, bel=char == "\x07")
        return at + 1
