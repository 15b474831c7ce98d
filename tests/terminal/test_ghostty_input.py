"""Keys, the mouse, pastes and focus as programs read them, given their modes."""

import os

import pytest

from muxer.terminal.ghostty import GhosttyEngine
from muxer.terminal.keys import Action, Button, Key, Mods, Motion, Mouse, parse_key


def engine(output: str | bytes = b"", cols: int = 20, rows: int = 6) -> GhosttyEngine:
    made = GhosttyEngine(cols, rows)
    made.feed(output.encode() if isinstance(output, str) else output)
    return made


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
