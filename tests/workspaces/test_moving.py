import os
import shutil
import stat
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.workspaces.moving import Moved, keep, kept_ref, move_ref, move_workspace, reached, tip
from muxer.workspaces.repository import Workplace
from tests.workspaces.repositories import commit, git, repository

TRUNK = "refs/heads/muxer/trunk"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


@pytest.fixture
def place(shop: Path) -> Workplace:
    folder = str(shop.parent / "ada")
    git(shop, "worktree", "add", "--quiet", "-b", "muxer/ada-l/ada/work", folder)
    return Workplace(kind="worktree", folder=folder, branch="muxer/ada-l/ada/work", source=str(shop))


def ahead(shop: Path, name: str = "new", text: str = "new\n") -> tuple[str, str]:
    """Where both stand, and one commit further."""
    old = git(shop, "rev-parse", "HEAD")
    return old, commit(shop, name, text)


def kept(shop: Path) -> list[str]:
    return git(shop, "for-each-ref", "--format=%(refname)", "refs/muxer/kept").split()


def looks(place: Workplace) -> tuple[str, str, str, dict[str, bytes]]:
    """All there is to see of a checkout."""
    files = {
        str(path.relative_to(place.folder)): path.read_bytes()
        for path in sorted(Path(place.folder).rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(place.folder).parts
    }
    status = git(place.folder, "status", "--porcelain", "--ignored")
    return git(place.folder, "symbolic-ref", "HEAD"), git(place.folder, "rev-parse", "HEAD"), status, files


# ---- references


def test_a_reference_moves_from_where_it_was_seen(shop: Path) -> None:
    old, new = ahead(shop)
    move_ref(str(shop), TRUNK, old="", new=old, why="begins")
    move_ref(str(shop), TRUNK, old=old, new=new, why="ada was promoted")
    assert tip(str(shop), TRUNK) == new
    assert git(shop, "log", "-g", "--format=%gs", TRUNK).splitlines() == ["muxer: ada was promoted", "muxer: begins"]
    move_ref(str(shop), TRUNK, old=new, new="", why="ends")
    assert tip(str(shop), TRUNK) == ""


def test_one_that_moved_meanwhile_stays(shop: Path) -> None:
    old, new = ahead(shop)
    git(shop, "branch", "muxer/trunk", new)
    for seen in (old, ""):
        with pytest.raises(Moved, match="refs/heads/muxer/trunk moved meanwhile: look again"):
            move_ref(str(shop), TRUNK, old=seen, new=old, why="x")
        with pytest.raises(Moved):
            move_ref(str(shop), "refs/heads/no", old=old, new=new, why="x")
    assert tip(str(shop), TRUNK) == new


@pytest.mark.parametrize(
    ("other", "line"),
    [
        ("muxer", "refs/heads/muxer is in its way, rename that one: git branch -m muxer NEW"),
        ("muxer/trunk/x", "refs/heads/muxer/trunk/x is in its way: rename that one"),
    ],
)
def test_a_branch_in_its_way_is_named(shop: Path, other: str, line: str) -> None:
    git(shop, "branch", other)
    with pytest.raises(MuxerError, match=f"^{TRUNK} cannot be moved: {line}$"):
        move_ref(str(shop), TRUNK, old="", new=tip(str(shop), "HEAD"), why="x")


def test_a_locked_one_is_said_to_be(shop: Path) -> None:
    head = tip(str(shop), "HEAD")
    (shop / ".git" / "refs" / "heads" / "muxer").mkdir()
    (shop / ".git" / "refs" / "heads" / "muxer" / "trunk.lock").touch()
    with pytest.raises(MuxerError, match=r"it is locked: try again, or remove refs/heads/muxer/trunk\.lock") as raised:
        move_ref(str(shop), TRUNK, old="", new=head, why="x")
    assert "\n" not in str(raised.value)


# ---- keeping


def test_only_what_nothing_else_holds_is_kept(shop: Path) -> None:
    old, new = ahead(shop)
    assert reached(str(shop), new)
    assert keep(str(shop), "Ada L", old) == keep(str(shop), "Ada L", new) == ""
    ref = f"refs/muxer/kept/ada-l/{new[:12]}"
    assert keep(str(shop), "Ada L", new, besides="refs/heads/main") == ref == kept_ref("Ada L", new)
    git(shop, "reset", "--hard", "--quiet", old)
    assert tip(str(shop), ref) == new
    assert keep(str(shop), "eve", new) == ""
    assert kept(shop) == [ref]


def test_an_amended_commit_is_kept_also_when_references_are_packed(shop: Path) -> None:
    _, new = ahead(shop)
    git(shop, "commit", "--quiet", "--amend", "--message", "better")
    git(shop, "pack-refs", "--all")
    assert keep(str(shop), "ada", new)
    assert not reached(str(shop), "0" * 39 + "1")
    git(shop, "reflog", "expire", "--expire=now", "--all")
    git(shop, "gc", "--quiet", "--prune=now")
    assert tip(str(shop), kept(shop)[0]) == new


# ---- checkouts


def test_a_clean_checkout_moves_whole(shop: Path, place: Workplace) -> None:
    old, new = ahead(shop)
    Path(place.folder, "mine").write_text("untracked")
    move_workspace(place, old=old, new=new)
    branch, head, status, files = looks(place)
    assert (branch, head, status) == (f"refs/heads/{place.branch}", new, "?? mine")
    assert (files["new"], files["mine"]) == (b"new\n", b"untracked")
    assert kept(shop) == []


def test_commits_that_it_leaves_are_kept(shop: Path, place: Workplace) -> None:
    own = commit(place.folder, "own", "own")
    _, new = ahead(shop)
    move_workspace(place, old=own, new=new)
    assert kept(shop) == [kept_ref("ada", own)]
    assert not Path(place.folder, "own").exists()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("rebase-merge", "a rebase is in progress"),
        ("MERGE_HEAD", "a merge is in progress"),
        ("CHERRY_PICK_HEAD", "a cherry-pick is in progress"),
        ("index.lock", "its index is locked"),
    ],
)
def test_one_in_the_middle_of_something_stays(shop: Path, place: Workplace, name: str, line: str) -> None:
    old, new = ahead(shop)
    Path(git(place.folder, "rev-parse", "--absolute-git-dir"), name).touch()
    with pytest.raises(MuxerError, match=f"ada was left as it is: {line}"):
        move_workspace(place, old=old, new=new)
    assert git(place.folder, "rev-parse", "HEAD") == old


