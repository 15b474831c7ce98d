"""Whatever a program did to its terminal, the next one finds it as a new one; and every engine agrees."""

import pytest

from muxer.terminal import choice
from muxer.terminal.choice import open_engine
from muxer.terminal.engine import Colors, Engine, FolderSet, Progressed, RowMark, TitleSet
from muxer.terminal.keys import Key
from muxer.terminal.portable_modes import KNOWN
from muxer.terminal.renewal import clean, line_under

ASKED = sorted((KNOWN | {8, 40, 45, 67, 1035, 1036, 1039, 1045}) - {1048})
"""All private modes that either engine knows; the last is no mode, but keeps the cursor."""
KEYS = b"\x1b[>31u\x1b[=31;1u\x1b[>4;2m"


@pytest.fixture(params=["ghostty", "portable"], autouse=True)
def engine_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(choice.VARIABLE, request.param)
    return str(request.param)


def renewed(*did: bytes) -> Engine:
    engine = open_engine(40, 10)
    for output in did:
        engine.feed(output)
    engine.replies.clear()
    engine.notices.clear()
    engine.feed(clean(alternate=engine.modes().alternate_screen))
    return engine


def asked(engine: Engine, *queries: bytes) -> bytes:
    for query in queries:
        engine.feed(query)
    return bytes(engine.replies)


@pytest.mark.parametrize("how", [b"h", b"l"])
def test_every_switch_is_as_in_a_new_terminal(how: bytes) -> None:
    queries = [b"\x1b[?%d$p" % mode for mode in ASKED] + [b"\x1b[4$p", b"\x1b[20$p", b"\x1b[?u"]
    did = [b"\x1b[?%d%b" % (mode, how) for mode in ASKED]
    engine = renewed(KEYS, *did, KEYS, b"\x1b[4;20h\x1b=")
    assert not engine.replies
    assert asked(engine, *queries) == asked(open_engine(40, 10), *queries)
    assert engine.modes() == open_engine(40, 10).modes()
    for key in (Key("up"), Key("enter"), Key("kp_enter")):
        assert engine.encode_key(key) == open_engine(40, 10).encode_key(key)


def test_what_comes_next_is_drawn_as_in_a_new_terminal() -> None:
    engine = renewed(
        b'\x1b[31;1;44m\x1b(0\x0e\x1b[3;5r\x1b[?69h\x1b[3;9s\x1b[3g\x1b[5 q\x1b[1"q\x1b]8;;http://x.example\x1b\\'
        b"\x1b]11;#ff0000\x1b\\\x1b]4;1;#00ff00\x1b\\"
    )
    fresh = open_engine(40, 10)
    for one in (engine, fresh):
        one.set_colors(Colors(foreground=(1, 2, 3), background=(4, 5, 6), dark=True))
        one.feed(b"\x1b[H\x1b[Jqx\ttab" + b"\r\n" * 9 + b"last\x1b[2;3H")
        one.feed(b"\x1b]11;?\x1b\\\x1b]4;1;?\x1b\\")
    assert engine.lines(ansi=True) == fresh.lines(ansi=True)
    assert engine.frame().cursor == fresh.frame().cursor
    assert engine.link_at(0, 0) is None
    assert bytes(engine.replies) == bytes(fresh.replies)


@pytest.mark.parametrize(
    "cut", [b"\xe2\x82", b"\x1b", b"\x1b[3", b"\x1b]2;ti", b"\x1bPq1", b"\x1b_Gx", b"\x1b]52;c;aGk="]
)
def test_what_was_not_finished_is_over(cut: bytes) -> None:
    engine = renewed(b"text" + cut)
    engine.feed(line_under("over", engine.lines()) + b"next")
    assert [line.removesuffix("�") for line in engine.lines()[:3]] == ["text", "── over ──", "next"]
    assert engine.notices == [TitleSet(""), FolderSet(""), Progressed("none", None)]


def test_the_shells_command_is_over_and_progress_too() -> None:
    engine = renewed(b"\x1b]9;4;1;50\x1b\\\x1b]133;A\x1b\\$ \x1b]133;B\x1b\\ls\r\n")
    assert Progressed("none", None) in engine.notices
    engine.feed(line_under("over", engine.lines()) + b"output")
    assert engine.lines()[1:3] == ["── over ──", "output"]
    assert not any(mark & (RowMark.PROMPT | RowMark.COMMAND) for mark in engine.marks()[1:])


@pytest.mark.parametrize("rows", [0, 4, 10, 30])
@pytest.mark.parametrize("full_screen", [False, True])
def test_all_that_was_written_stands_above_the_line(rows: int, full_screen: bool) -> None:
    wrote = [f"line {n}" for n in range(rows)]
    engine = renewed(
        "\r\n".join(wrote).encode(), b"\x1b[?1049h\x1b[Hfull screen" if full_screen else b"", b"\x1b[2;5H\x1b[?6h"
    )
    engine.feed(line_under("restarted, \x1b]2;x\x07exited 1", engine.lines()))
    engine.feed(b"next")
    assert [line for line in engine.lines(history=True) if line] == [*wrote, "── restarted, ]2;xexited 1 ──", "next"]
    assert "\x1b[2m── restarted" in "".join(engine.lines(ansi=True)).replace("\x1b[0;2m", "\x1b[2m")
