import subprocess
from pathlib import Path

import pytest

from muxer.ui.layout import Region
from muxer.ui.screens.promote import Promote, branch_of
from tests.ui.stage import Stage, text


def git(*words: str, cwd: Path) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    return subprocess.run(["git", *who, *words], cwd=cwd, check=True, capture_output=True, text=True).stdout.strip()


def test_the_branch_is_read_off_the_repository(tmp_path: Path) -> None:
    home = tmp_path / "repo"
    home.mkdir()
    assert branch_of(str(home)) == ""
    git("init", "-b", "trunk", cwd=home)
    assert branch_of(str(home)) == "trunk"
    git("commit", "--allow-empty", "-m", "first", cwd=home)
    git("switch", "-c", "muxer/kim/work", cwd=home)
    assert branch_of(str(home)) == "muxer/kim/work"
    git("worktree", "add", "-b", "beside", str(tmp_path / "tree"), cwd=home)
    assert branch_of(str(tmp_path / "tree")) == "beside"
    git("switch", "--detach", cwd=home)
    assert branch_of(str(home)) == f"{git('rev-parse', 'HEAD', cwd=home)[:7]}, no branch"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"gitdir: /nowhere/at/all"])
def test_a_broken_repository_has_no_branch(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".git").write_bytes(content)
    assert branch_of(str(tmp_path)) == ""


@pytest.mark.parametrize("key", ["escape", "enter", "n", "q", "ctrl+c"])
async def test_it_says_plainly_that_it_cannot_and_closes(key: str) -> None:
    async with Stage().run_test() as pilot:
        dialog = Promote("ada", "/home/kim/api", "trunk", pane=None)
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        for words in (
            "PROMOTE  ada",
            "folder  /home/kim/api",
            "branch  trunk",
            "comes with a later version",
            "esc close",
        ):
            assert words in text(dialog)
        await pilot.press(key)
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1


async def test_it_lies_beside_the_pane() -> None:
    async with Stage().run_test(size=(200, 50)) as pilot:
        dialog = Promote("ada", "/tmp", "", pane=Region(101, 0, 99, 49))
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        row = next(row for row in text(dialog).splitlines() if "no git repository" in row)
        assert len(row) <= 101
