"""Two operators, each with a home and a process of its own, who share one bare remote over each real transport."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.relaying import told_of
from tests.waiting import until
from tests.workspaces.repositories import git, repository
from tests.workspaces.transports import SSHD, bare, helper, http_served, ssh_served

ROOT = Path(__file__).parents[2]


class Operator:
    """A person, what is in their home, and the host that they run."""

    def __init__(self, home: Path, url: str, name: str = "", **settings: str) -> None:
        home.mkdir()
        name = name or home.name
        said = {"user.name": name.title(), "user.email": f"{name}@example.org", **settings}
        self.env = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "GIT_"))},
            "HOME": str(home), "PYTHONPATH": str(ROOT), "GIT_CONFIG_NOSYSTEM": "1",
        }  # fmt: skip
        for key, value in said.items():
            self._git(home, "config", "--global", key, value)
        self._git(home, "clone", "--quiet", url, "shop")
        self.home, self.shop = home, home / "shop"
        self.heard: list[dict[str, Any]] = []

    def start(self) -> None:
        self.host = subprocess.Popen(
            [sys.executable, "-m", "tests.exchange.one_operator", str(self.shop), str(self.home)], env=self.env,
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def kill(self) -> None:
        """And start the next one."""
        self.host.kill()
        self.stop()
        self.start()

    def stop(self) -> None:
        assert self.host.stdin
        self.host.stdin.close()
        self.host.wait()
        self._reader.join()
        assert self.host.stdout
        self.host.stdout.close()

    def say(self, *words: str, answer: str = "") -> Any:
        """One line; what it answers."""
        before = len(self.heard)
        assert self.host.stdin
        self.host.stdin.write(" ".join(words) + "\n")
        self.host.stdin.flush()
        until(lambda: not answer or any(answer in said for said in self.heard[before:]), words[0])
        return next((said[answer] for said in self.heard[before:] if answer in said), None)

    def told(self, agent: str, *names: str) -> list[int]:
        """How often each file's commit was told to it."""
        return told_of(self.notes(agent), *names)

    def notes(self, agent: str) -> list[str]:
        """Who said what to it."""
        return [f"{said['sender']}: {said['note']}" for said in self.heard if said.get("to") == agent]

    def lines(self) -> list[str]:
        return [said["text"] for said in self.heard if said.get("text")]

    def _read(self) -> None:
        assert self.host.stdout
        for line in self.host.stdout:
            self.heard.append(json.loads(line))

    def _git(self, folder: Path, *words: str) -> None:
        subprocess.run(["git", "-C", str(folder), *words], env=self.env, check=True, stdin=subprocess.DEVNULL)


@pytest.fixture(params=["file", "ssh", "http"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Operator, Operator]]:
    far = bare(tmp_path / "served" / "shop.git", repository(tmp_path / "seed"))
    with ExitStack() as stack:
        url, settings = str(far), {}
        if request.param == "http":
            url = f"{stack.enter_context(http_served(far.parent))}/shop.git"
            settings["credential.helper"] = helper()
        elif request.param == "ssh":
            if SSHD is None:
                pytest.skip("there is no sshd")
            server, words = stack.enter_context(ssh_served(tmp_path / "sshd"))
            url, settings["core.sshCommand"] = f"{server}{far}", words
        made = Operator(tmp_path / "ada", url, **settings), Operator(tmp_path / "bob", url, **settings)
        for one in made:
            one.start()
            stack.callback(one.stop)
        yield made


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[tuple[Operator, Operator]]:
    """Of one person."""
    far = bare(tmp_path / "served" / "shop.git", repository(tmp_path / "seed"))
    with ExitStack() as stack:
        made = Operator(tmp_path / "desk", str(far), "ada"), Operator(tmp_path / "sofa", str(far), "ada")
        for one in made:
            one.start()
            stack.callback(one.stop)
        yield made


def is_told(one: Operator, agent: str, name: str) -> bool:
    """Was it told of that file's commit, by a host that looks now?"""
    one.say("look")
    return bool(one.told(agent, name)[0])


