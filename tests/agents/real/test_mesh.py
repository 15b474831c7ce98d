"""The real programs as peers of one muxer, each before a model of its own: they find each other, ask and answer."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.agents.driving import CACHE, all_of, furnish, install
from tests.agents.real.conftest import PATIENCE
from tests.agents.stub import ANSWER, Stub, serving
from tests.conftest import Desk
from tests.seat import muxer_home
from tests.waiting import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

PEERS = {"ada": "claude-code", "bob": "codex", "cyd": "gemini", "dan": "opencode"}


def calls(tool: str, **given: object) -> str:
    """What has a model call that."""
    return f"TOOL:{tool} {json.dumps(given)}"


class Company:
    """Agents of all kinds in one folder, which is one circle."""

    def __init__(self, desk: Desk, stubs: dict[str, Stub]) -> None:
        self.desk, self.stubs = desk, stubs

    def until(self, condition: Callable[[], object], what: str) -> None:
        try:
            until(condition, what, PATIENCE)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.told()}") from None

    def told(self) -> str:
        """What a failure should show."""
        lines = [("asks",), ("messages",), *(("capture", name) for name in PEERS)]
        return "\n".join(self.desk.run(*line, check=False).stdout for line in lines)

    def state(self, name: str) -> str:
        return str(self.desk.json("agent", "get", name)["agent"]["state"])

    def rests(self, name: str) -> None:
        self.until(lambda: self.state(name) in ("idle", "done"), f"{name} at rest")

    def spawn(self, name: str, cli: str) -> None:
        given = ("--cli", cli, "--name", name, "--workspace", "here", "--tab", name)
        self.desk.run("spawn", *given, "--prompt", f"hello {name}")  # its servers may come up after its first turn

    def told_by_tools(self, name: str, text: str, words: str) -> None:
        """It is sent those words, and what a tool tells its model holds the text."""
        before = self.stubs[name].results().count(text)
        self.desk.run("send", name, words)
        self.until(lambda: self.stubs[name].results().count(text) > before, f"{text!r} for {name}")
        self.rests(name)

    def asks(self) -> list[Any]:
        found: list[Any] = self.desk.json("asks")
        return found


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    if why := "; ".join(filter(None, (install(cli)[1] for cli in PEERS.values()))):
        pytest.skip(why)
    (CACHE / "homes").mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="company", dir=CACHE / "homes"))
    work = folder / "work"
    work.mkdir()
    with ExitStack() as stack:
        env = stack.enter_context(muxer_home(folder))
        stubs = {name: stack.enter_context(serving()) for name in PEERS}
        env["PATH"] = f"{all_of([*PEERS.values()])}:{env['PATH']}"
        for name, cli in PEERS.items():
            furnish(cli, env, work, stubs[name].port)
        made = Company(Desk(env, work), stubs)
        stack.callback(made.desk.leave)
        made.desk.sit(cols=120, rows=40).wait_for("$")
        for name, cli in PEERS.items():
            made.spawn(name, cli)
        for name in PEERS:
            made.until(lambda name=name: stubs[name].asked(f"hello {name}"), f"{name}'s first turn")  # type: ignore[misc]
            made.rests(name)
        yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("name", PEERS)
def test_each_sees_the_others(company: Company, name: str) -> None:
    company.told_by_tools(name, "description", calls("list_peers"))
    listed = company.stubs[name].results()
    assert [other for other, cli in PEERS.items() if other in listed and cli in listed] == [
        other for other in PEERS if other != name
    ]


@pytest.mark.parametrize(("asker", "answerer"), [*permutations(PEERS, 2)])
def test_one_asks_and_the_other_replies(company: Company, asker: str, answerer: str) -> None:
    """The answer comes into the turn that asks, nobody is asked to allow it, and the answerer has read the ask once."""
    answer = f"quixotic {asker} {answerer}"
    question = f"for {answer}: {calls('reply', ask=0, text=answer)}"
    asked = len(company.stubs[asker].requests)
    company.told_by_tools(asker, answer, calls("ask_peer", peer=answerer, text=question))
    company.rests(answerer)
    assert company.stubs[answerer].times(f"for {answer}") >= 1
    assert len([one for one in company.stubs[answerer].requests if f"for {answer}: TOOL" in one.asked.user]) == 1
    assert not company.asks()
    (turn,) = [one for one in company.stubs[asker].requests[asked:] if answer in (one.asked.result or "")]
    assert not turn.asked.user.strip()


@pytest.mark.parametrize(("asker", "answerer"), [("ada", "bob"), ("bob", "cyd"), ("cyd", "dan"), ("dan", "ada")])
def test_what_the_other_says_last_is_the_answer(company: Company, asker: str, answerer: str) -> None:
    """Where the ask alone opened its turn."""
    company.told_by_tools(asker, ANSWER, calls("ask_peer", peer=answerer, text=f"what do you say, {answerer}?"))
    assert not company.asks()
