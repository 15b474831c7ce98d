import shutil
from pathlib import Path

import pytest

from muxer.model import Workspace
from muxer.workspaces.checking import Loss, loss_of
from muxer.workspaces.making import finished, make
from muxer.workspaces.repository import Ground, Workplace, ground_of
from tests.workspaces.repositories import commit, repository


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    found = ground_of(str(repository(tmp_path / "shop")))
    assert found
    return found


@pytest.fixture(params=["worktree", "clone"])
def place(request: pytest.FixtureRequest, ground: Ground, tmp_path: Path) -> Workplace:
    return made(request.param, ground, tmp_path)


def made(kind: Workspace, ground: Ground, tmp_path: Path) -> Workplace:
    place = make(kind, ground, name="ada", under=str(tmp_path / "trees"))
    finished(place)
    return place


def test_nothing_is_lost_with_an_untouched_workspace(place: Workplace) -> None:
    assert not loss_of(place)


def test_all_that_is_nowhere_else_is_named(place: Workplace) -> None:
    made = commit(place.folder, "a", "a")
    Path(place.folder, "read.me").write_text("changed")
    for name in ("b", "c", "d", "e\x1b[2J"):
        Path(place.folder, name).write_text("x")
    loss = loss_of(place)
    assert str(loss) == (
        "1 uncommitted file (read.me); 4 untracked files (b, c, d, and 1 more);"
        f" 1 commit on no other branch ({made[:9]} wrote a)"
    )


def test_what_names_could_do_to_a_screen_is_stripped(place: Workplace) -> None:
    Path(place.folder, "e\x1b[2J").write_text("x")
    assert str(loss_of(place)) == "1 untracked file (e[2J)"


def test_the_folder_itself_is_never_removed_so_nothing_is_lost(tmp_path: Path) -> None:
    assert loss_of(Workplace(kind="here", folder=str(tmp_path))) == Loss()


def test_a_worktree_that_somebody_removed_may_have_left_commits(ground: Ground, tmp_path: Path) -> None:
    place = made("worktree", ground, tmp_path)
    commit(place.folder, "a", "a")
    shutil.rmtree(place.folder)
    assert [line.split(" ", 1)[1] for line in loss_of(place).unpublished] == ["wrote a"]


def test_what_cannot_be_read_is_not_said_to_be_nothing(place: Workplace) -> None:
    file = Path(place.folder, ".git")
    shutil.rmtree(file) if file.is_dir() else file.unlink()
    loss = loss_of(place)
    assert loss
    assert str(loss).startswith("git cannot read")
