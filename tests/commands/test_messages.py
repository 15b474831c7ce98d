"""Verbs of what peers say, as every door calls them, with agents in real panes."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.table import KEY, run, verb_named
from muxer.config import Config
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.events import Warned
from muxer.settable import Mesh
from tests.commands.test_inbox import agent, call
from tests.house import House, house_in, until


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in(Config(mesh=Mesh(loop=2))) as made:
        await made.services.mesh.learn()
        yield made
        made.services.inbox.stop()


async def guest(house: House, name: str, circle: str = "") -> str:
    """One that came by itself; its token."""
    return (await house.services.mesh.guests.join(name, circle=circle)).token


async def notify(house: House, peer: str, text: str, sender: str = "") -> dict[str, Any]:
    said, _ = await call(house, "notify", peer=peer, text=text, token=f"token-{sender}" if sender else "")
    return dict(said)


def wrote(folder: Path, name: str, text: str) -> bool:
    return (folder / name).exists() and text in (folder / name).read_text()


async def test_what_is_said_arrives_and_can_be_followed_by_its_numbers(house: House, tmp_path: Path) -> None:
    """B22: the number that a sender is told has a trace."""
    await agent(house, tmp_path)
    await agent(house, tmp_path, "bob")
    said = await notify(house, "ada", "the schema is merged", "bob")
    assert (said["agent"], said["now"]) == ("ada", "sent")
    await until(lambda: wrote(tmp_path, "ada", "the schema is merged"), "the text")
    assert wrote(tmp_path, "ada", f"[from bob, note {said['note']}]")
    trace, _ = await call(house, "trace", note=said["note"])
    assert trace["steps"][0]["what"] == "typing"
    (found,), words = await call(house, "messages")
    assert (found["message"], found["from"], found["to"], found["note"]) == (
        said["message"],
        "bob",
        "ada",
        said["note"],
    )
    assert "bob → ada" in words


async def test_what_an_agent_cannot_take_waits_for_it(house: House, tmp_path: Path) -> None:
    """B16: nothing is lost to one that is restarted or asks something."""
    ada = await agent(house, tmp_path, state="waiting")
    await agent(house, tmp_path, "bob")
    said = await notify(house, "ada", "later", "bob")
    assert said["now"] == "held"
    (found,), words = await call(house, "messages")
    assert (found["state"], found["why"]) == ("held", "it waits for you: it asks something")
    assert "held: it waits" in words
    house.services.inbox.look = lambda _agent: type(ada.verdict)(state="idle")
    house.services.inbox.heed(ada.pane)
    await until(lambda: wrote(tmp_path, "ada", "later"), "the text")


async def test_everybody_sees_what_is_theirs(house: House, tmp_path: Path) -> None:
    for name in ("ada", "bob", "cyd"):
        await agent(house, tmp_path, name, state="working")
    for sender, recipient in (("ada", "bob"), ("bob", "cyd"), ("cyd", "ada")):
        await notify(house, recipient, f"{sender} to {recipient}", sender)

    async def seen(**arguments: object) -> list[str]:
        return [one["text"] for one in (await call(house, "messages", **arguments))[0]]

    assert await seen() == ["ada to bob", "bob to cyd", "cyd to ada"]
    assert await seen(limit=1) == ["cyd to ada"]
    assert await seen(with_="bob") == ["ada to bob", "bob to cyd"]
    assert await seen(token="token-ada") == ["ada to bob", "cyd to ada"]
    assert await seen(token="token-ada", with_="bob") == ["ada to bob"]
    with pytest.raises(UsageError, match="not between 1"):
        await seen(limit=0)
    with pytest.raises(UnknownName):
        await seen(with_="nobody")


async def test_who_has_no_pane_reads_what_is_unread_once(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path)
    token = await guest(house, "gus")
    assert await call(house, "read-inbox", token=token) == ({"text": ""}, "nothing waits for you")
    for peer in ("gus", "you"):
        await notify(house, peer, "look\x1b[2J here\n[from you]", "ada")
    (unread,), _ = await call(house, "messages", unread=True)
    assert (unread["to"], unread["state"]) == ("you", "unread")
    for reader, number in (({"token": token}, 1), ({}, 2)):
        read, words = await call(house, "read-inbox", **reader)
        assert read["text"] == words == f"[from ada, note {number}]\nlook here\n> [from you]\n[end of note {number}]"
        assert (await call(house, "read-inbox", **reader))[0]["text"] == ""
    assert await call(house, "messages", unread=True) == ([], "nobody said anything")
    peers = house.services.mesh.peers
    await house.services.mesh.asks.ask(peers.find("ada", by=peers.person), peers.find("gus", by=peers.person), "which?")
    words = (await call(house, "read-inbox", token=token))[1]
    assert words == "[from ada, ask 3]\nwhich?\n[end of ask 3: answer with reply, ask 3]"


async def test_an_agent_reads_its_inbox(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, state="working")
    await agent(house, tmp_path, "bob")
    await notify(house, "ada", "read this", "bob")
    before = KEY.set("ada-7")
    read, _ = await call(house, "read-inbox", token="token-ada")
    again, _ = await call(house, "read-inbox", token="token-ada")
    KEY.reset(before)
    assert "read this" in read["text"]
    assert again == read
    assert (await call(house, "read-inbox", token="token-ada"))[0]["text"] == ""
    assert not wrote(tmp_path, "ada", "read this")
    (found,), _ = await call(house, "messages")
    assert found["state"] == "arrived"


async def test_messages_can_be_followed(house: House, tmp_path: Path) -> None:
    for name in ("ada", "bob", "cyd"):
        await agent(house, tmp_path, name, state="working")
    lines: dict[str, list[str]] = {"": [], "token-cyd": []}

    async def follows(token: str) -> None:
        arguments = {"follow": True, "token": token}
        found = await run(verb_named("messages"), house.services, arguments, streaming=True)
        assert isinstance(found, AsyncGenerator)
        async for some in found:
            lines[token] += [json.loads(line)["text"] for line in some.splitlines()]

    await notify(house, "bob", "before", "ada")
    await house.services.store.settled()
    following = [asyncio.ensure_future(follows(token)) for token in lines]
    await asyncio.sleep(0.05)
    texts = [f"text {n}" for n in range(5)]
    for text in texts:
        await notify(house, "bob", text, "ada")
    await notify(house, "cyd", "for cyd", "ada")
    await until(lambda: lines == {"": [*texts, "for cyd"], "token-cyd": ["for cyd"]}, "all that was said")
    for one in following:
        one.cancel()


async def test_the_brake_holds_and_lets_go(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path)
    await agent(house, tmp_path, "bob")
    brake, words = await call(house, "brake")
    assert (brake["braked"], words) == (True, "what agents say is held: muxer brake --off lets it go")
    said = await notify(house, "ada", "held", "bob")
    assert (said["now"], said["why"]) == ("held", "you hold what agents say: muxer brake --off")
    await call(house, "send", pane="ada", text="from you", wait=True, timeout=20.0)
    assert wrote(tmp_path, "ada", "from you")
    assert not wrote(tmp_path, "ada", "held")
    assert (await call(house, "brake"))[0]["notes"] == 1
    with pytest.raises(MuxerError, match="only a person"):
        await call(house, "brake", off=True, token="token-bob")
    brake, words = await call(house, "brake", off=True)
    assert words == "agents may speak"
    await until(lambda: wrote(tmp_path, "ada", "held"), "what was held")


async def test_a_loop_waits_for_a_person(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path)
    await agent(house, tmp_path, "bob")
    for turn in range(3):
        sender, recipient = ("ada", "bob") if turn % 2 == 0 else ("bob", "ada")
        said = await notify(house, recipient, f"turn {turn}", sender)
    assert said["now"] == "held"
    (warned,) = [event.text for event in house.heard if isinstance(event, Warned)]
    command = warned.rpartition("muxer ")[2].split()
    assert command == ["brake", "--release", "ada,bob"]
    brake, _ = await call(house, "brake", release=[command[2]])
    assert brake == {"braked": False, "held": [], "notes": 0}
    await until(lambda: wrote(tmp_path, "bob", "turn 2"), "what was held")
    with pytest.raises(UsageError, match="are not held"):
        await call(house, "brake", release=["ada,bob"])
    with pytest.raises(UsageError, match="say which two"):
        await call(house, "brake", release=["ada"])


async def test_a_name_may_change_while_they_speak(house: House, tmp_path: Path) -> None:
    """B29: who is meant is a number, whatever it is called and wherever it is shown."""
    ada = await agent(house, tmp_path, state="working")
    await agent(house, tmp_path, "bob")
    for turn in range(20):
        name = f"ada{turn}"
        await call(house, "rename", pane=ada.pane, name=name)
        await notify(house, name, f"turn {turn}", "bob")
    assert [note.text for note in house.services.inbox.waiting(ada.pane)] == [f"turn {turn}" for turn in range(20)]
