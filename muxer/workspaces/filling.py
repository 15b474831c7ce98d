"""Fills a workspace that was begun: its files, as much of them as its source has checked out, and its submodules.

Nothing is fetched but what a person's own filters fetch.
"""

import os
import shutil
from collections.abc import Callable

from muxer.workspaces.git import Refused, git, printable
from muxer.workspaces.repository import Workplace

Say = Callable[[str], None]
"""Hears what there is to know, in one line each."""


def fill(place: Workplace, head: str, say: Say) -> None:
    """A worktree of its branch, which is there; or a clone, with a branch of its own at that commit."""
    if place.kind == "clone":
        git(place.source, "clone", "--quiet", "--local", "--no-checkout", "--", place.source, place.folder)
        _make_as_sparse(place)
        _check_out(place.folder, ("checkout", "--quiet", "--force", "--no-track", "-B", place.branch, head), say)
    else:
        _check_out(place.source, ("worktree", "add", "--quiet", place.folder, place.branch), say)
    _fill_submodules(place.folder, git_folder(place.source), say)


def git_folder(folder: str) -> str:
    """Where a repository lies that all its worktrees share."""
    return os.path.join(folder, git(folder, "rev-parse", "--git-common-dir").rstrip("\n"))


def _check_out(folder: str, words: tuple[str, ...], say: Say) -> None:
    """Files in LFS that cannot be had now are no reason to have none at all."""
    try:
        git(folder, *words)
    except Refused as error:
        if "lfs" not in error.said.lower():
            raise
        git(folder, *words, env={"GIT_LFS_SKIP_SMUDGE": "1"})
        say("its files in LFS could not be had and are pointers for now: git lfs pull gets them")


def _make_as_sparse(place: Workplace) -> None:
    """A worktree becomes so by itself."""
    if _setting(place.source, "core.sparseCheckout") != "true":
        return
    patterns = git(place.source, "rev-parse", "--git-path", "info/sparse-checkout").rstrip("\n")
    to = os.path.join(place.folder, ".git", "info", "sparse-checkout")
    os.makedirs(os.path.dirname(to), exist_ok=True)
    shutil.copyfile(os.path.join(place.source, patterns), to)
    git(place.folder, "config", "core.sparseCheckoutCone", _setting(place.source, "core.sparseCheckoutCone"))
    git(place.folder, "config", "core.sparseCheckout", "true")


def _setting(folder: str, key: str) -> str:
    return git(folder, "config", "--type=bool", "--default=false", "--get", key).strip()


def _fill_submodules(folder: str, source: str, say: Say) -> None:
    """Those that the source has, out of what it has of them: they know where they come from, and nothing is fetched."""
    named = _settings(os.path.join(folder, ".gitmodules"), r"^submodule\..*\.path$")
    wanted = _settings(os.path.join(source, "config"), r"^submodule\..*\.url$")
    for name, path in named.items():
        lies = os.path.join(source, "modules", name)
        if name not in wanted or not os.path.isdir(lies):
            continue
        settings = ("-c", "protocol.file.allow=always", "-c", f"submodule.{name}.url={lies}")
        try:
            git(folder, *settings, "submodule", "--quiet", "update", "--init", "--no-recommend-shallow", "--", path)
            git(os.path.join(folder, path), "remote", "set-url", "origin", wanted[name])
        except Refused as error:
            say(f"submodule {printable(path)} is empty there: {error}")
        else:
            _fill_submodules(os.path.join(folder, path), lies, say)


def _settings(file: str, pattern: str) -> dict[str, str]:
    """What such keys of a file say; of `submodule.NAME.url`, by NAME."""
    if not os.path.isfile(file):
        return {}
    try:
        said = git(os.path.dirname(file), "config", "--file", file, "-z", "--get-regexp", pattern)
    except Refused:
        return {}
    pairs = (entry.partition("\n") for entry in said.split("\0") if entry)
    return {key.partition(".")[2].rpartition(".")[0]: value for key, _, value in pairs}
