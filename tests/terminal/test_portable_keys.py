import pytest

from muxer.terminal.engine import MouseMode
from muxer.terminal.keys import Action, Button, Key, Mods, Motion, Mouse
from muxer.terminal.portable_keys import KeyForm, MouseForm, encode_focus, encode_key, encode_mouse, encode_paste

PLAIN = KeyForm()
S, A, C = Mods.SHIFT, Mods.ALT, Mods.CTRL


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Key("a", text="a"), "a"),
        (Key("a", S, "A"), "A"),
        (Key("a", S), "A"),
        (Key("é", text="é"), "é"),
        (Key("a", C), "\x01"),
        (Key("a", C | S, "A"), "\x01"),
        (Key("a", A, "a"), "\x1ba"),
        (Key("a", A | C), "\x1b\x01"),
        (Key("[", C), "\x1b"),
        (Key("2", C), "\0"),
        (Key("/", C), "\x1f"),
        (Key("-", C | S, "_"), "\x1f"),
        (Key("-", C), "-"),
        (Key("space", text=" "), " "),
        (Key("space", C), "\0"),
        (Key("space", A), "\x1b "),
        (Key("enter"), "\r"),
        (Key("enter", A), "\x1b\r"),
        (Key("enter", S), "\x1b[27;2;13~"),
        (Key("enter", C | A), "\x1b[27;7;13~"),
        (Key("tab"), "\t"),
        (Key("tab", S), "\x1b[Z"),
        (Key("backspace"), "\x7f"),
        (Key("backspace", C), "\x08"),
        (Key("backspace", A), "\x1b\x7f"),
        (Key("escape"), "\x1b"),
        (Key("escape", A), "\x1b\x1b"),
        (Key("up"), "\x1b[A"),
        (Key("left", C), "\x1b[1;5D"),
        (Key("left", C | A), "\x1b[1;7D"),
        (Key("home"), "\x1b[H"),
        (Key("end", S), "\x1b[1;2F"),
        (Key("insert"), "\x1b[2~"),
        (Key("delete", C), "\x1b[3;5~"),
        (Key("pageup"), "\x1b[5~"),
        (Key("f1"), "\x1bOP"),
        (Key("f4", S), "\x1b[1;2S"),
        (Key("f3", S), "\x1b[13;2~"),
        (Key("f24"), "\x1b[45~"),
        (Key("f5"), "\x1b[15~"),
        (Key("f12", A), "\x1b[24;3~"),
        (Key("f20"), "\x1b[34~"),
        (Key("kp_5", text="5"), "5"),
        (Key("kp_enter"), "\r"),
        (Key("kp_left"), "\x1b[D"),
        (Key("a", Mods.CAPS_LOCK | Mods.NUM_LOCK, "A"), "A"),
        (Key("a", action=Action.REPEAT, text="a"), "a"),
        (Key("a", action=Action.RELEASE, text="a"), ""),
        (Key("left_shift", S), ""),
        (Key("f35"), ""),
    ],
    ids=repr,
)
def test_key(key: Key, expected: str) -> None:
    assert encode_key(key, PLAIN) == expected.encode()


def test_application_cursor_and_keypad() -> None:
    form = KeyForm(application_cursor=True, application_keypad=True)
    assert encode_key(Key("up"), form) == b"\x1bOA"
    assert encode_key(Key("up", C), form) == b"\x1b[1;5A"
    assert encode_key(Key("kp_5"), form) == b"\x1bOu"
    assert encode_key(Key("kp_enter"), form) == b"\x1bOM"


def test_modify_other_keys() -> None:
    form = KeyForm(other_keys=True)
    assert encode_key(Key("enter", S), form) == b"\x1b[27;2;13~"
    assert encode_key(Key("a", C), form) == b"\x1b[27;5;97~"
    assert encode_key(Key("tab", C), form) == b"\x1b[27;5;9~"
    assert encode_key(Key("a", S, "A"), form) == b"A"
    assert encode_key(Key("space", S, " "), form) == b" "


def mouse(motion: Motion, button: Button, mods: Mods = Mods.NONE, x: int = 4, y: int = 2) -> Mouse:
    return Mouse(motion, button, x, y, mods)


@pytest.mark.parametrize(
    ("event", "mode", "form", "expected"),
    [
        (mouse(Motion.PRESS, Button.LEFT), MouseMode.NONE, "sgr", b""),
        (mouse(Motion.PRESS, Button.LEFT), MouseMode.PRESSES, "sgr", b"\x1b[<0;5;3M"),
        (mouse(Motion.RELEASE, Button.LEFT), MouseMode.PRESSES, "sgr", b"\x1b[<0;5;3m"),
        (mouse(Motion.PRESS, Button.RIGHT, C | S), MouseMode.PRESSES, "sgr", b"\x1b[<22;5;3M"),
        (mouse(Motion.PRESS, Button.WHEEL_UP), MouseMode.PRESSES, "sgr", b"\x1b[<64;5;3M"),
        (mouse(Motion.RELEASE, Button.WHEEL_UP), MouseMode.PRESSES, "sgr", b""),
        (mouse(Motion.MOVE, Button.LEFT), MouseMode.PRESSES, "sgr", b""),
        (mouse(Motion.MOVE, Button.LEFT), MouseMode.DRAGS, "sgr", b"\x1b[<32;5;3M"),
        (mouse(Motion.MOVE, Button.NONE), MouseMode.DRAGS, "sgr", b""),
        (mouse(Motion.MOVE, Button.NONE), MouseMode.MOVES, "sgr", b"\x1b[<35;5;3M"),
        (mouse(Motion.PRESS, Button.LEFT), MouseMode.PRESSES, "x10", b"\x1b[M %#"),
        (mouse(Motion.RELEASE, Button.LEFT), MouseMode.PRESSES, "x10", b"\x1b[M#%#"),
        (mouse(Motion.PRESS, Button.LEFT, x=300), MouseMode.PRESSES, "x10", b""),
        (mouse(Motion.PRESS, Button.LEFT, x=300), MouseMode.PRESSES, "utf8", "\x1b[M \u014d#".encode()),
        (mouse(Motion.PRESS, Button.LEFT, x=300), MouseMode.PRESSES, "urxvt", b"\x1b[32;301;3M"),
        (mouse(Motion.PRESS, Button.LEFT), MouseMode.PRESSES, "pixels", b"\x1b[<0;33;33M"),
    ],
)
def test_mouse(event: Mouse, mode: MouseMode, form: MouseForm, expected: bytes) -> None:
    assert encode_mouse(event, mode, form) == expected


def test_x10_mode_hears_presses_only_and_no_modifiers() -> None:
    press = mouse(Motion.PRESS, Button.LEFT, C)
    assert encode_mouse(press, MouseMode.PRESSES, "x10", only_presses=True) == b"\x1b[M %#"
    release = mouse(Motion.RELEASE, Button.LEFT)
    assert encode_mouse(release, MouseMode.PRESSES, "x10", only_presses=True) == b""


def test_paste() -> None:
    assert encode_paste(b"a\r\nb\nc\td", bracketed=False) == b"a\rb\rc\td"
    assert encode_paste("é\x1b[201~\x00\x7f".encode(), bracketed=True) == "\x1b[200~é[201~\x1b[201~".encode()


def test_focus() -> None:
    assert encode_focus(focused=True, wanted=True) == b"\x1b[I"
    assert encode_focus(focused=False, wanted=True) == b"\x1b[O"
    assert encode_focus(focused=True, wanted=False) == b""