def test_one_that_is_not_as_it_was_seen_stays(shop: Path, place: Workplace) -> None:
    old, new = ahead(shop)
    Path(place.folder, "read.me").write_text("mine")
    with pytest.raises(Moved, match=r"read\.me is not committed"):
        move_workspace(place, old=old, new=new)
    git(place.folder, "commit", "--quiet", "--all", "--message", "mine")
    before = looks(place)
    with pytest.raises(Moved, match="it moved meanwhile"):
        move_workspace(place, old=old, new=new)
    git(place.folder, "checkout", "--quiet", "--detach")
    with pytest.raises(MuxerError, match="no branch is checked out"):
        move_workspace(place, old=before[1], new=new)
    git(place.folder, "checkout", "--quiet", place.branch)
    assert looks(place) == before


@pytest.mark.parametrize("ignored", [False, True])
@pytest.mark.parametrize("path", ["new", "build/new"])
def test_no_file_of_anybody_is_overwritten(shop: Path, place: Workplace, path: str, *, ignored: bool) -> None:
    old = tip(str(shop), "HEAD")
    (shop / "build").mkdir()
    new = commit(shop, path, "theirs")
    if ignored:
        git(shop, "config", "core.excludesFile", str(shop.parent / "ignored"))
        (shop.parent / "ignored").write_text("new\nbuild\n")
    mine = Path(place.folder, path.partition("/")[0])
    mine.write_text("mine")
    before = looks(place)
    with pytest.raises(MuxerError, match=f"ada was left as it is: .*{mine.name}") as raised:
        move_workspace(place, old=old, new=new)
    assert "\n" not in str(raised.value)
    assert looks(place) == before


