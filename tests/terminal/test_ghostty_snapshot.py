"""A snapshot holds everything that shows later, and nothing unfit is taken for one."""

import os
import random

import pytest

from muxer.errors import SnapshotUnfit
from muxer.terminal.engine import Colors, Rang
from muxer.terminal.ghostty import GhosttyEngine
from muxer.terminal.keys import parse_key


def engine(output: str | bytes = b"", cols: int = 20, rows: int = 6) -> GhosttyEngine:
    made = GhosttyEngine(cols, rows)
    made.feed(output.encode() if isinstance(output, str) else output)
    return made


def answers(terminal: GhosttyEngine, question: bytes) -> bytes:
    terminal.replies.clear()
    terminal.feed(question)
    return bytes(terminal.replies)


STATES = {
    "modes": (b"\x1b[?1;1002;1004;1006;2004;2026;2031h\x1b[4h\x1b[?7;25;1007l\x1b=", b"abc"),
    "title": (b"\x1b]2;one\x07\x1b[22t\x1b]2;two\x07\x1b]7;file:///x\x07", b"\x1b[23t"),
    "tab stops": (b"\x1b[3g\x1b[1;4H\x1bH", b"\r\tX"),
    "scroll region": (b"\x1b[2;4r", b"\x1b[4;1H\n\n\nZ"),
    "margins": (b"\x1b[?69h\x1b[3;6s", b"\x1b[1;3Habcdefghij"),
    "origin": (b"\x1b[2;4r\x1b[?6h\x1b[1;1H", b"O"),
    "kitty flags": (b"\x1b[>1u\x1b[>5u", b"\x1b[?u\x1b[<u\x1b[?u\x1b[<u\x1b[?u"),
    "kitty flags of both screens": (b"\x1b[>1u\x1b[?1049h\x1b[>7u", b"\x1b[?u\x1b[?1049l\x1b[?u"),
    "modify other keys": (b"\x1b[>4;2m", b"\x1b[?4m"),
    "cursor style": (b"\x1b[5 q", b"\x1bP$q q\x1b\\"),
    "saved cursor": (b"\x1b[3;4H\x1b[31m\x1b7\x1b[0m\x1b[H", b"\x1b8X"),
    "saved modes": (b"\x1b[?2004h\x1b[?2004s\x1b[?2004l", b"\x1b[?2004r\x1b[?2004$p"),
    "charset": (b"\x1b(0", b"qqq"),
    "shifted charset": (b"\x1b)0\x0e", b"q\x0fq"),
    "alternate screen": (b"main\x1b[?1049halt", b"Z\x1b[?1049lW"),
    "hyperlink": (b"\x1b]8;;http://e\x07li", b"nk"),
    "current sgr": (b"\x1b[1;4:3;38;2;1;2;3;48;5;9m", b"R\x1bP$qm\x1b\\"),
    "pending wrap": (b"12345678901234567890", b"X"),
    "repeat": (b"x", b"\x1b[3b"),
    "palette": (b"\x1b]4;1;rgb:11/22/33\x07\x1b]11;rgb:44/55/66\x07", b"\x1b]4;1;?\x07\x1b]11;?\x07"),
    "narrow emoji": (b"\x1b[?2027l", "👨‍👩‍👧\x1b[?2027$p\x1bc\x1b[?2027$p".encode()),
    "cut sequence": (b"ab\x1b[3", b"1mred"),
    "cut character": (b"ab\xe6\xbc", b"\xa2c"),
    "cut title": (b"\x1b]2;hal", b"lo\x07"),
    "cut clipboard": (b"\x1b]52;c;" + b"QUFB" * 250_000, b"QUFB\x07"),
    "cut status": (b"\x1b]7501;wor", b"king\x07"),
    "history": (b"".join(b"\x1b[3%dmline %d\r\n" % (n % 8, n) for n in range(300)), b"end"),
}


def title(terminal: GhosttyEngine) -> bytes:
    string = terminal._library.ffi.new("GhosttyString*")
    terminal._get(terminal._lib.GHOSTTY_TERMINAL_DATA_TITLE, string)
    return bytes(terminal._library.ffi.buffer(string.ptr, string.len)) if string.len else b""


