"""How all that waits for a person is written: a row of the queue, the bottom of its pane, answers and their keys."""

from collections.abc import Sequence
from textwrap import wrap

from rich.cells import cell_len
from textual.content import Content

from muxer.model import Choice, Need, NeedKind, State
from muxer.ui.harmless import harmless
from muxer.ui.states import SIGNS, clock_time, glyph_of, plainly, short_age
from muxer.ui.titles import cut

NAME, AGE = 14, 3
"""Columns, at most."""

_STATES: dict[NeedKind, State] = {
    "limit": "limited",
    "done": "done",
    "crashed": "crashed",
    "held": "frozen",
    "told": "done",
}
_KINDS: dict[NeedKind, str] = {"done": "turn done", "asked": "asks you", "told": "wrote"}
INKS = {
    "work": "$text-secondary", "wait": "$text-warning", "good": "$text-success", "bad": "$text-error",
    "quiet": "$text-muted",
}  # fmt: skip
"""A role as Textual calls it."""


def rows_of(needs: Sequence[Need], cols: int, *, now: float, plain: bool) -> list[Content]:
    """A line each: who, since when, what kind of thing, and what it is."""
    names = min(NAME, max((cell_len(harmless(need.name)) for need in needs), default=0))
    kinds = max((len(_kind(need)) for need in needs), default=0)
    return [_row(need, names, kinds, cols, now=now, plain=plain) for need in needs]


def _kind(need: Need) -> str:
    return _KINDS.get(need.kind, need.kind)


def _row(need: Need, names: int, kinds: int, cols: int, *, now: float, plain: bool) -> Content:
    state = _STATES.get(need.kind, "waiting")
    name = cut(harmless(need.name), names, plain=plain)
    age = short_age(now - need.since) if need.since else ""
    ink = INKS[SIGNS[state].role]
    left = Content.assemble(
        (f"{glyph_of(state, plain=plain)} ", ink), name, " " * (names - cell_len(name)), f"  {age:>{AGE}}  ",
        (f"{_kind(need):<{kinds}}", ink), "  ",
    )  # fmt: skip
    words = cut(words_of(need), max(1, cols - left.cell_length), plain=plain)
    return Content.assemble(left, words).truncate(max(1, cols))


def words_of(need: Need) -> str:
    """What it is, in one line."""
    words = harmless(" ".join(need.words.split()))
    if need.kind == "limit" and need.resets_at:
        words = f"until {clock_time(need.resets_at)}{f' · {words}' if words else ''}"
    if need.notes:
        held = f"{len(need.notes)} note{'s' * (len(need.notes) > 1)} held"
        return f"{held}: {words}" if need.kind == "held" and words else f"{words} · {held}" if words else held
    return words or "its pane says what"


def bottom_of(lines: Sequence[str], rows: int, cols: int, *, plain: bool, bar: str = "│ ") -> str:
    """The last rows of a screen, without the blank ones below them, each after a bar."""
    shown = [harmless(line).rstrip() for line in lines]
    while shown and not shown[-1]:
        shown.pop()
    bar = plainly(bar, plain=plain)
    return "\n".join(bar + cut(line, cols - len(bar), plain=plain) for line in shown[-rows:])


def text_of(words: str, rows: int, cols: int, *, plain: bool, bar: str = "│ ") -> str:
    """The first rows of what somebody said, each after a bar; whether there are more."""
    bar = plainly(bar, plain=plain)
    width = max(2, cols - len(bar))
    lines = [harmless(line) for line in words.expandtabs().splitlines()]
    # A letter may take two columns.
    said = [row for line in lines for row in wrap(line, width if line.isascii() else width // 2) or [""]]
    more = [plainly("…", plain=plain)] if len(said) > rows else []
    return "\n".join(bar + cut(row, width, plain=plain) for row in said[: rows - len(more)] + more)


def by_key(choices: Sequence[Choice]) -> dict[str, Choice]:
    """Each answer by the key that gives it: what its program shows, else its number, else nothing."""
    own = {choice.keys.removesuffix("\r"): choice for choice in choices}
    found = {key: choice for key, choice in own.items() if len(key) == 1 and key.isprintable() and key != " "}
    for number, choice in enumerate(choices, 1):
        if choice not in found.values() and number < 10:
            found.setdefault(str(number), choice)
    return dict(sorted(found.items(), key=lambda one: choices.index(one[1])))


def answers(choices: Sequence[Choice]) -> Content:
    """What can be answered, each with its key."""
    parts = [
        Content.assemble((key, "bold $text-primary"), f" {harmless(choice.label)}")
        for key, choice in by_key(choices).items()
    ]
    return Content("   ").join(parts)