def between(shop: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """That happens right before git checks out, once."""
    real = shutil.which("git")
    program = shop.parent / "bin" / "git"
    program.parent.mkdir()
    done = shop.parent / "happened"
    program.write_text(
        f"#!/bin/sh\nfolder=$2\ncase \" $* \" in *' checkout '*)\n"
        f"if [ ! -e {done} ]; then touch {done}; cd $folder; {script.replace('git', str(real))}; fi ;;\nesac\n"
        f'exec {real} "$@"\n'
    )
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


IDENTITY = "-c user.name=Eve -c user.email=eve@example.org"


def test_a_commit_that_slips_in_is_put_back(shop: Path, place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = ahead(shop)
    between(shop, monkeypatch, f"git {IDENTITY} commit --quiet --allow-empty --message slipped")
    with pytest.raises(Moved, match="moved meanwhile"):
        move_workspace(place, old=old, new=new)
    branch, head, status, files = looks(place)
    assert (branch, status, list(files)) == (f"refs/heads/{place.branch}", "", ["read.me"])
    assert git(place.folder, "log", "--format=%s", "-1", head) == "slipped"


def test_a_file_that_is_written_meanwhile_is_not_lost(
    shop: Path, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = ahead(shop, "read.me", "theirs")
    between(shop, monkeypatch, "echo mine > read.me")
    with pytest.raises(MuxerError, match=r"ada was left as it is: .*read\.me"):
        move_workspace(place, old=old, new=new)
    assert Path(place.folder, "read.me").read_text() == "mine\n"
    assert git(place.folder, "rev-parse", "HEAD") == old


def test_hooks_of_anybody_do_not_run(shop: Path, place: Workplace) -> None:
    old, new = ahead(shop)
    hook = shop / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {shop.parent}/ran\nexit 1\n")
    hook.chmod(stat.S_IRWXU)
    move_workspace(place, old=old, new=new)
    assert not (shop.parent / "ran").exists()


def test_git_killed_in_the_middle_loses_nothing(shop: Path, place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(shop.parent))
    commit(shop, "a", "first")
    move_workspace(place, old=tip(place.folder, "HEAD"), new=tip(str(shop), "HEAD"))
    own = commit(place.folder, "own", "own")
    Path(place.folder, "loose").write_text("loose")
    commit(shop, ".gitattributes", "b filter=deadly\n")
    for name in ("a", "b", "c"):
        new = commit(shop, name, "second")
    git(shop.parent, "config", "--global", "filter.deadly.smudge", "kill -KILL 0")
    with pytest.raises(MuxerError, match="was left as it is"):
        move_workspace(place, old=own, new=new)
    assert git(place.folder, "rev-parse", "HEAD") == own
    assert Path(place.folder, "loose").read_text() == "loose"
    assert Path(place.folder, "a").read_text() == "second"
    with pytest.raises(MuxerError, match="its index is locked"):
        move_workspace(place, old=own, new=new)
    Path(git(place.folder, "rev-parse", "--absolute-git-dir"), "index.lock").unlink()
    git(place.folder, "reset", "--hard", "--quiet")
    assert (Path(place.folder, "own").read_text(), Path(place.folder, "a").read_text()) == ("own", "first")


def test_a_repository_that_writes_no_logs_is_moved_too(shop: Path, place: Workplace) -> None:
    git(shop, "config", "core.logAllRefUpdates", "false")
    shutil.rmtree(shop / ".git" / "logs")
    old, new = ahead(shop)
    move_workspace(place, old=old, new=new)
    assert git(place.folder, "rev-parse", "HEAD") == new
