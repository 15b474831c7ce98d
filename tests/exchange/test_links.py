"""A repository's line to its remote: what is told, what is overwritten, and what happens when it is cut."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest

from muxer.exchange.links import PeerMoved, Reach, pause
from muxer.store.database import Store
from muxer.work import Coordination
from muxer.workspaces.publishing import Trouble
from tests.exchange.machines import MINE, Machine, machines_in
from tests.exchange.relaying import Mortal
from tests.house import until
from tests.workspaces.repositories import git
from tests.workspaces.transports import bare, closed

OTHER = "refs/heads/muxer/ada/codex/work"
PEER = "refs/heads/muxer/bob/claude/work"


@pytest.fixture
async def machines(tmp_path: Path) -> AsyncIterator[list[Machine]]:
    """Two of them, and one remote."""
    async with machines_in(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("reach", "seconds"),
    [
        (Reach(), 30),
        (Reach(tries=2), 46.875),
        (Reach(tries=99), 120),
        (Reach(trouble=Trouble(kind="offline", line=""), tries=0), 30),
        (Reach(trouble=Trouble(kind="offline", line=""), tries=3), 240),
        (Reach(trouble=Trouble(kind="denied", line=""), tries=9999), 600),
    ],
)
def test_it_is_looked_at_less_often_when_nothing_happens_and_when_it_is_away(reach: Reach, seconds: float) -> None:
    assert pause(reach) == seconds


# ---- what others push


async def test_what_others_pushed_is_told_once_and_what_is_old_never(machines: list[Machine]) -> None:
    one, two = machines
    old = two.works(PEER)
    await two.link.turn()
    await one.link.turn()
    assert one.peers == []
    new = two.works(PEER)
    await two.link.turn()
    await one.link.turn()
    await one.link.turn()
    assert one.peers == [PeerMoved(one.root, "bob", "claude", old, new)]
    fresh = two.works("refs/heads/muxer/bob/Kid_9/work")
    await two.link.turn()
    await one.link.turn()
    assert one.peers[1:] == [PeerMoved(one.root, "bob", "Kid_9", "", fresh)]
    assert two.peers == []


async def test_it_is_told_also_by_the_next_host_and_if_the_person_fetched_it(machines: list[Machine]) -> None:
    one, two = machines
    old = two.works(PEER)
    await two.link.turn()
    await one.link.turn()
    new = two.works(PEER)
    await two.link.turn()
    git(one.home, "fetch", "--quiet")
    await one.next_host()
    await one.link.turn()
    await one.next_host()
    await one.link.turn()
    assert one.peers == [PeerMoved(one.root, "bob", "claude", old, new)]


async def test_it_is_told_until_somebody_heeds_it(machines: list[Machine]) -> None:
    one, two = machines
    await one.link.turn()
    one.heeds = False
    first = two.works(PEER)
    await two.link.turn()
    for _ in range(2):
        await one.link.turn()
    await one.next_host()
    second = two.works(PEER)
    await two.link.turn()
    await one.link.turn()
    assert [(peer.before, peer.after) for peer in one.peers] == [("", first), ("", first), ("", second)]
    one.peers[-1].heeded()
    await one.link.turn()
    await one.next_host()
    await one.link.turn()
    assert len(one.peers) == 3


async def test_who_is_killed_at_its_first_look_tells_nothing_that_is_old(machines: list[Machine]) -> None:
    one, two = machines
    two.works(PEER)
    two.works("refs/heads/muxer/bob/codex/work")
    await two.link.turn()
    for writes in range(4):
        one.link._store = cast("Store", Mortal(one.store, writes))
        await one.link.turn()
        await one.next_host()
        await one.link.turn()
        assert one.peers == []
        await one.store.ask(lambda connection: connection.execute("DELETE FROM leases").rowcount)
        await one.next_host()


async def test_one_that_is_gone_and_comes_back_is_new(machines: list[Machine]) -> None:
    one, two = machines
    await one.link.turn()
    new = two.works(PEER)
    await two.link.turn()
    await one.link.turn()
    git(two.far, "update-ref", "-d", PEER)
    await one.link.turn()
    await two.link.turn()
    assert two.lies(PEER) == ""  # it had our lease: what somebody removed is seen first
    await two.link.turn()
    assert two.lies(PEER) == new
    assert two.told == []
    await one.link.turn()
    assert [peer.before for peer in one.peers] == ["", ""]


async def test_work_of_our_own_agent_that_went_is_no_news(machines: list[Machine]) -> None:
    one, _ = machines
    one.works()
    await one.link.turn()
    one.own.clear()
    await one.link.turn()
    await one.next_host()
    await one.link.turn()
    assert one.peers == []


# ---- what is pushed


async def test_revis_06_what_was_committed_while_no_host_was_there_is_published(machines: list[Machine]) -> None:
    one, _ = machines
    one.works()
    await one.link.turn()
    await one.next_host()
    head = one.works()
    await one.link.turn()
    assert one.lies() == head
    assert one.link.pushed(one.where(), MINE) == head


async def test_an_amended_commit_is_published_as_well(machines: list[Machine]) -> None:
    one, _ = machines
    one.works()
    await one.link.turn()
    git(one.home, "commit", "--quiet", "--amend", "-m", "better")
    one.own[MINE] = git(one.home, "rev-parse", "HEAD")
    await one.link.turn()
    assert one.lies() == one.own[MINE]


async def test_what_was_pushed_right_before_the_host_was_killed_is_known(machines: list[Machine]) -> None:
    one, _ = machines
    head = one.works()
    git(one.home, "push", "--quiet", "origin", f"{head}:{MINE}")
    git(one.home, "commit", "--quiet", "--amend", "-m", "better")
    git(one.home, "update-ref", f"refs/muxer/kept/claude/{head[:12]}", head)
    one.own[MINE] = git(one.home, "rev-parse", "HEAD")
    await one.link.turn()
    assert one.lies() == one.own[MINE]
    assert one.told == []


async def test_revis_17_the_same_operator_on_two_machines_is_named_and_nothing_is_overwritten(
    machines: list[Machine],
) -> None:
    one, two = machines
    theirs = one.works()
    await one.link.turn()
    two.works(name="other")
    side = two.works(OTHER, "side")
    for _ in range(3):
        await two.link.turn()
    assert two.lies() == theirs
    assert two.lies(OTHER) == side
    (line,) = two.lines
    assert line.startswith("muxer/ada/claude/work on origin is published by another machine as you: rename one,")
    assert line.endswith(" muxer agent rename claude NEW")
    newer = one.works()
    git(two.home, "fetch", "--quiet")  # a tracking branch that is fresh is no lease
    await one.link.turn()
    await two.link.turn()
    assert one.lies() == newer
    assert one.lines == []
    await two.next_host()
    await two.link.turn()
    assert (two.lies(), set(two.link.taken)) == (newer, {MINE})
    git(two.far, "update-ref", "-d", MINE)
    await two.link.turn()
    assert (two.lies(), two.link.taken) == (two.own[MINE], {})


async def test_what_was_only_seen_there_is_not_overwritten_later(machines: list[Machine]) -> None:
    one, two = machines
    await two.link.turn()
    theirs = one.works()
    await one.link.turn()
    await two.link.turn()
    assert [peer.after for peer in two.peers] == [theirs]
    await two.next_host()
    two.works(name="other")
    await two.link.turn()
    assert two.lies() == theirs


async def test_one_workspace_whose_commit_is_nowhere_does_not_stop_the_others(machines: list[Machine]) -> None:
    one, _ = machines
    one.own[OTHER] = "f" * 40
    head = one.works()
    await one.link.turn()
    assert (one.lies(), one.lies(OTHER)) == (head, "")
    assert one.link.reach.trouble is None


async def test_revis_18_what_the_remote_does_not_take_is_named_once(machines: list[Machine]) -> None:
    one, two = machines
    git(one.far, "branch", "muxer/ada", "main")
    one.works()
    one.works(OTHER)
    two.works(PEER)
    for machine in (one, two, one):
        await machine.link.turn()
    assert len(one.lines) == 1
    assert one.lines[0].endswith(
        "and 1 more cannot be published on origin: a branch named muxer/ada is in its way there: rename that one"
    )
    assert set(one.link.reach.refused) == {MINE, OTHER}
    assert one.link.reach.trouble is None
    assert two.lies(PEER) == two.own[PEER]
    git(one.far, "branch", "-D", "muxer/ada")
    await one.link.turn()
    assert one.lies() == one.own[MINE]
    assert one.link.reach.refused == {}


# ---- what goes wrong


async def test_revis_16_a_base_that_is_gone_fails_nothing_else(machines: list[Machine]) -> None:
    one, two = machines
    await one.link.turn()
    git(one.far, "branch", "-m", "main", "trunk")
    new = two.works(PEER)
    for _ in range(2):
        await two.link.turn()
    head = one.works()
    for _ in range(4):
        await one.link.turn()
    assert one.lies() == head
    assert [peer.after for peer in one.peers] == [new]
    assert one.lines == ["origin has no main any more: muxer init --base chooses another"]
    assert git(one.home, "rev-parse", "--verify", "origin/main")
    one.base = "trunk"
    await one.link.turn()
    assert git(one.home, "rev-parse", "origin/trunk") == git(one.far, "rev-parse", "trunk")


async def test_offline_is_a_state_that_is_told_once_and_once_when_it_is_over(machines: list[Machine]) -> None:
    one, _ = machines
    head = one.works()
    one.points_to(closed())
    for tries in range(3):
        await one.link.turn()
        assert one.link.reach.tries == tries
    since = one.link.reach.since
    assert since
    assert one.link.reach.trouble
    assert one.link.reach.trouble.kind == "offline"
    assert len(one.lines) == 1
    one.link._stirred.clear()
    one.link.stir()
    assert not one.link._stirred.is_set()
    one.link.stir(urged=True)
    assert one.link._stirred.is_set()
    one.points_to(one.far.parent / "nowhere.git")
    await one.link.turn()
    assert one.link.reach.since == since
    one.points_to(one.far)
    for _ in range(2):
        await one.link.turn()
    assert len(one.lines) == 3
    assert one.lines[-1] == "origin is reached again"
    assert one.link.reach.trouble is None
    assert one.lies() == head


async def test_a_remote_that_drops_in_the_middle_of_a_push(machines: list[Machine]) -> None:
    one, _ = machines
    hook = one.far / "hooks" / "post-receive"
    hook.write_text("#!/bin/sh\nkill -9 $PPID\n")
    hook.chmod(0o755)
    head = one.works()
    await one.link.turn()
    assert one.link.reach.trouble
    assert one.link.reach.trouble.kind == "offline"
    hook.unlink()
    await one.link.turn()
    assert one.link.reach.trouble is None
    newer = one.works()
    assert newer != head
    await one.link.turn()
    assert one.lies() == newer
    assert one.lines[1:] == ["origin is reached again"]


async def test_another_remote_by_the_same_name_gets_all_of_it(machines: list[Machine], tmp_path: Path) -> None:
    one, _ = machines
    head = one.works()
    await one.link.turn()
    one.far = bare(tmp_path / "elsewhere.git", tmp_path / "seed")
    one.points_to(one.far)
    newer = one.works()
    for _ in range(2):
        await one.link.turn()
    assert one.lies() == newer != head


async def test_a_repository_that_went_away_is_said_once(machines: list[Machine]) -> None:
    one, _ = machines
    where = one.where()
    one.link._trunk = lambda: where
    one.home.rename(one.folder / "away")
    for _ in range(2):
        await one.link.turn()
    assert len(one.lines) == 1


# ---- when


async def test_revis_19_one_fetch_and_one_push_for_all_agents(
    machines: list[Machine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = machines
    one.works()
    one.works(OTHER)
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(tmp_path / "trace"))
    await one.link.turn()
    await one.link.turn()
    said = [json.loads(line) for line in (tmp_path / "trace").read_text().splitlines()]
    names = [event["name"] for event in said if event["event"] == "cmd_name"]
    assert (names.count("fetch"), names.count("push")) == (2, 1)


async def test_what_happens_soon_after_each_other_is_pushed_together(machines: list[Machine]) -> None:
    one, _ = machines
    begun: list[dict[str, str]] = []

    def where() -> Coordination:
        begun.append({**one.own})
        return one.where()

    turns: list[str] = []
    one.link._trunk, one.link.on_turn = where, turns.append
    task = asyncio.get_running_loop().create_task(one.link.run())
    await until(lambda: turns)
    for _ in range(2):
        head = one.works()
        one.link.stir()
        await asyncio.sleep(0.01)
    await until(lambda: one.lies() == head)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert begun == [{}, {MINE: head}]
