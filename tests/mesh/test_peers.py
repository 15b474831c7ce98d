"""Who takes part, whom each sees, and who it is that speaks: with real agents and real processes."""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path
from time import time

import pytest

from muxer.agents.signs import Told
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.events import MessagePassed, PeersChanged
from muxer.mesh.peers import DESCRIBED, Peers
from muxer.talk import Message
from tests.fleet.toys import spawned
from tests.house import House, until
from tests.mesh.gathering import Gathering


@pytest.fixture
def here(house: House) -> Gathering:
    return Gathering(house)


async def test_an_agent_is_a_peer_as_others_see_it(house: House, here: Gathering, shop: Path) -> None:
    agent = await spawned(house, shop, name="ada", role="fixer", circle="shop", prompt="fix\tit\x1b[2J all")
    ada = here.of(agent)
    assert (ada.id, ada.name, ada.kind, ada.rank, ada.circle) == (f"a{agent.id}", "ada", "agent", "agent", "shop")
    assert (ada.cli, ada.role, ada.folder, ada.branch, ada.pane) == (
        "toy", "fixer", agent.folder, agent.branch, agent.pane,
    )  # fmt: skip
    assert ada.task == "fix it [2J all"
    house.services.agents.told(agent, Told(kind="prompted", at=1.0, prompt="now " * 100))
    assert here.of(agent).task == ("now " * 100)[:119] + "…"
    assert here.peers.by_id(ada.id) == here.of(agent)
    assert here.peers.agent(ada.id) is agent
    assert here.peers.by_id("you") is here.peers.person
    assert [here.peers.by_id(one) for one in ("a99", "g1", "", "ada")] == [None] * 4


async def test_one_whose_program_ended_is_said_to_have(house: House, here: Gathering, shop: Path) -> None:
    agent = await spawned(house, shop, name="ada", command=("true",), workspace="here")
    await until(lambda: here.of(agent).state == "exited", "its end")
    agent = await spawned(house, shop, name="eve", command=("sh", "-c", "kill -9 $$"), workspace="here")
    await until(lambda: here.of(agent).state == "crashed", "its end")


async def test_it_is_told_when_one_comes_and_goes(house: House, here: Gathering, shop: Path) -> None:
    agent = await spawned(house, shop, name="ada")
    assert house.happened(PeersChanged) == [PeersChanged(f"a{agent.id}")]
    await house.services.close_pane(house.panes.living[agent.pane])
    assert house.happened(PeersChanged) == [PeersChanged(f"a{agent.id}")] * 2
    assert here.peers.everybody() == []
    assert here.peers.by_id(f"a{agent.id}") is None


async def test_circles_bound_who_is_seen_and_found(house: House, here: Gathering, shop: Path) -> None:
    for name, circle in (("ada", "shop"), ("bob", "shop"), ("eve", "bank")):
        await spawned(house, shop, name=name, circle=circle, workspace="here")
    await here.guests.join("bot", circle="shop")
    ada, eve = here.named("ada"), here.named("eve")
    assert [one.name for one in here.peers.seen_by(ada)] == ["bob", "bot"]
    assert [one.name for one in here.peers.seen_by(eve)] == []
    assert [one.name for one in here.peers.seen_by(here.peers.person)] == ["ada", "bob", "eve", "bot"]
    assert here.peers.find("bob", by=ada) == here.named("bob")
    assert here.peers.find(here.named("bob").id, by=ada) == here.named("bob")
    assert here.peers.find("you", by=ada) is here.peers.person
    assert here.peers.find("ada", by=ada) == ada
    assert here.peers.find("ev", by=here.peers.person) == eve
    for word in ("eve", eve.id, "ev", "", "x" * 1000):
        with pytest.raises(UnknownName) as unknown:
            here.peers.find(word, by=ada)
        assert "eve" not in str(unknown.value).partition(": ")[2]
        assert len(str(unknown.value)) < 200
    with pytest.raises(UsageError, match=r"^'bo' could be a\d+ \(bob\), g\d+ \(bot\): say which by its id$"):
        here.peers.find("bo", by=ada)


