import base64

import pytest

from muxer.terminal.engine import (
    CopyAsked,
    FolderSet,
    Notice,
    Notified,
    Progressed,
    Rang,
    TitleSet,
    UnknownSequence,
)
from muxer.terminal.portable import PortableEngine
from muxer.terminal.portable_strings import palette_color, parsed_color


def noticed(data: str) -> list[Notice]:
    engine = PortableEngine(20, 6)
    engine.feed(data.encode())
    return engine.notices


@pytest.mark.parametrize(
    ("data", "notices"),
    [
        ("\x1b]0;both\x07", [TitleSet("both")]),
        ("\x1b]2;a;b\x1b\\", [TitleSet("a;b")]),
        ("\x1b]1;icon\x07", []),
        ("\x1b]7;file://host/tmp\x07", [FolderSet("file://host/tmp")]),
        ("\x07", [Rang()]),
        ("\x07\x07\x07", [Rang()]),
        ("\x1b]9;done\x07", [Notified("", "done")]),
        ("\x1b]777;notify;title;body;more\x07", [Notified("title", "body;more")]),
        ("\x1b]99;;hello\x1b\\", [Notified("hello", "")]),
        ("\x1b]99;i=1:d=0;title\x1b\\\x1b]99;i=1:p=body;text\x1b\\", [Notified("title", "text")]),
        ("\x1b]99;e=1;aGk=\x1b\\", [Notified("hi", "")]),
        ("\x1b]9;4;1;50\x07", [Progressed("set", 50)]),
        ("\x1b]9;4;1;500\x07", [Progressed("set", 100)]),
        ("\x1b]9;4;0\x07", [Progressed("none", None)]),
        ("\x1b]9;4;2;70\x07", [Progressed("error", 70)]),
        ("\x1b]9;4;3\x07", [Progressed("indeterminate", None)]),
        ("\x1b]9;4;4\x07", [Progressed("paused", None)]),
        ("\x1b]52;c;aGVsbG8=\x07", [CopyAsked("hello")]),
        ("\x1b]52;c;?\x07", []),
        ("\x1b]52;c;%%%\x07", []),
        ("\x1b]133;A\x07\x1b]8;;x\x07\x1b]104\x07", []),
        ("\x1b]7501;state=busy\x07", [UnknownSequence("osc", b"7501;state=busy")]),
        ("\x1b_muxer\x1b\\", [UnknownSequence("apc", b"muxer")]),
        ("\x1b_Ga=q\x1b\\\x1bPx\x1b\\\x1b^p\x1b\\\x1bXs\x1b\\", []),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_notice(data: str, notices: list[Notice]) -> None:
    assert noticed(data) == notices


def test_a_copy_is_capped() -> None:
    large = base64.b64encode(b"x" * (1 << 20)).decode()
    assert noticed(f"\x1b]52;c;{large}\x07") == [CopyAsked("x" * (1 << 20))]
    larger = base64.b64encode(b"x" * ((1 << 20) + 9)).decode()
    assert noticed(f"\x1b]52;c;{larger}\x07") == []


def test_notices_and_replies_may_be_replaced_or_cleared() -> None:
    engine = PortableEngine(20, 6)
    engine.notices = []
    engine.feed(b"\x07\x1b[5n")
    assert engine.notices == [Rang()]
    engine.notices.clear()
    del engine.replies[:]
    engine.feed(b"\x07\x1b[5n")
    assert engine.notices == [Rang()]
    assert engine.replies == b"\x1b[0n"


def test_colors() -> None:
    assert palette_color(16) == (0, 0, 0)
    assert palette_color(196) == (255, 0, 0)
    assert palette_color(231) == (255, 255, 255)
    assert palette_color(232) == (8, 8, 8)
    assert palette_color(255) == (238, 238, 238)
    assert parsed_color("rgb:f/80/ffff") == (255, 128, 255)
    assert parsed_color("#102030") == (16, 32, 48)
    assert parsed_color("red") is None
    assert parsed_color("rgb:1/2") is None
