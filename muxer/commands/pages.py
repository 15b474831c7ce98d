"""What `--help` shows, made of the table: all verbs on one screen, and a page for each."""

from collections.abc import Iterable
from itertools import groupby
from textwrap import shorten, wrap

from muxer.commands.table import Verb

SCREEN = 80, 24
"""What a page fits on."""

NO_BREAK = "\N{NO-BREAK SPACE}"

ABOUT = """\
muxer: a fullscreen terminal multiplexer for coding agents

usage: muxer [-L NAME] [VERB …]
  muxer                attach; start the host if none runs
  muxer -- COMMAND…    the same, with a program of yours in a pane
"""


def overview(known: Iterable[Verb]) -> str:
    """Every verb on one screen: with its summary while there is room, by name when there are too many."""
    verbs = sorted((verb for verb in known if not verb.hidden), key=lambda verb: verb.group)
    groups = {group: list(members) for group, members in groupby(verbs, key=lambda verb: verb.group)}
    lines = [ABOUT]
    if len(groups) + len(verbs) + ABOUT.count("\n") + 3 < SCREEN[1]:
        for group, members in groups.items():
            lines.append(group.capitalize())
            for verb in members:
                head = f"  {verb.name:12} "
                lines.append(head + shorten(verb.summary.rstrip("."), SCREEN[0] - 1 - len(head), placeholder=" …"))
    else:
        for group, members in groups.items():
            if len(members) > 1:
                lines += _folded(f"{group:10} ", " ".join(verb.name for verb in members))
        lines += _folded("more       ", " ".join(members[0].name for members in groups.values() if len(members) == 1))
    return "\n".join([*lines, "", "muxer VERB --help explains one. -L NAME picks a host, else MUXER_HOST does."])


def page(verb: Verb) -> str:
    """Help of one verb; one with many options names them once, and closes up."""
    options = [parameter.usage for parameter in verb.parameters if parameter.option]
    lines = _page(verb, [*options, *(["[--json]"] if verb.answers else []), "[-L NAME]"])
    if len(lines) >= SCREEN[1]:
        lines = [line for line in _page(verb, ["[OPTION…]"]) if line]
    return "\n".join(lines)


def _page(verb: Verb, options: Iterable[str]) -> list[str]:
    rows = [(parameter.term, parameter.described) for parameter in verb.parameters]
    if verb.answers:
        rows.append(("--json", "answer in JSON"))
    rows.append(("-L NAME", "the host; MUXER_HOST or 'default' without it"))
    usage = [verb.name, *options, *(parameter.usage for parameter in verb.parameters if not parameter.option)]
    column = min(max(len(term) for term, _ in rows), 24) + 4
    # No line ends between an option and its value.
    lines = _folded("usage: muxer ", " ".join(part.replace(" ", NO_BREAK) for part in usage))
    lines = [*(line.replace(NO_BREAK, " ") for line in lines), "", *_folded("", verb.summary), ""]
    for term, words in rows:
        lines += _folded(f"  {term}  ".ljust(column), words, column)
    if verb.example:
        lines += ["", "Example:", *(f"  {line}" for line in verb.example.splitlines())]
    return lines


def _folded(head: str, words: str, indent: int = 0) -> list[str]:
    return wrap(
        words,
        SCREEN[0] - 1,
        initial_indent=head,
        subsequent_indent=" " * (indent or len(head)),
        break_on_hyphens=False,
    ) or [head.rstrip()]
