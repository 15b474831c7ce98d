"""Work that operators share: branches pushed to a remote, and theirs fetched, each by one git for a whole repository.

Nothing is overwritten that was not seen there before, and no checkout is touched. Hooks of a person do not run: they
are for what a person pushes, and agents' work is pushed with every commit. Who may, git finds out by its own means.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.work import Coordination
from muxer.workspaces.commits import is_ancestor
from muxer.workspaces.coordination import OURS, whose, without_secrets
from muxer.workspaces.git import FAR, PATIENCE, Refused, git, printable, speak
from muxer.workspaces.large_files import bring_large, push_large
from muxer.workspaces.moving import KEPT, keep, move_ref, tip
from muxer.workspaces.repository import BRANCHES, REMOTES, Workplace, opened

FETCH = (
    "fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
    "--no-auto-maintenance",
)  # fmt: skip
PUSH = ("push", "--quiet", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")

STALE = "it was moved there meanwhile"

Kind = Literal["offline", "denied", "gone", "stranger", "refused"]

_REFUSED = re.compile(r"^ ! \[([^\]]+)\] +\S+ -> (\S+)(?: \((.*)\))?$", re.MULTILINE)
"""What git says of each branch that it could not push."""
_INSIDE = re.compile(r"'refs/heads/(muxer(?:/[^/']+)?)' exists")
_SAYS: dict[Kind, tuple[str, ...]] = {
    "stranger": ("host key verification failed",),
    "denied": (
        "authentication failed", "permission denied", "could not read username", "could not read password",
        "access denied", "error: 401", "error: 403",
    ),
    "gone": ("not found", "does not appear to be a git repository", "does not exist", "no such remote"),
    "offline": (
        "could not resolve", "connection", "timed out", "network is", "no route", "unable to access", "hung up",
        "unable to connect", "unable to look up", "took longer", "read from remote", "early eof", "disconnect",
    ),
}  # fmt: skip
"""What git, ssh and curl say, in small letters, of each kind of trouble; the first that is said counts."""
_TELLS = "ssh: ", "remote: ", "fatal: ", "error: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a remote was not reached."""

    kind: Kind
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be pushed, and what must not be."""

    news: Mapping[str, tuple[str, str]]
    """By branch: the commit, and the one that has to be there until then; empty for none."""
    taken: Mapping[str, str]
    """Branches that another machine of the same operator moved, and where to."""
    same: Mapping[str, str]
    """Branches that are there as they are here."""


def plan(
    own: Mapping[str, str], there: Mapping[str, str], leases: Mapping[str, str], holds: Callable[[str, str], bool]
) -> Plan:
    """Compare heads with what the remote has, and with what it had by our own doing.

    What is there and was never seen is overwritten only where `holds` says that nothing of it is lost by that head.
    """
    news, taken, same = {}, {}, {}
    for ref, head in own.items():
        lies, lease = there.get(ref, ""), leases.get(ref, "")
        if lies == head:
            same[ref] = head
        elif lies in ("", lease) or holds(lies, head):
            news[ref] = head, lies or lease
        else:
            taken[ref] = lies
    return Plan(news=news, taken=taken, same=same)


def present(root: str, own: Mapping[str, str]) -> dict[str, str]:
    """Those whose commit the repository has: one that it lacks would fail the push of all. Raises MuxerError."""
    repository = opened(root)
    return {ref: head for ref, head in own.items() if head and head in repository}


def holds(root: str, lies: str, head: str) -> bool:
    """Is that commit in the head, or was it an agent's own head here, and is kept?"""
    kept = f"{KEPT}*/{lies[:12]}"
    return is_ancestor(root, lies, head) or lies in git(root, "for-each-ref", "--format=%(objectname)", kept)


async def fetch(root: str, remote: str, base: str = "", *, patience: float = FAR) -> None:
    """Bring all that operators share, and the base if one is named. Raises Refused."""
    wanted = [f"+{OURS}*:{REMOTES}{remote}/muxer/*"]
    if base:
        wanted.append(f"+{BRANCHES}{base}:{REMOTES}{remote}/{base}")
    await speak(root, *FETCH, "--", remote, *wanted, patience=patience)


