"""Whether a promotion can be taken back: who has it, and how each of them gets off it without losing anything."""

from collections.abc import Collection
from dataclasses import dataclass

from muxer.errors import MuxerError
from muxer.store.promotions import Promotion
from muxer.workspaces.commits import commits_between, is_ancestor
from muxer.workspaces.merging import landing
from muxer.workspaces.repository import Workplace
from muxer.workspaces.trunk import branches_with
from muxer.workspaces.writing import who_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An agent's workspace, which may have it."""

    place: Workplace
    name: str
    head: str
    why: str = ""
    """What keeps it from being moved now."""


def way_back(holder: Holder, last: Promotion) -> str:
    """The commit that it is to be moved to; empty where it does not have what was promoted. Takes its time.

    Raises MuxerError where it built on it, or cannot be moved now.
    """
    folder, head = holder.place.folder, holder.head
    if not head or not is_ancestor(folder, last.after, head):
        return ""
    if holder.place.kind == "here":
        raise MuxerError(f"{holder.name} works on it in {folder}: git revert takes it back on trunk")
    if holder.why:
        raise MuxerError(f"{holder.name} has it and cannot be moved now: {holder.why}")
    own = commits_between(folder, head, [last.after])
    if not own:
        return last.before
    made = landing(
        folder, last.before, head, way="rebase", commits=[one.sha for one in own], message="", who=who_of(folder)
    )
    if made.conflicts or any(len(one.parents) > 1 for one in own):
        raise MuxerError(f"{holder.name} has built on it: git revert takes it back on trunk")
    return made.sha


def branch_in_the_way(last: Promotion, moved: Collection[str]) -> str:
    """A branch, or a tag, that has it as well and is none of those that are moved; empty if there is none."""
    return next((ref for ref in branches_with(last.root, last.after) if ref not in moved), "")
