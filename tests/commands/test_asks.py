"""Verbs that ask and answer, as every door calls them, with agents in real panes."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.table import CALLED_OFF, KEY, PROGRESS, VERBS, load_verbs, run, verb_named
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.events import AskChanged, MessagePassed
from muxer.fleet.agent import Agent
from muxer.model import Verdict
from muxer.store.agents import KnownAgent, add_agent
from muxer.talk import YOU, Rank
from tests.fleet.delivering import PROGRAM, small_cli
from tests.house import House, house_in, until
from tests.workspaces.repositories import commit

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        await made.services.mesh.learn()
        yield made
        made.services.mesh.stop()
        made.services.inbox.stop()


async def call(house: House, verb: str, **arguments: object) -> tuple[Any, str]:
    """What it answers, and how that reads."""
    answer = await run(verb_named(verb), house.services, arguments)
    show = VERBS[verb].show
    return answer, show(answer) if show else ""


def fails(verb: str, answer: object) -> bool:
    failing = VERBS[verb].fails
    return failing is not None and failing(answer)


async def agent(
    house: House, folder: Path, name: str, *, circle: str = "", rank: Rank = "agent", where: Path | None = None
) -> Agent:
    command = [sys.executable, str(PROGRAM), str(folder / name)]
    pane = (await call(house, "new", command=command, cwd="/", name=name))[0]["id"]
    await house.shows(pane, "ready")
    number = await house.services.store.ask(add_agent, KnownAgent(name=name, cli="small"))
    made = Agent(number, pane, small_cli(), token=f"token-{name}", folder=str(where or folder), spawned_at=time.time())
    made.circle, made.rank, made.verdict = circle, rank, Verdict(state="idle")
    house.services.agents.join(made, name)
    house.services.inbox.look = lambda one: one.verdict
    return made


async def asking(house: House, verb: str = "ask", **arguments: object) -> "asyncio.Task[tuple[Any, str]]":
    """It is asked, and its caller waits."""
    before, many = len(house.happened(AskChanged)), arguments.get("peers", ["one"])
    assert isinstance(many, list)
    task = asyncio.ensure_future(call(house, verb, wait=True, **arguments))
    await until(lambda: task.done() or len(house.happened(AskChanged)) == before + len(many), "the question")
    return task


def typed(folder: Path, name: str) -> str:
    """What was typed into that agent."""
    return (folder / name).read_text() if (folder / name).exists() else ""


def last_ask(house: House) -> int:
    passed = house.happened(MessagePassed)[-1]
    assert isinstance(passed, MessagePassed)
    return passed.message.id


async def test_who_waits_gets_the_answer_and_nothing_else(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, "ada")
    await agent(house, tmp_path, "backend")
    asked = await asking(house, peer="backend", text="which port?", token="token-ada")
    await until(lambda: "which port?" in typed(tmp_path, "backend"), "the question in its pane")
    said, words = await call(
        house, "reply", ask=last_ask(house), text="port 8080\nof \x1b[2Jcourse", token="token-backend"
    )
    assert words == f"ask {said['ask']} of ada is answered"
    answer, words = await asked
    assert answer == {"ask": said["ask"], "to": "backend", "answer": "port 8080\nof \x1b[2Jcourse"}
    assert words == "port 8080\nof [2Jcourse"


async def test_who_does_not_wait_gets_a_number_and_can_look_later(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, "backend")
    asked, words = await call(house, "ask", peer="backend", text="which port?")
    assert words == f"ask {asked['ask']} for backend"
    found, words = await call(house, "check-ask", ask=asked["ask"])
    assert (found["outcome"], words, fails("check-ask", found)) == ("open", f"open, ask {asked['ask']}", False)
    await call(house, "reply", ask=0, text="8080", token="token-backend")
    _, words = await call(house, "check-ask", ask=asked["ask"])
    assert words == "8080"


async def test_check_ask_can_wait(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, "backend")
    asked, _ = await call(house, "ask", peer="backend", text="which port?")
    looking = asyncio.ensure_future(call(house, "check-ask", ask=asked["ask"], timeout=20.0))
    await asyncio.sleep(0)
    await call(house, "reply", ask=asked["ask"], text="8080", token="token-backend")
    assert (await looking)[1] == "8080"
    with pytest.raises(UnknownName, match="ask"):
        await call(house, "check-ask", ask=77777)


async def test_no_answer_in_time_is_one_line_that_says_so(house: House, tmp_path: Path) -> None:
    """B14: what comes after that reaches its asker all the same, once."""
    ada = await agent(house, tmp_path, "ada")
    await agent(house, tmp_path, "backend")
    with pytest.raises(MuxerError, match=r"^ask \d+ expired: [^\n]+$"):
        await call(house, "ask", peer="backend", text="which port?", wait=True, timeout=0.05, token="token-ada")
    ada.verdict = Verdict(state="idle")
    await call(house, "reply", ask=last_ask(house), text="8080 after all", token="token-backend")
    await until(lambda: "8080 after all" in typed(tmp_path, "ada"), "the late answer")
    assert typed(tmp_path, "ada").count("8080 after all") == 1


async def test_who_is_gone_answers_nothing_and_that_is_said(house: House, tmp_path: Path) -> None:
    backend = await agent(house, tmp_path, "backend")
    asked = await asking(house, peer="backend", text="which port?")
    await call(house, "kill", pane=backend.pane)
    with pytest.raises(MuxerError, match=r"^ask \d+ failed: backend is gone$"):
        await asked


async def test_many_are_asked_at_once(house: House, tmp_path: Path) -> None:
    """B2: none of them waits for another one's answer."""
    for name in ("ada", "bob", "eve"):
        await agent(house, tmp_path, name)
    asked = await asking(house, "ask-many", text="ready?", peers=["ada", "bob", "eve"], timeout=20.0)
    open_, _ = await call(house, "asks", mine=True)
    numbers = {one["to"]: one["ask"] for one in open_}
    await call(house, "reply", ask=numbers["eve"], text="yes", token="token-eve")
    await call(house, "reply", ask=numbers["ada"], text="no", token="token-ada")
    await call(house, "cancel-ask", ask=numbers["bob"], why="bob sleeps")
    answers, words = await asked
    assert [(one["to"], one["outcome"]) for one in answers] == [
        ("ada", "answered"), ("bob", "cancelled"), ("eve", "answered"),
    ]  # fmt: skip
    assert words.splitlines()[0] == "ada: no"
    assert words.splitlines()[1].startswith("bob: cancelled")
    assert fails("ask-many", answers)
    assert not fails("ask-many", answers[:1])


