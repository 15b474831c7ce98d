"""What a pane shows that is too small for its program's screen: its state, and its last words. Its title stands above.

The program is not told of it: its screen keeps the size that it had.
"""

from rich.cells import cell_len, chop_cells, set_cell_size

from muxer.ui.look import Look
from muxer.ui.states import SIGNS, Sight, settled_age
from muxer.ui.titles import cut


def card_rows(sight: Sight, cols: int, rows: int, look: Look, *, now: float) -> list[str]:
    """So many rows, each as wide as asked for, as text with SGR."""
    age = settled_age(now - sight.since) if sight.since else ""
    ways = (f"{sight.word} {age}".rstrip(), sight.word, sight.state, "")
    state = next(way for way in ways if len(way) + 2 <= cols or not way)
    shown = [f"{look.ink(SIGNS[sight.state].role)} {state}"] if state else []
    words = sight.more or sight.about
    room = rows - len(shown)
    shown += [f"{look.ink('quiet')} {text}" for text in _wrapped(words, cols - 2, room, plain=look.ascii)]
    return [*shown, *[""] * rows][:rows]


def _wrapped(words: str, cols: int, rows: int, *, plain: bool) -> list[str]:
    """Words on so many lines; the last one says if there were more."""
    if cols < 3 or rows < 1:
        return []
    lines: list[str] = []
    for word in words.split():
        for part in chop_cells(word, cols):
            if lines and cell_len(lines[-1]) + 1 + cell_len(part) <= cols:
                lines[-1] += f" {part}"
            else:
                lines.append(part)
    if len(lines) <= rows:
        return lines
    return [*lines[: rows - 1], cut(set_cell_size(f"{lines[rows - 1]} …", cols + 1), cols, plain=plain)]
