"""What a terminal is given between two programs: nothing of the first one's modes is left, and all that it wrote is.

It goes through the ring like a program's output, so that a replay comes to the same.
"""

_OFF = (
    1, 5, 6, 8, 9, 12, 40, 45, 47, 66, 67, 69, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 1039, 1045, 1047, 2004,
    2026, 2031, 2048,
)  # fmt: skip
_ON = (7, 25, 1007, 1035, 1036, 2027)
_SWITCHES = "".join((*(f"\x1b[?{mode}l" for mode in _OFF), *(f"\x1b[?{mode}h" for mode in _ON), "\x1b[4;20l\x1b>"))
_KEYS = "\x1b[<99u\x1b[=0;1u\x1b[>4m"
"""Kitty's keyboard protocol, which each screen has for itself, and XTMODKEYS."""
_REGION, _TABS, _CHARSETS, _PROTECTION = "\x1b[r", "\x1b[?5W", "\x1b(B\x1b)B\x1b*B\x1b+B\x0f", '\x1b[0"q'
_CURSOR, _STYLE = "\x1b[0 q", "\x1b[m"
_STRINGS = "".join(
    f"\x1b]{said}\x1b\\" for said in ("2;", "7;", "8;;", "9;4;0", "133;C", "133;D", "104", "110", "111", "112")
)
"""Title, folder, link, progress, the shell's command, colours."""
_CUT = "\x18"
"""Ends whatever sequence or character was not finished."""


def clean(*, alternate: bool) -> bytes:
    """Everything as in a new terminal, except for the text."""
    # Where no alternate screen is shown, leaving it would move the cursor all the same.
    left = f"{_KEYS}\x1b[?1049l" if alternate else ""
    rest = (_STRINGS, _KEYS, _SWITCHES, _REGION, _TABS, _CHARSETS, _PROTECTION, _CURSOR, _STYLE)
    return "".join((_CUT, left, *rest)).encode()


def line_under(words: str, lines: list[str]) -> bytes:
    """A dim line with some words, below all that stands on a screen of these lines."""
    last = max((y for y, line in enumerate(lines, 1) if line), default=0)
    below = f"\x1b[{last}H\r\n" if last else "\x1b[H"
    words = "".join(filter(str.isprintable, words))
    return f"{below}\x1b[J\x1b[2m── {words} ──\x1b[m\r\n".encode()
