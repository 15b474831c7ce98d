"""Completion, asked as the screen asks and as real shells do."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from muxer.commands.completion import SCRIPTS, complete_line, cut, written
from muxer.commands.table import load_verbs, run, verb_named
from muxer.errors import UsageError
from tests.conftest import HOST, Desk
from tests.fleet.toys import spawned
from tests.house import House, house_in
from tests.seat import muxer_home

load_verbs()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with house_in() as made:
        for name in ("ada", "my pane", "it's"):
            await made.services.open_pane(["cat"], cwd=str(tmp_path), name=name)
        yield made


@pytest.mark.parametrize(
    ("line", "words", "last", "head"),
    [
        ("", [], "", ""),
        ("ki", [], "ki", ""),
        ("kill ", ["kill"], "", "kill "),
        ("kill  a", ["kill"], "a", "kill  "),
        ('kill "my pa', ["kill"], "my pa", "kill "),
        ("kill 'it", ["kill"], "it", "kill "),
        ("kill my\\ pa", ["kill"], "my pa", "kill "),
        ("kill my\\", ["kill"], "my", "kill "),
        ('send "my pane" it\\\'', ["send", "my pane"], "it'", 'send "my pane" '),
        ("x 'a\\' b", ["x", "a\\"], "b", "x 'a\\' "),
        ('say "a\\" b', ["say"], 'a" b', "say "),
    ],
)
def test_a_line_is_cut_where_one_types(line: str, words: list[str], last: str, head: str) -> None:
    assert cut(line) == (words, last, head)


@pytest.mark.parametrize("word", ["ada", "my pane", "it's", 'a"b', "a\\b", "", "~/src/"])
def test_a_written_word_is_read_as_the_same_one(word: str) -> None:
    assert cut(f"kill {written(word)} ")[0] == ["kill", word]


GOES_ON = {
    "ki": ["kill"],
    "kill ": ["ada", "my pane", "it's"],
    "kill 'my": ["my pane"],
    "send ada --e": ["--enter"],
    "send --enter a": ["ada"],
    "layout o": ["open"],
    "new --split ": ["right", "down", "none", "float"],
    "new --tab ": ["1"],
    "new --spl": ["--split"],
    "new --split right --spl": [],
    "new --split=right --no": ["--no-attach"],
    "new -- l": [],
    "ls --j": ["--json"],
    "rename ada ": [],
    "keys --keymap v": ["vim"],
    "nosuch ": [],
    "restart ada m": ["my pane"],
}


async def test_what_a_line_could_go_on_with(house: House) -> None:
    assert {line: found(house, line) for line in GOES_ON} == GOES_ON


def found(house: House, line: str) -> list[str]:
    return [candidate.word for candidate in complete_line(line, house.services)[1]]


async def test_who_is_gone_is_named_where_that_helps(house: House, tmp_path: Path) -> None:
    for name in ("eve", "eva"):
        await spawned(house, tmp_path, command=("cat",), name=name)
    await house.services.close_pane(house.panes.find("eve"))

    def named() -> dict[str, list[str]]:
        return {deed: found(house, f"agent {deed} ev") for deed in ("restore", "cleanup --discard", "kill")}

    assert named() == {"restore": ["eve"], "cleanup --discard": ["eve"], "kill": ["eva"]}
    assert found(house, "send ev") == ["eva"]
    house.leave()
    await house.open()
    await house.services.recover()
    assert named() == {"restore": ["eve"], "cleanup --discard": ["eve"], "kill": ["eva"]}
    await run(verb_named("agent"), house.services, {"action": "restore", "agent": ["eve"]})
    assert named() == {"restore": [], "cleanup --discard": [], "kill": ["eva", "eve"]}
    await house.services.close_pane(house.panes.find("eva"))
    await run(verb_named("agent"), house.services, {"action": "cleanup", "agent": ["eva"]})
    assert found(house, "agent restore ev") == []


async def test_candidates_say_what_they_are(house: House) -> None:
    assert complete_line("kill a", house.services)[1] == [("ada", "tab 1")]
    assert complete_line("ki", house.services)[1] == [("kill", verb_named("kill").summary)]
    ((word, words),) = complete_line("send ada --en", house.services)[1]
    assert (word, words) == ("--enter", "press Enter after it, where no agent is")


async def test_folders_are_completed_from_where_one_is(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src" / "api x").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "setup.py").touch()
    monkeypatch.setenv("HOME", str(tmp_path))

    def folders(typed: str) -> list[str]:
        _, found = complete_line(f"new --cwd {typed}", house.services, cwd=str(tmp_path))
        return [candidate.word for candidate in found]

    assert folders("") == ["src/"]
    assert folders("s") == ["src/"]
    assert folders(".") == [".git/"]
    assert folders("src/a") == ["src/api x/"]
    assert folders("~/s") == ["~/src/"]
    assert folders(f"{tmp_path}/") == [f"{tmp_path}/src/"]
    assert folders("none/") == []


async def test_a_shell_is_answered_in_lines(house: House) -> None:
    async def asked(line: str) -> object:
        return await run(verb_named("complete"), house.services, {"line": line})

    assert await asked("muxer -L x kill a") == "ada\ttab 1"
    assert await asked("/usr/bin/muxer -Lx ki") == f"kill\t{verb_named('kill').summary}"
    assert await asked("muxer nosuch ") == ""


async def test_an_unknown_shell_is_refused() -> None:
    assert await run(verb_named("completion"), None, {"shell": "bash"}) == SCRIPTS["bash"]
    with pytest.raises(UsageError, match="'ksh' is not one of bash, zsh, fish"):
        await run(verb_named("completion"), None, {"shell": "ksh"})


# ---- real shells


@pytest.fixture(scope="module")
def shelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """muxer in PATH, with a host that has panes to be named. No test changes any of it."""
    folder = tmp_path_factory.mktemp("shelled")
    program = folder / "bin" / "muxer"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m muxer "$@"\n')
    program.chmod(0o755)
    (folder / "src").mkdir()
    with muxer_home(folder) as env:
        desk = Desk(env | {"PATH": f"{program.parent}:{os.environ['PATH']}", "MUXER_HOST": HOST}, folder)
        for name in ("ada", "my pane", "src", "a:b"):
            desk.new("cat", name=name)
        yield desk


ASK = r"""
source <(muxer completion bash) || exit 1
read -ra COMP_WORDS <<< "$1"; [[ $1 == *" " ]] && COMP_WORDS+=("")
COMP_LINE=$1 COMP_POINT=${#1} COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_muxer muxer "${COMP_WORDS[COMP_CWORD]}" 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("muxer ki", ["kill"]),
        ("muxer kill ", ["ada", r"my\ pane", "src", "a:b"]),
        ("muxer kill s", ["src"]),
        ("muxer new --cwd s", ["src/"]),
        ("muxer new --split ri", ["right"]),
        ("muxer -L de", ["desk"]),
        ("muxer -L desk kill ad", ["ada"]),
        ("muxer -L nobody kill ", [""]),
        ("muxer nosuch ", [""]),
    ],
)
def test_bash_is_told(shelled: Desk, line: str, reply: list[str]) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK, "bash", line], env=shelled.env, cwd=shelled.folder, capture_output=True,
        text=True, check=True, timeout=40,
    )  # fmt: skip
    assert done.stdout.rstrip("\n").split("\n") == reply


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("muxer capture a\t\x15", None),
        ("echo muxer; muxer rename my\t", r"muxer rename my\ pane "),
        ('muxer rename "my\t', 'muxer rename "my pane" '),
        ("muxer rename 'my\t", "muxer rename 'my pane' "),
        ("muxer rename a:\t", "muxer rename a:b "),
        ("muxer new --cwd s\t", "muxer new --cwd src/"),
        ("muxer rename s\t", "muxer rename src "),
    ],
)
def test_bash_completes_what_is_typed(shelled: Desk, keys: str, shown: str | None) -> None:
    child, master = pty.fork()
    if child == 0:
        os.chdir(shelled.folder)
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], shelled.env | {"PS1": "ready> ", "TERM": "dumb"})
    try:
        read_until(master, "ready> ")
        os.write(master, b"bind 'set enable-bracketed-paste off'; source <(muxer completion bash); echo le''arnt\n")
        read_until(master, "learnt\r\nready> ")
        os.write(master, keys.encode())
        if shown is not None:
            read_until(master, shown)
        os.write(master, b"\x15echo o''ver\n")
        read_until(master, "over\r\n")
    finally:
        os.close(master)
        os.waitpid(child, 0)


def read_until(master: int, wanted: str, patience: float = 30) -> str:
    seen, deadline = "", time.monotonic() + patience
    while wanted not in seen:
        assert select.select([master], [], [], max(0.0, deadline - time.monotonic()))[0], repr(seen)
        seen += os.read(master, 4096).decode(errors="replace")
    return seen


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_understand_their_script(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([shell, "-n"], input=SCRIPTS[shell], text=True, check=True, timeout=20)
