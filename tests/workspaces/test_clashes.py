import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from muxer.workspaces.clashes import Work, conflicts_of
from muxer.workspaces.repository import Workplace
from muxer.workspaces.standing import standing_of
from tests.workspaces.repositories import commit, git, repository
from tests.workspaces.watching_work import clone_of, tree_of

LINES = "".join(f"line {number}\n" for number in range(30))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    made = repository(tmp_path / "shop")
    (made / "src").mkdir()
    commit(made, "src/money.py", LINES)
    return made


@contextmanager
def nothing_new(folder: Path) -> Iterator[None]:
    """Not in git's objects nor in any file; but libgit2 marks one as used when an equal one is made elsewhere."""

    def lying() -> set[tuple[str, int]]:
        files = [folder, *folder.rglob("*")]
        return {(str(file), 0 if "objects" in file.parts else file.lstat().st_mtime_ns) for file in files}

    before = lying()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert sorted(lying() ^ before) == []


def work(place: Workplace, trunk: Path) -> Work:
    standing = standing_of(place, git(trunk, "rev-parse", "main"))
    paths = tuple(file.path for file in standing.touched)
    return Work(
        place=place, head=standing.head, paths=paths, loose=frozenset((*standing.uncommitted, *standing.untracked))
    )


def conflicts(shop: Path, ada: Workplace, bob: Workplace) -> tuple[str, ...] | None:
    found = conflicts_of({"p1": work(ada, shop), "p2": work(bob, shop)}, [("p1", "p2")])
    return found.get(("p1", "p2"))


def edit(place: Workplace, line: int, text: str, name: str = "src/money.py") -> None:
    file = Path(place.folder, name)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines[:line], f"{text}\n", *lines[line + 1 :]]))


@pytest.mark.parametrize("make", [tree_of, clone_of], ids=["worktree", "clone"])
@pytest.mark.parametrize("committed", [False, True], ids=["edited", "committed"])
def test_the_same_line_conflicts_and_another_one_does_not(shop: Path, make: type, *, committed: bool) -> None:
    ada: Workplace = make(shop, "ada")
    bob = tree_of(shop, "bob")
    edit(ada, 3, "ada's")
    edit(bob, 25, "bob's")
    if committed:
        git(ada.folder, "commit", "--quiet", "--all", "--message", "mine")
    with nothing_new(shop.parent):
        assert conflicts(shop, ada, bob) == ()
    edit(bob, 3, "bob's")
    with nothing_new(shop.parent):
        assert conflicts(shop, ada, bob) == ("src/money.py",)
    edit(bob, 3, "ada's")
    assert conflicts(shop, ada, bob) == ()


def test_new_files_conflict_unless_they_are_equal(shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    for place in (ada, bob):
        Path(place.folder, "new ✓.py").write_text("1\n")
    assert conflicts(shop, ada, bob) == ()
    Path(bob.folder, "new ✓.py").write_text("2\n")
    assert conflicts(shop, ada, bob) == ("new ✓.py",)


def test_what_one_removed_and_the_other_changed_conflicts(shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    Path(ada.folder, "src/money.py").unlink()
    edit(bob, 3, "bob's")
    assert conflicts(shop, ada, bob) == ("src/money.py",)


def test_what_was_moved_is_followed(shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    git(ada.folder, "mv", "src/money.py", "src/coins.py")
    edit(bob, 3, "bob's")
    assert conflicts(shop, ada, bob) == ()
    edit(ada, 3, "ada's", "src/coins.py")
    assert conflicts(shop, ada, bob) != ()


def test_what_trunk_changed_between_them_is_no_clash(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    edit(ada, 3, "ada's")
    Path(ada.folder, "read.me").write_text("ada's\n")
    git(ada.folder, "commit", "--quiet", "--all", "--message", "mine")
    commit(shop, "read.me", "trunk's\n")
    bob = tree_of(shop, "bob")
    edit(bob, 25, "bob's")
    assert conflicts(shop, ada, bob) == ()


def test_ends_of_lines_that_git_keeps_otherwise_are_no_difference(shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    Path(ada.folder, "src/money.py").write_bytes(LINES.replace("line 3\n", "ada's\n").replace("\n", "\r\n").encode())
    edit(bob, 25, "bob's")
    assert conflicts(shop, ada, bob) == ()


def test_files_that_are_no_text_or_very_big(shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    for place, byte in ((ada, b"\1"), (bob, b"\2")):
        Path(place.folder, "picture").write_bytes(b"\0" * 100 + byte)
        Path(place.folder, "film").write_bytes(byte * (2 << 20))
        os.symlink(f"to {byte!r}", Path(place.folder, "link"))
    assert conflicts(shop, ada, bob) == ("film", "link", "picture")


def test_a_pair_that_cannot_be_read_spoils_no_other(shop: Path) -> None:
    ada, bob, cyd = tree_of(shop, "ada"), tree_of(shop, "bob"), tree_of(shop, "cyd")
    for place in (ada, bob, cyd):
        edit(place, 3, place.folder)
    works = {name: work(place, shop) for name, place in (("p1", ada), ("p2", bob), ("p3", cyd))}
    shutil.rmtree(cyd.folder)
    found = conflicts_of(works, [("p1", "p3"), ("p1", "p2"), ("p2", "p3")])
    assert found == {("p1", "p2"): ("src/money.py",)}


def test_a_repository_within_and_one_without_a_common_past(shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    for place in (ada, bob):
        inner = repository(Path(place.folder, "inner"))
        commit(inner, "x", place.folder)
        git(place.folder, "-c", "advice.addEmbeddedRepo=false", "add", "inner")
        git(place.folder, "commit", "--quiet", "--message", "inner")
    assert conflicts(shop, ada, bob) is not None
    git(bob.folder, "checkout", "--quiet", "--orphan", "fresh")
    git(bob.folder, "commit", "--quiet", "--message", "fresh")
    edit(bob, 3, "bob's")
    edit(ada, 3, "ada's")
    assert conflicts(shop, ada, bob) == ("src/money.py",)
