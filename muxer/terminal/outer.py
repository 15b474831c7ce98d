"""What the terminal in front of a person sends, taken apart: text, keys, pastes, the mouse, focus, answers to queries.

No I/O and no clock here: the owner feeds bytes, and calls `flush` a moment (FLUSH_AFTER) after the last of them for as
long as `pending` says so. However the bytes are cut, the same tokens come out, and nothing is lost: what no rule knows
is a Reported.
"""

import re
from dataclasses import dataclass, replace

from muxer.terminal import sequences
from muxer.terminal.keys import Key, Mods, Mouse, character_key

FLUSH_AFTER = 0.025
"""Seconds without a byte after which an ESC was the Escape key."""

PATIENCE = 8
"""So many flushes does a piece survive that is too long to be a key with alt: a slow line may cut anything anywhere."""

MAX_STRING = 1 << 20
"""The longest answer (a clipboard's) that is waited for."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Plain text: keys without ctrl or alt, or what an input method composed."""

    text: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that is more than its text."""

    key: Key
    raw: bytes


@dataclass(frozen=True, slots=True)
class Pasted:
    """A piece of a paste, without its frame; the last one may be empty."""

    data: bytes
    last: bool


@dataclass(frozen=True, slots=True)
class Moused:
    """A mouse event."""

    mouse: Mouse
    raw: bytes


@dataclass(frozen=True, slots=True)
class Focused:
    """The terminal's window gained or lost the keyboard."""

    gained: bool
    raw: bytes


@dataclass(frozen=True, slots=True)
class Reported:
    """An answer to a query, or a sequence that nobody knows."""

    raw: bytes


Token = Typed | Pressed | Pasted | Moused | Focused | Reported

PASTE_START, PASTE_END = b"\x1b[200~", b"\x1b[201~"

