import os
import random
import shutil
from pathlib import Path

import pygit2
import pytest

from muxer.errors import MuxerError
from muxer.work import Touched
from muxer.workspaces.changes import LARGEST, MOST, Changes, changes_in
from tests.workspaces.repositories import commit, git, repository, untouched

FILES = ("a", "b", "d/a", "d/b", "d/e/a", "x")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def changes(folder: Path, fork: str = "") -> Changes:
    return changes_in(pygit2.Repository(str(folder)), fork)


def test_changes_are_told_from_new_files_and_ignored_ones_are_neither(shop: Path) -> None:
    commit(shop, ".gitignore", "*.o\n")
    assert changes(shop) == Changes()
    (shop / "read.me").write_text("changed")
    (shop / "staged").write_text("x")
    git(shop, "add", "staged")
    (shop / "deep" / "er").mkdir(parents=True)
    (shop / "deep" / "er" / "new").write_text("x")
    (shop / "a.o").write_text("x")
    assert changes(shop) == Changes(("read.me", "staged"), ("deep/er/new",))


def test_all_that_is_other_than_in_a_commit_is_counted(shop: Path) -> None:
    fork = commit(shop, "kept", "1\n2\n3\n")
    commit(shop, "made", "1\n2\n")
    commit(shop, "undone", "1\n")
    (shop / "kept").write_text("1\nzwei\n3\n4\n")
    (shop / "new").write_text("1\n")
    (shop / "read.me").unlink()
    (shop / "undone").unlink()
    assert changes(shop, fork).touched == (
        Touched("kept", 2, 1), Touched("made", 2, 0), Touched("new", 1, 0), Touched("read.me", 0, 1),
    )  # fmt: skip


def test_what_has_no_lines_has_no_counts(shop: Path) -> None:
    fork = commit(shop, "piped", "x\n")
    (shop / "binary").write_bytes(b"\0\n\n")
    (shop / "big").write_bytes(b"x\n" * LARGEST)
    (shop / "read.me").chmod(0o755)
    (shop / "link").symlink_to("nowhere")
    os.mkfifo(shop / "pipe")
    (shop / "piped").unlink()
    os.mkfifo(shop / "piped")
    assert changes(shop, fork).touched == (
        Touched("big"), Touched("binary"), Touched("link", 1, 0), Touched("piped"), Touched("read.me"),
    )  # fmt: skip


def test_of_very_many_files_the_lines_are_not_counted(shop: Path) -> None:
    fork = git(shop, "rev-parse", "HEAD")
    for number in range(MOST + 5):
        (shop / f"{number:05}").write_text("x\n")
    touched = changes(shop, fork).touched
    assert len(touched) == MOST + 5
    assert {(one.added, index < MOST) for index, one in enumerate(touched)} == {(1, True), (0, False)}


def test_names_of_any_letters_and_bytes(shop: Path) -> None:
    fork = git(shop, "rev-parse", "HEAD")
    (shop / "zażółć 漢字.md").write_text("x\n")
    Path(os.fsdecode(os.fsencode(shop) + b"/d\xff")).write_text("x\n")
    assert changes(shop, fork) == Changes(
        (), ("d�", "zażółć 漢字.md"), (Touched("d�", 1, 0), Touched("zażółć 漢字.md", 1, 0))
    )


@pytest.mark.parametrize("seed", range(12))
def test_it_is_as_git_says_whatever_was_done(shop: Path, seed: int) -> None:
    dice = random.Random(seed)

    def act(times: int) -> None:
        for _ in range(times):
            file = shop / dice.choice(FILES)
            if dice.random() < 0.3 and file.is_file():
                file.unlink()
            elif not any(parent.is_file() for parent in file.parents):
                shutil.rmtree(file, ignore_errors=True)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("".join(f"{dice.randrange(6)}\n" for _ in range(dice.randrange(9))))
                file.chmod(dice.choice((0o644, 0o755)))

    act(5)
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--allow-empty", "--message", "one")
    fork = git(shop, "rev-parse", "HEAD")
    act(4)
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--allow-empty", "--message", "two")
    act(3)
    git(shop, "add", "--all")
    git(shop, "rm", "--quiet", "--cached", "-r", "--ignore-unmatch", dice.choice(FILES))
    act(3)
    found = changes(shop, fork)
    states = [
        line.split(" ", 1)
        for line in git(shop, "status", "--porcelain=v2", "--untracked-files=all", "--no-renames").splitlines()
    ]
    assert found.uncommitted == tuple(sorted({rest.split(" ")[-1] for kind, rest in states if kind != "?"}))
    assert found.untracked == tuple(sorted(rest for kind, rest in states if kind == "?"))
    git(shop, "add", "--all")
    wanted = [
        line.split("\t") for line in git(shop, "diff", "--cached", "--no-renames", "--numstat", fork).splitlines()
    ]
    assert found.touched == tuple(Touched(path, int(added), int(removed)) for added, removed, path in wanted)


