"""The verbs on orchestrators, against a real store, a real repository and real programs."""

import re
from pathlib import Path

import pytest

from muxer.commands.line import obey
from muxer.commands.orchestrator import PROMPT
from muxer.commands.table import ASKER, VERBS, load_verbs, verb_named
from muxer.errors import MuxerError, UsageError
from muxer.talk import Peer
from tests.fleet.toys import spawned
from tests.house import House

load_verbs()


async def said(house: House, verb: str, *words: str, cwd: Path | str = "") -> str:
    return (await obey(verb_named(verb), words, house.services, cwd=str(cwd)))[0]


def named(house: House, name: str) -> Peer:
    return next(peer for peer in house.services.mesh.peers.everybody() if peer.name == name)


async def test_one_is_started_with_the_goal_and_sees_all(house: House, shop: Path) -> None:
    await spawned(house, shop, name="ada", circle="shop", workspace="here")
    await spawned(house, shop, name="bob", circle="bank", workspace="here")
    text = await said(house, "orchestrate", "move {all} to the new API", "--cli", "toy", "--name", "lead", cwd=shop)
    assert text == f"lead orchestrates in {named(house, 'lead').folder}"
    lead = named(house, "lead")
    agent = house.services.mesh.peers.agent(lead.id)
    assert agent
    assert (lead.rank, lead.role, lead.cli, lead.circle) == ("orchestrator", "orchestrator", "toy", "")
    assert agent.prompt.endswith("The goal: move {all} to the new API")
    assert [peer.name for peer in house.services.mesh.peers.seen_by(lead)] == ["ada", "bob"]
    await house.shows(lead.pane, "The goal: move {all} to the new API.")


async def test_they_are_listed(house: House, shop: Path) -> None:
    assert await said(house, "orchestrator", "ls") == 'there is no orchestrator: muxer orchestrate "…" starts one'
    await spawned(house, shop, name="ada", workspace="here")
    await said(house, "orchestrate", "all of it", cwd=shop)
    await house.services.mesh.peers.describe(
        next(one for one in house.services.mesh.peers.everybody() if one.rank != "agent"), "at the\x1b[2J plan"
    )
    heading, row = (await said(house, "orchestrator")).splitlines()
    assert heading.split() == ["NAME", "CLI", "STATE", "CIRCLE", "TASK"]
    assert row.split()[:2] == ["lead", "toy"]
    assert row.endswith("at the [2J plan")


async def test_only_a_person_makes_one(house: House, shop: Path) -> None:
    ada = await spawned(house, shop, name="ada", workspace="here")
    for pid in (house.panes.living[ada.pane].pid, 0):
        ASKER.set(pid)
        with pytest.raises(MuxerError, match=r"^only a person makes an orchestrator[^\n]*$"):
            await said(house, "orchestrate", "all of it", cwd=shop)
    assert [peer.name for peer in house.services.mesh.peers.everybody()] == ["ada"]


@pytest.mark.parametrize("goal", ["", " \n"])
async def test_it_needs_a_goal(house: House, goal: str) -> None:
    with pytest.raises(UsageError, match="say what is to be reached"):
        await said(house, "orchestrate", goal)
    assert house.services.mesh.peers.everybody() == []


def test_what_it_is_told_names_tools_and_verbs_that_there_are() -> None:
    tools = {verb.offered.name for verb in VERBS.values() if verb.offered}
    assert set(re.findall(r"[a-z]+_[a-z]+", PROMPT)) <= tools
    assert {"ask", "ask-many", "read-peer", "reply"} < set(re.findall(r"\(muxer ([a-z-]+)", PROMPT)) <= {*VERBS}
    assert len(re.findall(r"^\d+\. ", PROMPT, re.MULTILINE)) == 10


async def test_a_second_agent_reviews_in_the_workspace_of_the_first_and_writes_to_nobody(
    house: House, shop: Path
) -> None:
    await house.services.projects.add(str(shop))
    ada = await spawned(house, shop, name="ada")
    words = ("--name", "eve", "--workspace", "here", "--cwd", ada.folder, "--rank", "observer")
    await said(house, "spawn", *words, cwd=shop)
    eve, mesh = named(house, "eve"), house.services.mesh
    assert (eve.folder, eve.rank, eve.circle) == (ada.folder, "observer", "shop")
    assert [peer.name for peer in mesh.peers.seen_by(eve)] == ["ada"]
    with pytest.raises(MuxerError, match="you are an observer"):
        await mesh.post.send(eve, [named(house, "ada")], "change that")
    asked = await mesh.asks.ask(named(house, "ada"), eve, "is it good?", waits=False)
    await mesh.asks.reply(eve, asked.id, "it is")
    assert (await mesh.asks.find(asked.id)).answer == "it is"
