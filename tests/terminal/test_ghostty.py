"""What the ghostty engine shows, finds and forgets, beyond what every engine does."""

import gc
import random
import re
import weakref
from pathlib import Path

import psutil
import pytest

from muxer.terminal.engine import (
    Colors,
    Cursor,
    Match,
    Modes,
    MouseMode,
)
from muxer.terminal.ghostty import GhosttyEngine
from muxer.terminal.keys import Button, Key, Motion, Mouse

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


def test_a_row_can_be_nothing_but_a_colour() -> None:
    terminal = engine("\x1b[2;5H\x1b[41m\x1b[4X\x1b[3;1H\x1b[48;2;1;2;3m\x1b[J\x1b[0m")
    bar = "\x1b[48;2;1;2;3m" + " " * 20 + "\x1b[0m"
    assert [text for _, text in terminal.frame().rows] == ["", "    \x1b[48;5;1m    \x1b[0m", bar, bar, bar, bar]
    assert terminal.lines(ansi=True)[2:] == [bar] * 4
    terminal.feed(b"\x1b[3;1H\x1b[42m\x1b[K")
    assert dict(terminal.frame().rows)[2] == "\x1b[48;5;2m" + " " * 20 + "\x1b[0m"
    terminal.resize(3, 2)
    assert picture(terminal)[0] == ""


def test_a_cropped_row_has_its_gaps() -> None:
    terminal = engine("\x1b[44mab\x1b[m\x1b[6Gx\r\n\x1b[7ma\x1b[m\x1b[5Gy\x1b[7G漢\r\n\x1b[4ma\x1b[7G漢", cols=7)
    rows = [
        "\x1b[0m\x1b[48;5;4mab\x1b[0m   x",
        "\x1b[0m\x1b[7ma\x1b[0m   y",
        "\x1b[0m\x1b[4ma\x1b[0m",
    ]
    assert picture(terminal)[:3] == rows
    assert terminal.lines(ansi=True)[:3] == rows


def test_a_gap_is_found_wherever_the_frame_looks() -> None:
    terminal = engine("\r\n" * 5)
    terminal.frame()
    terminal.feed("\x1b[2;1H\x1b[44ma\x1b[6Gb\x1b[m\x1b[5;1H\x1b[44m漢\x1b[m\x1b[8Gx".encode())
    changed = dict(terminal.frame().rows)
    assert changed[1] == "\x1b[0m\x1b[48;5;4ma\x1b[0m    \x1b[0m\x1b[48;5;4mb\x1b[0m"
    assert changed[4] == "\x1b[0m\x1b[48;5;4m漢\x1b[0m     x"
    assert picture(terminal)[1] == changed[1]
    long = "".join(f"\x1b[38;2;1;2;{n};48;5;{n}mx" for n in range(16)) + "\x1b[m\x1b[19G|"
    terminal.feed(f"\x1b[1;1H{long}".encode())
    assert dict(terminal.frame().rows)[0].endswith("48;5;15mx\x1b[0m  |")


def test_nothing_but_text_and_sgr_gets_out() -> None:
    terminal = engine("a\x7fb\x80\x85\x9b31mc\x1b]2;x\x07\x00")
    assert re.fullmatch(r"[^\x00-\x1f\x7f-\x9f]*", "".join(picture(terminal)))
    assert terminal.lines()[0].startswith("a b")


def test_a_program_cannot_change_the_size() -> None:
    terminal = engine(b"\x1b[?40h\x1b[?3h" + b"x" * 30)
    terminal.frame()
    terminal.feed(b"\x1b[H\x1b[Jnew" + b"y" * 30)
    assert terminal.lines()[:2] == ["new" + "y" * 17, "y" * 13]
    assert picture(terminal) == terminal.lines()
    assert answers(terminal, b"\x1b[18t") == b"\x1b[8;6;20t"


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


def test_modes() -> None:
    terminal = engine()
    assert terminal.modes() == Modes()
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


def test_a_closed_terminal_takes_and_gives_nothing() -> None:
    terminal = engine(b"text\x1b[?1000;1004;2004h")
    terminal.close()
    terminal.close()
    terminal.feed(b"x")
    terminal.resize(30, 9)
    terminal.compress()
    terminal.invalidate()
    terminal.set_colors(Colors(foreground=(0, 0, 0), background=(0, 0, 0), dark=True))
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
