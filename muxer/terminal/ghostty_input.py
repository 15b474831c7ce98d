"""Keys, mouse events and pastes as the bytes that a program expects, by libghostty's encoders.

One set of encoders serves every terminal: they are given the terminal's modes anew at each event. Its key encoder is
asked only where a program set xterm's modifyOtherKeys 2.
"""

from functools import cache
from typing import Any

from muxer.terminal.engine import CELL_HEIGHT, CELL_WIDTH
from muxer.terminal.keys import Action, Button, Key, Mods, Motion, Mouse, typed
from muxer.terminal.libghostty import Library, load

_NAMED = {
    "enter": "ENTER", "tab": "TAB", "backspace": "BACKSPACE", "escape": "ESCAPE", "space": "SPACE",
    "insert": "INSERT", "delete": "DELETE", "home": "HOME", "end": "END", "pageup": "PAGE_UP",
    "pagedown": "PAGE_DOWN", "up": "ARROW_UP", "down": "ARROW_DOWN", "left": "ARROW_LEFT", "right": "ARROW_RIGHT",
    "capslock": "CAPS_LOCK", "scrolllock": "SCROLL_LOCK", "numlock": "NUM_LOCK", "printscreen": "PRINT_SCREEN",
    "pause": "PAUSE", "menu": "CONTEXT_MENU",
    "left_shift": "SHIFT_LEFT", "left_ctrl": "CONTROL_LEFT", "left_alt": "ALT_LEFT", "left_super": "META_LEFT",
    "right_shift": "SHIFT_RIGHT", "right_ctrl": "CONTROL_RIGHT", "right_alt": "ALT_RIGHT",
    "right_super": "META_RIGHT",
    **{f"kp_{n}": f"NUMPAD_{n}" for n in range(10)},
    "kp_decimal": "NUMPAD_DECIMAL", "kp_divide": "NUMPAD_DIVIDE", "kp_multiply": "NUMPAD_MULTIPLY",
    "kp_subtract": "NUMPAD_SUBTRACT", "kp_add": "NUMPAD_ADD", "kp_enter": "NUMPAD_ENTER", "kp_equal": "NUMPAD_EQUAL",
    "kp_separator": "NUMPAD_SEPARATOR", "kp_left": "NUMPAD_LEFT", "kp_right": "NUMPAD_RIGHT", "kp_up": "NUMPAD_UP",
    "kp_down": "NUMPAD_DOWN", "kp_pageup": "NUMPAD_PAGE_UP", "kp_pagedown": "NUMPAD_PAGE_DOWN",
    "kp_home": "NUMPAD_HOME", "kp_end": "NUMPAD_END", "kp_insert": "NUMPAD_INSERT", "kp_delete": "NUMPAD_DELETE",
    "kp_begin": "NUMPAD_BEGIN",
    **{f"f{n}": f"F{n}" for n in range(1, 26)},
    **{chr(code): chr(code - 32) for code in range(ord("a"), ord("z") + 1)},
    **{str(n): f"DIGIT_{n}" for n in range(10)},
    "`": "BACKQUOTE", "\\": "BACKSLASH", "[": "BRACKET_LEFT", "]": "BRACKET_RIGHT", ",": "COMMA", "=": "EQUAL",
    "-": "MINUS", ".": "PERIOD", "'": "QUOTE", ";": "SEMICOLON", "/": "SLASH",
}  # fmt: skip
"""Our names for keys, and GHOSTTY_KEY_*'s."""

_MODS = (
    (Mods.SHIFT, 1),
    (Mods.CTRL, 2),
    (Mods.ALT, 4),
    (Mods.SUPER, 8),
    (Mods.CAPS_LOCK, 16),
    (Mods.NUM_LOCK, 32),
)
"""libghostty's modifier bits stand in a comment of its header, not in a type that could be checked at start."""

_BUTTONS = {
    Button.LEFT: 1, Button.RIGHT: 2, Button.MIDDLE: 3, Button.WHEEL_UP: 4, Button.WHEEL_DOWN: 5,
    Button.WHEEL_LEFT: 6, Button.WHEEL_RIGHT: 7, Button.BACK: 8, Button.FORWARD: 9,
    Button.TENTH: 10, Button.ELEVENTH: 11,
}  # fmt: skip
_WHEELS = {Button.WHEEL_UP, Button.WHEEL_DOWN, Button.WHEEL_LEFT, Button.WHEEL_RIGHT}

_CTRL_I = Key("i", Mods.CTRL, "i")

_UNSAFE = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
_DEFUSED = bytes.maketrans(_UNSAFE, b" " * len(_UNSAFE))


def framed_paste(text: bytes, *, bracketed: bool) -> bytes:
    """The text as a terminal pastes it. No control byte is left that could end the frame or reach the tty's driver."""
    text = text.translate(_DEFUSED).replace(b"\xc2\x9b", b"  ")
    if bracketed:
        return b"\x1b[200~" + text + b"\x1b[201~"
    return text.replace(b"\r\n", b"\r").replace(b"\n", b"\r")