@pytest.mark.parametrize("index", ["--no-split-index", "--split-index"])
def test_looking_writes_nothing_and_runs_nothing(shop: Path, index: str) -> None:
    """Libgit2 cannot read the second kind."""
    trap, sprung = shop.parent / "trap", shop.parent / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\n")
    trap.chmod(0o755)
    (shop / ".git" / "hooks").mkdir(exist_ok=True)
    shutil.copy(trap, shop / ".git" / "hooks" / "post-index-change")
    git(shop, "update-index", index)
    git(shop, "config", "core.fsmonitor", str(trap))
    os.utime(shop / "read.me", (1, 1))
    sprung.unlink(missing_ok=True)
    with untouched(shop):
        assert changes(shop) == Changes()
    assert not sprung.exists()
    git(shop, "status")
    assert sprung.exists()


def filtered(shop: Path) -> None:
    """Files that are kept otherwise than they lie there, like big ones that are only pointed to."""
    git(shop, "config", "filter.small.clean", "tr a-z A-Z")
    commit(shop, ".gitattributes", "*.bin filter=small\n")
    (shop / "a.bin").write_text("big\n")
    git(shop, "add", "a.bin")
    git(shop, "commit", "--quiet", "--message", "filtered")


def test_a_file_that_goes_through_a_filter_is_changed_only_if_git_says_so(shop: Path) -> None:
    filtered(shop)
    os.utime(shop / "a.bin", (1, 1))
    with untouched(shop):
        assert changes(shop) == Changes()
    (shop / "a.bin").write_text("new\n")
    (shop / "new").mkdir()
    (shop / "new" / "one").write_text("new\n")
    assert changes(shop) == Changes(("a.bin",), ("new/one",))


@pytest.mark.parametrize("more", [(), ("--sparse-index",)])
def test_what_is_left_out_of_a_sparse_checkout_is_not_deleted(shop: Path, more: tuple[str, ...]) -> None:
    for name in ("in", "out"):
        (shop / name).mkdir()
        commit(shop, f"{name}/file", "x\n")
    fork = git(shop, "rev-parse", "HEAD")
    git(shop, "sparse-checkout", "set", "--cone", *more, "in")
    assert not (shop / "out").exists()
    with untouched(shop):
        assert changes(shop, fork) == Changes()
    (shop / "in" / "file").unlink()
    assert changes(shop, fork) == Changes(uncommitted=("in/file",), touched=(Touched("in/file", 0, 1),))


def test_submodules_and_repositories_inside_are_one_entry(shop: Path) -> None:
    inner = repository(shop.parent / "inner")
    git(shop, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub mod")
    git(shop, "commit", "--quiet", "--message", "with a submodule")
    fork = git(shop, "rev-parse", "HEAD")
    assert changes(shop, fork) == Changes()
    commit(shop / "sub mod", "a", "a")
    repository(shop / "nested")
    assert changes(shop, fork) == Changes(("sub mod",), ("nested/",), (Touched("nested/"), Touched("sub mod")))


def test_a_conflict_is_not_committed_yet(shop: Path) -> None:
    git(shop, "checkout", "--quiet", "-b", "other")
    commit(shop, "read.me", "theirs\n")
    git(shop, "checkout", "--quiet", "main")
    fork = commit(shop, "read.me", "ours\n")
    with pytest.raises(Exception, match="merge"):
        git(shop, "merge", "other")
    found = changes(shop, fork)
    assert (found.uncommitted, [one.path for one in found.touched]) == (("read.me",), ["read.me"])


def test_a_bare_repository_has_no_files_that_lie_there(shop: Path) -> None:
    git(shop.parent, "clone", "--quiet", "--bare", str(shop), "bare.git")
    assert changes(shop.parent / "bare.git", git(shop, "rev-parse", "HEAD")) == Changes()


def test_an_index_that_nobody_can_read_is_said(shop: Path) -> None:
    (shop / ".git" / "index").write_bytes(b"DIRCnonsense")
    with pytest.raises(MuxerError, match="git status failed: "):
        changes(shop)