def lacks(error: Refused, base: str) -> bool:
    """Was it only that the remote does not have the base any more?"""
    return f"couldn't find remote ref {BRANCHES}{base}\n" in f"{error.said}\n"


def shared_in(root: str, remote: str) -> dict[str, str]:
    """The branches of all operators, as they were there when they were fetched last."""
    lie = f"{REMOTES}{remote}/"
    listed = git(root, "for-each-ref", "--format=%(objectname) %(refname)", f"{lie}muxer/").splitlines()
    pairs = (line.partition(" ")[::2] for line in listed)
    return {ref: sha for sha, name in pairs if whose(ref := f"{BRANCHES}{name.removeprefix(lie)}")}


async def publish(
    root: str, remote: str, news: Mapping[str, tuple[str, str]], *, patience: float = PATIENCE
) -> dict[str, str]:
    """Push all of them at once; those that were not taken, and why. Raises Refused where none arrived."""
    leases = (f"--force-with-lease={ref}:{lease}" for ref, (_, lease) in news.items())
    heads = (f"{sha}:{ref}" for ref, (sha, _) in news.items())
    try:
        await push_large(root, remote, [sha for sha, _ in news.values()], patience=patience)
        await speak(root, *PUSH, *leases, "--", remote, *heads, patience=patience)
    except Refused as error:
        if refused := _refused(error.said):
            return {ref: why for ref, why in refused.items() if ref in news}
        raise
    return {}


def _refused(said: str) -> dict[str, str]:
    inside = _INSIDE.search(said)
    why = f"a branch named {printable(inside[1])} is in its way there: rename that one" if inside else ""
    return {
        name if name.startswith("refs/") else f"{BRANCHES}{name}": why or _reason(printable(reason or verdict))
        for verdict, name, reason in _REFUSED.findall(said)
    }


def _reason(said: str) -> str:
    if said == "stale info":
        return STALE
    if "directory file conflict" in said:
        return "a branch named muxer, or muxer/ and your name, is in its way there: rename that one"
    return f"it was refused there: {said}"


def trouble_of(error: Refused, where: Coordination) -> Trouble:
    """What keeps us from a remote, in one line that says what to do."""
    text = f"{error}\n{error.said}".lower()
    kinds = (kind for kind, words in _SAYS.items() if any(word in text for word in words))
    kind: Kind = next(kinds, "refused")
    lines = (line.strip() for line in error.said.splitlines() if line.startswith(_TELLS))
    said, name = without_secrets(next(lines, str(error))), f"{printable(where.remote)} ({where.url})"
    match kind:
        case "stranger":
            line = f"{name} has a host key that ssh does not know: connect once by hand, ssh asks you then"
        case "denied":
            line = f"{name} does not let you in: git -C {homely(where.root)} fetch {printable(where.remote)} asks you"
        case "gone":
            line = f"{name} is not there: git remote set-url changes where it is ({said})"
        case "offline":
            line = f"{name} cannot be reached, work is shared once it can: {said}"
        case _:
            line = f"{name} refuses: {said}"
    return Trouble(kind=kind, line=line)


def bring(place: Workplace, ref: str, head: str, name: str) -> bool:
    """Let a branch of its source follow the head of a clone; what it leaves behind is kept. Raises MuxerError.

    False where the clone moved on meanwhile.
    """
    root = place.source
    if (before := tip(root, ref)) == head:
        return True
    if lies := git(root, "for-each-ref", "--format=%(worktreepath)", ref).strip():
        raise MuxerError(f"{ref.removeprefix(BRANCHES)} is checked out in {homely(lies)}: switch that one elsewhere")
    if not tip(root, head):
        git(root, *(word for word in FETCH if word != "--prune"), "--", place.folder, "HEAD")
        if not tip(root, head):
            return False
    bring_large(place)
    if before:
        keep(root, name, before, besides=ref)
    move_ref(root, ref, old=before, new=head, why=f"{printable(name)} committed")
    return True