class Encoders:
    """libghostty's key and mouse encoders, with an event of each to fill in."""

    __slots__ = ("_buffer", "_ffi", "_key", "_keys", "_length", "_lib", "_mouse", "_mouse_size", "_pressed")

    def __init__(self, library: Library) -> None:
        ffi, lib = library.ffi, library.lib
        self._ffi, self._lib = ffi, lib
        key, keys = ffi.new("GhosttyKeyEvent*"), ffi.new("GhosttyKeyEncoder*")
        library.check(lib.ghostty_key_event_new(ffi.NULL, key), "make a key event")
        library.check(lib.ghostty_key_encoder_new(ffi.NULL, keys), "make a key encoder")
        event, mouse = ffi.new("GhosttyMouseEvent*"), ffi.new("GhosttyMouseEncoder*")
        library.check(lib.ghostty_mouse_event_new(ffi.NULL, event), "make a mouse event")
        library.check(lib.ghostty_mouse_encoder_new(ffi.NULL, mouse), "make a mouse encoder")
        self._key, self._keys = key[0], keys[0]
        self._mouse = (event[0], mouse[0])
        self._mouse_size = library.sized("GhosttyMouseEncoderSize")
        self._mouse_size.cell_width, self._mouse_size.cell_height = CELL_WIDTH, CELL_HEIGHT
        self._pressed = ffi.new("bool*")
        self._buffer, self._length = ffi.new("char[256]"), ffi.new("size_t*")

    def wants_other_keys(self, terminal: Any) -> bool:
        """Did the program set xterm's modifyOtherKeys 2? The library tells it by the form of ctrl+i alone."""
        return self.key(terminal, _CTRL_I).startswith(b"\x1b[27;")

    def key(self, terminal: Any, key: Key) -> bytes:
        """What the terminal's program reads for a key."""
        lib, event = self._lib, self._key
        mods = sum(theirs for ours, theirs in _MODS if ours in key.mods)
        text = _text(key).encode("utf-8", "ignore")
        code = getattr(lib, f"GHOSTTY_KEY_{_NAMED.get(key.base or key.name, 'UNIDENTIFIED')}")
        lib.ghostty_key_event_set_key(event, code)
        lib.ghostty_key_event_set_action(event, getattr(lib, f"GHOSTTY_KEY_ACTION_{key.action.name}"))
        lib.ghostty_key_event_set_mods(event, mods)
        lib.ghostty_key_event_set_consumed_mods(event, 1 if text and Mods.SHIFT in key.mods else 0)
        lib.ghostty_key_event_set_unshifted_codepoint(event, _unshifted(key))
        kept = self._ffi.from_buffer(text)
        lib.ghostty_key_event_set_utf8(event, kept, len(text))
        lib.ghostty_key_encoder_setopt_from_terminal(self._keys, terminal)
        if lib.ghostty_key_encoder_encode(self._keys, event, self._buffer, len(self._buffer), self._length):
            return text
        return bytes(self._ffi.buffer(self._buffer, self._length[0]))

    def mouse(self, terminal: Any, mouse: Mouse, size: tuple[int, int]) -> bytes:
        """What the terminal's program reads for a mouse event, if anything."""
        lib, (event, encoder) = self._lib, self._mouse
        wheel = mouse.button in _WHEELS
        if wheel and mouse.motion is not Motion.PRESS:
            return b""
        action = "MOTION" if mouse.motion is Motion.MOVE else mouse.motion.name
        lib.ghostty_mouse_event_set_action(event, getattr(lib, f"GHOSTTY_MOUSE_ACTION_{action}"))
        if mouse.button is Button.NONE:
            lib.ghostty_mouse_event_clear_button(event)
        else:
            lib.ghostty_mouse_event_set_button(event, _BUTTONS[mouse.button])
        lib.ghostty_mouse_event_set_mods(event, sum(theirs for ours, theirs in _MODS[:3] if ours in mouse.mods))
        position = {"x": (mouse.x + 0.5) * CELL_WIDTH, "y": (mouse.y + 0.5) * CELL_HEIGHT}
        lib.ghostty_mouse_event_set_position(event, position)
        self._mouse_size.screen_width, self._mouse_size.screen_height = size[0] * CELL_WIDTH, size[1] * CELL_HEIGHT
        self._pressed[0] = mouse.button is not Button.NONE and not wheel
        lib.ghostty_mouse_encoder_setopt_from_terminal(encoder, terminal)
        lib.ghostty_mouse_encoder_setopt(encoder, lib.GHOSTTY_MOUSE_ENCODER_OPT_SIZE, self._mouse_size)
        lib.ghostty_mouse_encoder_setopt(encoder, lib.GHOSTTY_MOUSE_ENCODER_OPT_ANY_BUTTON_PRESSED, self._pressed)
        if lib.ghostty_mouse_encoder_encode(encoder, event, self._buffer, len(self._buffer), self._length):
            return b""
        return bytes(self._ffi.buffer(self._buffer, self._length[0]))


def _text(key: Key) -> str:
    """What libghostty calls the key's text: without the controls that the encoder makes itself, and none on release."""
    if key.action is Action.RELEASE:
        return ""
    text = key.text or typed(key.name, key.mods)
    return text if text.isprintable() else ""


def _unshifted(key: Key) -> int:
    if key.name == "space":
        return 32
    return ord(key.name) if len(key.name) == 1 else 0


@cache
def encoders() -> Encoders:
    """The encoders that all terminals share."""
    return Encoders(load())
