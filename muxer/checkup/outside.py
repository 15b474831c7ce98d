"""Checks of the terminal that doctor runs in: not what it is called, but what it answers.

All is asked at once, and last what every terminal answers, so that nothing need be waited for. The terminal is left as
it was, and no answer is left for the shell.
"""

import os
import re
import select
import termios
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from muxer.checkup.finding import Finding

PATIENCE = 0.5
"""How long a terminal may take to begin to answer, and to go on, in seconds."""

MODES = {2026: "whole frames", 2027: "wide characters", 2031: "light and dark", 2004: "pastes", 1006: "the mouse"}
FINAL = b"\x1b[c"
QUESTIONS = b"".join(
    (
        b"\x1b[>0q",
        *(b"\x1b[?%d$p" % mode for mode in MODES),
        b"\x1b[?u\x1b]10;?\x1b\\\x1b]11;?\x1b\\\x1bP+q4d73\x1b\\",
        FINAL,
    )
)
WIPE = b"\r\x1b[K"
"""What one that does not know a question may have shown of it."""
OLD = ("linux", "vt1", "vt2", "vt3", "cons25", "ansi")
"""Terminals that print questions which they do not know."""

_FINAL = re.compile(rb"\x1b\[\?([\d;]*)c")
_NAME = re.compile(rb"\x1bP>\|([^\x1b]*)\x1b\\")
_MODE = re.compile(rb"\x1b\[\?(\d+);([0-4])\$y")
_KEYS = re.compile(rb"\x1b\[\?(\d+)u")
_COLOR = re.compile(rb"\x1b\](1[01]);rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_COPIES = re.compile(rb"\x1bP1\+r4[dD]73")


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a terminal said of itself."""

    name: str
    modes: frozenset[int]
    keys: bool
    """It tells all keys apart (kitty's way)."""
    foreground: str
    background: str
    copies: bool


def terminal(environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Ask it, if this is one and we are in front. Raises OSError."""
    kind = environment.get("TERM", "")
    if not (os.isatty(0) and os.isatty(1)) or os.tcgetpgrp(0) != os.getpgrp() or kind in {"", "dumb"}:
        yield Finding(what="terminal", finding="none to ask", remedy="run muxer doctor in one", grade="note")
        return
    answer = ask(FINAL if kind.startswith(OLD) else QUESTIONS)
    if not _FINAL.search(answer):
        yield Finding(what="terminal", finding=f"{kind} answers no question", grade="note")
        return
    yield from findings(understood(answer), kind)


def ask(questions: bytes, source: int = 0, target: int = 1) -> bytes:
    """All that is answered. Raises OSError."""
    try:
        before = termios.tcgetattr(source)
        quiet = termios.tcgetattr(source)
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(source, termios.TCSADRAIN, quiet)
        try:
            os.write(target, questions)
            return _answer(source)
        finally:
            os.write(target, WIPE)
            termios.tcsetattr(source, termios.TCSAFLUSH, before)
    except termios.error as error:
        raise OSError(*error.args) from None


def _answer(source: int) -> bytes:
    answer = b""
    deadline = time.monotonic() + 4 * PATIENCE
    while not _FINAL.search(answer) and time.monotonic() < deadline and select.select([source], [], [], PATIENCE)[0]:
        piece = os.read(source, 4096)
        if not piece:
            break
        answer += piece
    return answer


def understood(answer: bytes) -> Abilities:
    """What the answers mean."""
    name, final = _NAME.search(answer), _FINAL.search(answer)
    colors = {number: f"#{_hex(red)}{_hex(green)}{_hex(blue)}" for number, red, green, blue in _COLOR.findall(answer)}
    return Abilities(
        name=name[1].decode("utf-8", "replace") if name else "",
        modes=frozenset(int(mode) for mode, state in _MODE.findall(answer) if state in b"123"),
        keys=_KEYS.search(answer) is not None,
        foreground=colors.get(b"10", ""),
        background=colors.get(b"11", ""),
        copies=_COPIES.search(answer) is not None or (final is not None and b"52" in final[1].split(b";")),
    )


def _hex(part: bytes) -> str:
    """Two digits of one to four."""
    return f"{int(part, 16) * 255 // (16 ** len(part) - 1):02x}"


def findings(able: Abilities, kind: str) -> Iterator[Finding]:
    """For people. Nothing of it is wrong: muxer goes without."""
    known = [words for mode, words in MODES.items() if mode in able.modes]
    lacking = [words for mode, words in MODES.items() if mode not in able.modes]
    yield Finding(what="terminal", finding=f"{able.name or 'without a name'}, TERM={kind}")
    if known:
        yield Finding(what="knows", finding=", ".join(known))
    if lacking:
        yield Finding(what="lacks", finding=", ".join(lacking), grade="note")
    if able.keys:
        yield Finding(what="keyboard", finding="every key arrives")
    else:
        yield Finding(what="keyboard", finding="ctrl+enter, shift+enter and the like may not arrive", grade="note")
    if able.background:
        yield Finding(what="colours", finding=f"{able.foreground or 'unknown'} on {able.background}")
    else:
        yield Finding(what="colours", finding="it does not say its own", grade="note")
    if able.copies:
        yield Finding(what="copying", finding="reaches its clipboard (OSC 52)")
    else:
        words = "may not reach its clipboard (OSC 52)"
        yield Finding(what="copying", finding=words, remedy="allow it in its settings", grade="note")
