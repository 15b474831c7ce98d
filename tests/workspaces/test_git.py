import asyncio
import os
import stat
from pathlib import Path

import pytest

from muxer.workspaces.git import Refused, git, printable, speak
from tests.house import until
from tests.workspaces.repositories import git as run
from tests.workspaces.repositories import repository


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Something else is git now."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return program


def lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


SLOW = 'sleep 300 & echo "$$ $!" > {pids}; wait'


def test_it_is_given_what_it_reads_and_answers_what_it_says(shop: Path) -> None:
    sha = git(str(shop), "hash-object", "-w", "--stdin", stdin=b"x\n").strip()
    assert git(str(shop), "cat-file", "-p", sha) == "x\n"
    assert git(str(shop), "var", "GIT_AUTHOR_IDENT", env={"GIT_AUTHOR_NAME": "Eve"}).startswith("Eve ")


def test_paths_that_are_no_text_come_back_as_they_are(shop: Path) -> None:
    (shop / os.fsdecode(b"caf\xe9")).touch()
    assert git(str(shop), "ls-files", "--others", "-z") == os.fsdecode(b"caf\xe9\0")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("hint: x\nfatal: it \x1b[31mbroke\nmore", "git x failed: fatal: it [31mbroke"),
        (
            "To there\n ! [rejected] a -> b (stale info)\nerror: failed",
            "git x failed: ! [rejected] a -> b (stale info)",
        ),
        (
            "error: would be overwritten:\n\ta\n\tb\n\tc\n\td\nstop",
            "git x failed: error: would be overwritten: a, b, c",
        ),
        ("only this", "git x failed: only this"),
        ("", "git x failed: it does not say why"),
    ],
)
def test_what_is_wrong_is_one_line(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, line: str
) -> None:
    (tmp_path / "said").write_text(said)
    stub(tmp_path, monkeypatch, f"cat {tmp_path}/said >&2; exit 1")
    with pytest.raises(Refused) as raised:
        git(str(shop), "x")
    assert (str(raised.value), raised.value.said) == (line, said)


def test_what_takes_too_long_ends_with_its_helpers(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pids = tmp_path / "pids"
    stub(tmp_path, monkeypatch, SLOW.format(pids=pids))
    with pytest.raises(Refused, match=r"^git fetch took longer than 0.5 s in .*shop: try it there$"):
        git(str(shop), "fetch", patience=0.5)
    assert not any(map(lives, map(int, pids.read_text().split())))


async def test_a_remote_that_never_answers_is_left_with_all_that_was_begun(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = tmp_path / "pids"
    stub(tmp_path, monkeypatch, f'[ "$3" = config ] && exit 1; {SLOW.format(pids=pids)}')
    with pytest.raises(Refused, match=r"git fetch took longer than 0\.5 s"):
        await speak(str(shop), "fetch", patience=0.5)
    assert not any(map(lives, map(int, pids.read_text().split())))


async def test_who_is_cancelled_leaves_nothing_running(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids = tmp_path / "pids"
    stub(tmp_path, monkeypatch, f'[ "$3" = config ] && exit 1; {SLOW.format(pids=pids)}')
    asked = asyncio.ensure_future(speak(str(shop), "fetch"))
    await until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert not any(map(lives, map(int, pids.read_text().split())))


async def test_one_that_does_not_heed_is_killed(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pids = tmp_path / "pids"
    monkeypatch.setattr("muxer.workspaces.git.GRACE", 0.2)
    stub(tmp_path, monkeypatch, f'[ "$3" = config ] && exit 1; trap "" TERM; {SLOW.format(pids=pids)}')
    with pytest.raises(Refused, match="took longer"):
        await speak(str(shop), "fetch", patience=0.5)
    assert not any(map(lives, map(int, pids.read_text().split())))


ASKED = 'if [ "$3" = config ]; then exit {status}; fi; env > {seen}'


async def test_it_never_asks_on_a_terminal(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tmp_path / "seen"
    for name in ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_HTTP_LOW_SPEED_TIME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_ASKPASS", "/usr/bin/mine")
    stub(tmp_path, monkeypatch, ASKED.format(status=1, seen=seen))
    await speak(str(shop), "fetch")
    env = dict(line.split("=", 1) for line in seen.read_text().splitlines() if "=" in line)
    assert (env["GIT_TERMINAL_PROMPT"], env["GIT_ASKPASS"]) == ("0", "/usr/bin/mine")
    assert env["GIT_SSH_COMMAND"] == "ssh -o BatchMode=yes -o ConnectTimeout=10"
    assert int(env["GIT_HTTP_LOW_SPEED_TIME"]) > 0
    assert "SSH_ASKPASS" not in env


@pytest.mark.parametrize("where", ["environment", "settings"])
async def test_how_a_person_reaches_ssh_is_theirs(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    seen = tmp_path / "seen"
    monkeypatch.delenv("GIT_SSH", raising=False)
    monkeypatch.delenv("GIT_SSH_COMMAND", raising=False)
    if where == "environment":
        monkeypatch.setenv("GIT_SSH_COMMAND", "my-ssh")
    stub(tmp_path, monkeypatch, ASKED.format(status=0 if where == "settings" else 1, seen=seen))
    await speak(str(shop), "fetch")
    assert "BatchMode" not in seen.read_text()


async def test_a_remote_is_really_spoken_to(shop: Path, tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    run(shop, "remote", "add", "other", str(other))
    await speak(str(shop), "fetch", "--quiet", "other")
    assert run(shop, "rev-parse", "other/main") == run(other, "rev-parse", "main")
    with pytest.raises(Refused, match=r"^git fetch failed: fatal: .*nowhere"):
        await speak(str(shop), "fetch", str(tmp_path / "nowhere"))


async def test_speaking_holds_nobody_up(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("fetch", "push")
    for word in words:
        os.mkfifo(tmp_path / word)
    stub(tmp_path, monkeypatch, f'[ "$3" = config ] && exit 1; read word < {tmp_path}/$3; echo "$word"')
    both = [asyncio.ensure_future(speak(str(shop), word)) for word in words]
    for word in reversed(words):
        await asyncio.to_thread((tmp_path / word).write_text, "went\n")
    assert await asyncio.gather(*both) == ["went\n", "went\n"]


def test_what_is_printable_stays() -> None:
    assert printable("a\x1b]0;b\x07\u202ec") == "a]0;bc"


async def test_without_git_it_says_so(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(shop))
    with pytest.raises(Refused, match="git is not installed: install it"):
        await speak(str(shop), "fetch")
