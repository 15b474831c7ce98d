"""The verb on agents, against a real store, real repositories and real programs."""

import os
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.line import obey
from muxer.commands.table import load_verbs, run, verb_named
from muxer.commands.typed import read_words
from muxer.errors import UnknownName, UsageError
from muxer.fleet.agent import Agent
from muxer.store.agents import agent_numbered
from tests.fleet.toys import spawned
from tests.house import House
from tests.workspaces.repositories import commit

load_verbs()


@pytest.fixture
async def ada(house: House, shop: Path) -> Agent:
    agent = await spawned(house, shop, name="ada", prompt="go")
    await house.shows(agent.pane, "new ada: go.")
    return agent


async def agent(house: House, *words: str) -> Any:
    verb = verb_named("agent")
    answer = await run(verb, house.services, read_words(verb, words)[0])
    await house.services.store.settled()
    return answer


async def said(house: House, *words: str, status: int = 0) -> list[str]:
    """As people read it."""
    text, found = await obey(verb_named("agent"), words, house.services)
    await house.services.store.settled()
    assert found == status, text
    return text.splitlines()


async def test_agents_are_listed_and_those_that_are_gone_on_request(house: House, ada: Agent, tmp_path: Path) -> None:
    eve = await spawned(house, tmp_path, name="eve", command=("cat",))
    assert [(one["name"], one["state"] != "gone") for one in (await agent(house, "ls"))["agents"]] == [
        ("ada", True), ("eve", True),
    ]  # fmt: skip
    await agent(house, "kill", "eve")
    assert [one["name"] for one in (await agent(house, "ls"))["agents"]] == ["ada"]
    lines = await said(house, "ls", "--all")
    assert lines[0].split() == ["NAME", "CLI", "STATE", "WORKSPACE", "FOLDER"]
    assert lines[2].split() == ["eve", "-", "gone", "here", eve.folder]
    assert (await agent(house, "get", "ada"))["agent"]["session"] == ada.session
    assert (await agent(house, "get", "eve"))["agent"]["state"] == "gone"
    assert "secret" not in str(await agent(house, "ls", "--all"))
    assert ada.token not in str(await agent(house, "ls", "--all"))


async def test_before_the_first_one_it_says_how_to_get_it(house: House) -> None:
    assert await said(house, "ls") == ["there is no agent yet: muxer spawn"]


async def test_a_name_is_changed_for_pane_and_agent(house: House, ada: Agent) -> None:
    assert await said(house, "rename", "ada", "grace") == ["ada is called grace now"]
    assert house.panes.living[ada.pane].name == "grace"
    known = await house.services.store.read(agent_numbered, ada.id)
    assert known
    assert known.name == "grace"


async def test_killing_keeps_the_work_and_twice_is_fine(house: House, ada: Agent) -> None:
    commit(ada.folder, "a", "a")
    assert await said(house, "kill", "ada") == [f"ada is gone; its work stays in {ada.folder} on {ada.branch}"]
    assert await said(house, "kill", "ada") == ["ada is gone already"]
    assert Path(ada.folder, "a").read_text() == "a"
    with pytest.raises(UnknownName, match="no agent named 'bob'"):
        await agent(house, "kill", "bob")


async def test_restart_says_which_conversation_goes_on(house: House, ada: Agent, tmp_path: Path) -> None:
    assert await said(house, "restart", "ada") == ["ada was started again and goes on with its own conversation"]
    await house.shows(ada.pane, "again ada")
    os.unlink(tmp_path / "bin" / "talks" / f"{ada.session}.txt")
    why = "nothing was written down of its conversation, so it begins a new one"
    assert await said(house, "restart", "ada") == [f"ada was started again: {why}"]


async def test_a_gone_one_is_restored(house: House, ada: Agent) -> None:
    with pytest.raises(UsageError, match="ada is there: muxer agent restart ada starts its program again"):
        await agent(house, "restore", "ada")
    await agent(house, "kill", "ada")
    where = f"{ada.folder} on {ada.branch}"
    assert await said(house, "restore", "ada") == [f"ada is back in {where} and goes on with its own conversation"]
    assert house.services.agents.find("ada").id == ada.id


async def test_cleanup_takes_what_is_elsewhere_and_names_what_is_not(house: House, ada: Agent, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    eve = await spawned(house, shop, name="eve")
    Path(ada.folder, "new").write_text("x")
    with pytest.raises(UsageError, match="ada is there: muxer agent kill ada first"):
        await agent(house, "cleanup", "ada")
    await agent(house, "kill", "ada", "eve")
    assert await said(house, "cleanup", status=1) == [
        "eve left nothing behind",
        "ada was left as it is: 1 untracked file (new): muxer agent cleanup --discard ada removes all of it",
    ]
    assert not os.path.exists(eve.folder)
    assert Path(ada.folder, "new").is_file()
    (line,) = await said(house, "cleanup", "--discard", "ada")
    assert line.startswith("ada left nothing behind but refs/muxer/kept/ada/")
    assert not os.path.exists(ada.folder)
    assert await said(house, "cleanup") == ["no agent left anything behind"]


async def test_discarding_one_spares_the_others(house: House, ada: Agent, tmp_path: Path) -> None:
    eve = await spawned(house, tmp_path / "shop", name="eve")
    for one in (ada, eve):
        Path(one.folder, "new").write_text("x")
    await agent(house, "kill", "ada", "eve")
    answer = await agent(house, "cleanup", "eve", "--discard", "ada")
    assert [one["name"] for one in answer["left"]] == ["eve"]
    assert Path(eve.folder, "new").is_file()


async def test_what_is_set_holds_and_is_written_down(house: House, ada: Agent) -> None:
    words = ("--role", "tester", "--model", "small", "--auto", "on", "--policy", "always")
    assert await said(house, "set", "ada", *words) == ["set, from its next start on"]
    facts = house.services.agents.facts(ada)
    assert (facts.role, facts.model, facts.auto) == ("tester", "small", True)
    assert house.services.facts(ada.pane).policy == "always"
    known = await house.services.store.read(agent_numbered, ada.id)
    assert known
    assert (known.role, known.choices["model"], known.choices["auto"], known.choices["policy"]) == (
        "tester", "small", True, "always",
    )  # fmt: skip
    assert known.choices["prompt"] == "go"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("set", "ada"), "say what: --role, --circle, --rank, --model, --auto or --policy"),
        (("set", "ada", "--role", "\x1b"), "--role .* is not a word"),
        (("restart",), "say which: muxer agent restart NAME"),
        (("rename", "ada"), "say both: muxer agent rename NAME NEW"),
    ],
)
@pytest.mark.usefixtures("ada")
async def test_what_is_off_is_one_line(house: House, words: tuple[str, ...], line: str) -> None:
    with pytest.raises(UsageError, match=line):
        await agent(house, *words)
