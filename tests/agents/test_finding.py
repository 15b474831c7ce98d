import os
from pathlib import Path

from muxer.agents.finding import program_of
from muxer.agents.spec import Cli


def program(folder: Path, name: str, mode: int = 0o755) -> str:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text("#!/bin/sh\n")
    file.chmod(mode)
    return str(file)


def cli(*binary: str) -> Cli:
    return Cli(name="toy", title="Toy", short="toy", binary=binary)


def test_the_best_name_that_there_is(tmp_path: Path) -> None:
    second = program(tmp_path / "a", "toy-old")
    env = {"PATH": f"{tmp_path / 'a'}{os.pathsep}{tmp_path / 'b'}"}
    assert program_of(cli("toy", "toy-old"), env) == second
    first = program(tmp_path / "b", "toy")
    assert program_of(cli("toy", "toy-old"), env) == first


def test_what_cannot_be_run_is_not_there(tmp_path: Path) -> None:
    program(tmp_path / "a", "toy", 0o644)
    assert program_of(cli("toy"), {"PATH": str(tmp_path / "a")}) == ""
    assert program_of(cli("toy"), {"PATH": str(tmp_path / "nowhere")}) == ""


def test_a_person_s_shell_is_the_one_of_their_environment(tmp_path: Path) -> None:
    mine = program(tmp_path / "a", "mysh")
    assert program_of(cli(), {"SHELL": mine, "PATH": ""}) == mine
    assert program_of(cli(), {"SHELL": "mysh", "PATH": str(tmp_path / "a")}) == mine
    assert program_of(cli(), {}) == "/bin/sh"
