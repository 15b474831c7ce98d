"""A host is killed before each thing that it writes down of an ask: the next one brings it to its end, once."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from muxer.mesh import docket
from tests.house import until
from tests.mesh.housed import ANSWER, KEY, QUESTION, Housed, next_host_in

STEPS = {"waits": 6, "goes on": 10, "cancels": 12}
"""One more than there are, for the kill after the last."""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = tempfile.mkdtemp(prefix="mx", dir="/tmp")
    os.mkdir(f"{folder}/t", 0o700)
    os.mkdir(f"{folder}/state")
    yield Path(folder)
    shutil.rmtree(folder)


async def killed(folder: Path, which: str, step: int) -> str:
    """One host, until it is; what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.mesh.housed", str(folder), which, str(step), stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )  # fmt: skip
    told, _ = await process.communicate()
    assert process.returncode == -9
    return told.decode()


async def replies(housed: Housed) -> None:
    """As bob does once he has read the question, and again if nobody said that his answer was taken."""
    asks = housed.mesh.asks
    await until(lambda: housed.read("bob", QUESTION), "the question")
    for ask in asks.open_to(housed.mesh.peers.find("bob", by=housed.mesh.person).id):
        await asks.reply(housed.mesh.peer(ask.answerer), ask.id, ANSWER)


@pytest.mark.parametrize("again", [True, False], ids=["comes again", "does not"])
@pytest.mark.parametrize("step", range(1, STEPS["waits"] + 1))
async def test_repowire_13_who_waited_gets_its_answer_once(
    folder: Path, step: int, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await killed(folder, "waits", step)
    monkeypatch.setattr(docket, "GRACE", 5.0 if again else 0.02)
    async with next_host_in(folder) as housed:
        asks, mesh = housed.mesh.asks, housed.mesh
        ada, bob = [mesh.peers.find(name, by=mesh.person) for name in ("ada", "bob")]
        was_told = bool(said) or (step > 1 and (await asks.find(1)).told_at is not None)
        if again:
            asked = await asks.ask(ada, bob, QUESTION, key=KEY)
            waiting = asyncio.ensure_future(asks.outcome(asked.id, ada))
            await replies(housed)
            assert (await waiting).answer == ANSWER
        elif step > 1:
            await replies(housed)
            await until(lambda: was_told or housed.read("ada", ANSWER), "the answer")
        await housed.house.stores[-1].settled()
        await until(lambda: not mesh.inbox.waiting(ada.pane) and not mesh.inbox.waiting(bob.pane), "quiet")
        assert housed.read("bob", QUESTION) == (again or step > 1)
        assert housed.read("ada", ANSWER) == (step > 1 and not again and not was_told)
        assert not asks.open_to(bob.id)


@pytest.mark.parametrize("step", range(1, STEPS["goes on"] + 1))
async def test_repowire_13_who_went_on_gets_its_answer_once(folder: Path, step: int) -> None:
    await killed(folder, "goes on", step)
    async with next_host_in(folder) as housed:
        mesh = housed.mesh
        ada, bob = [mesh.peers.find(name, by=mesh.person) for name in ("ada", "bob")]
        if step > 1:
            await replies(housed)
            await until(lambda: housed.read("ada", ANSWER), "the answer")
            await until(lambda: not mesh.inbox.waiting(ada.pane), "quiet")
            assert (await mesh.asks.find(1)).told_at
        assert housed.read("bob", QUESTION) == housed.read("ada", ANSWER) == (step > 1)
        assert not mesh.asks.open_to(bob.id)


@pytest.mark.parametrize("step", range(4, STEPS["cancels"] + 1))
async def test_who_read_a_question_hears_once_that_it_is_cancelled(
    folder: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docket, "GRACE", 0.02)
    await killed(folder, "cancels", step)
    async with next_host_in(folder) as housed:
        mesh = housed.mesh
        ada, bob = [mesh.peers.find(name, by=mesh.person) for name in ("ada", "bob")]
        await mesh.asks.cancel(ada, 1)
        await until(lambda: housed.read("bob", "no answer any more"), "word of it")
        await until(lambda: not mesh.inbox.waiting(bob.pane), "quiet")
        assert housed.read("bob", QUESTION) == housed.read("bob", "no answer any more") == 1
        assert (await mesh.asks.find(1)).outcome == "cancelled"


@pytest.mark.parametrize("which", STEPS)
async def test_there_are_no_more_steps(folder: Path, which: str) -> None:
    said = await killed(folder, which, 0)
    async with next_host_in(folder):
        assert int(said.split()[-1]) < STEPS[which], "kill before all of them"