def published(one: Operator) -> dict[str, str]:
    """What is on the remote, by branch."""
    far = one.home.parent / "served" / "shop.git"
    listed = git(far, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/muxer/")
    return dict(line.split() for line in listed.splitlines())


def test_each_is_told_of_the_commits_of_the_other_once(pair: tuple[Operator, Operator]) -> None:
    ada, bob = pair
    ada.say("spawn", "claude", answer="spawned")
    for name in ("codex", "claude"):  # two have one name, and are two
        bob.say("spawn", name, answer="spawned")
    until(lambda: len(published(ada)) == 3, "the branches")
    names = ("one", "two", "three")
    for name in names:
        ada.say("commit", "claude", name, answer="committed")
        until(partial(is_told, bob, "codex", name), name)
    bob.say("commit", "codex", "four", answer="committed")
    until(partial(is_told, ada, "claude", "four"), "four")
    assert bob.told("codex", *names) == bob.told("claude", *names) == [1, 1, 1]
    assert bob.told("claude", "four") == ada.told("claude", "four") == [1]
    assert [*ada.told("claude", *names), *bob.told("codex", "four")] == [0, 0, 0, 0]
    assert bob.notes("claude")[0].startswith("ada/claude: ada/claude, an agent of another operator, committed ")
    assert git(bob.shop, "log", "--format=%s", "-3", "origin/muxer/ada/claude/work").splitlines() == [
        "wrote three", "wrote two", "wrote one"
    ]  # fmt: skip
    assert git(bob.shop, "status", "--porcelain") == ""
    assert ada.lines() == bob.lines() == []


def test_what_one_pushed_while_the_other_was_away_is_told_to_them_once(pair: tuple[Operator, Operator]) -> None:
    ada, bob = pair
    ada.say("spawn", "claude", answer="spawned")
    bob.say("spawn", "codex", answer="spawned")
    until(lambda: len(published(ada)) == 2, "the branches")
    ada.say("commit", "claude", "one", answer="committed")
    until(partial(is_told, bob, "codex", "one"), "the first")
    bob.stop()
    for name in ("two", "three"):
        head = ada.say("commit", "claude", name, answer="committed")
    until(lambda: published(ada)["muxer/ada/claude/work"] == head, "the third")
    bob.start()
    until(lambda: bob.told("codex", "two", "three") == [1, 1], "what was missed")
    bob.kill()
    ada.say("commit", "claude", "four", answer="committed")
    until(partial(is_told, bob, "codex", "four"), "what came after a kill")
    assert bob.told("codex", "one", "two", "three", "four") == [1, 1, 1, 1]
    assert ada.lines() == bob.lines() == []


def test_revis_17_agents_of_one_name_on_two_machines_of_one_person_are_two(machines: tuple[Operator, Operator]) -> None:
    desk, sofa = machines
    desk.say("spawn", "claude", answer="spawned")
    theirs = desk.say("commit", "claude", "one", answer="committed")
    until(lambda: published(desk) == {"muxer/ada/claude/work": theirs}, "the first")
    for name in ("claude", "codex"):
        sofa.say("spawn", name, answer="spawned")
        mine = sofa.say("commit", name, f"my-{name}", answer="committed")
    until(sofa.lines, "the line")
    assert sofa.lines()[0].startswith("muxer/ada/claude/work on origin is published by another machine as you: rename")
    sofa.say("rename", "claude", "claudia", answer="renamed")
    until(lambda: len(published(desk)) == 3, "all branches")
    assert (published(desk)["muxer/ada/claude/work"], published(desk)["muxer/ada/codex/work"]) == (theirs, mine)
    newer = desk.say("commit", "claude", "two", answer="committed")
    until(lambda: published(desk)["muxer/ada/claude/work"] == newer, "the second")
    for name in ("claudia", "codex"):
        until(partial(is_told, sofa, name, "two"), "its notes")
    assert [note.partition(" committed ")[0] for note in sofa.notes("codex") if '"wrote two"' in note] == [
        "claude: claude"
    ]
    last = sofa.say("commit", "claudia", "three", answer="committed")
    until(lambda: published(desk)["muxer/ada/claudia/work"] == last, "the third")
    until(partial(is_told, desk, "claude", "three"), "the note of it")
    assert desk.told("claude", "one", "two") == [0, 0]
    assert len(sofa.lines()) == 1
    assert desk.lines() == []
