"""The portable engine beyond what the conformance table asks of it."""

import json
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muxer.errors import SnapshotUnfit
from muxer.terminal.engine import Colors, Cursor, Engine, Match, MouseMode
from muxer.terminal.keys import Action, Button, Key, Mods, Motion, Mouse
from muxer.terminal.portable import PortableEngine
from muxer.terminal.portable_snapshot import MAGIC
from tests.terminal.conformance import ALL_QUERIES, ALL_SCREENS
from tests.terminal.test_recordings import RECORDINGS, feed

EVERYTHING = (
    "first 漢字 e\u0301 👩🏽‍💻\r\n\x1b[1;3;4:3;38;2;1;2;3;48;5;9;58:5:3mstyled\x1b[m\r\n"
    "\x1b]8;;http://e.x/\x1b\\link\x1b]8;;\x07\r\n" + "scrolled\r\n" * 9 + "\x1b[2;5r\x1b[?6h\x1b[2;3H"
    '\x1b[?1;1002;1004;1006;2004h\x1b[3g\x1b[4G\x1bH\x1b(0\x1b[1"q\x1b[5 qq\x1b7\x1b[7m\x1b]4;1;#123456\x07'
    "\x1b]11;#010203\x1b\\\x1b[?2004s\x1b[?1049h\x1b[2Jalternate\x1b[>4;2m\x1b]2;title\x07\x1bP$qm\x1b\\\x1b[?1049l!"
).encode()


def fed(data: str | bytes, cols: int = 20, rows: int = 6, scrollback: int = 10_000) -> PortableEngine:
    engine = PortableEngine(cols, rows, scrollback)
    engine.feed(data.encode() if isinstance(data, str) else data)
    return engine


def numbered(count: int) -> str:
    return "\r\n".join(f"line {n}" for n in range(count))


def state(engine: Engine) -> tuple[object, ...]:
    engine.invalidate()
    return (
        engine.lines(history=True, ansi=True),
        engine.frame(),
        engine.modes(),
        engine.scrollback(),
        engine.snapshot(),
    )


# -- frames -----------------------------------------------------------------------------------------------------------


def test_a_frame_holds_only_what_changed() -> None:
    engine = fed("one\r\ntwo")
    assert [y for y, _ in engine.frame().rows] == [0, 1, 2, 3, 4, 5]
    assert engine.frame().rows == []
    engine.feed(b"\x1b[4;1Hx\x1b[31my")
    assert engine.frame() == ([(3, "x\x1b[0;31my\x1b[0m")], Cursor(2, 3))
    engine.feed(b"\x1b[5;5H")
    assert engine.frame() == ([], Cursor(4, 4))
    engine.invalidate()
    assert len(engine.frame().rows) == 6


def test_links_are_not_drawn_but_known() -> None:
    engine = fed("\x1b]8;;http://e.x/\x1b\\link\x1b]8;;\x1b\\!" + "\r\n" * 3)
    assert engine.frame().rows[0] == (0, "link!")
    assert engine.link_at(3, 0) == "http://e.x/"
    assert engine.link_at(4, 0) is None
    assert engine.link_at(99, 99) is None
    engine.feed(b"\r\n" * 4)
    assert engine.link_at(0, 0) is None
    engine.scroll_to(2)
    assert engine.link_at(0, 0) == "http://e.x/"


def test_cursor_tells_its_shape() -> None:
    assert fed("\x1b[5 q").frame().cursor == Cursor(0, 0, "bar", blinks=True)
    assert fed("\x1b[4 q").frame().cursor == Cursor(0, 0, "underline", blinks=False)
    assert fed("\x1b[?12h").frame().cursor == Cursor(0, 0, "block", blinks=True)
    assert fed("\x1b[?25l").frame().cursor is None


@pytest.mark.parametrize("size", [(1, 1), (2, 8), (30, 1), (9, 2)])
def test_a_tiny_terminal_shows_a_crop(size: tuple[int, int]) -> None:
    cols, rows = size
    engine = PortableEngine(cols, rows)
    engine.feed("漢x漢x漢\r\nsecond\r\nthird".encode())
    frame = engine.frame()
    assert [y for y, _ in frame.rows] == list(range(rows))
    assert len(engine.lines()) == rows
    assert frame.rows[0][1] == {1: "", 2: "漢", 9: "漢x漢x漢", 30: "漢x漢x漢"}[cols].rstrip()
    assert frame.cursor is None or (frame.cursor.x < cols and frame.cursor.y < rows)
    engine.resize(20, 6)
    assert engine.lines()[1] == "second"


# -- history ----------------------------------------------------------------------------------------------------------


def test_ten_thousand_lines_are_kept_and_no_more() -> None:
    engine = fed(numbered(12_000))
    assert engine.scrollback() == 10_000
    lines = engine.lines(history=True)
    assert lines[0] == f"line {12_000 - 10_006}"
    assert lines[-1] == "line 11999"
    engine.compress()
    assert engine.lines(history=True) == lines
    engine.feed(b"\r\nmore")
    assert engine.lines(history=True) == [*lines[1:], "more"]


