"""Makes ready where an agent works: the workspace, what it gets from the project, and ports that are its alone."""

import os
import shlex
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from muxer.config import Project
from muxer.model import Workspace
from muxer.paths import homely, private_folder
from muxer.workspaces import making
from muxer.workspaces.furnishing import furnish
from muxer.workspaces.git import Refused, git
from muxer.workspaces.repository import Workplace, ground_of, slug

FIRST, LAST = 20_000, 32_767
"""Ports that are given: above what services use, below what systems give to whoever asks for any."""

Block = tuple[int, int]
"""The first of some ports, and how many there are; (0, 0) is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where an agent is wanted, and by which rules."""

    project: str
    """Its name; empty where there is none."""
    root: str
    """What a workspace is made from."""
    here: str
    """The folder itself."""
    rules: Project = field(default_factory=Project)


def make_ready(site: Site, wanted: Workspace | None, *, name: str, under: str) -> tuple[Workplace, list[str]]:
    """A workspace with all that it gets, and what there is to say of that. Takes its time. Raises MuxerError."""
    around = None if wanted == "here" else ground_of(site.root)
    kind, said = making.choose(wanted, around, site.root)
    if around is None or kind == "here":
        return Workplace(kind="here", folder=site.here), [said] if said else []
    lines: list[str] = []
    if _is_dirty(around.root):
        lines.append(f"what is not committed in {homely(around.root)} stays there: it begins at the last commit")
    private_folder(under)
    project = slug(site.project or os.path.basename(around.root)) or "project"
    from muxer.workspaces.coordination import operator_for  # noqa: PLC0415 - no first picture waits for pygit2

    operator = operator_for(around.root, site.rules)
    place = making.make(kind, around, name=name, under=f"{under}/{project}", operator=operator, say=lines.append)
    try:
        return place, lines + furnish(place, copies=site.rules.copies, links=site.rules.links)
    except BaseException:
        making.undo(place)
        raise


def _is_dirty(root: str) -> bool:
    """Is there something that git knows and does not have as it is now? A bare repository has no files at all."""
    with suppress(Refused):
        return bool(git(root, "status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all"))
    return False


def make_again(place: Workplace, rules: Project, *, kept: str) -> list[str]:
    """A workspace that was archived, or whose folder somebody removed. Takes its time. Raises MuxerError."""
    lines: list[str] = []
    making.reopen(place, kept=kept, say=lines.append)
    return lines + furnish(place, copies=rules.copies, links=rules.links)


def free_block(room: int, taken: Iterable[Block], wanted: int = 0) -> Block:
    """So many ports that none of those has, at the wanted place if that is free; none where there is no room left."""
    others = sorted((first, first + count) for first, count in taken if count)
    if not room:
        return 0, 0
    if wanted and all(wanted + room <= first or wanted >= end for first, end in others):
        return wanted, room
    at = FIRST
    for first, end in others:
        if at + room <= first:
            break
        at = max(at, end)
    return (at, room) if at + room - 1 <= LAST else (0, 0)


def setup_line(rules: Project) -> str:
    """What a shell is to run in a new workspace; empty where there is nothing."""
    return rules.setup if isinstance(rules.setup, str) else shlex.join(rules.setup)