async def test_open_ones_are_listed_to_whom_they_concern(house: House, tmp_path: Path) -> None:
    for name in ("ada", "bob", "eve"):
        await agent(house, tmp_path, name)
    await call(house, "ask", peer="bob", text="one \x1b]0;x\x07\n two", token="token-ada")
    await call(house, "ask", peer="you", text="three", token="token-eve")
    everything, words = await call(house, "asks")
    assert [(one["from"], one["to"]) for one in everything] == [("ada", "bob"), ("eve", "you")]
    assert [line.split()[1:4] for line in words.splitlines()[1:]] == [["ada", "bob", "open"], ["eve", "you", "open"]]
    assert words.isprintable() or set(filter(lambda c: not c.isprintable(), words)) == {"\n"}
    assert len((await call(house, "asks", mine=True))[0]) == 1
    assert len((await call(house, "asks", token="token-bob"))[0]) == 1


async def test_nobody_calls_another_ones_question_off(house: House, tmp_path: Path) -> None:
    for name in ("ada", "bob", "eve"):
        await agent(house, tmp_path, name)
    asked, _ = await call(house, "ask", peer="bob", text="one", token="token-ada")
    with pytest.raises(UsageError, match="none of yours"):
        await call(house, "cancel-ask", ask=asked["ask"], token="token-eve")
    with pytest.raises(UsageError, match="nobody else can answer it"):
        await call(house, "reply", ask=asked["ask"], text="I am bob", token="token-eve")
    ended, words = await call(house, "cancel-ask", ask=asked["ask"], token="token-ada")
    assert (ended["outcome"], words) == ("cancelled", f"ask {asked['ask']} is cancelled")


