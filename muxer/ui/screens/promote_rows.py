"""How a promotion is written: a row for each commit, and what there is to know of it in a few lines. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from textual.content import Content

from muxer.ui.harmless import harmless
from muxer.ui.states import short_age
from muxer.ui.titles import cut
from muxer.work import Trial

LABEL = 14
"""Columns of the words at the left."""
ROOMY = 30
"""Columns that are enough for files beside a subject."""
FILES = 3
"""So many of them are named."""
_BUSY = ("waits", "runs")

Said = Mapping[str, Any]
"""What the verb says of a promotion."""


def title_of(name: str, said: Said | None, *, plain: bool) -> str:
    """Whose work, and where it goes."""
    arrow = ">" if plain else "→"
    return f"PROMOTE  {harmless(name)}" + (f" {arrow} {harmless(said['trunk'])}" if said else "")


def ways_of(said: Said) -> Content:
    """How it lands: the way of it stands out."""
    if said["shared"]:
        return Content(f"pull request for {harmless(said['trunk'])}").stylize("$text-muted")
    parts = [
        Content(f"{key} {way}").stylize("bold $text-primary" if way == said["way"] else "$text-muted")
        for key, way in (("1", "merge"), ("2", "squash"), ("3", "rebase"))
    ]
    return Content("   ").join(parts)


def commit_row(one: Said, cols: int, *, mark: str, plain: bool) -> Content:
    """A commit: its id, what it says, its files, and how many lines."""
    left, right = f"{mark}{one['sha'][:7]}  ", lines_of(one, plain=plain)
    room = max(1, cols - cell_len(left) - cell_len(right) - 2)
    wide = room * 3 // 5 if room >= ROOMY else room
    subject = _in(harmless(one["subject"]), wide, plain=plain)
    files = _in(harmless(named(one["files"], 1)), room - wide - 2, plain=plain) if wide < room else ""
    parts = (left, "$text-muted"), subject, (f"  {files}" if files else "", "$text-muted"), f"  {right}"
    return Content.assemble(*parts).truncate(max(1, cols))


def _in(words: str, cols: int, *, plain: bool) -> str:
    """Just so wide."""
    shown = cut(words, cols, plain=plain)
    return shown + " " * (cols - cell_len(shown))


def lines_of(one: Said, *, plain: bool) -> str:
    """`+14  −3`, in two columns."""
    minus = "-" if plain else "−"
    added, removed = f"+{one['added']}", f"{minus}{one['removed']}"
    return f"{added:>5} {removed:>5}"


def facts_of(said: Said, trial: Trial | None, cols: int, *, now: float, plain: bool) -> Content:
    """What stays out, what conflicts, what the check says, and what comes after."""
    rows: list[tuple[str, str, str]] = []
    if left := said["left_out"]:
        count = f"{len(left)} uncommitted file{'s' * (len(left) != 1)}"
        rows.append(("not included", f"{count}  {harmless(named(left, FILES))}", "$text-warning"))
    rows.append(("conflicts", *_conflicts(said)))
    if said["check"]:
        rows.append(("check", *_check(said, trial, now)))
    if after := said["after"]:
        rows.append(("after", _after(after), "$text-muted"))
    lines = []
    for label, words, ink in rows:
        shown = cut(words, max(1, cols - LABEL), plain=plain)
        lines.append(Content.assemble((f"{label:<{LABEL}}", "$text-muted"), Content(shown).stylize(ink)))
    return Content("\n").join(lines)


def output_of(trial: Trial | None, rows: int, cols: int, *, plain: bool) -> str:
    """The last that the check said, while it runs or if it was not green."""
    if trial is None or trial.state not in ("runs", "red") or rows <= 0:
        return ""
    said = [line for line in trial.lines if line.strip()]
    return "\n".join(cut(harmless(line), cols, plain=plain) for line in said[-rows:])


def named(paths: Sequence[str], most: int) -> str:
    """A few of them by name."""
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(paths[:most]) + more


def marks(*, chooses: bool, plain: bool) -> tuple[str, str]:
    """Of a commit that is taken, and of one that is not; none where all are."""
    if not chooses:
        return "", ""
    return ("[x] ", "[ ] ") if plain else ("■ ", "□ ")


def _conflicts(said: Said) -> tuple[str, str]:
    if paths := said["conflicts"]:
        return f"trunk in {harmless(named(paths, FILES))}", "$text-error"
    clashes = [f"{harmless(name)} would conflict in {harmless(named(paths, FILES))}" for name, paths in said["clashes"]]
    return " · ".join(["trunk none", *clashes]), "$text-warning" if clashes else "$text-muted"


def _check(said: Said, trial: Trial | None, now: float) -> tuple[str, str]:
    line = harmless(said["check"])
    if trial is None:
        return line, "$text-muted"
    if trial.state in _BUSY:
        word = "waits for another check" if trial.state == "waits" else "runs"
        return f"{line}  {word} {short_age(now - trial.began_at)}", "$text-warning"
    if trial.state == "green":
        return f"{line}  green", "$text-success"
    return f"{line}  {trial.state}: {harmless(trial.why)}", "$text-error"


def _after(after: Sequence[Sequence[str]]) -> str:
    moved = [harmless(name) for name, why in after if not why]
    parts = [f"{', '.join(moved)} {'are' if moved[1:] else 'is'} rebased"] if moved else []
    parts += [f"{harmless(name)} stays pending: {harmless(why)}" for name, why in after if why]
    return "; ".join(parts)