async def test_nobody_takes_the_id_of_another_as_its_name(house: House, here: Gathering, shop: Path) -> None:
    """B27: who is meant by an id is who has it."""
    ada = await spawned(house, shop, name="ada", circle="shop", workspace="here")
    with pytest.raises(UsageError, match="could be taken for the id of another"):
        await spawned(house, shop, name=f"a{ada.id}", circle="shop", workspace="here")
    assert here.peers.find(f"a{ada.id}", by=here.peers.person).name == "ada"


async def test_an_orchestrator_sees_all_and_is_seen_by_whom_it_spoke_to(
    house: House, here: Gathering, shop: Path
) -> None:
    for name, circle in (("ada", "shop"), ("bob", "shop"), ("lead", "bank")):
        await spawned(house, shop, name=name, circle=circle, workspace="here")
    agent = here.peers.agent(here.named("lead").id)
    assert agent
    await here.peers.rank(agent, "orchestrator")
    ada, bob, lead = map(here.named, ("ada", "bob", "lead"))
    assert [one.name for one in here.peers.seen_by(lead)] == ["ada", "bob"]
    assert here.peers.barrier(ada, lead)
    said = Message(
        id=1, kind="note", sender=lead.id, sender_name="lead", recipient=ada.id, recipient_name="ada", text="hello",
        sent_at=5.0,
    )  # fmt: skip
    here.peers.heard(MessagePassed(said))
    assert here.peers.barrier(ada, lead) == ""
    assert here.peers.find("lead", by=ada) == here.named("lead")
    assert here.peers.barrier(bob, lead)
    await here.peers.rank(agent, "agent")
    assert here.peers.barrier(ada, here.named("lead"))


