"""What the ghostty engine promises beyond what every engine does: frames, notices, limits, snapshots, history."""

import gc
import os
import random
import weakref
from pathlib import Path

import psutil
import pytest

from muxer.errors import SnapshotUnfit
from muxer.terminal.engine import (
    CopyAsked,
    Cursor,
    FolderSet,
    Match,
    Modes,
    MouseMode,
    Notice,
    Notified,
    Progressed,
    Rang,
    TitleSet,
    UnknownSequence,
)
from muxer.terminal.ghostty import GhosttyEngine
from muxer.terminal.keys import Action, Button, Key, Mods, Motion, Mouse, parse_key

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.bin"))


def engine(output: str | bytes = b"", cols: int = 20, rows: int = 6) -> GhosttyEngine:
    made = GhosttyEngine(cols, rows)
    made.feed(output.encode() if isinstance(output, str) else output)
    return made


def answers(terminal: GhosttyEngine, question: bytes) -> bytes:
    terminal.replies.clear()
    terminal.feed(question)
    return bytes(terminal.replies)


def picture(terminal: GhosttyEngine) -> list[str]:
    """The whole screen as a frame gives it."""
    terminal.invalidate()
    rows = terminal.frame().rows
    assert [y for y, _ in rows] == list(range(terminal.rows))
    return [text for _, text in rows]


# Frames


def test_a_row_is_text_and_sgr_that_ends_reset() -> None:
    terminal = engine(
        "plain   \r\n\x1b[1;31mred\r\n\x1b[0;44m\x1b[K bce\x1b[0m\r\n漢字 e\u0301 \x1b]8;;http://x\x07link\x1b]8;;\x07"
    )
    assert terminal.frame().rows == [
        (0, "plain"),
        (1, "\x1b[0m\x1b[1m\x1b[38;5;1mred\x1b[0m"),
        (2, "\x1b[0m\x1b[48;5;4m bce                \x1b[0m"),
        (3, "漢字 e\u0301 link"),
        (4, ""),
        (5, ""),
    ]


def test_a_frame_holds_what_changed_and_nothing_else() -> None:
    terminal = engine("one\r\ntwo\r\nthree")
    terminal.frame()
    assert terminal.frame().rows == []
    terminal.feed(b"\x1b[2;1HTWO\x1b[5;1Hfive")
    frame = terminal.frame()
    assert dict(frame.rows)[1] == "TWO"
    assert dict(frame.rows)[4] == "five"
    assert {0, 3, 5}.isdisjoint(dict(frame.rows))
    terminal.invalidate()
    assert [y for y, _ in terminal.frame().rows] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_frames_add_up_to_the_screen(recording: Path) -> None:
    output, dice = recording.read_bytes(), random.Random(7)
    terminal = GhosttyEngine(80, 24)
    shown = [""] * 24
    while output:
        size = dice.choice([1, 7, 300, 4096])
        terminal.feed(output[:size])
        output = output[size:]
        for y, text in terminal.frame().rows:
            shown[y] = text
    assert shown == terminal.lines(ansi=True) == picture(terminal)


def test_the_screen_can_be_left_and_come_back_to() -> None:
    terminal = engine("shell$ ")
    terminal.frame()
    terminal.feed(b"\x1b[?1049h\x1b[Heditor")
    assert dict(terminal.frame().rows)[0] == "editor"
    terminal.feed(b"\x1b[?1049l")
    assert dict(terminal.frame().rows)[0] == "shell$"


@pytest.mark.parametrize(
    ("output", "cursor"),
    [
        ("ab", Cursor(2, 0)),
        ("\x1b[3 q", Cursor(0, 0, "underline", True)),
        ("\x1b[6 q", Cursor(0, 0, "bar")),
        ("\x1b[?25l", None),
        ("12345678901234567890", Cursor(19, 0)),
    ],
)
def test_the_cursor(output: str, cursor: Cursor | None) -> None:
    assert engine(output).frame().cursor == cursor