def test_compressed_history_is_small() -> None:
    engine = fed(
        "".join(f"\x1b[3{n % 8}m{n:05} some words of a build log that say little\r\n" for n in range(10_000)), 80, 24
    )
    engine.compress()
    blocks = engine._history._blocks
    assert all(isinstance(block, bytes) for block in blocks)
    assert sum(len(block) for block in blocks) < 200_000


def test_alternate_screen_and_regions_leave_no_history() -> None:
    engine = fed("\x1b[?1049h" + numbered(50))
    assert engine.scrollback() == 0
    engine.feed(b"\x1b[?1049l\x1b[2;4r\x1b[4;1H" + b"\n" * 20)
    assert engine.scrollback() == 0
    engine.feed(b"\x1b[r\x1b[6;1H\n\n")
    assert engine.scrollback() == 2
    engine.feed(b"\x1b[3J")
    assert engine.scrollback() == 0


def test_the_shown_part_stands_still_while_more_is_printed() -> None:
    engine = fed(numbered(20))
    assert engine.scroll_to(5) == 5
    shown = engine.frame()
    assert [row for _, row in shown.rows] == [f"line {n}" for n in range(9, 15)]
    assert shown.cursor is None
    engine.feed(b"\r\nmore\r\nand more")
    assert [row for _, row in engine.frame().rows] == [f"line {n}" for n in range(9, 15)]
    assert engine.scroll_to(99) == 16
    assert engine.frame().rows[0] == (0, "line 0")
    assert engine.scroll_to(-1) == 0
    assert engine.frame().rows[-1] == (5, "and more")
    assert engine.scroll_to(2) == 2
    assert engine.frame().cursor is None


def test_lines_unwrap() -> None:
    engine = fed("a" * 25 + "\r\n" + "word  " * 6 + "\r\nend", 10, 4)
    assert engine.lines(history=True, unwrap=True) == ["a" * 25, ("word  " * 6).rstrip(), "end"]
    assert fed("\x1b[31mred " * 6, 10, 4).lines(unwrap=True) == ["red red red red red red", ""]


def test_search_finds_the_newest_first() -> None:
    engine = fed("Needle 漢needle\r\n" + numbered(10) + "\r\nlast NEEDLE")
    assert engine.search("needle") == [Match(11, 5, 11), Match(0, 9, 15), Match(0, 0, 6)]
    assert engine.search("漢") == [Match(0, 7, 9)]
    assert engine.search("needle", limit=2) == [Match(11, 5, 11), Match(0, 9, 15)]
    assert engine.search("(") == []
    assert engine.search("") == []


def test_history_reflows() -> None:
    text = [f"{n} {'x' * (n % 45)}".rstrip() for n in range(300)]
    engine = fed("\r\n".join(text), 20, 6)
    for cols in (13, 47, 10, 80, 20):
        engine.resize(cols, 6)
        assert [line for line in engine.lines(history=True, unwrap=True) if line] == text


# -- snapshots --------------------------------------------------------------------------------------------------------


def test_a_snapshot_at_any_byte_changes_nothing() -> None:
    whole = fed(EVERYTHING)
    for cut in range(len(EVERYTHING) + 1):
        first = fed(EVERYTHING[:cut])
        second = PortableEngine.restore(first.snapshot())
        second.feed(EVERYTHING[cut:])
        assert state(second) == state(whole), EVERYTHING[max(0, cut - 9) : cut]


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_goes_on_after_a_snapshot(recording: Path) -> None:
    data = recording.read_bytes()
    whole, parts = PortableEngine(80, 24), PortableEngine(80, 24)
    whole.feed(data)
    dice = random.Random(1)
    cuts = [0, *sorted(dice.sample(range(len(data)), 5)), len(data)]
    for start, end in pairwise(cuts):
        parts = PortableEngine.restore(parts.snapshot())
        parts.feed(data[start:end])
    assert state(parts) == state(whole)


def _resealed(change: Callable[[dict[str, object]], None]) -> bytes:
    """A snapshot with a right checksum over wrong content."""
    content = json.loads(zlib.decompress(fed(EVERYTHING).snapshot()[len(MAGIC) + 16 :]))
    change(content)
    body = zlib.compress(json.dumps(content).encode())
    return MAGIC + blake2b(body, digest_size=16).digest() + body


def test_a_resealed_snapshot_restores() -> None:
    assert PortableEngine.restore(_resealed(lambda _: None)).lines() == fed(EVERYTHING).lines()


