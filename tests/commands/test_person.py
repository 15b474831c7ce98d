"""What only a person may have done, asked for by processes that really come from an agent, or from nobody."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.table import ASKER, load_verbs, run, verb_named
from muxer.errors import MuxerError, UsageError
from muxer.fleet.agent import Agent
from tests.fleet.toys import spawned
from tests.house import House, until

load_verbs()

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing tells what started a process")


@pytest.fixture
async def ada(house: House, shop: Path) -> Agent:
    return await spawned(house, shop, name="ada", command=("sh",), workspace="here")


@pytest.fixture
async def hers(house: House, ada: Agent) -> int:
    """A process that ada started, without her token."""
    file = Path(f"{house.paths.state}/child")
    house.panes.living[ada.pane].terminal.write(f"env -u MUXER_TOKEN sleep 60 & echo $! > {file}\n".encode())
    await until(lambda: file.exists() and file.read_text().strip(), "her child")
    return int(file.read_text())


@pytest.fixture
def askers(house: House, ada: Agent, hers: int) -> list[int]:
    """Ada, what she started, and what is over."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    return [house.panes.living[ada.pane].pid, hers, gone.pid]


async def done(house: House, asker: int, verb: str, **arguments: object) -> Any:
    token = ASKER.set(asker)
    try:
        return await run(verb_named(verb), house.services, arguments)
    finally:
        ASKER.reset(token)


DEEDS: dict[str, dict[str, object]] = {
    "its rank": {"verb": "agent", "action": "set", "agent": ["ada"], "rank": "orchestrator"},
    "its circle": {"verb": "agent", "action": "set", "agent": ["ada"], "circle": "bank"},
    "its caution": {"verb": "agent", "action": "set", "agent": ["ada"], "auto": "on"},
    "its name": {"verb": "agent", "action": "rename", "agent": ["ada", "eve"]},
    "an end": {"verb": "agent", "action": "kill", "agent": ["ada"]},
    "one more": {"verb": "spawn"},
    "one above it": {"verb": "spawn", "rank": "orchestrator"},
    "its limits": {"verb": "project", "action": "set", "project": "market", "key": "spawns", "value": ["9"]},
    "commands": {"verb": "project", "action": "agree", "project": "market"},
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
async def test_no_agent_gives_itself_what_a_person_gives(
    house: House, ada: Agent, askers: list[int], shop: Path, deed: dict[str, Any]
) -> None:
    """B30: neither it, nor what it started, nor what hides where it came from."""
    await house.services.projects.add(str(shop), "market")
    verb, arguments = str(deed["verb"]), {key: value for key, value in deed.items() if key != "verb"}
    for asker in askers:
        with pytest.raises(MuxerError, match=r"^only a person [^\n]+: ask yours for it$"):
            await done(house, asker, verb, **arguments)
    assert (ada.rank, ada.circle, ada.auto, len(house.services.agents.living)) == ("agent", "", False, 1)


@pytest.mark.parametrize("deed", ["its rank", "its circle", "one above it", "its limits", "commands"])
async def test_nor_does_anybody_who_cannot_be_told(house: House, ada: Agent, shop: Path, deed: str) -> None:
    await house.services.projects.add(str(shop), "market")
    arguments = {key: value for key, value in DEEDS[deed].items() if key != "verb"}
    with pytest.raises(MuxerError, match=r"^only a person "):
        await done(house, 0, str(DEEDS[deed]["verb"]), **arguments)
    assert (ada.rank, ada.circle) == ("agent", "")


async def test_a_person_does_all_that(house: House, ada: Agent, shop: Path) -> None:
    await done(house, os.getpid(), "agent", action="set", agent=["ada"], circle="bank", auto="on")
    assert (ada.circle, ada.auto) == ("bank", True)
    made = await done(house, os.getpid(), "spawn", cwd=str(shop), rank="observer", name="eye")
    assert made["spawned"][0]["rank"] == "observer"


async def test_an_agent_may_look(house: House, ada: Agent, hers: int) -> None:
    assert [one["name"] for one in (await done(house, hers, "agent", action="ls"))["agents"]] == ["ada"]
    assert (await done(house, hers, "agent", action="get", agent=["ada"]))["agent"]["id"] == ada.id


@pytest.mark.parametrize("name", ["you", "y\u043eu", "Muxer", "operator"])
async def test_no_agent_is_called_as_the_person_is(house: House, ada: Agent, shop: Path, name: str) -> None:
    with pytest.raises(UsageError, match="could be taken for muxer, or for you"):
        await done(house, os.getpid(), "agent", action="rename", agent=["ada", name])
    with pytest.raises(UsageError, match="could be taken for muxer, or for you"):
        await done(house, os.getpid(), "spawn", cwd=str(shop), name=name)
    assert house.services.agents.facts(ada).name == "ada"


HANDS: dict[str, dict[str, object]] = {
    "keys": {"verb": "press", "pane": "bob", "key": ["x"]},
    "its pane": {"verb": "kill", "pane": "bob"},
    "its program": {"verb": "restart", "pane": ["bob"]},
    "an end": {"verb": "stop", "pane": ["bob"]},
    "all": {"verb": "stop", "all": True},
    "a halt": {"verb": "freeze"},
    "starts": {"verb": "policy", "pane": "bob", "policy": "always"},
}


@pytest.mark.parametrize("hand", HANDS.values(), ids=HANDS)
async def test_no_agent_lays_hands_on_another(
    house: House, ada: Agent, askers: list[int], shop: Path, hand: dict[str, Any]
) -> None:
    """Its circle, its name and its tools are ways around nothing."""
    bob = await spawned(house, shop, name="bob", command=("cat",), workspace="here")
    verb, arguments = str(hand["verb"]), {key: value for key, value in hand.items() if key != "verb"}
    before = house.panes.living[bob.pane].pid
    for asker in askers:
        with pytest.raises(MuxerError, match=r"^\w+ is another agent's pane: muxer send says something to it$"):
            await done(house, asker, verb, **arguments)
    pane = house.panes.living[bob.pane]
    assert (pane.pid, pane.exit, pane.frozen, pane.policy) == (before, None, False, "never")
    assert len(house.services.agents.living) == 2
    del ada


async def test_it_may_do_that_in_its_own_pane_and_where_no_agent_is(house: House, ada: Agent, hers: int) -> None:
    await house.services.open_pane(["cat"], cwd="/", name="notes")
    for name in ("ada", "notes"):
        await done(house, hers, "press", pane=name, key=["x"])
    await done(house, hers, "rename", pane="notes", name="words")
    with pytest.raises(MuxerError, match=r"^only a person says what an agent is called"):
        await done(house, hers, "rename", pane="ada", name="boss")
    with pytest.raises(MuxerError, match=r"^only a person ends the host"):
        await done(house, hers, "stop")
    await done(house, hers, "kill", pane="words")
    assert house.services.agents.facts(ada).name == "ada"


async def test_it_reads_the_screens_that_it_sees(house: House, ada: Agent, hers: int, shop: Path) -> None:
    """B30: no circle is read from another."""
    bob = await spawned(house, shop, name="bob", command=("cat",), workspace="here")
    assert isinstance(await done(house, hers, "capture", pane="bob"), str)
    bob.circle = "bank"
    with pytest.raises(MuxerError, match=r"^bob is in another circle than you"):
        await done(house, hers, "capture", pane="bob")
    for asker, name in ((hers, "ada"), (os.getpid(), "bob")):
        assert isinstance(await done(house, asker, "capture", pane=name), str)
    ada.rank = "orchestrator"
    assert isinstance(await done(house, hers, "capture", pane="bob"), str)
