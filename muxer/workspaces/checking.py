"""What would be lost with a workspace: looked at before it is removed, and said by name."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from muxer.errors import MuxerError
from muxer.workspaces.repository import Workplace, lone_commits, lone_on_branch, opened

NAMED = 3
"""So many of each kind are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Work that is nowhere else."""

    uncommitted: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()
    """Commits on no other branch and on no remote."""
    unreadable: str = ""
    """Why nobody can tell."""

    def __bool__(self) -> bool:
        return bool(self.uncommitted or self.untracked or self.unpublished or self.unreadable)

    def __str__(self) -> str:
        found = (
            _counted(self.uncommitted, "uncommitted file"),
            _counted(self.untracked, "untracked file"),
            _counted(self.unpublished, "commit", "on no other branch"),
            self.unreadable,
        )
        return "; ".join(filter(None, found))


def loss_of(place: Workplace) -> Loss:
    """What would be lost with it. Takes its time."""
    from muxer.workspaces.changes import changes_in

    if place.kind == "here":
        return Loss()
    try:
        if not os.path.isdir(place.folder) or not os.listdir(place.folder):
            gone_with_it = place.kind == "clone" or not os.path.isdir(place.source)
            return Loss() if gone_with_it else Loss(unpublished=lone_on_branch(place.source, place.branch))
        changes = changes_in(opened(place.folder))
        return Loss(uncommitted=changes.uncommitted, untracked=changes.untracked, unpublished=lone_commits(place))
    except MuxerError as error:
        return Loss(unreadable=str(error))


def _counted(names: Sequence[str], noun: str, more: str = "") -> str:
    """`2 untracked files (a, b)`; names come from repositories, so they are stripped of what no screen should get."""
    if not names:
        return ""
    shown = ", ".join("".join(filter(str.isprintable, name))[:60] for name in names[:NAMED])
    rest = f", and {len(names) - NAMED} more" if len(names) > NAMED else ""
    count = " ".join(filter(None, (f"{len(names)} {noun}{'s' * (len(names) != 1)}", more)))
    return f"{count} ({shown}{rest})"
