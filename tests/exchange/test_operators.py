"""Two operators, each with a home and a process of its own, who share one bare remote over each real transport."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import until
from tests.workspaces.repositories import git, repository
from tests.workspaces.transports import SSHD, bare, helper, http_served, ssh_served

ROOT = Path(__file__).parents[2]


class Operator:
    """A person, what is in their home, and the host that they run."""

    def __init__(self, home: Path, name: str, url: str, **settings: str) -> None:
        home.mkdir()
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

    def peers(self) -> list[tuple[str, str]]:
        """Whose work was seen to be where."""
        return [(said["peer"], said["after"]) for said in self.heard if "peer" in said]

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
        made = Operator(tmp_path / "ada", "ada", url, **settings), Operator(tmp_path / "bob", "bob", url, **settings)
        for one in made:
            one.start()
            stack.callback(one.stop)
        yield made


def test_each_sees_the_commits_of_the_other_once(pair: tuple[Operator, Operator]) -> None:
    ada, bob = pair
    for one, name in ((ada, "claude"), (bob, "codex")):
        one.say("spawn", name, answer="spawned")
    far = ada.home.parent / "served" / "shop.git"
    until(lambda: len(git(far, "for-each-ref", "refs/heads/muxer/").splitlines()) == 2, "both branches")
    told: list[tuple[str, str]] = []
    for name in ("one", "two", "three"):
        told.append(("ada/claude", ada.say("commit", "claude", name, answer="committed")))
        until(lambda: told[-1][1] in git(far, "for-each-ref", "refs/heads/muxer/"), name)
        until(lambda: bob.say("look") or told[-1] in bob.peers(), name)
    theirs = bob.say("commit", "codex", "four", answer="committed")
    until(lambda: ada.say("look") or ("bob/codex", theirs) in ada.peers(), "four")
    assert [one for one in bob.peers() if one in told] == told
    assert ada.peers().count(("bob/codex", theirs)) == 1
    assert git(bob.shop, "log", "--format=%s", "-3", "origin/muxer/ada/claude/work").splitlines() == [
        "wrote three", "wrote two", "wrote one"
    ]  # fmt: skip
    assert git(bob.shop, "status", "--porcelain") == ""
    assert ada.lines() == bob.lines() == []


def test_what_one_pushed_while_the_other_was_away_is_told_to_them_once(pair: tuple[Operator, Operator]) -> None:
    ada, bob = pair
    ada.say("spawn", "claude", answer="spawned")
    bob.say("spawn", "codex", answer="spawned")
    first = ada.say("commit", "claude", "one", answer="committed")
    until(lambda: bob.say("look") or any(after == first for _, after in bob.peers()), "the first")
    bob.stop()
    second = ada.say("commit", "claude", "two", answer="committed")
    far = ada.home.parent / "served" / "shop.git"
    until(lambda: second in git(far, "for-each-ref", "refs/heads/muxer/"), "the second")
    bob.heard.clear()
    bob.start()
    bob.say("spawn", "codex", answer="spawned")
    until(bob.peers, "what was missed")
    assert [(said["before"], said["after"]) for said in bob.heard if "peer" in said] == [(first, second)]
