"""Keeps all that is nowhere but in a workspace that is to go: what is not committed, and commits that nobody else has.

It ends up in the repository that the workspace was made from. Neither index nor work tree are touched.
"""

import os
import shutil
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from muxer.errors import MuxerError
from muxer.paths import homely
from muxer.workspaces.git import git, printable
from muxer.workspaces.moving import keep, kept_ref, reached, tip, unreached
from muxer.workspaces.repository import BRANCHES, REMOTES, Workplace

_LINK = "160000"
"""How git marks a folder that is a repository of its own."""
_WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "muxer"), ("EMAIL", "muxer@localhost"))
}


def salvage(place: Workplace, name: str, *, branch_stays: bool = False) -> str:
    """Keep it; the reference of what lay in the folder, or nothing if all of it is elsewhere. Raises MuxerError."""
    if place.kind == "here" or not os.path.isdir(place.folder):
        return ""
    if not os.path.isdir(place.source):
        raise MuxerError(
            f"{homely(place.source)}, which it was made from, is gone: save what you need of {homely(place.folder)},"
            " and remove that yourself"
        )
    work, inner = _snapshot(place.folder)
    if place.kind == "clone":
        refs = _bring(place.folder, place.source, name, work)
    else:
        refs = _hold(place, name, work, own="" if branch_stays else f"{BRANCHES}{place.branch}")
    for path in inner:
        folder = os.path.join(place.folder, path)
        refs += _bring(folder, place.source, name, _snapshot(folder)[0], remotes=True)
    lies = kept_ref(name, work)
    return lies if lies in refs else refs[0] if refs and not branch_stays else ""


def _snapshot(folder: str) -> tuple[str, tuple[str, ...]]:
    """A commit of all that lies there and is not ignored, on top of what is checked out; and the repositories in it."""
    lies = git(folder, "rev-parse", "--absolute-git-dir").rstrip("\n")
    with TemporaryDirectory(prefix="muxer-") as spare:
        env = {"GIT_INDEX_FILE": os.path.join(spare, "index"), **_WHO}
        if os.path.exists(index := os.path.join(lies, "index")):
            shutil.copyfile(index, env["GIT_INDEX_FILE"])
        git(folder, "-c", "advice.addEmbeddedRepo=false", "add", "--all", env=env)
        entries = git(folder, "ls-files", "--stage", "-z", env=env).split("\0")
        tree = git(folder, "write-tree", env=env).strip()
        head = tip(folder, "HEAD")
        if not head or tree != git(folder, "rev-parse", "HEAD^{tree}").strip():
            said = ("-m", f"What lay in {printable(homely(folder))} and was not committed")
            head = git(folder, "commit-tree", tree, *(["-p", head] if head else []), *said, env=env).strip()
    links = (entry.partition("\t")[2] for entry in entries if entry.startswith(_LINK))
    return head, tuple(path for path in links if os.path.lexists(os.path.join(folder, path, ".git")))


def _hold(place: Workplace, name: str, work: str, *, own: str) -> list[str]:
    """Of a worktree, whose repository stays; its own branch may go with it."""
    tips = dict.fromkeys(filter(None, (work, own and tip(place.source, own), *_left(place.folder))))
    return [ref for sha in tips if (ref := keep(place.folder, name, sha, besides=own))]


def _bring(folder: str, source: str, name: str, work: str, *, remotes: bool = False) -> list[str]:
    """Of a repository that goes: by a fetch, which runs none of anybody's hooks."""
    published = ("--remotes",) if remotes else ()
    lone = [sha for sha in dict.fromkeys((work, *_tips(folder))) if _is_lone(source, name, sha)]
    lone = [sha for sha in lone if not published or git(folder, "rev-list", "-1", sha, "--not", *published).strip()]
    refs = [kept_ref(name, sha) for sha in lone]
    for ref, sha in zip(refs, lone, strict=True):
        git(folder, "update-ref", ref, sha)
    if refs:
        words = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
        git(source, *words, "--", folder, *(f"{ref}:{ref}" for ref in refs))
    return refs


def _is_lone(source: str, name: str, sha: str) -> bool:
    return tip(source, kept_ref(name, sha)) == sha or not reached(source, sha)


def _tips(folder: str) -> Iterator[str]:
    """What its references hold, what was stashed and left; but not what they remember of other repositories."""
    for ref in git(folder, "for-each-ref", "--format=%(refname)").splitlines():
        if not ref.startswith(REMOTES) and (sha := tip(folder, ref)):
            yield sha
    if tip(folder, "refs/stash"):
        yield from git(folder, "log", "--walk-reflogs", "--format=%H", "refs/stash").split()
    yield from _left(folder)


def _left(folder: str) -> list[str]:
    """Where its HEAD was and no reference is, newest first."""
    from muxer.workspaces.trail import heads_of  # noqa: PLC0415 - a first picture cannot wait for libgit2

    return unreached(folder, heads_of(folder)[::-1])
