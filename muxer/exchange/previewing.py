"""What a promotion would do, computed in memory: what it brings, what stays out, and what does not merge."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from muxer.errors import MuxerError, UsageError
from muxer.exchange.courtesy import conflict, trunk_name
from muxer.work import Commit, Coordination, Preview, Standing, Touched, Way
from muxer.workspaces.commits import commits_between
from muxer.workspaces.git import printable
from muxer.workspaces.merging import landing, merge
from muxer.workspaces.moving import tip
from muxer.workspaces.repository import Workplace
from muxer.workspaces.writing import who_of

LONGEST = 72
"""Letters of a subject that people read at once."""
SETTLED = "rebase", "merge", "pick", "bisect"
"""In the middle of these a head is nobody's work yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants of a promotion."""

    way: Way = "merge"
    chosen: tuple[str, ...] = ()
    """Only these commits: names of them, or a range; all of its work where there is none."""
    part: str = ""
    """A commit of some of its changes, which is taken instead of its head."""
    check: bool | None = None
    """None: if the project has one."""
    pull: bool = False
    """As a pull request, also where trunk is on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose work, as it stands, and where it is to go."""

    name: str
    task: str
    """What its agent was asked to do."""
    place: Workplace
    standing: Standing
    where: Coordination
    others: Mapping[str, str]
    """Other agents of the repository, and their heads."""
    check: str
    wish: Wish


def preview_of(asked: Asked) -> Preview:
    """Whatever keeps it from landing is said in it. Takes its time. Raises MuxerError for what cannot be read."""
    where, standing, wish = asked.where, asked.standing, asked.wish
    head = wish.part or standing.head
    bare = Preview(
        name=asked.name, trunk=trunk_name(where), way=wish.way, onto=where.tip, head=head,
        left_out=(*standing.uncommitted, *standing.untracked), check=asked.check,
    )  # fmt: skip
    if why := _obstacle(asked):
        return _but(bare, why)
    own = commits_between(where.root, head, [where.tip])
    commits = chosen_of(asked.place.folder, own, wish.chosen, asked.name) if wish.chosen else own
    if not commits:
        rest = f"; {_counted(len(bare.left_out))} not committed there" if bare.left_out else ""
        return _but(bare, f"{bare.trunk} has all that {asked.name} committed{rest}")
    made = landing(
        where.root, where.tip, head, way=wish.way, commits=[one.sha for one in commits if wish.chosen],
        message=message_of(asked.name, title_of(asked.task, commits), wish.way), who=who_of(where.root),
    )  # fmt: skip
    facts = {"commits": commits, "files": _files(commits)}
    if made.conflicts:
        line = f"{conflict(made.conflicts, where)}: muxer sync {asked.name} asks it to solve that"
        return _but(bare, line, **facts, conflicts=made.conflicts)
    if made.sha == where.tip:
        return _but(bare, f"{bare.trunk} has all that these commits change", **facts)
    return _but(bare, "", **facts, result=made.sha, clashes=_clashes(where, made.sha, asked.others))


def chosen_of(folder: str, own: Sequence[Commit], words: Sequence[str], name: str) -> tuple[Commit, ...]:
    """Those of its commits that are named so: `abc1234`, `HEAD~1`, `A..B`. Raises UsageError."""
    wanted: set[str] = set()
    known = {commit.sha for commit in own}
    for word in words:
        start, dots, end = word.partition("..")
        found = (
            {one.sha for one in commits_between(folder, _found(folder, end or "HEAD"), [_found(folder, start)])}
            if dots
            else {_found(folder, start)}
        )
        if not found & known:
            raise UsageError(
                f"{printable(word)} is none of {name}'s commits: muxer promote {name} --dry-run shows them"
            )
        wanted |= found
    return tuple(commit for commit in own if commit.sha in wanted)


def title_of(task: str, commits: Sequence[Commit]) -> str:
    """What all of it is about, in a line: the only commit's subject, else what the agent was asked, else the last."""
    lines = [printable(line) for line in (task.strip().partition("\n")[0], commits[-1].subject)]
    line = lines[1] if len(commits) == 1 else next(filter(None, lines), "")
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def message_of(name: str, title: str, way: Way) -> str:
    """Of the commit that trunk gets."""
    return f"Merge {name}: {title}\n" if way == "merge" else f"{title}\n"


def _found(folder: str, word: str) -> str:
    found = tip(folder, word) if word and not word.startswith("-") else ""
    if not found:
        raise UsageError(f"{printable(word) or 'nothing'} names no commit there: git log shows those that are")
    return found


def _obstacle(asked: Asked) -> str:
    where, standing, place = asked.where, asked.standing, asked.place
    name = asked.name
    if not standing.head or standing.upset in SETTLED:
        return f"{name}: {standing.why}"
    if place.kind == "here" and standing.branch in (where.base, trunk_name(where), ""):
        on = printable(standing.branch) or "no branch"
        return f"{name} works on {on} itself: git switch -c NAME there gives its work a branch of its own"
    if not where.tip:
        fetch = f"git fetch {printable(where.remote)}" if where.shared else "muxer init --base chooses another"
        return f"{trunk_name(where) if where.shared else printable(where.base)} is not there yet: {fetch}"
    return ""


def _clashes(where: Coordination, result: str, others: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What would not merge any more: who did not merge before is no news."""
    found = []
    for name, head in others.items():
        with suppress(MuxerError):  # its head is nowhere here
            paths = merge(where.root, result, head).conflicts
            before = merge(where.root, where.tip, head).conflicts if paths else ()
            if fresh := tuple(path for path in paths if path not in before):
                found.append((name, fresh))
    return tuple(found)


def _files(commits: Sequence[Commit]) -> tuple[Touched, ...]:
    """All that they touch, with the lines of all of them."""
    found: dict[str, Touched] = {}
    for file in (file for commit in commits for file in commit.files):
        known = found.get(file.path, Touched(file.path))
        found[file.path] = Touched(file.path, known.added + file.added, known.removed + file.removed)
    return tuple(found[path] for path in sorted(found))


def _but(preview: Preview, why_not: str, **facts: Any) -> Preview:
    return replace(preview, why_not=why_not, **facts)


def _counted(files: int) -> str:
    return f"{files} file{'s are' if files != 1 else ' is'}"
