import contextlib
from pathlib import Path

import psutil
import pytest

from muxer.ui.screens.found import version_of, versions
from tests.ui.glass import until


@pytest.fixture(autouse=True)
def _path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


async def test_programs_say_their_versions(tmp_path: Path) -> None:
    program(tmp_path, "claude", "echo '2.1.44 (Claude Code)'")
    program(tmp_path, "codex", "echo codex-cli 0.169.0")
    program(tmp_path, "gemini", "echo none")
    found = {name: version async for name, version in versions(["claude", "codex", "gemini"])}
    assert found == {"claude": "2.1", "codex": "0.169"}


async def test_one_that_does_not_tell_is_ended_with_all_it_started(tmp_path: Path) -> None:
    program(tmp_path, "claude", f"sleep 1000 & echo $! > {tmp_path}/pid; wait")
    assert await version_of("claude", patience=1.0) == ""
    child = int((tmp_path / "pid").read_text())

    def ended() -> bool:
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(child).status() == psutil.STATUS_ZOMBIE
        return True

    await until(ended, "its end")


async def test_one_that_cannot_be_started_has_none(tmp_path: Path) -> None:
    (tmp_path / "claude").write_text("no program")
    (tmp_path / "claude").chmod(0o755)
    assert await version_of("no-such-program") == ""
    assert await version_of("claude") == ""


async def test_one_that_floods_is_heard_for_a_moment_only(tmp_path: Path) -> None:
    program(tmp_path, "claude", "exec yes 3.4")
    assert await version_of("claude", patience=5.0) in ("3.4", "")
