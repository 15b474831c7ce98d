"""Desktop notifications in the form that a terminal outside understands, and the title of its window.

No escape sequence asks a terminal which form it knows without risking an ugly answer, so its environment decides; a
terminal that is not known to understand one gets none (xterm, the Linux console, tmux and screen, which keep them).
"""

from collections.abc import Mapping
from typing import Literal

from muxer.ui.harmless import harmless

Form = Literal["", "9", "99", "777"]

TITLE, BODY = 80, 200
"""The most characters that a notification may have."""

_MULTIPLEXERS = ("tmux", "screen")
_BY_TERM: dict[str, Form] = {
    "xterm-kitty": "99", "xterm-ghostty": "777", "ghostty": "777", "foot": "777", "rxvt": "777", "wezterm": "9",
    "iterm": "9", "contour": "777", "rio": "777",
}  # fmt: skip
"""By how TERM begins, which is all that travels through ssh."""
_BY_PROGRAM: dict[str, Form] = {
    "kitty": "99", "ghostty": "777", "iterm.app": "9", "wezterm": "9", "warpterminal": "777", "contour": "777",
    "rio": "777",
}  # fmt: skip
_BY_MARK: dict[str, Form] = {"KITTY_WINDOW_ID": "99", "WT_SESSION": "9", "VTE_VERSION": "777"}


def form_of(env: Mapping[str, str]) -> Form:
    """The form that the terminal with this environment understands; empty where none is known."""
    term, program = env.get("TERM", "").lower(), env.get("TERM_PROGRAM", "").lower()
    if term.startswith(_MULTIPLEXERS) or program in _MULTIPLEXERS:
        return ""
    none: Form = ""
    by_term = next((form for begin, form in _BY_TERM.items() if term.startswith(begin)), none)
    by_mark = next((form for name, form in _BY_MARK.items() if env.get(name)), none)
    return by_term or _BY_PROGRAM.get(program, none) or by_mark


def notification(form: Form, pane: str, title: str, body: str) -> str:
    """The bytes that show it; nothing where the terminal knows no form. One pane's replaces its last one (kitty)."""
    title, body = _plain(title, TITLE), _plain(body, BODY)
    match form:
        case "9":
            # `9;4;…` would be a progress bar.
            return f"\x1b]9;{title}: {body}\x1b\\"
        case "99":
            name = f"muxer-{''.join(c for c in pane if c.isalnum())}"
            return f"\x1b]99;i={name}:d=0;{title}\x1b\\\x1b]99;i={name}:d=1:p=body;{body}\x1b\\"
        case "777":
            return f"\x1b]777;notify;{title};{body}\x1b\\"
    return ""


def _plain(text: str, most: int) -> str:
    """Nothing that ends the sequence or starts another field."""
    text = harmless(" ".join(text.split())).replace(";", ",")
    return text if len(text) <= most else text[: most - 1] + "…"


def window_title(what: str, waiting: int) -> str:
    """What a window is called: the project or pane, and how many panes wait."""
    what = harmless(what)[:TITLE]
    return "muxer" + (f": {what}" if what else "") + (f" ▲{waiting}" if waiting else "")


def has_title(env: Mapping[str, str]) -> bool:
    """Does the terminal have a title to set? The Linux console has none, and shows some of the bytes."""
    return not env.get("TERM", "").startswith(("linux", "dumb", "vt"))
