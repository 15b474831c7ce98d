"""Agents in real panes that talk over their own MCP servers: asks, answers, cycles, hosts that die, and a storm.

MUXER_STORM=20000 makes the storm as large as one wants.
"""

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.agents.driving import talk
from tests.conftest import Desk
from tests.waiting import until

MESSAGES = int(os.environ.get("MUXER_STORM", "240"))
AGENTS = 40 if MESSAGES >= 5000 else 8
PATIENCE = 60 + MESSAGES / 4
SAID = re.compile(r"<(\w+) (\d+)>")
OPEN = "[mesh]\npair_rate = 1000000\ncircle_rate = 1000000\nloop = 1000000\n"

pytestmark = pytest.mark.timeout(240 + MESSAGES)


def to(tool: str, **given: object) -> str:
    """Words that have an agent call that."""
    return f"DO:{tool} {json.dumps(given)}"


class Circle:
    """Agents that talk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.log = talk(desk.env)
        desk.set(OPEN)

    def come(self, *names: str) -> None:
        for name in names:
            self.desk.run("spawn", "--cli", "talking", "--name", name, "--workspace", "here", "--tab", name)
        for name in names:
            self.until(lambda name=name: self.noted(name, "ready"), f"{name}'s server")  # type: ignore[misc]

    def until(self, condition: Callable[[], object], what: str, timeout: float = 60) -> None:
        """A failure shows what muxer says."""
        try:
            until(condition, what, timeout)
        except AssertionError as error:
            said = "\n".join(self.desk.run(verb, check=False).stdout for verb in ("asks", "ls", "messages"))
            raise AssertionError(f"{error}\n{said}") from None

    def noted(self, name: str, what: str) -> list[dict[str, str]]:
        """What it wrote down of that kind."""
        file = Path(self.log, f"{name}.jsonl")
        lines = file.read_text().splitlines(keepends=True) if file.exists() else []
        noted = [json.loads(line) for line in lines if line.endswith("\n")]
        return [note for note in noted if what in note]

    def tells(self, name: str, words: str) -> None:
        """A person does."""
        self.desk.run("send", name, words)

    def gave(self, name: str, count: int = 1) -> str:
        """What the last of so many calls of its gave back."""
        self.until(lambda: len(self.noted(name, "tool")) >= count, f"{name}'s call")
        return self.noted(name, "tool")[count - 1]["said"]

    def read(self, name: str) -> str:
        return "\n".join(note["prompt"] for note in self.noted(name, "prompt"))

    def asks(self) -> list[Any]:
        found: list[Any] = self.desk.json("asks")
        return found


@pytest.fixture
def circle(desk: Desk) -> Circle:
    return Circle(desk)


def test_one_asks_and_another_answers(circle: Circle) -> None:
    circle.come("ada", "bob")
    circle.tells("ada", to("ask_peer", peer="bob", text="which port?"))
    assert json.loads(circle.gave("ada"))["answer"] == "re: which port?"
    assert circle.read("bob").count("which port?") == 1
    assert not circle.asks()


def test_a_question_goes_along_a_chain_and_its_answer_comes_back(circle: Circle) -> None:
    """And who would close the chain is told whom that would wait for."""
    circle.come("ada", "bob", "cyd")
    on = to("ask_peer", peer="cyd", text="which port?")
    circle.tells("ada", to("ask_peer", peer="bob", text=on))
    assert "re: which port?" in circle.gave("ada")
    back = to("ask_peer", peer="ada", text="and yours?")
    circle.tells("ada", to("ask_peer", peer="bob", text=to("ask_peer", peer="cyd", text=back)))
    assert "wait for ever, ada waits for bob, who waits for you" in circle.gave("ada", 2)
    assert not circle.asks()


def test_an_ask_outlives_the_host(circle: Circle) -> None:
    """Its asker's call goes on waiting, and gets the answer that the next host is given."""
    circle.come("ada", "bob")
    circle.desk.run("brake")
    circle.tells("ada", to("ask_peer", peer="bob", text="which port?"))
    circle.until(circle.asks, "an open ask")
    host = psutil.Process(circle.desk.host())
    host.kill()
    host.wait(20)
    circle.desk.new("true", split="float")
    assert len(circle.asks()) == 1
    circle.desk.run("brake", "--off")
    assert json.loads(circle.gave("ada"))["answer"] == "re: which port?"
    assert circle.read("bob").count("which port?") == 1
    assert "re: which port?" not in circle.read("ada")


def test_a_storm(circle: Circle) -> None:
    """Many agents that tell and ask each other at once: each thing is read once, and in the order of who said it."""
    names = [f"kin{number}" for number in range(AGENTS)]
    circle.come(*names)
    for name in names:
        others = [other for other in names if other != name]
        circle.tells(name, f"STORM {json.dumps({'name': name, 'peers': others, 'count': MESSAGES // AGENTS})}")
    for name in names:
        circle.until(lambda name=name: circle.noted(name, "storm"), f"the end of what {name} says", PATIENCE)  # type: ignore[misc]
        circle.until(lambda name=name: _said(circle, name) == MESSAGES // AGENTS, f"{name}'s answers", PATIENCE)  # type: ignore[misc]
    notes = {note["text"] for name in names for note in circle.noted(name, "told")}
    due: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        for note in [*circle.noted(name, "told"), *circle.noted(name, "asked")]:
            if "wait for ever" not in note["said"]:
                due[note.get("told") or note["asked"]][note["text"]] += 1
                assert "asked" not in note or json.loads(note["said"])["answer"] == f"re: {note['text']}", note
    for name in names:
        circle.until(lambda name=name: _read(circle, name).total() >= due[name].total(), f"all for {name}", PATIENCE)  # type: ignore[misc]
        assert _read(circle, name) == due[name]
        order: defaultdict[str, list[int]] = defaultdict(list)
        for sender, number in SAID.findall(circle.read(name)):
            if f"<{sender} {number}>" in notes:
                order[sender].append(int(number))
        assert all(one < other for numbers in order.values() for one, other in pairwise(numbers)), name
    assert not circle.asks()


def _said(circle: Circle, name: str) -> int:
    return len(circle.noted(name, "told")) + len(circle.noted(name, "asked"))


def _read(circle: Circle, name: str) -> Counter[str]:
    return Counter(f"<{sender} {number}>" for sender, number in SAID.findall(circle.read(name)))
