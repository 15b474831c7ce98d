"""Real repositories, really watched; a test that shows that nothing is told lets something else be told."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.workspaces.repository import Workplace
from muxer.workspaces.standing import standing_of
from muxer.workspaces.watch import FRESH
from tests.house import until
from tests.workspaces.repositories import commit, git, repository
from tests.workspaces.watching_work import Watching, clone_of, tree_of, watching


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    made = repository(tmp_path / "my shop ✓")
    (made / "src").mkdir()
    commit(made, "src/money.py", "1\n")
    commit(made, ".gitignore", "*.log\nnode_modules/\n")
    return made


@pytest.fixture
async def seen() -> AsyncIterator[Watching]:
    async with watching() as made:
        yield made


async def test_a_commit_stirs_its_own_workspace_only(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    await seen.add(ada, bob)
    commit(ada.folder, "mine", "1\n")
    await seen.until(ada, "refs")
    await seen.until(ada, "files")
    await until(lambda: str(shop) in seen.roots, "its repository")
    assert {folder for folder, _ in seen.stirs} == {ada.folder}


async def test_a_save_stirs_files_and_no_heads(seen: Watching, shop: Path) -> None:
    ada = tree_of(shop, "ada")
    await seen.add(ada)
    Path(ada.folder, "src/money.py").write_text("2\n")
    await seen.until(ada, "files")
    assert set(seen.stirs) == {(ada.folder, "files")}
    assert seen.roots == []


async def test_what_git_ignores_stirs_nothing(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    Path(ada.folder, "node_modules/deep").mkdir(parents=True)
    await seen.add(ada, bob)
    Path(ada.folder, "noise.log").write_text("1\n")
    Path(ada.folder, "node_modules/deep/x.js").write_text("1\n")
    Path(ada.folder, "src/node_modules").mkdir()
    Path(bob.folder, "read.me").write_text("1\n")
    await seen.until(bob, "files")
    assert {folder for folder, _ in seen.stirs} == {bob.folder}


async def test_what_is_tracked_stirs_though_git_would_ignore_it(seen: Watching, shop: Path) -> None:
    (shop / "kept.log").write_text("1\n")
    git(shop, "add", "--force", "kept.log")
    git(shop, "commit", "--quiet", "--message", "kept")
    ada = tree_of(shop, "ada")
    await seen.add(ada)
    Path(ada.folder, "kept.log").write_text("2\n")
    await seen.until(ada, "files")


async def test_folders_that_come_to_be_are_watched_too(seen: Watching, shop: Path) -> None:
    ada = tree_of(shop, "ada")
    await seen.add(ada)
    deep = Path(ada.folder, "lib/money/coins")
    deep.mkdir(parents=True)
    await seen.until(ada, "files")
    await seen.rest()
    deep.joinpath("coin.py").write_text("1\n")
    await seen.until(ada, "files")
    await seen.rest()
    deep.rename(deep.with_name("notes"))
    await seen.rest()
    deep.with_name("notes").joinpath("note.py").write_text("1\n")
    await seen.until(ada, "files")


async def test_a_folder_that_took_the_place_of_another_one_is_watched(seen: Watching, shop: Path) -> None:
    ada = tree_of(shop, "ada")
    await seen.add(ada)
    for turn in range(3):
        shutil.rmtree(Path(ada.folder, "src"))
        Path(ada.folder, "src").mkdir()
        await seen.rest()
        Path(ada.folder, "src/money.py").write_text(f"{turn}\n")
        await seen.until(ada, "files")
        await seen.rest()


@pytest.mark.parametrize(
    "words",
    [
        ("commit", "--quiet", "--amend", "--allow-empty", "--message", "better"),
        ("reset", "--quiet", "--hard", "HEAD^"),
        ("switch", "--quiet", "--create", "side/way"),
        ("switch", "--quiet", "--detach"),
        ("-c", "core.logAllRefUpdates=false", "commit", "--quiet", "--allow-empty", "--message", "no log"),
        ("update-ref", "HEAD", "HEAD^"),
        ("rebase", "--quiet", "--exec", "false", "HEAD^"),
        ("merge", "--quiet", "--no-commit", "--no-ff", "other"),
        ("cherry-pick", "other"),
    ],
    ids=lambda words: words[0],
)
async def test_whatever_moves_a_head_stirs_it(seen: Watching, shop: Path, words: tuple[str, ...]) -> None:
    ada = tree_of(shop, "ada")
    git(shop, "switch", "--quiet", "--create", "other")
    commit(shop, "other", "1\n")
    await seen.add(ada)
    try:
        git(ada.folder, *words)
    except Exception:  # noqa: BLE001 - a rebase that stops says so
        assert words[0] == "rebase"
    await seen.until(ada, "refs")


async def test_a_branch_that_is_moved_from_elsewhere_stirs_who_is_on_it(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    await seen.add(ada, bob)
    git(shop, "update-ref", f"refs/heads/{ada.branch}", "HEAD^")
    await seen.until(ada, "refs")
    assert {folder for folder, _ in seen.stirs} == {ada.folder}
    assert str(shop) in seen.roots


async def test_references_that_are_packed_stir_all_and_those_that_come_after_too(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    await seen.add(ada, bob)
    git(shop, "pack-refs", "--all", "--prune")
    await seen.until(ada, "refs")
    await seen.until(bob, "refs")
    await seen.rest()
    git(shop, "update-ref", f"refs/heads/{ada.branch}", "HEAD^")
    await seen.until(ada, "refs")


async def test_new_branches_of_others_do_not_stir_the_files_of_all(seen: Watching, shop: Path) -> None:
    ada = tree_of(shop, "ada")
    await seen.add(ada)
    git(shop, "branch", "muxer/ada-l/cyd/work")
    await until(lambda: str(shop) in seen.roots, "its repository")
    await seen.until(ada, "refs")
    assert (ada.folder, "files") not in seen.stirs
    await seen.rest()
    git(shop, "update-ref", "refs/heads/muxer/ada-l/cyd/work", "HEAD^")
    await until(lambda: str(shop) in seen.roots, "its repository")
    assert seen.stirs == []


async def test_what_muxer_keeps_stirs_nothing(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    await seen.add(ada, bob)
    git(ada.folder, "update-ref", "refs/muxer/kept/ada/123456789abc", "HEAD")
    Path(bob.folder, "read.me").write_text("1\n")
    await seen.until(bob, "files")
    assert {folder for folder, _ in seen.stirs} == {bob.folder}
    assert seen.roots == []


async def test_reading_wakes_nobody(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    Path(ada.folder, "src/money.py").write_text("2\n")
    await seen.add(ada, bob)
    for _ in range(3):
        assert standing_of(ada, "").uncommitted == ("src/money.py",)
    git(ada.folder, "--no-optional-locks", "status")
    Path(bob.folder, "read.me").write_text("1\n")
    await seen.until(bob, "files")
    assert {folder for folder, _ in seen.stirs} == {bob.folder}


async def test_a_clone_is_watched_with_the_repository_that_it_was_made_from(seen: Watching, shop: Path) -> None:
    ada = clone_of(shop, "ada")
    await seen.add(ada)
    commit(ada.folder, "mine", "1\n")
    await seen.until(ada, "refs")
    assert seen.roots == []
    await seen.rest()
    commit(shop, "theirs", "1\n")
    await until(lambda: seen.roots == [str(shop)] * len(seen.roots) != [], "the source")
    assert seen.stirs == []


async def test_a_folder_as_it_is_is_watched_from_within(seen: Watching, shop: Path) -> None:
    here = Workplace(kind="here", folder=str(shop / "src"))
    await seen.add(here)
    commit(shop, "mine", "1\n")
    await seen.until(here, "refs")
    await seen.until(here, "files")
    await until(lambda: str(shop) in seen.roots, "its repository")


async def test_a_folder_in_no_repository_is_waited_for(seen: Watching, tmp_path: Path) -> None:
    plain = Workplace(kind="here", folder=str(tmp_path / "plain"))
    Path(plain.folder).mkdir()
    seen.watch.watch(plain.folder, plain)
    await seen.until(plain, "gone")
    await seen.rest()
    git(plain.folder, "init", "--quiet")
    await seen.until(plain, "refs")
    await seen.rest()
    commit(plain.folder, "first", "1\n")
    await seen.until(plain, "refs")


async def test_one_that_goes_is_told_and_watched_again_when_it_comes_back(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    await seen.add(ada, bob)
    aside = shop.parent / "aside"
    os.rename(ada.folder, aside)
    await seen.until(ada, "gone")
    await seen.rest()
    commit(bob.folder, "mine", "1\n")
    await seen.until(bob, "refs")
    os.rename(aside, ada.folder)
    await seen.until(ada, "refs")
    await seen.rest()
    Path(ada.folder, "src/money.py").write_text("2\n")
    await seen.until(ada, "files")


async def test_one_whose_parents_go_is_watched_again_when_they_come_back(seen: Watching, shop: Path) -> None:
    ada = tree_of(shop, "ada")
    await seen.add(ada)
    trees = Path(ada.folder).parent
    shutil.copytree(trees, shop.parent / "copy")
    shutil.rmtree(trees)
    await seen.until(ada, "gone")
    await seen.rest()
    trees.mkdir()
    await seen.rest()
    shutil.move(shop.parent / "copy" / "ada", ada.folder)
    await seen.until(ada, "files")


@pytest.mark.parametrize("what", [".git", "its folder"])
async def test_without_its_git_folder_it_is_gone(seen: Watching, shop: Path, what: str) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    await seen.add(ada, bob)
    if what == ".git":
        Path(ada.folder, ".git").unlink()
    else:
        shutil.rmtree(shop / ".git/worktrees/ada")
    await seen.until(ada, "gone")
    commit(bob.folder, "mine", "1\n")
    await seen.until(bob, "refs")


async def test_git_clean_disturbs_nothing(seen: Watching, shop: Path) -> None:
    ada = clone_of(shop, "ada")
    Path(ada.folder, "new").mkdir()
    Path(ada.folder, "new/file").write_text("1\n")
    await seen.add(ada)
    git(ada.folder, "clean", "--quiet", "-fdx")
    await seen.until(ada, "files")
    await seen.rest()
    commit(ada.folder, "mine", "1\n")
    await seen.until(ada, "refs")


async def test_nothing_is_lost_while_others_join_and_leave(seen: Watching, shop: Path) -> None:
    ada = tree_of(shop, "ada")
    others = [tree_of(shop, f"other-{number}") for number in range(6)]
    await seen.add(ada)
    for turn in range(18):
        other = others[turn % 6]
        seen.stirs.clear()
        if turn // 6 == 1:
            seen.watch.unwatch(other.folder)
        else:
            seen.watch.watch(other.folder, other)
        for _ in range(turn % 5):
            await asyncio.sleep(0.008)
        Path(ada.folder, "src/money.py").write_text(f"{turn}\n")
        await seen.until(ada, "files")


async def test_it_ends_while_one_joins(shop: Path) -> None:
    ada = tree_of(shop, "ada")
    async with watching() as seen:
        await asyncio.sleep(0)
        seen.watch.watch(ada.folder, ada)
    assert seen.stirs == []


async def test_one_that_left_is_told_of_no_more(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    await seen.add(ada, bob)
    seen.watch.unwatch(ada.folder)
    commit(ada.folder, "mine", "1\n")
    commit(bob.folder, "mine", "1\n")
    await seen.until(bob, "refs")
    assert {folder for folder, _ in seen.stirs} == {bob.folder}


async def test_many_folders_are_watched_apart_from_gits(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    for number in range(FRESH + 1):
        Path(ada.folder, f"f{number}").mkdir()
    await seen.add(ada, bob)
    [steady] = seen.watch._steady
    assert len(steady.folders) > FRESH
    Path(ada.folder, "f7/new").write_text("1\n")
    await seen.until(ada, "files")
    await seen.rest()
    Path(bob.folder, "src/money.py").write_text("2\n")
    await seen.until(bob, "files")
    assert seen.watch.blind == frozenset()


async def test_a_name_that_is_no_text_is_overcome(seen: Watching, shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    await seen.add(ada, bob)
    strange = os.path.join(os.fsencode(ada.folder), b"caf\xe9")
    os.close(os.open(strange, os.O_CREAT))
    await seen.until(ada, "files")
    await seen.rest()
    commit(bob.folder, "mine", "1\n")
    await seen.until(bob, "refs")


def test_without_room_files_wait_to_be_looked_at_and_heads_do_not(shop: Path) -> None:
    limited = f"echo {FRESH // 2} > /proc/sys/user/max_inotify_watches && exec"
    program = f'{limited} {sys.executable} -m tests.workspaces.short_of_watches "$1"'
    apart = ("unshare", "-Ur", "sh", "-c")
    if subprocess.run([*apart, f"{limited} true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody have less")
    done = subprocess.run([*apart, program, "sh", str(shop)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said, blind = done.stdout.splitlines()
    assert said.startswith("files of workspaces are looked at only when an agent's turn ends")
    assert blind == str(shop.parent / "trees/ada")


def test_a_program_ends_though_nobody_stops_its_watch(tmp_path: Path) -> None:
    begin = "from muxer.workspaces.watch import _Eye; eye = _Eye([{!r}], 20, print, print); eye.start(); eye.stands()"
    argv = [sys.executable, "-c", begin.format(str(tmp_path))]
    done = subprocess.run(argv, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