async def test_a_caller_who_calls_it_off_has_it_cancelled_and_one_cut_off_has_not(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, "ada")
    await agent(house, tmp_path, "bob")
    cut = await asking(house, peer="bob", text="one", token="token-ada")
    off = await asking(house, peer="bob", text="two", token="token-ada")
    many = await asking(house, "ask-many", peers=["bob"], text="three", token="token-ada")
    cut.cancel()
    off.cancel(CALLED_OFF)
    many.cancel(CALLED_OFF)
    await asyncio.wait([cut, off, many])
    assert all(task.cancelled() for task in (cut, off, many))
    assert [one["text"] for one in (await call(house, "asks"))[0]] == ["one"]


async def test_a_request_that_comes_again_is_the_same_question(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, "bob")
    KEY.set("talk:7")
    first, _ = await call(house, "ask", peer="bob", text="one")
    again, _ = await call(house, "ask", peer="bob", text="one")
    KEY.set("talk:8")
    other, _ = await call(house, "ask", peer="bob", text="one")
    assert first == again != other


async def test_who_waits_hears_what_the_other_does(house: House, tmp_path: Path) -> None:
    bob = await agent(house, tmp_path, "bob")
    bob.verdict = Verdict(state="working")
    heard: list[str] = []
    PROGRESS.set(heard.append)
    asked = await asking(house, peer="bob", text="one")
    await until(lambda: heard, "a word of it")
    assert "bob" in heard[0]
    asked.cancel(CALLED_OFF)
    await asyncio.wait([asked])


async def test_what_would_wait_for_ever_is_refused(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, "ada")
    await agent(house, tmp_path, "bob")
    asked = await asking(house, peer="bob", text="one", token="token-ada")
    with pytest.raises(UsageError, match="for ever"):
        await call(house, "ask", peer="ada", text="two", wait=True, token="token-bob")
    asked.cancel(CALLED_OFF)
    await asyncio.wait([asked])


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"peer": "ada", "text": "me?"}, "ada is you"), ({"peer": "nobody", "text": "x"}, "no peer named"),
        ({"peer": "bob", "text": " \n"}, "nothing in that text"), ({"peer": "far", "text": "x"}, "no peer named"),
        ({"peer": "bob", "text": "x", "timeout": -1.0}, "no time to wait"),
        ({"peer": "bob", "text": "x", "token": "token-nobody"}, "MUXER_TOKEN"),
    ],
    ids=["itself", "nobody", "nothing", "another circle", "time", "token"],
)  # fmt: skip
async def test_what_cannot_be_asked_is_one_line(
    house: House, tmp_path: Path, arguments: dict[str, Any], why: str
) -> None:
    await agent(house, tmp_path, "ada")
    await agent(house, tmp_path, "bob")
    await agent(house, tmp_path, "far", circle="elsewhere")
    with pytest.raises(MuxerError, match=rf"^[^\n]*{why}[^\n]*$"):
        await call(house, "ask", **({"token": "token-ada"} | arguments))
    assert house.happened(MessagePassed) == []


async def test_an_observer_answers_but_asks_nothing(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, "ada")
    await agent(house, tmp_path, "eve", rank="observer")
    with pytest.raises(MuxerError, match="observer"):
        await call(house, "ask", peer="ada", text="x", token="token-eve")
    asked, _ = await call(house, "ask", peer="eve", text="is it good?", token="token-ada")
    await call(house, "reply", ask=asked["ask"], text="it is", token="token-eve")
    assert (await call(house, "check-ask", ask=asked["ask"], token="token-ada"))[1] == "it is"


# ---- the person


async def test_a_question_to_the_person_waits_for_them_and_their_answer_goes_back(house: House, tmp_path: Path) -> None:
    """B20: whatever an agent says to a person is there to be seen."""
    ada = await agent(house, tmp_path, "ada")
    asked = await asking(house, peer="you", text="may I?", token="token-ada")
    (one,) = house.services.mesh.asks.open_to(YOU)
    assert (one.text, one.asker_name) == ("may I?", "ada")
    (need,) = house.services.mesh.needs()
    assert (need.pane, need.name, need.kind, need.words, need.ask) == (ada.pane, "ada", "asked", "may I?", one.id)
    await call(house, "reply", ask=one.id, text="you may")
    assert (await asked)[1] == "you may"
    assert house.services.mesh.needs() == []


