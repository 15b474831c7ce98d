"""Keys and the mouse as muxer knows them, and their written names (`ctrl+alt+left`).

A Key is what somebody pressed; what a program reads for it depends on the program's modes and is the engine's affair.
"""

from dataclasses import dataclass
from enum import Enum, IntFlag


class Mods(IntFlag):
    """Held while a key or a button goes down. The values are kitty's."""

    NONE = 0
    SHIFT = 1
    ALT = 2
    CTRL = 4
    SUPER = 8
    HYPER = 16
    META = 32
    CAPS_LOCK = 64
    NUM_LOCK = 128


class Action(Enum):
    """What happened to the key."""

    PRESS = "press"
    REPEAT = "repeat"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Key:
    """A key going down (or up, for programs that want to know).

    `name` is one of NAMES, or the one character that the key types without shift (`a`, `1`, `é`); `text` is what it
    would type.
    """

    name: str
    mods: Mods = Mods.NONE
    text: str = ""
    action: Action = Action.PRESS


class Button(Enum):
    """A mouse button; wheels are buttons to a terminal."""

    NONE = 0
    LEFT = 1
    RIGHT = 2
    MIDDLE = 3
    WHEEL_UP = 4
    WHEEL_DOWN = 5
    WHEEL_LEFT = 6
    WHEEL_RIGHT = 7
    BACK = 8
    FORWARD = 9


class Motion(Enum):
    """What the mouse did."""

    PRESS = "press"
    RELEASE = "release"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Mouse:
    """A mouse event over a cell of the terminal's own grid."""

    motion: Motion
    button: Button
    x: int
    y: int
    mods: Mods = Mods.NONE


NAMES = frozenset(
    {
        "enter", "tab", "backspace", "escape", "space", "insert", "delete", "home", "end", "pageup", "pagedown",
        "up", "down", "left", "right", "capslock", "scrolllock", "numlock", "printscreen", "pause", "menu",
        *(f"f{n}" for n in range(1, 36)),
        *(f"kp_{n}" for n in range(10)),
        "kp_decimal", "kp_divide", "kp_multiply", "kp_subtract", "kp_add", "kp_enter", "kp_equal", "kp_separator",
        "kp_left", "kp_right", "kp_up", "kp_down", "kp_pageup", "kp_pagedown", "kp_home", "kp_end", "kp_insert",
        "kp_delete", "kp_begin",
        "left_shift", "left_ctrl", "left_alt", "left_super", "left_hyper", "left_meta",
        "right_shift", "right_ctrl", "right_alt", "right_super", "right_hyper", "right_meta",
    }
)  # fmt: skip
