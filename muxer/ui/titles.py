"""What stands on a pane's title line: a glyph and a word for its state, its name, and what its program calls itself."""

import os

from rich.cells import cell_len, set_cell_size

from muxer.model import PaneFacts
from muxer.ui.look import Look

GLYPHS = {"running": "●", "exited": "□", "crashed": "✕", "lost": "?"}
INKS = {"running": "quiet", "exited": "quiet", "crashed": "bad", "lost": "wait"}


def harmless(text: str) -> str:
    """Text from a program, without anything that could move a cursor or turn a line around."""
    return "".join(c for c in text if (c.isprintable() and not 0x202A <= ord(c) <= 0x2069) or c == " ")


def title_line(facts: PaneFacts, cols: int, look: Look, *, focused: bool, note: str = "") -> str:
    """The line, exactly `cols` wide, as text with SGR."""
    name = harmless(facts.name)
    about = harmless(facts.title) or " ".join(os.path.basename(word) for word in facts.command[:1])
    if facts.exit is not None:
        note = f"{facts.exit}"
    left = f" {GLYPHS[facts.state]} {name} "
    right = f" {note} " if note else ""
    left = set_cell_size(left, cols) if cell_len(left) > cols else left
    right = right if cell_len(left) + cell_len(right) <= cols else ""
    room = cols - cell_len(left) - cell_len(right)
    about = f" {about} " if about and about != name else ""
    about = about if cell_len(about) <= room else set_cell_size(about, max(0, room - 1)) + "…" * (room > 0)
    glyph_ink = look.ink(INKS[facts.state] if not focused or facts.exit else "accent", on="line")
    name_ink = look.ink("accent" if focused else "text", on="line", bold=focused)
    quiet = look.ink("text" if focused else "quiet", on="line")
    gap = " " * max(0, room - cell_len(about))
    return f"{glyph_ink}{left[:3]}{name_ink}{left[3:]}{quiet}{about}{gap}{look.ink('wait', on='line')}{right}"


def starting_line(cols: int, look: Look) -> str:
    """The title of a pane whose program does not run yet."""
    return look.ink("quiet", on="line") + set_cell_size(" ◌ starting ", cols)
