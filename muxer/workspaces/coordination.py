"""How the work of one repository's agents comes together: by which remote, from which branch, under whose name.

Where no remote was chosen, nothing leaves this machine. Looking changes nothing, and asks no remote.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

import pygit2

from muxer.config import Project
from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.work import Coordination
from muxer.workspaces.git import printable
from muxer.workspaces.repository import BRANCHES, REMOTES, opened, operator_of, slug, unreadable

OURS = f"{BRANCHES}muxer/"
"""Where all branches lie that muxer makes."""
TRUNK = f"{OURS}trunk"
NO_REMOTE = "none"
"""What a person says who wants none."""
_USUAL = ("main", "master")
_SECRET = re.compile(r"(?<=://)[^/@\s]*@")


def coordination_of(root: str, project: Project) -> Coordination:
    """By what was chosen, and what the repository says for itself. Takes its time. Raises MuxerError."""
    repository = opened(root)
    try:
        operator, remote = operator_for(root, project), project.remote
        if remote and remote not in repository.remotes.names():
            raise MuxerError(f"{homely(root)} has no remote {remote}: muxer init chooses another")
        base = project.base or _base(repository, remote)
        trunk = f"{REMOTES}{remote}/{base}" if remote else TRUNK
        tip = _tip(repository, trunk) or ("" if remote else _tip(repository, f"{BRANCHES}{base}"))
        url = without_secrets(repository.remotes[remote].url or "") if remote else ""
    except (pygit2.GitError, KeyError, ValueError) as error:
        raise unreadable(root, error) from None
    return Coordination(root=root, operator=operator, remote=remote, url=url, base=base, trunk=trunk, tip=tip)


def tips_of(where: Coordination) -> tuple[str, str]:
    """Where base and a trunk of this machine are now; empty where one is not there, or nobody can tell."""
    with suppress(MuxerError):
        repository = opened(where.root)
        return _tip(repository, f"{BRANCHES}{where.base}"), _tip(repository, where.trunk)
    return "", ""


def operator_for(root: str, project: Project) -> str:
    """Who a person is in the names of branches: as they chose, or as git knows them."""
    operator = slug(project.operator) or operator_of(root)
    return f"{operator}-1" if f"{OURS}{operator}" == TRUNK else operator


def work_ref(operator: str, agent: str) -> str:
    """The branch that an agent's work is seen by."""
    return f"{OURS}{operator}/{slug(agent) or 'agent'}/work"


def whose(ref: str) -> tuple[str, str] | None:
    """Operator and agent of such a branch; None for another."""
    match = re.fullmatch(rf"{OURS}([^/]+)/([^/]+)/work", ref)
    return (match[1], match[2]) if match else None


def remotes_of(root: str) -> list[str]:
    """All that it has, by name."""
    return sorted(name for name in opened(root).remotes.names() if name is not None)


def likely_remote(names: list[str]) -> str | None:
    """Which one people mean: origin, or the only one; empty where there is none, None where nobody can tell."""
    if "origin" in names:
        return "origin"
    return None if len(names) > 1 else next(iter(names), "")


def likely_base(root: str, remote: str) -> str:
    """The branch that work starts from where nobody chose one."""
    try:
        return _base(opened(root), remote)
    except (pygit2.GitError, ValueError) as error:
        raise unreadable(root, error) from None


def has_base(root: str, remote: str, base: str) -> bool:
    """Is there such a branch, as far as is known here?"""
    repository = opened(root)
    return any(_tip(repository, f"{place}{base}") for place in (BRANCHES, *([f"{REMOTES}{remote}/"] if remote else [])))


def blocked(root: str, operator: str) -> str:
    """The branch of a person's whose name keeps muxer from making its own there, in one line; empty if none does."""
    references = opened(root).references
    for name in ("muxer", f"muxer/{operator}"):
        if f"{BRANCHES}{name}" in references:
            return f"a branch named {name} is in the way of muxer's own: git branch -m {name} NEW in {homely(root)}"
    return ""


def without_secrets(text: str) -> str:
    """The address of a remote, or what is said of it, without anybody's password."""
    return _SECRET.sub("", printable(text))


def _base(repository: pygit2.Repository, remote: str) -> str:
    """The first branch that says it is the one, in the order in which people would look."""
    return next(filter(None, _bases(repository, remote)), _USUAL[0])


def _bases(repository: pygit2.Repository, remote: str) -> Iterator[str]:
    if remote:
        yield _target(repository, f"{REMOTES}{remote}/HEAD").removeprefix(f"{REMOTES}{remote}/")
    here = _target(repository, "HEAD")
    if not here.startswith(OURS):
        yield here.removeprefix(BRANCHES)
    for name in _USUAL:
        if _tip(repository, f"{BRANCHES}{name}"):
            yield name


def _target(repository: pygit2.Repository, name: str) -> str:
    """What a symbolic reference names; empty for none."""
    try:
        target = repository.lookup_reference(name).raw_target
    except KeyError:
        return ""
    return target.decode(errors="replace") if isinstance(target, bytes) else ""


def _tip(repository: pygit2.Repository, ref: str) -> str:
    try:
        return str(repository.lookup_reference(ref).peel(pygit2.Commit).id)
    except (KeyError, ValueError, pygit2.GitError):
        return ""