def aspects(terminal: GhosttyEngine) -> tuple[object, ...]:
    terminal.invalidate()
    return (
        terminal.lines(history=True, ansi=True),
        terminal.modes(),
        bytes(terminal.replies),
        terminal.notices,
        [terminal.link_at(x, 0) for x in range(5)],
        terminal.frame(),
        title(terminal),
        terminal.encode_key(parse_key("ctrl+i")),
    )


@pytest.mark.parametrize("state", STATES)
def test_a_snapshot_holds(state: str) -> None:
    output, more = STATES[state]
    terminal, fresh = engine(output), engine()
    restored = GhosttyEngine.restore(terminal.snapshot())
    terminal.replies.clear()
    terminal.notices.clear()
    assert aspects(restored) == aspects(terminal)
    for one in (terminal, restored, fresh):
        one.feed(more)
    assert aspects(restored) == aspects(terminal)
    assert aspects(restored) != aspects(fresh), "the state shows, so the test can fail"


@pytest.mark.parametrize(
    ("start", "end"), [(b"\x1b]52;c;", b"\x07"), (b"\x1b]7501;", b"\x1b\\"), (b"\x1bPq", b"\x1b\\")]
)
def test_a_snapshot_inside_an_endless_string(start: bytes, end: bytes) -> None:
    terminal = engine(b"before" + start + b"QUFB" * 1_000_000)
    restored = GhosttyEngine.restore(terminal.snapshot())
    for one in (terminal, restored):
        one.notices.clear()
        one.feed(b"QUFB" + end + b"after")
        assert one.lines()[0] == "beforeafter"
        assert one.notices == []


def test_a_state_that_libghostty_cannot_encode_is_drawn_again() -> None:
    terminal = GhosttyEngine(44, 26)
    terminal.resize(106, 10)
    history = "".join(f"\x1b[3{n % 8}m{n}\r\n" for n in range(60)).encode()
    terminal.feed(history + b"\x1b[1;4mbold" + b"\x87" * 13 + "🇵".encode() + b"\x1b[?7l\x1b[?2004h")
    terminal.resize(18, 41)
    snapshot = terminal.snapshot()
    assert b"GHOSTSNP" not in snapshot
    restored = GhosttyEngine.restore(snapshot)
    assert (restored.cols, restored.rows) == (18, 41)
    assert restored.lines(history=True)[:60] == terminal.lines(history=True)[:60]
    assert restored.modes() == terminal.modes()
    assert restored.lines(ansi=True)[-1][:30] == terminal.lines(ansi=True)[-1][:30]
    assert restored.frame().cursor == terminal.frame().cursor
    assert restored.replies == terminal.replies


def test_a_restored_terminal_is_a_whole_one() -> None:
    terminal = engine("\r\n".join(map(str, range(40))), cols=4, rows=2)
    terminal.set_colors(Colors(foreground=(1, 2, 3), background=(4, 5, 6), dark=False))
    restored = GhosttyEngine.restore(terminal.snapshot())
    assert (restored.cols, restored.rows) == (4, 2)
    assert restored.lines(history=True) == terminal.lines(history=True)
    assert answers(restored, b"\x1b[18t\x1b]11;?\x07\x1b[?996n") == answers(
        terminal, b"\x1b[18t\x1b]11;?\x07\x1b[?996n"
    )
    restored.feed(b"\x07\x1b[?2027$p")
    assert restored.notices == [Rang()]
    assert restored.replies.endswith(b"\x1b[?2027;1$y")
    assert restored.snapshot() == GhosttyEngine.restore(restored.snapshot()).snapshot()


def test_unfit_snapshots_are_refused() -> None:
    whole = engine("".join(f"\x1b[3{n % 8}m{n}\r\n" for n in range(100))).snapshot()
    dice = random.Random(3)
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        with pytest.raises(SnapshotUnfit):
            GhosttyEngine.restore(bytes(damaged))
        with pytest.raises(SnapshotUnfit):
            GhosttyEngine.restore(whole[: dice.randrange(len(whole))])
    for nonsense in (b"", b"muxer-ghostty", whole + b"x", os.urandom(5000)):
        with pytest.raises(SnapshotUnfit, match="the program goes on"):
            GhosttyEngine.restore(nonsense)
