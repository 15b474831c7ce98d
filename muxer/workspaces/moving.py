"""Moves references and checkouts so that no commit is ever lost: what a head leaves behind is kept.

What is kept lies under `refs/muxer/kept/`, by whose it was and by its id; it is never removed by muxer.
"""

import os
from collections.abc import Sequence

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.workspaces.git import Refused, git, printable
from muxer.workspaces.repository import BRANCHES, Workplace, slug

KEPT = "refs/muxer/kept/"
NONE = "0" * 40
_BUSY = {
    "rebase-merge": "a rebase is in progress",
    "rebase-apply": "a rebase is in progress",
    "MERGE_HEAD": "a merge is in progress",
    "CHERRY_PICK_HEAD": "a cherry-pick is in progress",
    "REVERT_HEAD": "a revert is in progress",
    "BISECT_LOG": "a bisection is in progress",
    "index.lock": "its index is locked",
}
"""What lies in the git folder of a checkout that must not be moved."""


class Moved(MuxerError):
    """A reference, or a checkout, is not where it was any more."""


def tip(folder: str, ref: str) -> str:
    """The commit that a reference points to; empty where it is not there."""
    try:
        return git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()
    except Refused:
        return ""


def move_ref(root: str, ref: str, *, old: str, new: str, why: str) -> None:
    """Let a reference point to `new` if it points to `old` now; an empty one is none. Raises Moved, or MuxerError."""
    words = ("-d", ref, old) if not new else ("--create-reflog", ref, new, old or NONE)
    try:
        git(root, "update-ref", "-m", f"muxer: {why}", *words)
    except Refused as error:
        if tip(root, ref) != old:
            raise Moved(f"{ref} moved meanwhile: look again") from None
        raise MuxerError(f"{ref} cannot be moved: {_reason(root, ref, error)}") from None


def _reason(root: str, ref: str, error: Refused) -> str:
    """Names of branches are folders, too: one cannot lie in another."""
    around = ref
    while (around := os.path.dirname(around)) not in ("refs/heads", "refs", ""):
        if tip(root, around):
            return f"{around} is in its way, rename that one: git branch -m {around.removeprefix(BRANCHES)} NEW"
    if inside := git(root, "for-each-ref", "--count=1", "--format=%(refname)", f"{ref}/").strip():
        return f"{inside} is in its way: rename that one"
    if ".lock': File exists" in error.said:
        return f"it is locked: try again, or remove {ref}.lock from the repository if nothing runs there"
    return str(error)


def reached(folder: str, sha: str, *, besides: str = "") -> bool:
    """Does any reference but that one hold the commit? One that is not there at all is held by none."""
    exclude = [f"--exclude={besides}"] if besides else []
    try:
        return not git(folder, "rev-list", "--max-count=1", sha, "--not", *exclude, "--glob=refs/*").strip()
    except Refused:
        return False


def keep(folder: str, name: str, sha: str, *, besides: str = "") -> str:
    """Keep a commit of that agent; the reference, or nothing where another one than `besides` holds it already."""
    ref = kept_ref(name, sha)
    if tip(folder, ref) == sha:
        return ref
    if reached(folder, sha, besides=besides):
        return ""
    git(folder, "update-ref", "-m", "muxer: kept", ref, sha)
    return ref


def keep_all(folder: str, name: str, shas: Sequence[str]) -> tuple[list[str], list[str]]:
    """Keep those of them that no reference holds: the new references; and those commits that one may let go of."""
    made = [keep(folder, name, sha) for sha in reversed(unreached(folder, shas))]
    return [ref for ref in made if ref], unreached(folder, shas, "HEAD", f"--glob={KEPT}*")


def unreached(folder: str, shas: Sequence[str], *holders: str) -> list[str]:
    """Those that no reference holds, or none of these; where that cannot be told, all of them."""
    try:
        lone = {*git(folder, "rev-list", "--ignore-missing", *shas, "--not", *(holders or ("--glob=refs/*",))).split()}
    except Refused:
        return [*shas]
    return [sha for sha in shas if sha in lone]


def kept_ref(name: str, sha: str) -> str:
    """Where a commit of that agent is kept."""
    return f"{KEPT}{slug(name) or 'agent'}/{sha[:12]}"


def move_workspace(place: Workplace, *, old: str, new: str) -> None:
    """Move a checkout, its branch and its files from one commit to another. Raises Moved, or MuxerError.

    One git does it, which outlives us: it holds the index, and before it touches anything it refuses if a changed, an
    unknown or an ignored file is in the way. A commit that slips in between is put back.
    """
    folder = place.folder
    branch = _settled_on(folder, old)
    ref, name = f"{BRANCHES}{branch}", os.path.basename(folder)
    keep(folder, name, old, besides=ref)
    _check_out(folder, branch, new)
    if (slipped := _overwritten(folder, ref, new)) not in ("", old):
        keep(folder, name, slipped, besides=ref)
        _check_out(folder, branch, slipped)
        raise Moved(f"{homely(folder)} moved meanwhile: look again")


def _settled_on(folder: str, old: str) -> str:
    """The branch that is checked out there, at that commit, with no file changed."""
    stays = f"{homely(folder)} was left as it is"
    lies = git(folder, "rev-parse", "--absolute-git-dir").rstrip("\n")
    for name, why in _BUSY.items():
        if os.path.lexists(os.path.join(lies, name)):
            raise MuxerError(f"{stays}: {why}")
    if tip(folder, "HEAD") != old:
        raise Moved(f"{stays}: it moved meanwhile, look again")
    try:
        branch = git(folder, "symbolic-ref", "--quiet", "--short", "HEAD").strip()
    except Refused:
        raise MuxerError(f"{stays}: no branch is checked out") from None
    if changed := git(folder, "status", "--porcelain", "-z", "--untracked-files=no").partition("\0")[0]:
        raise Moved(f"{stays}: {printable(changed[3:])} is not committed")
    return branch


def _check_out(folder: str, branch: str, commit: str) -> None:
    settings = ("-c", "core.hooksPath=/dev/null", "-c", "core.logAllRefUpdates=true")
    try:
        git(folder, *settings, "checkout", "--quiet", "--no-overwrite-ignore", "--no-track", "-B", branch, commit)
    except Refused as error:
        raise MuxerError(f"{homely(folder)} was left as it is: {error}") from None


def _overwritten(folder: str, ref: str, new: str) -> str:
    """What the reference pointed to when it was last moved to that commit, as its log says."""
    log = git(folder, "rev-parse", "--git-path", f"logs/{ref}").rstrip("\n")
    try:
        with open(os.path.join(folder, log), encoding="utf-8", errors="replace") as file:
            moves = [line.split(" ", 2) for line in file]
    except OSError:
        return ""
    return next((before for before, after, _ in reversed(moves) if after == new), "")
