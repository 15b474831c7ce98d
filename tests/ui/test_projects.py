import os
import subprocess
from pathlib import Path

import pytest

from muxer.ui.projects import DEEPEST, project_name, project_of


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    project_of.cache_clear()


def test_a_folder_belongs_to_the_repository_around_it(tmp_path: Path) -> None:
    inner = tmp_path / "acme" / "src" / "routes"
    inner.mkdir(parents=True)
    (tmp_path / "acme" / ".git").mkdir()
    assert project_of(str(inner)) == str(tmp_path / "acme")
    assert project_of(str(tmp_path / "acme")) == str(tmp_path / "acme")


def test_a_worktree_has_a_file_there(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    (tmp_path / "src").mkdir()
    assert project_of(str(tmp_path / "src")) == str(tmp_path)


def test_a_worktree_belongs_to_its_repository(tmp_path: Path) -> None:
    repository, worktree = tmp_path / "acme", tmp_path / "state" / "ada"
    repository.mkdir()
    for command in (
        ["init", "-q"],
        ["commit", "-q", "--allow-empty", "-m", "one"],
        ["worktree", "add", "-q", worktree],
    ):
        subprocess.run(
            ["git", "-c", "user.name=kim", "-c", "user.email=kim@acme.dev", *command], cwd=repository, check=True
        )
    (worktree / "src").mkdir()
    assert project_of(str(worktree / "src")) == str(repository)


@pytest.mark.parametrize(
    "said", [b"\xff", b"gitdir: /acme/.git/worktrees/", b"gitdir: ../acme/.git/worktrees/ada", b""]
)
def test_a_file_that_names_no_repository_is_one_of_its_own(tmp_path: Path, said: bytes) -> None:
    (tmp_path / ".git").write_bytes(said)
    assert project_of(str(tmp_path)) == str(tmp_path)


def test_elsewhere_it_is_the_folder_itself_even_if_that_is_gone(tmp_path: Path) -> None:
    assert project_of(str(tmp_path / "gone")) == str(tmp_path / "gone")
    assert project_of("") == ""
    deep = "/x" * (DEEPEST * 3)
    assert project_of(deep) == deep


def test_it_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/kim")
    assert project_name("/home/kim/acme") == "acme"
    assert project_name("/home/kim") == "~"
    assert project_name("/") == "/"
    assert os.path.basename(project_name("/srv/x/")) == "x"
