"""Colours for terminals that have fewer: SGR in 24 bits rewritten, byte for byte, to 256 or 16 colours, or to none."""

import re
from enum import IntEnum
from functools import lru_cache


class Depth(IntEnum):
    """Bits of colour that a terminal shows."""

    NONE = 0
    SIXTEEN = 4
    MANY = 8
    TRUE = 24


_TRUE_TERMS = ("kitty", "ghostty", "alacritty", "wezterm", "foot", "direct", "contour", "rio")

_SGR = re.compile(rb"\x1b\[[0-9;:]*m")
_RGB = re.compile(rb"([345])8[;:]2[;:]{1,2}(\d+)[;:](\d+)[;:](\d+)")
_INDEXED = re.compile(rb"([345])8[;:]5[;:](\d+)")
_PLAIN_COLOR = re.compile(rb"[34][0-79]|9[0-7]|10[0-7]")

_BASE = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
)  # fmt: skip


def depth_of(env: dict[str, str]) -> Depth:
    """What a terminal says of itself."""
    term = env.get("TERM", "")
    if env.get("NO_COLOR"):
        return Depth.NONE
    if env.get("COLORTERM") in ("truecolor", "24bit") or env.get("WT_SESSION") or any(t in term for t in _TRUE_TERMS):
        return Depth.TRUE
    if "256" in term:
        return Depth.MANY
    if term.startswith(("vt1", "vt2", "vt3")) or term.endswith(("-m", "-mono")):
        return Depth.NONE
    return Depth.SIXTEEN


def _cube(value: int) -> int:
    return 0 if value < 48 else 1 if value < 115 else (value - 35) // 40


@lru_cache(65536)
def _to_many(red: int, green: int, blue: int) -> int:
    if red == green == blue:
        return 16 if red < 8 else 231 if red > 248 else 232 + (red - 8) * 24 // 247
    return 16 + 36 * _cube(red) + 6 * _cube(green) + _cube(blue)


@lru_cache(65536)
def _to_sixteen(red: int, green: int, blue: int) -> int:
    def distance(n: int) -> int:
        r, g, b = _BASE[n]
        return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2

    return min(range(16), key=distance)


def _many_to_rgb(n: int) -> tuple[int, int, int]:
    if n < 16:
        return _BASE[n]
    if n >= 232:
        return (8 + (n - 232) * 10,) * 3
    steps = (0, 95, 135, 175, 215, 255)
    n -= 16
    return steps[n // 36], steps[n // 6 % 6], steps[n % 6]


def _sixteen(layer: bytes, n: int) -> bytes:
    if layer == b"5":
        return b""  # no terminal of sixteen colours draws coloured underlines
    return b"%d" % ((30 if layer == b"3" else 40) + n if n < 8 else (90 if layer == b"3" else 100) + n - 8)


def _rgb_to_many(m: re.Match[bytes]) -> bytes:
    return b"%s8;5;%d" % (m[1], _to_many(int(m[2]), int(m[3]), int(m[4])))


def _rgb_to_sixteen(m: re.Match[bytes]) -> bytes:
    return _sixteen(m[1], _to_sixteen(int(m[2]), int(m[3]), int(m[4])))


def _many_to_sixteen(m: re.Match[bytes]) -> bytes:
    n = int(m[2])
    return _sixteen(m[1], n if n < 16 else _to_sixteen(*_many_to_rgb(n)))


@lru_cache(65536)
def _fewer(sgr: bytes, depth: Depth) -> bytes:
    """One SGR sequence for a depth; screens repeat theirs so often that nearly all are remembered."""
    words = sgr[2:-1]
    if depth is Depth.MANY:
        return b"\x1b[" + _RGB.sub(_rgb_to_many, words) + b"m"
    if depth is Depth.SIXTEEN:
        kept = _INDEXED.sub(_many_to_sixteen, _RGB.sub(_rgb_to_sixteen, words)).split(b";")
    else:
        kept = [w for w in _INDEXED.sub(b"", _RGB.sub(b"", words)).split(b";") if not _PLAIN_COLOR.fullmatch(w)]
    return b"\x1b[" + b";".join(word for word in kept if word) + b"m" if any(kept) or not words else b""


def downgrade(frame: bytes, depth: Depth) -> bytes:
    """The same picture in the colours that the terminal has."""
    if depth is Depth.TRUE:
        return frame
    return _SGR.sub(lambda m: _fewer(m[0], depth), frame)
