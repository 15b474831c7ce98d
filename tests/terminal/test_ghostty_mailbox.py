"""What programs announce and ask reaches the mailbox whole, however it was cut, and no storm fills it."""

import pytest

from muxer.terminal.engine import (
    Colors,
    CopyAsked,
    FolderSet,
    Notice,
    Notified,
    Progressed,
    Rang,
    TitleSet,
    UnknownSequence,
)
from muxer.terminal.ghostty import GhosttyEngine


def engine(output: str | bytes = b"", cols: int = 20, rows: int = 6) -> GhosttyEngine:
    made = GhosttyEngine(cols, rows)
    made.feed(output.encode() if isinstance(output, str) else output)
    return made


def answers(terminal: GhosttyEngine, question: bytes) -> bytes:
    terminal.replies.clear()
    terminal.feed(question)
    return bytes(terminal.replies)


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
    terminal.set_colors(Colors(foreground=(0xEE, 0xEE, 0xEE), background=(0x11, 0x22, 0x33), dark=False))
    assert answers(terminal, question) == answer


def test_a_program_can_follow_the_theme() -> None:
    terminal = engine(b"\x1b[?2031h")
    terminal.set_colors(Colors(foreground=(0, 0, 0), background=(9, 9, 9), dark=True))
    assert terminal.replies == b""
    terminal.set_colors(Colors(foreground=(0, 0, 0), background=(9, 9, 9), dark=False))
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
