import json
from pathlib import Path

import pytest

from tests.conftest import Desk


@pytest.fixture
def installed(desk: Desk, tmp_path: Path) -> Desk:
    """Three CLIs, as far as anybody can see without running them."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("qwen", "claude", "aider"):
        (programs / name).write_text("#!/bin/sh\nexit 1\n")
        (programs / name).chmod(0o755)
    desk.env["PATH"] = f"{programs}:/usr/bin:/bin"
    return desk


def settings(desk: Desk) -> Path:
    return Path(desk.env["HOME"], ".qwen", "settings.json")


def test_nothing_is_written_without_a_yes(installed: Desk) -> None:
    shown = installed.run("setup", "qwen").stdout
    assert shown.startswith("--- /dev/null\n+++ ~/.qwen/settings.json\n")
    assert shown.endswith("qwen: nothing is written yet; --yes writes it\n")
    assert not settings(installed).exists()


def test_hooks_come_and_go(installed: Desk) -> None:
    settings(installed).parent.mkdir()
    settings(installed).write_text('{"a": 1}')
    assert installed.run("setup", "--yes").stdout == "qwen: ~/.qwen/settings.json is written\n"
    assert "Stop" in json.loads(settings(installed).read_text())["hooks"]
    assert installed.run("setup").stdout == "qwen: ~/.qwen/settings.json is as it should be\n"
    assert installed.run("setup", "qwen", "--remove", "--yes").returncode == 0
    assert settings(installed).read_text() == '{"a": 1}'


def test_a_person_at_a_terminal_is_asked(installed: Desk) -> None:
    for answer, written in (("n", False), ("y", True)):
        seat = installed.sit("setup", "qwen", cols=100)
        seat.wait_for("[y/N]")
        seat.send(f"{answer}\r")
        seat.wait_for("is written" if written else "nothing is written yet")
        assert settings(installed).exists() is written


@pytest.mark.parametrize("words", [("setup", "qwen"), ("setup", "qwen", "--yes"), ("setup", "qwen", "--remove")])
def test_a_file_that_is_not_understood_is_never_written(installed: Desk, words: tuple[str, ...]) -> None:
    settings(installed).parent.mkdir()
    settings(installed).write_text("{\n // mine\n}")
    done = installed.run(*words, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("muxer: ~/.qwen/settings.json is left as it is, for line 2 is not JSON")
    assert len(done.stderr.splitlines()) == 1
    assert settings(installed).read_text() == "{\n // mine\n}"


def test_who_needs_none_is_told_so(installed: Desk) -> None:
    done = installed.run("setup", "claude-code", check=False)
    assert (
        done.stderr
        == "muxer: claude-code needs no setup: it is told of its hooks when it starts (muxer setup --help)\n"
    )
    assert "did you mean" in installed.run("setup", "qwne", check=False).stderr
    (Path(installed.env["PATH"].split(":")[0]) / "qwen").unlink()
    assert installed.run("setup").stdout.startswith("nothing to do")