@pytest.mark.parametrize(
    "change",
    [
        {"cols": 0},
        {"rows": 10**9},
        {"screen": []},
        {"cursor": [99, 0]},
        {"region": [3, 2]},
        {"sides": [5, 99]},
        {"charset": 4},
        {"parser": ["nowhere", "", ""]},
        {"parser": ["ground", "", "AAAAAAAAAAAA"]},
        {"style": ["", 5]},
        {"modes": ["x"]},
        {"surprise": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_snapshot_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(SnapshotUnfit):
        PortableEngine.restore(_resealed(lambda content: content.update(change)))


def test_a_damaged_snapshot_is_refused() -> None:
    good = fed(EVERYTHING).snapshot()
    for bad in (b"", b"nonsense", good[:-1], good[: len(MAGIC)], good + b"x", good[:40] + b"\x00" + good[41:], MAGIC):
        if bad != good:
            with pytest.raises(SnapshotUnfit):
                PortableEngine.restore(bad)


# -- what the program is told -----------------------------------------------------------------------------------------


def test_a_storm_of_queries_and_bells_stays_small() -> None:
    engine = fed(b"\x1b[c" * 200_000 + b"\x07" * 1000 + b"\x1b]9;x\x07" * 1000)
    assert len(engine.replies) <= 1 << 20
    assert len(engine.notices) <= 256
    engine.replies.clear()
    engine.feed(b"\x1b[5n")
    assert engine.replies == b"\x1b[0n"


def test_resizing_tells_who_asked() -> None:
    engine = fed("\x1b[?2048h")
    engine.replies.clear()
    engine.resize(30, 10)
    assert engine.replies == b"\x1b[48;10;30;160;240t"


def test_a_change_to_light_tells_who_asked() -> None:
    engine = fed("\x1b[?2031h")
    engine.set_colors(Colors(foreground=(0, 0, 0), background=(255, 255, 255), dark=False))
    assert engine.replies == b"\x1b[?997;2n"


def test_input_follows_the_modes() -> None:
    engine = fed("")
    up, click = Key("up"), Mouse(Motion.PRESS, Button.LEFT, 4, 2)
    assert engine.encode_key(up) == b"\x1b[A"
    assert engine.encode_mouse(click) == b""
    assert engine.encode_paste(b"a\nb") == b"a\rb"
    assert engine.encode_focus(focused=True) == b""
    engine.feed(b"\x1b[?1;1000;1006;1004;2004h\x1b[?2026h")
    assert engine.encode_key(up) == b"\x1bOA"
    assert engine.encode_mouse(click) == b"\x1b[<0;5;3M"
    assert engine.encode_paste(b"a\n\x1b[201~b") == b"\x1b[200~a\n[201~b\x1b[201~"
    assert engine.encode_focus(focused=False) == b"\x1b[O"
    assert engine.holds_frames()
    modes = engine.modes()
    assert modes.application_cursor
    assert modes.mouse is MouseMode.PRESSES
    assert modes.kitty_flags == 0


@pytest.mark.xfail(reason="kitty's keyboard protocol is not spoken here", strict=True)
def test_kitty_release_is_reported() -> None:
    engine = fed("\x1b[>3u")
    assert engine.encode_key(Key("a", text="a", action=Action.RELEASE)) == b"\x1b[97;1:3u"


@pytest.mark.xfail(reason="kitty's keyboard protocol is not spoken here", strict=True)
def test_kitty_shift_enter_is_told_apart() -> None:
    assert fed("\x1b[>1u").encode_key(Key("enter", Mods.SHIFT)) == b"\x1b[13;2u"


@pytest.mark.xfail(reason="rows of double width and height are drawn plain", strict=True)
def test_double_width_rows_halve_the_columns() -> None:
    assert fed("\x1b#6" + "x" * 12, 20, 6).lines()[:2] == ["x" * 10, "x" * 2]


# -- robustness -------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    pieces=st.lists(
        st.one_of(
            st.sampled_from([case.data for case in ALL_SCREENS] + [case.data for case in ALL_QUERIES]),
            st.binary(max_size=40),
            st.tuples(st.integers(1, 40), st.integers(1, 15)),
        ),
        max_size=30,
    )
)
def test_nothing_that_is_printed_does_harm(pieces: list[bytes | tuple[int, int]]) -> None:
    engine = PortableEngine(20, 6, 30)
    for piece in pieces:
        if isinstance(piece, bytes):
            engine.feed(piece)
        else:
            engine.resize(*piece)
    frame = engine.frame()
    assert all(0 <= y < engine.rows for y, _ in frame.rows)
    assert frame.cursor is None or (frame.cursor.x < engine.cols and frame.cursor.y < engine.rows)
    again = PortableEngine.restore(engine.snapshot())
    assert again.lines(history=True, ansi=True) == engine.lines(history=True, ansi=True)
    assert again.snapshot() == engine.snapshot()


def test_bytes_of_any_kind_are_taken() -> None:
    engine = PortableEngine(20, 6)
    feed(engine, b"ab", 1)
    engine.feed(bytearray(b"cd"))
    engine.feed(memoryview(b"ef"))
    assert engine.lines()[0] == "abcdef"
    engine.close()


def test_only_who_uses_it_pays_for_textual() -> None:
    program = "import sys, muxer.terminal.choice, muxer.terminal.engine; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    program = "import sys, muxer.terminal.portable; sys.exit('textual' not in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