_MULTIBYTE = (
    rb"\xc2[\xa0-\xbf]|[\xc3-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
# In pieces, since the matcher keeps a note of each repetition; possessive ones are broken in Python 3.11.2.
_TEXT = re.compile(rb"(?:[\x20-\x7e]+|" + _MULTIBYTE + rb"){1,4096}")
_CHARACTER = re.compile(rb"[\x20-\x7e]|" + _MULTIBYTE)
_CUT_CHARACTER = re.compile(
    rb"(?:[\xc2-\xf4]|\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]?|[\xf1-\xf3][\x80-\xbf]{1,2}|\xf4[\x80-\x8f][\x80-\xbf]?)\Z"
)
_KEY_WITH_ALT = re.compile(rb"\x1b+[\x00-\x7f]?")
_STRING_END = re.compile(rb"\x1b\\|[\x00-\x1f\x7f]")
"""A string ends at ST or BEL; any other control character means that it never was one."""


class OuterDecoder:
    """One terminal's input stream."""

    def __init__(self) -> None:
        self._held = b""
        self._searched = 0
        """How much of an unfinished string has been looked through for its end."""
        self._flushes = 0
        self._pasting = False
        self._rules = {0x1B: self._twice, 0x5B: self._csi, 0x4F: self._ss3, **dict.fromkeys(b"P]_^X", self._string)}

    @property
    def pending(self) -> bool:
        """Is there something that only time can tell the meaning of?"""
        return bool(self._held) and not self._pasting

    def feed(self, data: bytes) -> list[Token]:
        """Take what came, cut anywhere."""
        self._flushes = 0
        data = self._held + data if self._held else data
        self._held = b""
        tokens: list[Token] = []
        at, end = 0, len(data)
        while at < end:
            if self._pasting:
                at = self._paste(data, at, tokens)
            elif found := _TEXT.match(data, at):
                tokens.append(Typed(found[0].decode(), found[0]))
                at = found.end()
            else:
                after = self._other(data, at, tokens)
                if after == at:
                    self._held = data[at:]
                    break
                at = after
        if not self._held:
            self._searched = 0
        return tokens

    def flush(self) -> list[Token]:
        """Nothing came for a moment: what is held gets its best reading."""
        if not self.pending:
            return []
        held, self._flushes = self._held, self._flushes + 1
        if self._flushes < PATIENCE and not _KEY_WITH_ALT.fullmatch(held):
            return []
        self._held, self._flushes, self._searched = b"", 0, 0
        return _best_reading(held)

    def _paste(self, data: bytes, at: int, tokens: list[Token]) -> int:
        stop = data.find(PASTE_END, at)
        if stop >= 0:
            tokens.append(Pasted(data[at:stop], last=True))
            self._pasting = False
            return stop + len(PASTE_END)
        escape = data.rfind(b"\x1b", max(at, len(data) - len(PASTE_END) + 1))
        if escape >= 0 and PASTE_END.startswith(data[escape:]):
            self._held = data[escape:]
        piece = data[at : len(data) - len(self._held)]
        if piece:
            tokens.append(Pasted(piece, last=False))
        return len(data)

    def _other(self, data: bytes, at: int, tokens: list[Token]) -> int:
        """One token that is not text; the same place again when more bytes are needed."""
        if data[at] != 0x1B:
            return _single(data, at, tokens)
        if at + 1 == len(data):
            return at
        kind = data[at + 1]
        if rule := self._rules.get(kind):
            return rule(data, at, tokens)
        return _with_alt(data, at, tokens)

    def _twice(self, data: bytes, at: int, tokens: list[Token]) -> int:
        """ESC ESC: a key with alt in rxvt's and PuTTY's manner, or the Escape key and then something else."""
        if at + 2 == len(data):
            return at
        if data[at + 2] in b"[O":
            inner: list[Token] = []
            after = self._other(data, at + 1, inner)
            if after == at + 1:
                return at
            match inner:
                case [Pressed(key)] if not key.mods & Mods.ALT:
                    tokens.append(Pressed(replace(key, mods=key.mods | Mods.ALT), data[at:after]))
                case _:
                    tokens += [Pressed(Key("escape"), b"\x1b"), *inner]
            return after
        tokens.append(Pressed(Key("escape"), b"\x1b"))
        return at + 1

    def _csi(self, data: bytes, at: int, tokens: list[Token]) -> int:
        found = sequences.CSI.match(data, at)
        if found is None:
            if sequences.CUT_CSI.match(data, at):
                return at
            return _broken(data, at, tokens)
        raw = found[0]
        if raw == PASTE_START:
            self._pasting = True
        elif mouse := sequences.mouse(raw):
            tokens.append(Moused(mouse, raw))
        elif key := sequences.csi_key(raw):
            tokens.append(Pressed(key, raw) if key.name else Typed(key.text, raw))
        elif raw in {b"\x1b[I", b"\x1b[O"}:
            tokens.append(Focused(raw == b"\x1b[I", raw))
        else:
            tokens.append(Reported(raw))
        return found.end()

    def _ss3(self, data: bytes, at: int, tokens: list[Token]) -> int:
        found = sequences.SS3.match(data, at)
        if found:
            if key := sequences.ss3_key(found[0]):
                tokens.append(Pressed(key, found[0]))
                return found.end()
        elif sequences.CUT_SS3.match(data, at):
            return at
        return _with_alt(data, at, tokens)

    def _string(self, data: bytes, at: int, tokens: list[Token]) -> int:
        """An OSC, DCS, APC, PM or SOS, or its introducer's letter with alt."""
        found = _STRING_END.search(data, max(at + 2, at + self._searched - 1))
        if found is None or (found[0] == b"\x1b" and found.end() == len(data)):
            self._searched = len(data) - at
            if self._searched <= MAX_STRING:
                return at
            tokens.append(Reported(data[at:]))
            return len(data)
        self._searched = 0
        end = found.end() if found[0] in {b"\x1b\\", b"\x07"} else found.start()
        if end == at + 2:
            return _with_alt(data, at, tokens)
        tokens.append(Reported(data[at:end]))
        return end


def _single(data: bytes, at: int, tokens: list[Token]) -> int:
    """A control character, or a byte that is no UTF-8."""
    raw = data[at : at + 1]
    if raw < b"\x80":
        tokens.append(Pressed(sequences.control_key(raw[0]), raw))
    elif _CUT_CHARACTER.match(data, at):
        return at
    else:
        tokens.append(Reported(raw))
    return at + 1


def _with_alt(data: bytes, at: int, tokens: list[Token]) -> int:
    """ESC before a key: alt was held. ESC before anything else was the Escape key."""
    if found := _CHARACTER.match(data, at + 1):
        tokens.append(Pressed(character_key(found[0].decode(), Mods.ALT), data[at : found.end()]))
        return found.end()
    if _CUT_CHARACTER.match(data, at + 1):
        return at
    if data[at + 1] < 0x80:
        tokens.append(Pressed(sequences.control_key(data[at + 1], Mods.ALT), data[at : at + 2]))
        return at + 2
    tokens.append(Pressed(Key("escape"), b"\x1b"))
    return at + 1


def _broken(data: bytes, at: int, tokens: list[Token]) -> int:
    """A CSI that its next byte cannot belong to: alt+[ if that is all there was."""
    found = sequences.CSI_START.match(data, at)
    assert found, "there is at least ESC ["
    if found.end() == at + 2:
        return _with_alt(data, at, tokens)
    tokens.append(Reported(found[0]))
    return found.end()


def _best_reading(held: bytes) -> list[Token]:
    """What bytes mean that nothing followed."""
    tokens: list[Token] = []
    while held[:2] == b"\x1b\x1b":
        tokens.append(Pressed(Key("escape"), b"\x1b"))
        held = held[1:]
    if held == b"\x1b":
        tokens.append(Pressed(Key("escape"), held))
    elif len(held) == 2 and held[0] == 0x1B and held[1] < 0x80:
        _with_alt(held, 0, tokens)
    else:
        tokens.append(Reported(held))
    return tokens
