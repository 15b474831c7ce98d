"""Programs of agents that are started once more, and the conversations that they go on with, or do not."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from muxer.agents.spec import Cli, Session
from muxer.events import Warned
from muxer.fleet import lifecycle
from muxer.fleet.resuming import proven
from muxer.fleet.spawning import Wanted
from muxer.store.agents import KnownSession, sessions_of
from tests.fleet.toys import knows, spawned
from tests.house import House, house_in, until


@pytest.fixture
async def house(toy: Cli, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(lifecycle, "FIRST", 0.01)
    async with house_in() as made:
        knows(made, toy)
        yield made


def warned(house: House) -> list[str]:
    return [event.text for event in house.heard if isinstance(event, Warned)]


async def test_a_person_who_restarts_it_finds_its_conversation(house: House, shop: Path) -> None:
    agent = await spawned(house, shop, prompt="fix it")
    await house.shows(agent.pane, "new toy: fix it.")
    session, token = agent.session, agent.token
    await house.services.supervisor.restart(house.panes.living[agent.pane])
    await house.shows(agent.pane, "again toy: .")
    assert (agent.session, agent.token) == (session, token)
    assert house.panes.living[agent.pane].command[1:] == ("--resume", session)
    assert warned(house) == []


async def test_so_does_the_supervisor_after_a_crash(house: House, shop: Path) -> None:
    made = await house.services.spawner.spawn(Wanted(cwd=str(shop), policy="on-failure"))
    await house.shows(made.agent.pane, "new toy")
    await house.panes.signal(house.panes.living[made.agent.pane], 9)
    await house.shows(made.agent.pane, "again toy")


async def test_a_conversation_that_was_never_written_down_begins_anew(house: House, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "bin" / "talks" / "forgetful").touch()
    agent = await spawned(house, shop, prompt="fix it")
    await house.shows(agent.pane, "new toy: fix it.")
    session = agent.session
    await house.services.supervisor.restart(house.panes.living[agent.pane])
    await until(lambda: agent.session != session)
    assert warned(house) == ["toy: nothing was written down of its conversation, so it begins a new one"]


async def test_one_that_is_refused_costs_one_start_and_stays_known(house: House, shop: Path, tmp_path: Path) -> None:
    agent = await spawned(house, shop, prompt="fix it")
    await house.shows(agent.pane, "new toy: fix it.")
    session = agent.session
    (tmp_path / "bin" / "talks" / "refused").touch()
    pane = house.panes.living[agent.pane]
    await house.services.supervisor.restart(pane)
    await until(lambda: agent.session != session and pane.exit is None, "a new conversation")
    assert warned(house) == ["toy: its conversation could not be taken up, so it begins a new one"]
    await house.services.store.settled()
    known = await house.services.store.read(sessions_of, agent.id)
    assert [one.session for one in known] == [session, agent.session]


async def test_a_refusal_is_not_a_failure_that_the_supervisor_counts_for_ever(
    house: House, shop: Path, tmp_path: Path
) -> None:
    made = await house.services.spawner.spawn(Wanted(cwd=str(shop), policy="always"))
    pane = house.panes.living[made.agent.pane]
    await house.shows(pane.id, "new toy")
    (tmp_path / "bin" / "talks" / "refused").touch()
    session = made.agent.session
    await house.services.supervisor.restart(pane)
    await until(lambda: made.agent.session != session and pane.exit is None, "a new conversation")
    assert not house.services.facts(pane.id).gave_up


async def test_a_command_that_a_person_gave_is_started_as_it_was(house: House, shop: Path) -> None:
    agent = await spawned(house, shop, command=("sh", "-c", "echo I am $MUXER_AGENT; exec cat"))
    await house.shows(agent.pane, "I am sh")
    pane = house.panes.living[agent.pane]
    await house.services.supervisor.restart(pane)
    await until(lambda: pane.terminal.engine.lines(history=True).count("I am sh") == 2, "its second start")
    assert warned(house) == []


async def test_a_pane_without_an_agent_is_started_as_it_was(house: House) -> None:
    pane = await house.services.open_pane(["cat"], cwd="/")
    assert (await house.services.resumer.again(pane)).command == ("cat",)
    assert not await house.services.resumer.resumes(pane)


# ---- what is proven


TALK = "0f0f0f0f"
CLI = Cli(name="toy", title="Toy", short="toy", session=Session(resume=("--resume", "{session}"), shape="[0-9a-f]{8}"))


def filed(folder: Path, text: str, path: str = "{session}.jsonl") -> Cli:
    """One whose conversation is written down so."""
    file = folder / path.replace("{session}", TALK)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return replace(CLI, session=replace(CLI.session, transcript=str(folder / "**" / "{session}.jsonl")))


OWN = [KnownSession(session="aaaaaaaa", transcript=""), KnownSession(session=TALK, transcript="")]


def test_an_id_is_proven_by_who_gave_or_told_it() -> None:
    assert proven(CLI, TALK, OWN, "/w/ada") == (TALK, "")
    assert proven(CLI, TALK, OWN[:1], "/w/ada") == ("", "nothing is known of a conversation of its own")
    assert proven(CLI, "", OWN, "/w/ada") == ("", "nothing is known of a conversation of its own")


def test_an_id_that_could_be_an_option_is_none() -> None:
    known = [KnownSession(session="--rm", transcript="")]
    assert proven(CLI, "--rm", known, "/w/ada") == ("", "'--rm' is no conversation of Toy")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"cwd":"/w/ada","x":1}', "{session}.jsonl"),
        ('{"cwd":"/w/ada/src"}', "{session}.jsonl"),
        ('{"hash":"' + sha256(b"/w/ada").hexdigest() + '"}', "{session}.jsonl"),
        ("nothing", "-w-ada/{session}.jsonl"),
        ("nothing", f"{sha256(b'/w/ada').hexdigest()}/chats/{{session}}.jsonl"),
    ],
)
def test_a_transcript_that_names_the_workspace_proves_it(tmp_path: Path, text: str, path: str) -> None:
    assert proven(filed(tmp_path, text, path), TALK, OWN, "/w/ada") == (TALK, "")


def test_a_name_is_found_as_json_writes_it(tmp_path: Path) -> None:
    assert proven(filed(tmp_path, '{"cwd":"/w/za\\u017c"}'), TALK, OWN, "/w/zaż") == (TALK, "")


@pytest.mark.parametrize(
    ("text", "path"),
    [('{"cwd":"/w/ada-2"}', "{session}.jsonl"), ('{"cwd":"/x"}', "-w-ada-2/{session}.jsonl"), ("", "{session}.jsonl")],
)
def test_one_of_another_folder_does_not(tmp_path: Path, text: str, path: str) -> None:
    assert proven(filed(tmp_path, text, path), TALK, OWN, "/w/ada") == (
        "",
        "its conversation belongs to another folder",
    )


def test_one_that_is_gone_does_not(tmp_path: Path) -> None:
    cli = filed(tmp_path, "/w/ada")
    os.unlink(tmp_path / f"{TALK}.jsonl")
    assert proven(cli, TALK, OWN, "/w/ada") == ("", "nothing was written down of its conversation")


def test_the_file_that_a_hook_told_counts_for_more_than_a_pattern(tmp_path: Path) -> None:
    cli = filed(tmp_path, "/w/ada")
    (tmp_path / "other").write_text("/x")
    told = [KnownSession(session=TALK, transcript=str(tmp_path / "other"))]
    assert proven(cli, TALK, told, "/w/ada") == ("", "its conversation belongs to another folder")
