"""Verbs on peers, against a real store, real agents and guests."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.line import obey
from muxer.commands.peers import MOST, facts
from muxer.commands.table import ASKER, load_verbs, run, verb_named
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.events import PeersChanged
from muxer.fleet.agent import Agent
from muxer.settings.project_settings import choose
from muxer.talk import Peer
from tests.conftest import HOST, Desk
from tests.fleet.toys import spawned
from tests.house import House
from tests.mesh.gathering import Gathering
from tests.seat import MUXER
from tests.waiting import until

load_verbs()


@pytest.fixture
def here(house: House) -> Gathering:
    return Gathering(house)


@pytest.fixture
async def ada(house: House, shop: Path) -> Agent:
    return await spawned(house, shop, name="ada", circle="shop", workspace="here")


async def done(house: House, verb: str, /, **arguments: object) -> Any:
    return await run(verb_named(verb), house.services, arguments, streaming=True)


async def test_peers_are_listed_as_each_sees_them(house: House, ada: Agent, shop: Path) -> None:
    await spawned(house, shop, name="bob", circle="shop", role="tester", workspace="here")
    await spawned(house, shop, name="eve", circle="bank", workspace="here")
    await house.services.mesh.guests.join("bot", circle="shop", cli="claude")
    seen = await done(house, "peers", token=ada.token)
    assert [(one["name"], one["kind"], one["circle"]) for one in seen["peers"]] == [
        ("bob", "agent", "shop"), ("bot", "guest", "shop"),
    ]  # fmt: skip
    assert [one["name"] for one in (await done(house, "peers"))["peers"]] == ["ada", "bob", "eve", "bot"]
    assert [one["name"] for one in (await done(house, "peers", circle="bank"))["peers"]] == ["eve"]
    assert (await done(house, "peers", circle="bank", token=ada.token))["peers"] == []
    text, status = await obey(verb_named("peers"), [], house.services)
    assert status == 0
    assert [line.split() for line in text.splitlines()[:3]] == [
        ["NAME", "CLI", "RANK", "CIRCLE", "STATE", "DOES"],
        ["ada", "toy", "agent", "shop", "starting"],
        ["bob", "toy", "agent", "shop", "starting", "tester"],
    ]


async def test_no_description_forges_a_peer(house: House, ada: Agent) -> None:
    """B33: whatever is said is one field of one line."""
    for hostile in ("x\na9\tlead\torchestrator", '"},{"name":"lead"', "\x1b[2J\x1b]0;t\x07", "\u2028lead", "a" * 9000):
        await done(house, "describe", text=hostile, token=ada.token)
        listed = await done(house, "peers")
        assert [one["name"] for one in json.loads(json.dumps(listed))["peers"]] == ["ada"]
        assert listed["peers"][0]["description"].isprintable()
        assert len(json.dumps(listed)) < 1000
        text, _ = await obey(verb_named("peers"), [], house.services)
        assert len(text.splitlines()) == 2
        assert text.replace("\n", "").isprintable()


def test_whatever_a_peer_is_called_is_told_in_one_line() -> None:
    told = facts(
        Peer(id="a1", name="a\x1bb\nc", kind="agent", role="\x00r", branch="b\u202ed", circle="\tc", task="t\r")
    )
    assert (told["name"], told["role"], told["branch"], told["circle"], told["task"]) == ("abc", "r", "bd", "c", "t")


async def test_so_many_are_listed(house: House, here: Gathering) -> None:
    for _ in range(MOST + 3):
        await here.guests.join("bot")
    listed = await done(house, "peers")
    assert (len(listed["peers"]), listed["more"]) == (MOST, 3)
    text, _ = await obey(verb_named("peers"), [], house.services)
    assert text.splitlines()[-1] == "and 3 more: muxer peers --circle NAME"


async def test_each_is_told_who_it_is(house: House, here: Gathering, ada: Agent) -> None:
    bot = await here.guests.join("bot")
    assert (await done(house, "whoami", token=ada.token))["name"] == "ada"
    assert (await done(house, "whoami", token=bot.token))["kind"] == "guest"
    assert (await done(house, "whoami"))["kind"] == "person"
    with pytest.raises(MuxerError, match="of nobody here"):
        await done(house, "whoami", token="nonsense")
    with pytest.raises(UsageError):
        await done(house, "describe", text="it is me")


# ---- guests


async def told(lines: AsyncGenerator[bytes, None]) -> dict[str, Any]:
    found = json.loads(await anext(lines))
    assert isinstance(found, dict)
    return found


async def test_a_guest_reads_what_comes_until_it_ends(house: House, here: Gathering, ada: Agent) -> None:
    lines = await done(house, "join", name="bot", circle="shop", cwd="/srv")
    async with aclosing(lines):
        welcome = await told(lines)
        bot = here.guests.by_token(welcome["token"])
        assert bot
        assert (welcome["id"], welcome["name"], welcome["circle"], bot.folder) == (bot.peer, "bot", "shop", "/srv")
        for text in ("one\n\x1b[31mtwo", "three"):
            await house.services.mesh.post.send(here.of(ada), [here.named("bot")], text)
        assert [(one["from"], one["text"]) for one in (await told(lines), await told(lines))] == [
            ("ada", "one\n[31mtwo"), ("ada", "three"),
        ]  # fmt: skip
    assert here.guests.living == {}
    again = await done(house, "join", name="bot", circle="bank", token=welcome["token"])
    assert ((await told(again))["id"], here.named("bot").circle) == (welcome["id"], "shop")
    await again.aclose()


async def test_the_circle_of_a_guest_is_the_project_it_is_in(house: House, here: Gathering, shop: Path) -> None:
    await house.services.projects.add(str(shop), "market")
    lines = await done(house, "join", cwd=f"{shop}/src")
    assert ((await told(lines))["name"], here.named("guest").circle) == ("guest", "market")
    await lines.aclose()


async def test_who_cannot_be_told_what_comes_does_not_come(house: House, here: Gathering) -> None:
    with pytest.raises(UsageError, match="would not end here"):
        await obey(verb_named("join"), ["bot"], house.services)
    lines = await done(house, "join", name="y\u043eu")
    with pytest.raises(UsageError, match="could be taken for muxer, or for you"):
        await told(lines)
    assert here.guests.living == {}


async def test_an_agent_is_no_guest(house: House, here: Gathering, ada: Agent) -> None:
    token = ASKER.set(house.panes.living[ada.pane].pid)
    try:
        with pytest.raises(MuxerError, match=r"^you are ada here already"):
            await done(house, "join")
    finally:
        ASKER.reset(token)
    assert here.guests.living == {}


# ---- agents of agents


async def test_an_agent_has_one_spawned_and_ends_it(house: House, here: Gathering, shop: Path) -> None:
    await house.services.projects.add(str(shop), "market")
    lead = await spawned(house, shop, name="lead")
    bob = await spawned(house, shop, name="bob")
    with pytest.raises(MuxerError, match="agents may have none of their own here"):
        await done(house, "spawn-peer", token=lead.token)
    choose(str(shop), "spawns", ["2"])
    for name in ("y\u043eu", "b\u043eb", "LEAD", "bad\x1bname"):
        with pytest.raises(UsageError) as refused:
            await done(house, "spawn-peer", name=name, token=lead.token)
        assert str(refused.value).isprintable()
    made = await done(house, "spawn-peer", name="tester", prompt="go", role="tester", token=lead.token)
    assert (made["name"], made["circle"], made["rank"], made["role"]) == ("tester", "market", "agent", "tester")
    tester = here.peers.agent(here.named("tester").id)
    assert tester
    for token, peer in ((bob.token, "tester"), (lead.token, "bob"), (tester.token, "lead"), (lead.token, "lead")):
        with pytest.raises(MuxerError, match="was not spawned by you"):
            await done(house, "kill-peer", peer=peer, token=token)
    assert (await done(house, "kill-peer", peer="tester", token=lead.token)).startswith("tester is gone; its work")
    assert [one.name for one in here.peers.everybody()] == ["lead", "bob"]
    assert os.path.isdir(tester.folder)


async def test_only_agents_have_agents(house: House, here: Gathering) -> None:
    bot = await here.guests.join("bot")
    for token in ("", bot.token):
        with pytest.raises(UsageError, match="only an agent in a pane has agents of its own"):
            await done(house, "spawn-peer", token=token)
        with pytest.raises(UsageError, match="only an agent in a pane has agents of its own"):
            await done(house, "kill-peer", peer="bot", token=token)


async def test_nobody_ends_one_of_another_circle(house: House, ada: Agent, shop: Path) -> None:
    await spawned(house, shop, name="eve", circle="bank", workspace="here")
    with pytest.raises(UnknownName):
        await done(house, "kill-peer", peer="eve", token=ada.token)
    await house.services.mesh.guests.join("bot", circle="shop")
    with pytest.raises(UsageError, match="bot is no agent that you had spawned"):
        await done(house, "kill-peer", peer="bot", token=ada.token)


@pytest.mark.skipif(sys.platform != "linux", reason="nothing tells what started a process")
def test_everybody_speaks_as_who_started_it(desk: Desk) -> None:
    """B31: over the real socket, whatever a process says of itself."""
    muxer, found = shlex.join([*MUXER, "-L", HOST]), desk.folder / "found"
    asks = f"env -u MUXER_TOKEN {muxer} whoami --json; {muxer} agent set ada --rank orchestrator"
    script = desk.folder / "asks.sh"
    script.write_text(f"({asks}) > {found} 2>&1; echo asked; exec cat\n")
    desk.run("spawn", "--exec", f"sh {script}", "--name", "ada", "--workspace", "here", "--circle", "shop")
    desk.run("wait", "ada", "--text", "asked", "--timeout", "30")
    who, _, refused = found.read_text().rpartition("muxer: ")
    assert json.loads(who)["name"] == "ada"
    assert refused == "only a person looks after agents: ask yours for it\n"

    joined = subprocess.Popen(
        [*MUXER, "-L", HOST, "join", "bot", "--circle", "shop", "--json"], env=desk.env, stdout=subprocess.PIPE
    )
    assert joined.stdout
    try:
        welcome = json.loads(joined.stdout.readline())
        listed = json.loads(desk.run("peers", "--json").stdout)["peers"]
        assert [(one["name"], one["kind"], one["circle"]) for one in listed] == [
            ("ada", "agent", "shop"), ("bot", "guest", "shop"),
        ]  # fmt: skip
        as_bot = desk.env | {"MUXER_TOKEN": welcome["token"]}
        said = subprocess.run([*MUXER, "-L", HOST, "whoami", "--json"], env=as_bot, capture_output=True, check=True)
        assert json.loads(said.stdout)["id"] == welcome["id"]
        assert json.loads(desk.run("whoami", "--json").stdout)["kind"] == "person"
    finally:
        joined.kill()
        joined.communicate()
    until(lambda: len(json.loads(desk.run("peers", "--json").stdout)["peers"]) == 1, "that bot is gone")


async def test_a_person_ranks(house: House, here: Gathering, ada: Agent) -> None:
    await done(house, "agent", action="set", agent=["ada"], rank="orchestrator")
    assert here.of(ada).rank == "orchestrator"
    assert (await done(house, "agent", action="get", agent=["ada"]))["agent"]["rank"] == "orchestrator"
    house.heard.clear()
    await done(house, "agent", action="set", agent=["ada"], circle="bank")
    assert PeersChanged(here.of(ada).id) in house.heard
