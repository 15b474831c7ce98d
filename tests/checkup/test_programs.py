import os
import time
from pathlib import Path

import pytest

from muxer.checkup import programs
from muxer.checkup.programs import agents, clipboard, git, version_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only one in PATH that is not the system's."""
    made = tmp_path / "bin"
    made.mkdir()
    monkeypatch.setenv("PATH", f"{made}")
    return made


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_agents_are_found_with_their_versions(folder: Path) -> None:
    assert [one.grade for one in agents()] == ["note"]
    program(folder, "claude", "echo '2.0.14 (Claude Code)'")
    program(folder, "codex", "echo codex-cli 0.46.0-beta.1")
    program(folder, "goose", "exit 3")
    (one,) = agents()
    assert (one.finding, one.grade) == ("claude 2.0.14, codex 0.46.0-beta.1, goose ?", "fine")


def test_they_are_asked_at_once_and_one_that_hangs_ends_with_all_it_started(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "PATIENCE", 0.5)
    told = folder / "pid"
    program(folder, "amp", f"/bin/sleep 1000 & echo $! > {told}; wait")
    program(folder, "crush", "/bin/sleep 1000")
    start = time.monotonic()
    (one,) = agents()
    assert time.monotonic() - start < 5
    assert one.finding == "amp ?, crush ?"
    deadline = time.monotonic() + 10
    while os.path.exists(stat := f"/proc/{told.read_text().strip()}/stat") and Path(stat).read_text().split()[2] != "Z":
        assert time.monotonic() < deadline, "the child lives on"


def test_an_agent_that_asks_its_terminal_has_none(folder: Path) -> None:
    program(folder, "qwen", "test -t 0 && echo 9.9; (: < /dev/tty) 2>/dev/null && echo 8.8; echo 1.2")
    assert version_of("qwen") == "1.2"


def test_without_git_something_is_wrong(folder: Path) -> None:
    (one,) = git()
    assert (one.grade, one.finding) == ("wrong", "not found")
    program(folder, "git", "echo git version 2.50.1")
    (one,) = git()
    assert (one.grade, one.finding) == ("fine", "2.50.1")


def test_programs_that_copy(folder: Path) -> None:
    assert "no program" in next(iter(clipboard())).finding
    program(folder, "wl-copy", "exit 1")
    assert "wl-copy" in next(iter(clipboard())).finding
