"""Every engine against the conformance table, each case fed whole and byte by byte."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import NamedTuple

import pytest
from bittty import Board

from muxer.terminal.engine import Colors, Engine
from tests.terminal.cases import Query, Screen
from tests.terminal.conformance import ALL_QUERIES, ALL_SCREENS

ENGINES = ("ghostty", "portable")
_FLAGS = ("bold", "dim", "italic", "blink", "reverse", "conceal", "strike", "overline")


def make(engine: str, cols: int, rows: int) -> Engine:
    if engine == "ghostty":
        if find_spec("pyghostty") is None:
            pytest.skip("there is no pyghostty for this platform")
        from muxer.terminal.ghostty import GhosttyEngine  # noqa: PLC0415 - only where its library exists

        return GhosttyEngine(cols, rows)
    from muxer.terminal.portable import PortableEngine  # noqa: PLC0415 - brings Textual

    return PortableEngine(cols, rows)


class Picture(NamedTuple):
    """What is seen on a screen."""

    rows: list[str]
    cursor: tuple[int, int] | None
    styles: list[list[tuple[object, ...]]]


def _trimmed(rows: Sequence[str]) -> list[str]:
    rows = [unicodedata.normalize("NFC", row.rstrip()) for row in rows]
    while rows and not rows[-1]:
        rows.pop()
    return rows


class Judge:
    """An emulator of another make."""

    def __init__(self, cols: int, rows: int) -> None:
        self._board = Board(width=cols, height=rows)
        self._board.blitter.set_grapheme_clustering(True)

    def feed(self, data: bytes) -> None:
        self._board.feed_host_data(data)

    def picture(self) -> Picture:
        page = self._board.blitter.current_page
        rows = ["".join(text for _, text in row) for row in page.get_content()]
        styles = [[_looks(style, text) for style, text in row] for row in page.get_content()]
        cursor = (self._board.cursor.display_x, self._board.cursor.y) if self._board.modes.cursor_visible else None
        return Picture(_trimmed(rows), cursor, styles)


def _looks(style: object, text: str) -> tuple[object, ...]:
    """A cell's style, as far as it can be seen."""

    def color(name: str) -> object:
        value = getattr(style, name)
        return None if value is None or value.mode == "default" else (value.mode, value.value)

    flags = {name for name in _FLAGS if getattr(style, name)}
    underline = (getattr(style, "underline_style", None) or "single") if getattr(style, "underline", None) else None
    foreground = color("fg")
    if text == " ":
        flags &= {"reverse", "strike", "overline"}
        foreground = foreground if flags or underline else None
    return (
        foreground,
        color("bg"),
        underline,
        color("underline_color") if underline else None,
        *sorted(flags),
    )


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def by_byte(data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        yield data[at : at + 1]


def _show(engine: Engine, case: Screen, cut: Callable[[bytes], Iterator[bytes]]) -> None:
    for piece in cut(case.data):
        engine.feed(piece)
    if case.resized is not None:
        engine.resize(*case.resized)
    for piece in cut(case.after):
        engine.feed(piece)


def _picture_of(engine: Engine) -> Picture:
    """What the engine's own rows look like to the judge."""
    judge = Judge(engine.cols, engine.rows)
    frame = engine.frame()
    for y, row in frame.rows:
        judge.feed(f"\x1b[{y + 1};1H\x1b[0m{row}".encode())
    cursor = None if frame.cursor is None else (frame.cursor.x, frame.cursor.y)
    return Picture(_trimmed(engine.lines()), cursor, judge.picture().styles)


def _cases(cases: Sequence[Screen] | Sequence[Query]) -> list[object]:
    return [
        pytest.param(
            engine,
            case,
            id=f"{engine}-{case.name}",
            marks=[pytest.mark.xfail(reason=case.misses[engine], strict=True)] if engine in case.misses else [],
        )
        for engine in ENGINES
        for case in cases
    ]


@pytest.mark.parametrize(("name", "case"), _cases(ALL_SCREENS))
def test_screen(name: str, case: Screen, record_property: Callable[[str, object], None]) -> None:
    record_property("conformance", name)
    for cut in (whole, by_byte):
        engine = make(name, case.cols, case.lines)
        _show(engine, case, cut)
        seen = _picture_of(engine)
        engine.close()
        if case.rows is not None:
            assert seen.rows == _trimmed(case.rows), cut.__name__
            assert case.cursor in (None, seen.cursor), cut.__name__
            continue
        judge = Judge(case.cols, case.lines)
        judge.feed(case.data if case.like is None else case.like)
        expected = judge.picture()
        assert seen.rows == expected.rows, cut.__name__
        assert seen.cursor == expected.cursor, cut.__name__
        assert seen.styles == expected.styles, cut.__name__


_GAPPED = (
    b"\x1b[44mab\x1b[m\x1b[10Gx",
    b"\x1b[7mab\x1b[6Gx\x1b[m",
    b"\x1b[4m\xe6\xbc\xa2\x1b[m\x1b[8G\xe5\xad\x97x",
    b"\x1b[41m\x1b[3X\x1b[m\x1b[6G\x1b[44mab\x1b[K\x1b[m",
)


@pytest.mark.parametrize("apart", [1, 40])
@pytest.mark.parametrize("name", ENGINES)
def test_history_has_its_gaps(name: str, apart: int) -> None:
    rows = [row for row in _GAPPED for row in (row, *[b"plain"] * apart)]
    data = b"\r\n".join(rows)
    engine, judge, expected = make(name, 12, 5), Judge(12, len(rows)), Judge(12, len(rows))
    engine.feed(data)
    engine.scroll_to(2)
    shown = engine.frame()
    lines = engine.lines(history=True, ansi=True)
    assert lines[-5:] == engine.lines(ansi=True)
    assert engine.frame().cursor == shown.cursor
    engine.invalidate()
    assert engine.frame() == shown, "what was looked at is still looked at"
    engine.scroll_to(0)
    engine.frame()
    engine.lines(history=True, ansi=True)
    engine.feed(b"!")
    assert dict(engine.frame().rows)[4].endswith("!"), "the live screen is still live"
    engine.close()
    judge.feed(b"\r\n".join(b"\x1b[0m" + line.encode() for line in lines))
    expected.feed(data)
    assert judge.picture().styles == expected.picture().styles
    assert judge.picture().rows == expected.picture().rows


@pytest.mark.parametrize(("name", "case"), _cases(ALL_QUERIES))
def test_query(name: str, case: Query, record_property: Callable[[str, object], None]) -> None:
    record_property("conformance", name)
    for cut in (whole, by_byte):
        engine = make(name, 10, 5)
        engine.set_colors(Colors(foreground=(0xD0, 0xD1, 0xD2), background=(0x10, 0x11, 0x12), dark=True))
        for piece in cut(case.data):
            engine.feed(piece)
        answer = bytes(engine.replies)
        shown = engine.lines()
        engine.close()
        assert re.fullmatch(case.answer, answer), (cut.__name__, answer)
        assert not any("$" in row or "\x1b" in row for row in shown)


@pytest.mark.parametrize("name", ENGINES)
def test_a_palette_is_told_until_a_program_changes_it(name: str) -> None:
    engine = make(name, 10, 5)
    palette = tuple((at, at + 1, at + 2) for at in range(16))
    ask = b"\x1b]4;1;?;15;?;16;?\x1b\\"
    engine.set_colors(Colors(foreground=(1, 2, 3), background=(4, 5, 6), dark=True, palette=palette))
    engine.feed(ask)
    told = bytes(engine.replies)
    assert b"4;1;rgb:0101/0202/0303" in told
    assert b"4;15;rgb:0f0f/1010/1111" in told
    assert b"4;16;rgb:0000/0000/0000" in told
    engine.replies.clear()
    engine.feed(b"\x1b]4;1;rgb:aa/bb/cc\x1b\\\x1b[31mred\x1b[0m")
    engine.set_colors(Colors(foreground=(1, 2, 3), background=(4, 5, 6), dark=True, palette=palette[::-1]))
    engine.feed(ask)
    assert b"4;1;rgb:aaaa/bbbb/cccc" in bytes(engine.replies)
    assert b"4;15;rgb:0000/0101/0202" in bytes(engine.replies)
    assert "2;" not in engine.frame().rows[0][1], "rows name colours by number, whatever these are"
    engine.close()


def test_table_is_large_and_its_names_are_unique() -> None:
    assert len(ALL_SCREENS) >= 150
    assert len(ALL_QUERIES) >= 25
    assert len({case.name for case in ALL_SCREENS}) == len(ALL_SCREENS)
    assert len({case.name for case in ALL_QUERIES}) == len(ALL_QUERIES)
