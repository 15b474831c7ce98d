"""What it does in a turn, step by step."""

import argparse
import random
import re
from collections.abc import Iterator

DOES = re.compile(r"\b(WORK|TOOL|ASK|LIMIT|ERROR|CRASH|LEAVE|SHELL|PAGER|FLOOD|LIE|SAY)(?::([^\s\]]+))?")
"""WORK:2 takes two seconds, TOOL:ls asks for permission, ASK asks a question, LIMIT:60 is a limit for a minute, ERROR
fails, CRASH dies, LEAVE:3 exits 3, SHELL:2 becomes a shell for two seconds, PAGER:2 shows a pager for as long,
FLOOD:1000 prints so many lines, LIE:words sets its title, SAY:words is what it says last."""
WHIMS = {
    "work": 12, "tool": 4, "ask": 2, "pager": 1, "shell": 1, "crash": 1, "flood": 2, "limit": 2, "error": 2,
}  # fmt: skip
"""What a restless one comes to think of, and how often."""

Step = tuple[str, str]


def turn(text: str, options: argparse.Namespace, dice: random.Random) -> Iterator[Step]:
    """What the text asks for, else what a restless one comes to think of."""
    least, most = options.work
    yield "work", str(dice.uniform(least, most))
    obeyed = [(found[1].lower(), found[2] or "") for found in DOES.finditer(text)]
    yield from obeyed or ([_whim(dice)] if options.seed is not None else [])
    yield "answer", ""


def _whim(dice: random.Random) -> Step:
    (kind,) = dice.choices([*WHIMS], [*WHIMS.values()])
    values = {"tool": "make", "flood": "60", "shell": "0.6", "limit": "2"}
    return kind, values.get(kind, f"{dice.uniform(0.1, 0.8):.2f}")