async def test_what_the_person_is_told_is_needed_until_they_read_it(house: House, tmp_path: Path) -> None:
    """B20."""
    ada = await agent(house, tmp_path, "ada")
    await call(house, "notify", peer="you", text="it is merged", token="token-ada")
    (need,) = house.services.mesh.needs()
    assert (need.pane, need.kind, need.words) == (ada.pane, "told", "it is merged")
    assert "it is merged" in (await call(house, "read-inbox"))[1]
    assert house.services.mesh.needs() == []


# ---- attachments


async def test_a_file_goes_along(house: House, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own/plan.md").write_text("the plan")
    await agent(house, tmp_path, "ada", where=tmp_path / "own")
    await agent(house, tmp_path, "bob")
    asked, _ = await call(house, "ask", peer="bob", text="look", file=["plan.md"], token="token-ada")
    (one,) = (await call(house, "asks"))[0]
    text, _, copy = one["text"].partition("\nattached: ")
    assert (text, Path(copy).read_text()) == ("look", "the plan")
    message = await house.services.mesh.post.of(asked["ask"])
    assert message
    assert message.files == (copy,)
    (tmp_path / "mine.md").write_text("mine")
    await call(house, "ask", peer="bob", text="look", file=["mine.md"], cwd=str(tmp_path))
    assert "mine.md" in (await call(house, "asks"))[0][1]["text"]


async def test_a_file_outside_is_refused_and_nothing_is_asked(house: House, tmp_path: Path) -> None:
    """B50: a path that a peer says is not opened for anybody else."""
    (tmp_path / "own").mkdir()
    (tmp_path / "secret").write_text("the key")
    await agent(house, tmp_path, "ada", where=tmp_path / "own")
    await agent(house, tmp_path, "bob")
    with pytest.raises(MuxerError, match="only what is in its folder"):
        await call(house, "ask", peer="bob", text="x", file=["../secret"], cwd=str(tmp_path), token="token-ada")
    (tmp_path / "own/plan.md").write_text("the plan")
    with pytest.raises(MuxerError, match="ada is you"):
        await call(house, "ask", peer="ada", text="x", file=["plan.md"], token="token-ada")
    assert (await call(house, "asks"))[0] == []
    assert os.listdir(f"{house.paths.state}/spool") == []


# ---- reading a peer


async def test_the_last_lines_of_a_screen(house: House, tmp_path: Path) -> None:
    bob = await agent(house, tmp_path, "bob")
    house.panes.terminals[bob.pane].engine.feed(b"\r\none\r\n\x1b[31mtwo\x1b[m\r\n\r\n")
    read, words = await call(house, "read-peer", peer="bob", lines=2, token="")
    assert (read["name"], read["lines"], read["commits"]) == ("bob", ["one", "two"], [])
    assert words == "one\ntwo"
    for lines, commits in ((201, 0), (-1, 0), (1, 51)):
        with pytest.raises(UsageError, match="up to"):
            await call(house, "read-peer", peer="bob", lines=lines, commits=commits)


async def test_its_last_commits(house: House, tmp_path: Path, shop: Path) -> None:
    await agent(house, tmp_path, "bob", where=shop)
    commit(shop, "totals.py", "1")
    read, words = await call(house, "read-peer", peer="bob", commits=2)
    assert read["commits"][0].partition(" ")[2] == "wrote totals.py  +1 −0 in 1"
    assert len(words.splitlines()) == len(read["commits"]) == 2


async def test_who_is_in_another_circle_or_has_no_screen_is_not_read(house: House, tmp_path: Path) -> None:
    await agent(house, tmp_path, "ada", circle="shop")
    await agent(house, tmp_path, "bob", circle="api")
    with pytest.raises(UnknownName):
        await call(house, "read-peer", peer="bob", token="token-ada")
    with pytest.raises(MuxerError, match="you has no screen here"):
        await call(house, "read-peer", peer="you", token="token-ada")
