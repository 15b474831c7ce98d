"""Workspaces are kept on trunk as a person asks for it, or does not."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.events import AgentChanged, PaneClosed, WorkChanged
from muxer.exchange.courtesy import GIVEN_UP
from muxer.exchange.syncing import Outcome
from muxer.store.syncs import syncs
from muxer.work import Coordination
from muxer.workspaces.merging import rebased
from tests.exchange.grounds import Ground, ground_in
from tests.workspaces.repositories import commit, git


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground_in(tmp_path) as made:
        yield made


# ---- what people ask


async def test_asked_now_an_agent_at_work_is_not_waited_for(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    tip = ground.promote("theirs", "2\n")
    assert await ground.syncer.sync(ada) == Outcome("waits", "its agent works")
    moved = await ground.syncer.sync(ada, urged=True)
    assert moved.what == "moved"
    assert ground.head(ada) == tip
    assert (await ground.syncer.sync(ada)).what == "current"


async def test_asked_now_what_is_not_committed_still_counts(ground: Ground) -> None:
    ada = await ground.agent("ada")
    Path(ada.folder, "read.me").write_text("half\n")
    ground.promote("theirs", "2\n")
    assert await ground.syncer.sync(ada, urged=True) == Outcome("waits", "1 file is not committed")


async def test_given_up_it_waits_for_trunk_to_move_again(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    head = ground.head(ada)
    assert (await ground.syncer.abort(ada)).words == "nothing waits there"
    ground.promote("theirs", "2\n")
    await ground.rest()
    assert await ground.syncer.abort(ada) == Outcome("left", GIVEN_UP)
    await ground.next_host()
    ground.turn(ada, "idle")
    await ground.stir(ada)
    assert (ground.head(ada), ground.why(ada)) == (head, GIVEN_UP)
    tip = ground.promote("theirs", "3\n")
    await ground.rest()
    assert ground.head(ada) == tip


async def test_given_up_it_can_still_be_asked_for(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    tip = ground.promote("theirs", "2\n")
    await ground.rest()
    await ground.syncer.abort(ada)
    assert (await ground.syncer.sync(ada, urged=True)).what == "moved"
    assert ground.head(ada) == tip


async def test_two_at_once_are_one_after_the_other(ground: Ground) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    tip = ground.promote("theirs", "2\n")
    outcomes = await asyncio.gather(*(ground.syncer.sync(ada) for _ in range(3)))
    assert {outcome.what for outcome in outcomes} == {"current"}
    assert git(ada.folder, "rev-parse", "HEAD^") == tip
    assert len(ground.notes) == 1


async def test_switched_off_it_is_moved_only_when_somebody_asks(ground: Ground) -> None:
    ada = await ground.agent("ada")
    ground.syncer.wanted = lambda _: False
    tip = ground.promote("theirs", "2\n")
    assert ground.syncer._tasks == {}
    assert (await ground.syncer.sync(ada)).what == "moved"
    assert ground.head(ada) == tip


async def test_who_is_gone_waits_for_nothing(ground: Ground) -> None:
    ada = await ground.agent("ada", state="working")
    ground.promote("theirs", "2\n")
    await ground.rest()
    ground.tell(WorkChanged(ada.pane))
    ground.tell(PaneClosed(ada.pane))
    del ground.agents[ada.pane]
    for event in (WorkChanged(ada.pane), AgentChanged(ada.pane)):
        ground.tell(event)
    await ground.rest()
    assert ground.syncer.pending == {}
    await ground.store.settled()
    assert await ground.store.read(syncs) == []


async def test_before_the_first_promotion_there_is_nothing_to_do(ground: Ground) -> None:
    ada = await ground.agent("ada")
    ground.syncer._trunk = lambda _: Coordination(root=str(ground.home), operator="ada")
    assert await ground.syncer.sync(ada) == Outcome("current", "nothing was promoted yet")
    with pytest.raises(MuxerError):
        rebased(ada.folder, ground.head(ada), "f" * 40)