def test_history_can_be_looked_at() -> None:
    terminal = engine("\r\n".join(map(str, range(50))))
    assert terminal.scrollback() == 44
    terminal.frame()
    assert terminal.scroll_to(4) == 4
    frame = terminal.frame()
    assert frame.rows == [(y, str(40 + y)) for y in range(6)]
    assert frame.cursor is None
    terminal.feed(b"\r\nnew")
    assert picture(terminal) == [str(40 + y) for y in range(6)], "what is looked at stays"
    assert terminal.scroll_to(1000) == 45
    assert picture(terminal)[0] == "0"
    assert terminal.lines()[-1] == "new", "lines are of the live screen"
    assert terminal.scroll_to(0) == 0
    assert picture(terminal)[-1] == "new"
    terminal.feed(b"\x1b[?1049h")
    assert terminal.scroll_to(5) == 0


@pytest.mark.parametrize(("cols", "rows"), [(1, 1), (3, 2), (80, 1), (4, 24), (9, 3)])
def test_a_tiny_terminal_shows_a_part(cols: int, rows: int) -> None:
    terminal = engine("漢字漢字漢\r\n\x1b[31mabc\r\ndef", cols=cols, rows=rows)
    assert (terminal.cols, terminal.rows) == (cols, rows)
    wide = engine("漢字漢字漢\r\n\x1b[31mabc\r\ndef", cols=max(cols, 10), rows=max(rows, 3))
    plain = ["漢字漢字漢"[: cols // 2], "abc"[:cols], "def"[:cols], *[""] * 30][:rows]
    assert terminal.lines() == plain
    frame = terminal.frame()
    assert [y for y, _ in frame.rows] == list(range(rows))
    cursor = wide.frame().cursor
    assert frame.cursor == (cursor if cursor and cursor.x < cols and cursor.y < rows else None)
    assert answers(terminal, b"\x1b[18t") == b"\x1b[8;%d;%dt" % (rows, cols)
    terminal.resize(20, 6)
    assert terminal.lines() == ["漢字漢字漢", "abc", "def", "", "", ""]


def test_lines_reflow() -> None:
    terminal = engine("x" * 30)
    assert terminal.lines()[:2] == ["x" * 20, "x" * 10]
    assert terminal.lines(unwrap=True)[0] == "x" * 30
    terminal.resize(15, 6)
    assert terminal.lines()[:2] == ["x" * 15, "x" * 15]
    terminal.resize(40, 6)
    assert terminal.lines()[0] == "x" * 30
    assert picture(terminal)[0] == "x" * 30


def test_lines_of_everything() -> None:
    terminal = engine("".join(f"\x1b[3{n % 8}m{n}\x1b[0m\r\n" for n in range(30)))
    everything = terminal.lines(history=True)
    assert everything == [*map(str, range(30)), ""]
    assert terminal.lines() == everything[-6:]
    coloured = terminal.lines(history=True, ansi=True)
    assert coloured[9] == "\x1b[0m\x1b[38;5;1m9\x1b[0m"
    assert len(coloured) == 31
    wrapped = engine("\r\n" * 9 + "y" * 50)
    assert wrapped.lines(history=True, unwrap=True)[-1] == "y" * 50


# Notices and replies


@pytest.mark.parametrize(
    ("output", "notices"),
    [
        ("\x1b]0;tést\x07", [TitleSet("tést")]),
        ("\x1b]2;\x1b\\", [TitleSet("")]),
        ("\x1b]7;file:///a/b\x07", [FolderSet("file:///a/b")]),
        ("\x07", [Rang()]),
        ("\x1b]9;hello\x07", [Notified("", "hello")]),
        ("\x1b]777;notify;A;B\x07", [Notified("A", "B")]),
        ("\x1b]99;;Hello\x1b\\", [Notified("Hello", "")]),
        ("\x1b]99;i=1:d=0;Hello\x1b\\\x1b]99;i=1:p=body;World\x1b\\", [Notified("Hello", "World")]),
        ("\x1b]99;e=1;SGVsbG8\x07", [Notified("Hello", "")]),
        ("\x1b]99;e=1;*\x07", []),
        ("\x1b]9;4;1;50\x07", [Progressed("set", 50)]),
        ("\x1b]9;4;2\x07", [Progressed("error", None)]),
        ("\x1b]9;4;3\x07", [Progressed("indeterminate", None)]),
        ("\x1b]9;4;4;10\x07", [Progressed("paused", 10)]),
        ("\x1b]9;4;0\x07", [Progressed("none", None)]),
        ("\x1b]52;c;aMOpbGxv\x07", [CopyAsked("héllo")]),
        ("\x1b]7501;state=working;x\x1b\\", [UnknownSequence("osc", b"7501;state=working;x")]),
        ("\x1b_hello\x1b\\", [UnknownSequence("apc", b"hello")]),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 5, 1000])
def test_programs_announce(output: str, notices: list[Notice], size: int) -> None:
    terminal, data = engine(), output.encode()
    for at in range(0, len(data), size):
        terminal.feed(data[at : at + size])
    assert terminal.notices == notices
    assert terminal.lines() == [""] * 6


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (b"\x1b[c", b"\x1b[?62;22;52c"),
        (b"\x1b[>c", b"\x1b[>1;0;0c"),
        (b"\x1b[>q", b"\x1bP>|muxer 0.1.0\x1b\\"),
        (b"\x1b[5n", b"\x1b[0n"),
        (b"\x1b[2;3H\x1b[6n", b"\x1b[2;3R"),
        (b"\x1b[?2027$p", b"\x1b[?2027;1$y"),
        (b"\x1bc\x1b[?2027$p", b"\x1b[?2027;1$y"),
        (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
        (b"\x1b[18t", b"\x1b[8;6;20t"),
        (b"\x1b[14t", b"\x1b[4;96;160t"),
        (b"\x1b]10;?\x07", b"\x1b]10;rgb:eeee/eeee/eeee\x07"),
        (b"\x1b]11;?\x1b\\", b"\x1b]11;rgb:1111/2222/3333\x1b\\"),
        (b"\x1b[?996n", b"\x1b[?997;2n"),
        (b"\x1bP+q544e\x1b\\", b"\x1bP1+r544E=" + b"xterm-256color".hex().upper().encode() + b"\x1b\\"),
        (b"\x1b[>5u\x1b[?u", b"\x1b[?5u"),
        (b"\x1b]52;c;?\x07", b"\x1b]52;c;\x07"),
        (b"\x1b_Gi=1,a=q,s=1,v=1;AAAA\x1b\\", b""),
    ],
)
def test_programs_ask(question: bytes, answer: bytes) -> None:
    terminal = engine()
    terminal.set_colors(foreground=(0xEE, 0xEE, 0xEE), background=(0x11, 0x22, 0x33), dark=False)
    assert answers(terminal, question) == answer


def test_a_program_can_follow_the_theme() -> None:
    terminal = engine(b"\x1b[?2031h")
    terminal.set_colors(foreground=(0, 0, 0), background=(9, 9, 9), dark=True)
    assert terminal.replies == b""
    terminal.set_colors(foreground=(0, 0, 0), background=(9, 9, 9), dark=False)
    assert terminal.replies == b"\x1b[?997;2n"


def test_storms_take_little_room() -> None:
    terminal = engine()
    terminal.feed(b"\x07" * 10_000)
    assert terminal.notices == [Rang()]
    terminal.feed(b"\x1b]9;a\x07\x07" * 10_000)
    assert len(terminal.notices) == 256
    assert terminal.notices[-1] == Rang()
    terminal.feed(b"\x1b[>q" * 200_000)
    assert 500_000 < len(terminal.replies) <= 1 << 20
    assert terminal.replies.endswith(b"\x1b\\")
    terminal.notices.clear()
    terminal.feed(b"\x1b]52;c;" + b"QUFB" * 500_000 + b"\x07after")
    assert terminal.notices == []
    for _ in range(20):
        terminal.feed(b"\x1b]52;c;" + b"QUFB" * 200_000 + b"\x07\x1b]9;x\x07")
    assert len([notice for notice in terminal.notices if isinstance(notice, CopyAsked)]) == 1
    assert terminal.lines()[0] == "after"


def test_replies_and_notices_may_be_taken_away() -> None:
    terminal = engine(b"\x1b[5n\x07")
    taken, terminal.replies = terminal.replies, bytearray()
    seen, terminal.notices = terminal.notices, []
    terminal.feed(b"\x1b[6n\x1b]2;t\x07")
    assert bytes(taken) == b"\x1b[0n"
    assert seen == [Rang()]
    assert bytes(terminal.replies) == b"\x1b[1;1R"
    assert terminal.notices == [TitleSet("t")]


# Modes and input


def test_modes() -> None:
    terminal = engine()
    assert terminal.modes() == Modes(alternate_scroll=True)
    terminal.feed(b"\x1b[?1;1003;1004;2004;2026;1049h\x1b[?1007l\x1b[>5u")
    assert terminal.modes() == Modes(
        alternate_screen=True,
        application_cursor=True,
        bracketed_paste=True,
        focus_reports=True,
        kitty_flags=5,
        mouse=MouseMode.MOVES,
        synchronized=True,
    )
    assert terminal.holds_frames()
    terminal.feed(b"\x1b[?2026l")
    assert not terminal.holds_frames()


@pytest.mark.parametrize(
    ("written", "legacy", "kitty"),
    [
        ("a", b"a", b"a"),
        ("A", b"A", b"A"),
        ("é", "é".encode(), "é".encode()),
        ("ctrl+c", b"\x03", b"\x1b[99;5u"),
        ("alt+x", b"\x1bx", b"\x1b[120;3u"),
        ("ctrl+alt+left", b"\x1b[1;7D", b"\x1b[1;7D"),
        ("enter", b"\r", b"\r"),
        ("escape", b"\x1b", b"\x1b[27u"),
        ("ctrl+[", b"\x1b", b"\x1b[91;5u"),
        ("ctrl+i", b"\t", b"\x1b[105;5u"),
        ("shift+tab", b"\x1b[Z", b"\x1b[9;2u"),
        ("shift+space", b" ", b" "),
        ("menu", b"\x1b[29~", b"\x1b[57363u"),
        ("f5", b"\x1b[15~", b"\x1b[15~"),
        ("f30", b"", b"\x1b[57393u"),
    ],
)
def test_keys(written: str, legacy: bytes, kitty: bytes) -> None:
    assert engine().encode_key(parse_key(written)) == legacy
    assert engine(b"\x1b[>1u").encode_key(parse_key(written)) == kitty


def test_keys_follow_the_modes() -> None:
    assert engine().encode_key(Key("up")) == b"\x1b[A"
    assert engine(b"\x1b[?1h").encode_key(Key("up")) == b"\x1bOA"
    cyrillic = Key("ф", Mods.CTRL, "ф", Action.REPEAT, base="a")
    assert engine(b"\x1b[>31u").encode_key(cyrillic) == b"\x1b[1092::97;5:2u"
    assert engine(b"\x1b[>2u").encode_key(Key("a", action=Action.RELEASE)) == b"\x1b[97;1:3u"
    assert engine().encode_key(Key("a", action=Action.RELEASE)) == b""
    assert engine(b"\x1b[>1u").encode_key(Key("", text="日本")) == "日本".encode()


def test_the_mouse_is_heard_of_only_where_asked() -> None:
    press, drag = Mouse(Motion.PRESS, Button.LEFT, 3, 4, Mods.CTRL), Mouse(Motion.MOVE, Button.LEFT, 4, 4)
    move, wheel = Mouse(Motion.MOVE, Button.NONE, 5, 4), Mouse(Motion.PRESS, Button.WHEEL_DOWN, 0, 0)
    heard = {
        b"": (b"", b"", b"", b""),
        b"\x1b[?1000;1006h": (b"\x1b[<16;4;5M", b"", b"", b"\x1b[<65;1;1M"),
        b"\x1b[?1002;1006h": (b"\x1b[<16;4;5M", b"\x1b[<32;5;5M", b"", b"\x1b[<65;1;1M"),
        b"\x1b[?1003;1006h": (b"\x1b[<16;4;5M", b"\x1b[<32;5;5M", b"\x1b[<35;6;5M", b"\x1b[<65;1;1M"),
        b"\x1b[?1000h": (b"\x1b[M0$%", b"", b"", b"\x1b[Ma!!"),
        b"\x1b[?1003;1016h": (b"\x1b[<16;28;72M", b"\x1b[<32;36;72M", b"\x1b[<35;44;72M", b"\x1b[<65;4;8M"),
    }
    for modes, expected in heard.items():
        terminal = engine(modes)
        assert tuple(map(terminal.encode_mouse, (press, drag, move, wheel))) == expected, modes
    sgr = engine(b"\x1b[?1000;1006h")
    assert sgr.encode_mouse(Mouse(Motion.RELEASE, Button.LEFT, 3, 4)) == b"\x1b[<0;4;5m"
    assert sgr.encode_mouse(Mouse(Motion.PRESS, Button.LEFT, 20, 0)) == b""
    assert sgr.encode_mouse(Mouse(Motion.PRESS, Button.LEFT, -1, 0)) == b""


def test_a_paste_cannot_end_its_frame() -> None:
    framed = engine(b"\x1b[?2004h")
    assert framed.encode_paste("a\r\nb\tü\n".encode()) == "\x1b[200~a\r\nb\tü\n\x1b[201~".encode()
    evil = b"x\x1b[201~rm\r\x03\x00\x7f" + "\x9b201~".encode() + bytes(range(32))
    pasted = framed.encode_paste(evil)
    assert pasted.startswith(b"\x1b[200~")
    assert pasted.endswith(b"\x1b[201~")
    inner = pasted[6:-6]
    assert not set(inner) & (set(range(32)) - set(b"\t\r\n") | {0x7F})
    assert b"\xc2\x9b" not in inner
    assert engine().encode_paste(b"a\r\nb\nc\x1b[201~") == b"a\rb\rc [201~"
    big = os.urandom(5_000_000)
    assert len(framed.encode_paste(big)) == len(big) + 12


def test_focus_is_told_only_where_asked() -> None:
    assert engine().encode_focus(focused=True) == b""
    terminal = engine(b"\x1b[?1004h")
    assert (terminal.encode_focus(focused=True), terminal.encode_focus(focused=False)) == (b"\x1b[I", b"\x1b[O")


# Search and links


def test_search_finds_the_newest_first_in_cells() -> None:
    terminal = engine("Hello world\r\n漢字 hello 漢字\r\n\r\nHELLO hellohello\r\n" + "x" * 17 + "hello\r\n\r\n\r\n\r\n")
    assert terminal.scrollback() == 4
    assert terminal.search("hello") == [
        Match(4, 17, 20),
        Match(3, 11, 16),
        Match(3, 6, 11),
        Match(3, 0, 5),
        Match(1, 5, 10),
        Match(0, 0, 5),
    ]
    assert terminal.search("字") == [Match(1, 13, 15), Match(1, 2, 4)]
    assert terminal.search("hello", limit=2) == [Match(4, 17, 20), Match(3, 11, 16)]
    assert terminal.search("h.*o") == terminal.search("") == terminal.search("absent") == []


def test_search_ignores_case_beyond_ascii() -> None:
    terminal = engine("Äpfel äpfel\r\nÄPFEL\r\nстрока СТРОКА")
    assert terminal.search("äPfel") == [Match(1, 0, 5), Match(0, 6, 11), Match(0, 0, 5)]
    assert terminal.search("Строка") == [Match(2, 7, 13), Match(2, 0, 6)]


def test_links() -> None:
    terminal = engine("\x1b]8;;https://example.org/ä\x07here\x1b]8;;\x07 not\r\n" + "\r\n" * 8)
    assert terminal.link_at(0, 0) is None
    terminal.scroll_to(100)
    assert terminal.link_at(0, 0) == terminal.link_at(3, 0) == "https://example.org/ä"
    assert terminal.link_at(4, 0) is terminal.link_at(20, 0) is terminal.link_at(0, -1) is None


# Snapshots

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


def test_a_restored_terminal_is_a_whole_one() -> None:
    terminal = engine("\r\n".join(map(str, range(40))), cols=4, rows=2)
    terminal.set_colors(foreground=(1, 2, 3), background=(4, 5, 6), dark=False)
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


# History and memory


@pytest.mark.parametrize("cols", [80, 220])
def test_ten_thousand_lines_are_really_kept(cols: int) -> None:
    terminal = GhosttyEngine(cols, 24)
    styled = "".join(f"\x1b[38;5;{n};4m{n}\x1b[0m 漢 " for n in range(30))
    number = 0
    for _ in range(26):
        terminal.feed("".join(f"{number + n} {styled}"[: cols * 3] + "\x1b[0m\r\n" for n in range(500)).encode())
        number += 500
    everything = terminal.lines(history=True)
    first = int(next(line for line in everything if line[:1].isdigit() and " 0 漢" in line).split()[0])
    assert first <= 13_000 - 10_000
    assert len(everything) < 17_000
    assert terminal.search(f"{number - 1} 0 漢", limit=1)


def test_a_short_history_stays_short() -> None:
    terminal = GhosttyEngine(80, 24, scrollback=100)
    for _ in range(100):
        terminal.feed(b"line\r\n" * 100)
    assert 100 <= terminal.scrollback() < 1000


def test_compressing_frees_memory_and_changes_nothing() -> None:
    process = psutil.Process()
    terminals = [GhosttyEngine(80, 24) for _ in range(6)]
    for terminal in terminals:
        terminal.feed(b"".join(b"line %d \x1b[3%dmcolour\x1b[0m\r\n" % (n, n % 8) for n in range(10_000)))
    before, text = process.memory_info().rss, terminals[0].lines(history=True, ansi=True)
    for terminal in terminals:
        terminal.compress()
    assert before - process.memory_info().rss > 6 * 4_000_000
    assert terminals[0].lines(history=True, ansi=True) == text
    terminals[1].scroll_to(9000)
    assert picture(terminals[1])[0].startswith("line 9")
    terminals[2].feed(b"more\r\n" * 5000)
    assert terminals[2].search("line 9999")
    terminals[3].resize(40, 10)
    assert terminals[3].lines(history=True)[0].startswith("line ")


# Endings


def test_a_closed_terminal_takes_and_gives_nothing() -> None:
    terminal = engine(b"text\x1b[?1000;1004;2004h")
    terminal.close()
    terminal.close()
    terminal.feed(b"x")
    terminal.resize(30, 9)
    terminal.compress()
    terminal.invalidate()
    terminal.set_colors(foreground=(0, 0, 0), background=(0, 0, 0), dark=True)
    assert terminal.frame() == ([], None)
    assert terminal.modes() == Modes()
    assert not terminal.holds_frames()
    assert terminal.lines(history=True) == []
    assert terminal.search("text") == []
    assert terminal.scrollback() == terminal.scroll_to(3) == 0
    assert terminal.link_at(0, 0) is None
    written = (
        terminal.encode_key(Key("a", text="a")),
        terminal.encode_mouse(Mouse(Motion.PRESS, Button.LEFT, 0, 0)),
        terminal.encode_paste(b"x"),
        terminal.encode_focus(focused=True),
        terminal.snapshot(),
    )
    assert written == (b"",) * 5


def test_a_forgotten_terminal_is_freed() -> None:
    process = psutil.Process()
    output = b"".join(b"line %d\r\n" % n for n in range(10_000))

    def use() -> weakref.ref[GhosttyEngine]:
        terminal = GhosttyEngine(80, 24)
        terminal.feed(output)
        terminal.frame()
        return weakref.ref(terminal)

    gc.disable()
    try:
        assert use()() is None, "no cycle keeps it"
        start = process.memory_info().rss
        for _ in range(20):
            use()
        assert process.memory_info().rss - start < 20_000_000
    finally:
        gc.enable()
