"""Verbs that say something to agents, as every door calls them."""

import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.table import VERBS, load_verbs, run, verb_named
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.fleet.agent import Agent
from muxer.model import Verdict
from muxer.store.agents import KnownAgent, add_agent
from tests.fleet.delivering import PROGRAM, small_cli
from tests.house import House, house_in, until

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        await made.services.mesh.learn()
        yield made
        made.services.inbox.stop()


async def call(house: House, verb: str, **arguments: object) -> tuple[Any, str]:
    """What it answers, and how that reads."""
    answer = await run(verb_named(verb), house.services, arguments)
    show = VERBS[verb].show
    return answer, show(answer) if show else ""


async def agent(house: House, folder: Path, name: str = "ada", *, state: str = "idle", circle: str = "") -> Agent:
    command = [sys.executable, str(PROGRAM), str(folder / name)]
    pane = (await call(house, "new", command=command, cwd="/", name=name))[0]["id"]
    await house.shows(pane, "ready")
    number = await house.services.store.ask(add_agent, KnownAgent(name=name, cli="small"))
    made = Agent(number, pane, small_cli(), token=f"token-{name}", folder="/", spawned_at=time.time())
    made.circle = circle
    made.verdict = Verdict(state=state)  # type: ignore[arg-type]
    house.services.agents.join(made, name)
    house.services.inbox.look = lambda one: one.verdict
    return made


async def test_an_agent_is_told_and_that_is_traced(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path)
    said, words = await call(house, "send", pane="ada", text="hello", token="", wait=False)
    assert (said["now"], words) == ("typed", "note 1 for ada: typed now")
    await until(lambda: (tmp_path / "ada").exists() and "hello" in (tmp_path / "ada").read_text(), "the text")
    trace, words = await call(house, "trace", note=1)
    assert trace["steps"][0]["what"] == "typing"
    assert words.startswith("note 1, ")
    assert "queued" in words
    with pytest.raises(UnknownName):
        await call(house, "trace", note=7)


async def test_send_can_wait_until_it_is_taken(house: House, tmp_path: Path) -> None:
    ada = await agent(house, tmp_path)
    house.services.inbox.look = lambda one: Verdict(state="working", since=time.time()) if place(one) else one.verdict

    def place(_one: Agent) -> bool:
        return (tmp_path / "ada").exists()

    said, _ = await call(house, "send", pane="ada", text="hello", wait=True, timeout=20.0)
    assert said["now"] in ("submitted", "seen")
    ada.verdict = Verdict(state="waiting", words="Allow?")
    house.services.inbox.look = lambda one: one.verdict
    with pytest.raises(MuxerError, match=r"held: it waits for you: Allow.*muxer trace 2"):
        await call(house, "send", pane="ada", text="hello", wait=True, timeout=0.05)


async def test_who_speaks_is_proven(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, state="working")
    await agent(house, tmp_path, "bob")
    said, words = await call(house, "send", pane="ada", text="hello", token="token-bob")
    assert (said["note"], said["now"], words) == (1, "held", "message 1 for ada: held: it works")
    (note,), words = await call(house, "inbox", agent="ada")
    assert note["from"] == "bob"
    assert "bob" in words
    with pytest.raises(MuxerError, match="MUXER_TOKEN is of nobody here"):
        await call(house, "send", pane="ada", text="hello", token="stolen")


async def test_notes_are_listed_changed_and_dropped(house: House, tmp_path: Path) -> None:
    ada = await agent(house, tmp_path, state="working")
    assert await call(house, "inbox") == ([], "nothing waits")
    for text in ("one", "two"):
        said, words = await call(house, "send", pane="ada", text=text)
        assert said["why"] == "it works"
    assert words == "note 2 for ada: held: it works"
    notes, _ = await call(house, "inbox", agent="ada", edit=1, text="ONE", cancel=2)
    assert [note["text"] for note in notes] == ["ONE"]
    await call(house, "inbox", agent="ada", mute=True)
    assert ada.muted
    await call(house, "inbox", agent="ada", unmute=True)
    assert not ada.muted
    with pytest.raises(UsageError, match="muxer trace 2"):
        await call(house, "inbox", now=2)
    with pytest.raises(UsageError, match="--edit NOTE --text TEXT"):
        await call(house, "inbox", edit=1)
    with pytest.raises(UsageError, match="say whom"):
        await call(house, "inbox", mute=True)
    await call(house, "inbox", now=1)
    await until(lambda: (tmp_path / "ada").exists() and "ONE" in (tmp_path / "ada").read_text(), "the text")


async def test_a_broadcast_says_what_happens_to_each(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, circle="api")
    await agent(house, tmp_path, "bob", state="waiting", circle="api")
    await agent(house, tmp_path, "cyd")
    said, words = await call(house, "broadcast", text="stop", circle="api")
    assert [(one["agent"], one["now"]) for one in said] == [("ada", "typed"), ("bob", "held")]
    assert len(words.splitlines()) == 2
    said, _ = await call(house, "broadcast", text="stop", state="waiting")
    assert [one["agent"] for one in said] == ["bob"]
    with pytest.raises(UsageError, match="is not a state"):
        await call(house, "broadcast", text="stop", state="asleep")
    with pytest.raises(UsageError, match="no agent is meant"):
        await call(house, "broadcast", text="stop", circle="none")


async def test_an_agent_says_it_to_its_circle(house: House, tmp_path: Path) -> None:
    """B32: who is meant is found among those that it sees."""
    for name, circle in (("ada", "api"), ("bob", "api"), ("cyd", "web")):
        await agent(house, tmp_path, name, circle=circle)
    said, words = await call(house, "broadcast", text="stop", token="token-bob")
    assert [one["agent"] for one in said] == ["ada"], "nobody speaks to himself"
    assert words == "message 1 for ada: sent"
    with pytest.raises(UnknownName, match="cyd"):
        await call(house, "broadcast", text="stop", to=["ada,cyd"], token="token-bob")
    with pytest.raises(UsageError, match="no peer of yours"):
        await call(house, "broadcast", text="stop", circle="web", token="token-bob")
    with pytest.raises(MuxerError, match="cyd is not in"):
        await call(house, "send", pane="cyd", text="stop", token="token-bob")
    assert [one["to"] for one in (await call(house, "messages"))[0]] == ["ada"]


async def test_what_is_no_agent_gets_it_typed(house: House) -> None:
    pane = (await call(house, "new", command=["cat"], cwd="/", name="cat"))[0]["id"]
    assert await call(house, "send", pane="cat", text="as it stands", enter=True) == (None, "")
    await house.shows(pane, "as it stands")
    with pytest.raises(UsageError, match="is no agent"):
        await call(house, "inbox", agent="cat")
