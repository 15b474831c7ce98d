"""Prompts and commands' output, as each engine finds them in what a shell with OSC 133 prints."""

import pytest

from muxer.terminal.engine import Engine, RowMark
from muxer.terminal.prompts import last_output, prompts
from tests.terminal.test_conformance import ENGINES, make

A, B, C, D = (f"\x1b]133;{letter}\x07" for letter in "ABCD")
SECOND = "\x1b]133;P;k=s\x07"

each_engine = pytest.mark.parametrize("name", ENGINES)


def fed(name: str, text: str, cols: int = 20, rows: int = 6) -> Engine:
    engine = make(name, cols, rows)
    engine.feed(text.encode())
    return engine


def rows_of(engine: Engine) -> list[str]:
    return engine.lines(history=True)


def output(engine: Engine) -> list[str] | None:
    found = last_output(engine.marks())
    return None if found is None else rows_of(engine)[slice(*found)]


SESSION = (
    f"welcome\r\n{A}$ {B}echo a command that wraps\r\n{C}out 1\r\n\r\nout 2\r\n{D}"
    f"{A}$ {B}for x in 1\r\n{SECOND}> {B}done\r\n{C}\r\nlast\r\n{D}{A}$ {B}vi"
)


@each_engine
def test_a_row_says_what_it_is(name: str) -> None:
    engine = fed(name, SESSION)
    marks = engine.marks()
    assert len(marks) == len(rows_of(engine)) == engine.scrollback() + 6
    assert [(int(mark), row) for mark, row in zip(marks, rows_of(engine), strict=True)] == [
        (0, "welcome"),
        (RowMark.PROMPT | RowMark.SOFT, "$ echo a command tha"),
        (RowMark.COMMAND, "t wraps"),
        (0, "out 1"),
        (0, ""),
        (0, "out 2"),
        (RowMark.PROMPT, "$ for x in 1"),
        (RowMark.COMMAND, "> done"),
        (0, ""),
        (0, "last"),
        (RowMark.PROMPT, "$ vi"),
    ]


@each_engine
def test_the_last_finished_command_is_found(name: str) -> None:
    engine = fed(name, SESSION)
    assert output(engine) == ["", "last"]
    engine.feed(f"\r\n{C}draws".encode())
    assert output(engine) == ["", "last"], "a command that still runs is not finished"
    engine.feed(f"\r\n{D}{A}$ {B}".encode())
    assert output(engine) == ["draws"]


@each_engine
def test_commands_that_wrote_nothing_do_not_count(name: str) -> None:
    engine = fed(name, f"{SESSION}\r\n{D}{A}$ {B}cd\r\n{C}{D}{A}$ {B}\r\n{A}$ {B}")
    assert output(engine) == ["", "last"]


@each_engine
def test_without_marks_there_are_none(name: str) -> None:
    engine = fed(name, "$ ls\r\nfile\r\n$ ")
    assert prompts(engine.marks()) == []
    assert output(engine) is None


@each_engine
def test_a_prompt_begins_on_a_line_of_its_own(name: str) -> None:
    engine = fed(name, f"{A}$ {B}printf x\r\n{C}x{D}{A}$ {B}")
    assert rows_of(engine)[:3] == ["$ printf x", "x", "$"]
    assert output(engine) == ["x"]


@each_engine
def test_a_prompt_of_two_rows_is_one(name: str) -> None:
    engine = fed(name, f"{A}~/src\r\n$ {B}ls\r\n{C}file\r\n{D}{A}~/src\r\n$ {B}")
    assert prompts(engine.marks()) == [0, 3]
    assert output(engine) == ["file"]


@each_engine
@pytest.mark.parametrize("cols", [10, 12, 40])
def test_marks_go_along_when_lines_reflow(name: str, cols: int) -> None:
    engine = fed(name, SESSION)
    for width in (cols, 20, cols):
        engine.resize(width, 6)
        assert [rows_of(engine)[row][:6] for row in prompts(engine.marks())] == ["$ echo", "$ for ", "$ vi"]
        assert output(engine) == ["", "last"]


@each_engine
def test_marks_go_when_history_forgets(name: str) -> None:
    engine = fed(name, SESSION)
    engine.feed(b"\r\n" + C.encode())
    for _ in range(60):
        engine.feed(b"".join(b"%d\r\n" % number for number in range(300)))
    engine.feed(f"{D}{A}$ {B}ls\r\n{C}new\r\n{D}{A}$ {B}".encode())
    kept = rows_of(engine)
    assert [kept[row] for row in prompts(engine.marks())] == ["$ ls", "$"]
    assert output(engine) == ["new"]


@each_engine
def test_marks_are_kept_in_a_snapshot(name: str) -> None:
    engine = fed(name, SESSION + "m file")
    again = type(engine).restore(engine.snapshot())
    assert again.marks() == engine.marks()
    again.feed(b" with a very long name")
    assert again.marks()[-2:] == bytes([RowMark.PROMPT | RowMark.SOFT, RowMark.COMMAND])


@each_engine
def test_clearing_the_screen_takes_them_away(name: str) -> None:
    engine = fed(name, f"{A}$ {B}x\r\n{C}y\r\n{D}{A}$ {B}\x1b[H\x1b[2J{A}$ {B}", rows=24)
    assert prompts(engine.marks())[-1:] == [len(rows_of(engine)) - 24]