async def test_a_description_is_one_line_holds_for_a_while_and_outlives_the_host(
    house: House, here: Gathering, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B34: forgotten after 15 minutes, kept over a restart within them; so is the circle."""
    agent = await spawned(house, shop, name="ada", circle="shop")
    bot = await here.guests.join("bot")
    guest = here.peers.by_id(bot.peer)
    assert guest
    for peer in (here.of(agent), guest):
        await here.peers.describe(peer, "tests\n\tada\torchestrator\x1b[31m\u202e  done" + "!" * 10_000)
        said = here.peers.by_id(peer.id)
        assert said
        assert said.description == ("tests ada orchestrator [31m done" + "!" * 200)[:199] + "…"
    with pytest.raises(UsageError):
        await here.peers.describe(here.peers.person, "it is me")
    before, house.heard = here.of(agent), []
    house.leave()
    await house.open()
    await house.services.recover()
    after = Gathering(house)
    await after.peers.learn()
    found = after.named("ada")
    assert (found.id, found.description, found.circle) == (before.id, before.description, "shop")
    later = time() + DESCRIBED
    monkeypatch.setattr("muxer.mesh.peers.time", lambda: later)
    assert after.named("ada").description == ""
    after.guests.stop()


# ---- who speaks


def test_the_person_is_whoever_proves_nothing(here: Gathering) -> None:
    assert here.peers.speaker("", None) is here.peers.person
    assert here.peers.speaker("", os.getpid()) is here.peers.person
    assert here.peers.speaker("", 0) is here.peers.person


async def test_a_token_says_who_speaks(house: House, here: Gathering, shop: Path) -> None:
    agent = await spawned(house, shop, name="ada")
    bot = await here.guests.join("bot")
    assert here.peers.speaker(agent.token, None).name == "ada"
    assert here.peers.speaker(bot.token, os.getpid()).name == "bot"
    for token in ("nonsense", "\udcff", agent.token[:-1], "ada", f"a{agent.id}"):
        with pytest.raises(MuxerError, match=r"^this MUXER_TOKEN is of nobody here: [^\n]+$"):
            here.peers.speaker(token, None)
    await house.services.close_pane(house.panes.living[agent.pane])
    here.guests.leave(bot)
    for token in (agent.token, bot.token):
        with pytest.raises(MuxerError, match="is of nobody here"):
            here.peers.speaker(token, None)


async def child_of(house: House, pane: str, words: str = "sleep 60") -> int:
    """A process that the agent of that pane started."""
    file = f"{house.paths.state}/child-{pane}"
    house.panes.living[pane].terminal.write(f"{words} & echo $! > {file}\n".encode())
    await until(lambda: os.path.exists(file) and Path(file).read_text().strip(), "its child")
    return int(Path(file).read_text())


@pytest.mark.skipif(sys.platform != "linux", reason="nothing tells what started a process")
async def test_what_an_agent_started_speaks_as_that_agent_whatever_it_says(
    house: House, here: Gathering, shop: Path
) -> None:
    """B26, B28, B31: two in one folder, each with a program of its own; neither is another, nor the person."""
    ada, bob = [await spawned(house, shop, name=name, command=("sh",), workspace="here") for name in ("ada", "bob")]
    bot = await here.guests.join("bot")
    hers, his = await child_of(house, ada.pane), await child_of(house, bob.pane, "env -u MUXER_TOKEN sleep 60")
    assert here.peers.speaker("", hers).name == "ada"
    assert here.peers.speaker("", his).name == "bob"
    assert here.peers.speaker(bob.token, his).name == "bob"
    for token in (ada.token, bot.token):
        with pytest.raises(MuxerError, match=r"^this MUXER_TOKEN is another's: speak with your own$"):
            here.peers.speaker(token, his)


def test_one_that_is_over_cannot_say_who_it_was(here: Gathering) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    with pytest.raises(MuxerError, match="nobody can tell who that was"):
        here.peers.speaker("", gone.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="nothing tells what a process was started with")
async def test_a_program_that_was_started_with_a_guests_token_speaks_as_the_guest(here: Gathering) -> None:
    bot = await here.guests.join("bot")
    running = await asyncio.create_subprocess_exec("sleep", "60", env=os.environ | {"MUXER_TOKEN": bot.token})
    try:
        # Right after it was started it may still be a copy of this process.
        await until(lambda: here.peers.speaker("", running.pid).name == "bot", "that it is told from a person")
    finally:
        running.kill()
        await running.wait()


async def test_five_in_one_folder_are_never_taken_for_each_other(house: House, here: Gathering, shop: Path) -> None:
    """B26: a thousand times."""
    agents = [await spawned(house, shop, workspace="here") for _ in range(5)]
    chance = random.Random(7)
    for _ in range(1000):
        agent = chance.choice(agents)
        assert here.peers.speaker(agent.token, None).id == f"a{agent.id}"
        assert here.peers.agent(f"a{agent.id}") is agent


async def test_ten_spawned_at_once_in_one_folder_keep_their_circles(house: House, here: Gathering, shop: Path) -> None:
    """B48: nothing that one was given reaches another."""
    await asyncio.gather(
        *(spawned(house, shop, name=f"n{n}", circle=f"c{n}", role=f"r{n}", workspace="here") for n in range(10))
    )
    assert sorted((one.name, one.circle, one.role) for one in here.peers.everybody()) == [
        (f"n{n}", f"c{n}", f"r{n}") for n in range(10)
    ]


async def test_a_circle_is_its_projects_without_one(house: House, here: Gathering, shop: Path) -> None:
    await spawned(house, shop, name="eve", workspace="here")
    await house.services.projects.add(str(shop), "market")
    await spawned(house, shop, name="ada")
    await spawned(house, shop, name="bob", circle="own")
    assert {one.name: one.circle for one in here.peers.everybody()} == {"eve": "", "ada": "market", "bob": "own"}


def test_nothing_else_says_who_speaks() -> None:
    """B31: no verb of the mesh has a word for who sends."""
    assert Peers.speaker.__annotations__.keys() == {"token", "pid", "return"}
