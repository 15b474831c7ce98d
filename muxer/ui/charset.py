"""Can a terminal show more than ASCII? Its locale says so; where none is set, nothing is held against it.

And what a composed picture is made of where it cannot: letters that take the same cells.
"""

from collections.abc import Mapping

_SAME: dict[str, str] = dict(zip("…·•›‹↑↓←→▶▼▲◌●○◆≡✕□■", "~-*><^v<>>v!.*-+=x_x", strict=True))
LETTERS: Mapping[int, str] = (
    dict.fromkeys(range(0x2500, 0x2580), "+")
    | dict.fromkeys(map(ord, "─━"), "-")
    | dict.fromkeys(map(ord, "│┃"), "|")
    | dict.fromkeys(range(0x2580, 0x25A0), "#")
    | dict.fromkeys(map(ord, "▏▌▎▍"), "|")
    | {ord(glyph): letter for glyph, letter in _SAME.items()}
    | {0x2019: "'", 0x2014: "-"}
)
"""For what Textual draws, which knows no glyphs of ours: dialogs, their scrollbars, and the panes under them."""

_POOR = {"linux", "dumb", "vt100", "vt102", "vt220", "ansi", "cons25"}
"""Terminals whose fonts lack the glyphs, whatever the locale says."""
_COERCED = "C.UTF-8"
"""What Python itself sets LC_CTYPE to where the locale is C or unknown (PEP 538): no word of the person's."""


def why_plain(env: Mapping[str, str]) -> str:
    """Why a terminal with that environment gets plain ASCII; nothing where it need not."""
    term = env.get("TERM", "")
    if term in _POOR:
        return f"TERM is {term}"
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if env.get("LC_CTYPE") == _COERCED and env.get("LANG"):
        names.remove("LC_CTYPE")
    for name in names:
        if locale := env.get(name, ""):
            is_utf8 = "utf8" in locale.lower().replace("-", "")
            return "" if is_utf8 else f"{name} is {locale}, which is not UTF-8"
    return ""
