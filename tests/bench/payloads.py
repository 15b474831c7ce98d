"""Eight kinds of output that agents and their tools write, the same bytes in every run.

A payload is made for a grid and repeated to the size that was asked for.
"""

import random
from collections.abc import Callable
from pathlib import Path

WORDS = (
    "the", "quick", "brown", "fox", "jumps", "over", "lazy", "dog", "lorem", "ipsum", "dolor", "sit", "amet",
    "agent", "tool", "call", "edit", "file", "src/main.py",
)  # fmt: skip
IDEOGRAPHS = "漢字仮名交じり文日本語中文한국어テスト"
CLUSTERS = ["😀", "👩‍💻", "👨‍👩‍👧‍👦", "🇯🇵", "❤️", "✅", "🚀", "⚠️", "é", "ñ", "ü", "→", "│", "█", "●"]
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


def ascii_scroll(dice: random.Random, cols: int, rows: int) -> str:
    """Plain lines that scroll."""
    del rows
    return "".join(_words(dice, dice.randint(min(10, cols - 1), cols - 1)) + "\r\n" for _ in range(4000))


def dense_cells(dice: random.Random, cols: int, rows: int) -> str:
    """Full screens with both colours and an attribute changed in every cell."""
    del dice
    parts = []
    for f in range(6):
        parts.append("\x1b[H")
        for y in range(rows):
            for x in range(cols):
                front = f"38;2;{(x * 3 + f * 7) % 256};{(y * 9 + f) % 256};{(x + y + f * 11) % 256}"
                back = f"48;2;{(y * 5 + f * 3) % 256};{x * 2 % 256};{f * 20 % 256}"
                parts.append(f"\x1b[{front};{back};{1 + (x + f) % 4}m{chr(65 + (x + y + f) % 26)}")
            parts.append("\x1b[0m\r\n" if y < rows - 1 else "\x1b[0m")
    return "".join(parts)


def light_cells(dice: random.Random, cols: int, rows: int) -> str:
    """Full screens of one letter."""
    del dice
    return "".join("\x1b[H" + chr(65 + f) * (cols * rows) for f in range(26))


def unicode(dice: random.Random, cols: int, rows: int) -> str:
    """Ideographs, emoji with joiners, flags, accents."""
    del rows
    lines = []
    for _ in range(2000):
        line, width = "", 0
        while width < cols - 4:
            roll = dice.random()
            if roll < 0.4:
                line, width = line + dice.choice(IDEOGRAPHS), width + 2
            elif roll < 0.55:
                line, width = line + dice.choice(CLUSTERS), width + 2
            else:
                word = dice.choice(WORDS)[: cols - 4] + " "
                line, width = line + word, width + len(word)
        lines.append(line + "\r\n")
    return "".join(lines)


def cursor_motion(dice: random.Random, cols: int, rows: int) -> str:
    """One letter here, one there."""
    place = dice.randint
    return "".join(f"\x1b[{place(1, rows)};{place(1, cols)}H{dice.choice('abcdefgh')}" for _ in range(60_000))


def scroll_region(dice: random.Random, cols: int, rows: int) -> str:
    """Lines inserted, deleted and scrolled between margins."""
    del cols
    bottom = max(6, rows - 3)
    moves = (
        f"\x1b[{bottom};1H\n", "\x1b[3;1H\x1bM", "\x1b[2S", "\x1b[T", "\x1b[5;1H\x1b[L", "\x1b[6;1H\x1b[M"
    )  # fmt: skip
    body = "".join(dice.choice(moves) + dice.choice(WORDS) * 3 for _ in range(8000))
    return f"\x1b[3;{bottom}r{body}\x1b[r"


def agent_tui(dice: random.Random, cols: int, rows: int) -> str:
    """What an agent draws while it thinks: erase the last lines, write them again, now and then one that stays."""
    del rows
    room = max(4, cols - 8)
    parts = []
    for f in range(400):
        parts.append("\x1b[?2026h\x1b[?25l" + "\x1b[2K\x1b[1A" * 9 + "\x1b[2K\x1b[G")
        if f % 4 == 0:
            tool = f"\x1b[1mBash\x1b[22m({dice.choice(WORDS)} {dice.choice(WORDS)})"
            parts.append(f"\x1b[38;2;180;180;180m● {tool}\x1b[39m\r\n  \x1b[2m⎿  {_pick(dice, 8, room)}\x1b[22m\r\n")
        thinking = f"{SPINNER[f % 10]} Thinking… ({f}s · ↑ {f * 37} tokens · esc to interrupt)"
        parts.append(f"\x1b[38;2;215;119;87m{thinking[:room]}\x1b[39m\r\n\r\n")
        parts += [
            f"  \x1b[38;5;{240 + k}m{'☐' if k else '☒'} {_pick(dice, 6, room)}\x1b[0m\r\n" for k in range(4)
        ]  # fmt: skip
        line, blank = "─" * (cols - 2), " " * (cols - 6)
        parts.append(f"\x1b[2m╭{line}╮\x1b[22m\r\n\x1b[2m│\x1b[22m > \x1b[7m \x1b[27m{blank}\x1b[2m│\x1b[22m\r\n")
        parts.append(f"\x1b[2m╰{line}╯\x1b[22m\r\n  \x1b[38;2;153;153;153m? for shortcuts\x1b[39m\x1b[?25h\x1b[?2026l")
    return "".join(parts)


def alt_full(dice: random.Random, cols: int, rows: int) -> str:
    """Full redraws of a screen in many short runs of style."""
    parts = []
    for _ in range(60):
        parts.append("\x1b[?2026h\x1b[H")
        for y in range(rows):
            parts.append(f"\x1b[{y + 1};1H")
            x = 0
            while x < cols:
                width = min(cols - x, dice.randint(3, 14))
                front = f"{dice.choice('0123')};38;2;{dice.choice((200, 120, 80))};{dice.choice((200, 120))};180"
                text = (dice.choice(WORDS) * 3)[:width].ljust(width)
                parts.append(f"\x1b[{front};48;2;{dice.choice((20, 30, 40))};20;30m{text}")
                x += width
        parts.append("\x1b[0m\x1b[?2026l")
    return "".join(parts)


KINDS: dict[str, Callable[[random.Random, int, int], str]] = {
    kind.__name__: kind
    for kind in (
        agent_tui, alt_full, ascii_scroll, cursor_motion, dense_cells, light_cells, scroll_region, unicode
    )
}  # fmt: skip


def unit(kind: str, cols: int, rows: int) -> bytes:
    """One round of a payload."""
    return KINDS[kind](random.Random(1), cols, rows).encode()


def write(folder: Path, kind: str, megabytes: float, cols: int, rows: int) -> Path:
    """The payload as a file."""
    path = folder / f"{kind}-{cols}x{rows}-{megabytes:g}"
    if not path.exists():
        once = unit(kind, cols, rows)
        path.write_bytes(once * max(1, round(megabytes * 1e6 / len(once))))
    return path


def _words(dice: random.Random, length: int) -> str:
    text = ""
    while len(text) < length:
        text += dice.choice(WORDS) + " "
    return text[:length]


def _pick(dice: random.Random, count: int, room: int) -> str:
    return " ".join(dice.choices(WORDS, k=count))[:room]
