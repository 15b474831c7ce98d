import os
from pathlib import Path

import pytest

from muxer.config import PROJECT, Project
from muxer.errors import MuxerError, UsageError
from muxer.settings.project_settings import choose, forget, own_file, project_keys, projects_file, read_project


def says(folder: Path, text: str) -> str:
    (folder / ".muxer").mkdir(exist_ok=True)
    (folder / ".muxer" / "config.toml").write_text(text)
    return str(folder)


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    settings = read_project(str(tmp_path))
    assert settings.project == Project()
    assert settings.troubles == ()
    assert settings.origin((PROJECT, "cli")) == "default"
    assert not settings.runs_own
    assert project_keys() == (
        "cli", "workspace", "check", "check_timeout", "base", "remote", "operator", "copies", "links", "setup",
        "ports", "roles", "spawns", "spawns_deep", "spawn_clis",
    )  # fmt: skip


def test_its_own_file_sets_what_its_person_did_not_choose(tmp_path: Path) -> None:
    folder = says(tmp_path, '[project]\nworkspace = "clone"\ncheck = ["make", "test"]\nroles = ["a"]\nbase = "dev"\n')
    choose(folder, "base", ["trunk"])
    choose(folder, "roles", ["reviewer", "tester"])
    choose(str(tmp_path / "other"), "base", ["other"])
    settings = read_project(folder)
    assert settings.project == Project(
        workspace="clone", check=("make", "test"), base="trunk", roles=("reviewer", "tester")
    )
    assert settings.origin((PROJECT, "workspace")) == f"{folder}/.muxer/config.toml:2"
    assert settings.origin((PROJECT, "base")) == "chosen"
    assert settings.runs_own
    assert Path(own_file(folder)).read_text() == settings.own.text


@pytest.mark.parametrize("key", ["remote", "operator"])
def test_whoever_wrote_the_project_does_not_choose_who_sees_its_agents_work(tmp_path: Path, key: str) -> None:
    folder = says(tmp_path, f'[project]\n{key} = "evil"\nbase = "dev"\n')
    settings = read_project(folder)
    assert settings.project == Project(base="dev")
    (trouble,) = settings.troubles
    assert trouble.endswith(
        f".muxer/config.toml:2: a project may not set project.{key}: say muxer project set NAME {key} VALUE"
    )
    choose(folder, key, ["mine"])
    assert getattr(read_project(folder).project, key) == "mine"
    assert read_project(folder).origin((PROJECT, key)) == "chosen"
    choose(folder, key, [""])
    assert getattr(read_project(folder).project, key) == ""
    assert read_project(folder).origin((PROJECT, key)) == "chosen"


def test_a_choice_is_taken_back(tmp_path: Path) -> None:
    folder = says(tmp_path, '[project]\ncheck = "make"\n')
    choose(folder, "check", ["pytest", "-q"])
    assert read_project(folder).project.check == "pytest -q"
    assert not read_project(folder).runs_own
    choose(folder, "check", [])
    assert folder not in Path(projects_file()).read_text()
    assert read_project(folder).project.check == "make"
    choose(folder, "base", ["dev"])
    forget(folder)
    assert read_project(folder).project.base == ""
    forget(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rolez = ['a']", "unknown key rolez: did you mean roles?"),
        ("roles = 'a'", 'project.roles must be a list of texts, not "a"'),
        ("roles = [1]", "project.roles must be a list of texts, not one of other things"),
        ("check = 3", "project.check must be text in quotes or a list of texts, not 3"),
        ("check = ['a', 1]", "project.check must be text in quotes or a list of texts, not one of other things"),
        (
            "workspace = 'tree'",
            'project.workspace must be worktree or clone or here, not "tree": did you mean wor',
        ),
        ("cli = true", "project.cli must be text in quotes, not true"),
    ],
)
def test_a_wrong_line_costs_that_line(tmp_path: Path, text: str, words: str) -> None:
    folder = says(tmp_path, f'[project]\n{text}\nbase = "dev"\n')
    settings = read_project(folder)
    (trouble,) = settings.troubles
    assert trouble.startswith(f"{folder}/.muxer/config.toml:2: {words}")
    assert settings.project == Project(base="dev")


def test_a_link_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text('[project]\ncheck = "rm -rf ~"\n')
    (tmp_path / ".muxer").mkdir()
    (tmp_path / ".muxer" / "config.toml").symlink_to(tmp_path / "elsewhere.toml")
    settings = read_project(str(tmp_path))
    assert settings.project == Project()
    assert settings.troubles == (
        f"{tmp_path}/.muxer/config.toml: a link was left alone: put the file itself there",
    )  # fmt: skip
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / ".muxer").symlink_to(tmp_path)
    assert read_project(str(tmp_path / "inner")).project == Project()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_somebody_else_s_file_is_left_alone(tmp_path: Path) -> None:
    folder = says(tmp_path, '[project]\ncheck = "make"\n')
    os.chown(own_file(folder), 12345, -1)
    settings = read_project(folder)
    assert settings.own.broken
    assert "belongs to uid 12345, not to you" in settings.troubles[0]
    assert not settings.runs_own


def test_what_cannot_be_chosen_changes_nothing(tmp_path: Path) -> None:
    folder = str(tmp_path)
    choose(folder, "base", ["dev"])
    before = Path(projects_file()).read_text()
    with pytest.raises(UsageError, match="unknown key bas: did you mean base"):
        choose(folder, "bas", ["x"])
    with pytest.raises(UsageError, match=r"project\.workspace must be worktree or clone or here"):
        choose(folder, "workspace", ["tent"])
    assert Path(projects_file()).read_text() == before
    Path(projects_file()).write_text("[x\n")
    with pytest.raises(UsageError, match=r"projects\.toml:1: "):
        choose(folder, "base", ["y"])
    assert "projects.toml:1: " in read_project(folder).troubles[0]
    assert Path(projects_file()).read_text() == "[x\n"


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    Path(projects_file()).parent.parent.mkdir(exist_ok=True)
    Path(projects_file()).parent.touch()
    with pytest.raises(MuxerError, match=r"(?i)projects\.toml.*not a directory"):
        choose(str(tmp_path), "base", ["x"])
