"""What landed on trunk is taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.fleet.agent import Agent
from muxer.store.log import newest
from muxer.store.promotions import Promotion, end_promotion, last_promotion
from muxer.workspaces.moving import move_workspace
from muxer.workspaces.repository import Workplace
from tests.exchange.promotions import Ground, ground_in
from tests.workspaces.repositories import commit, git

TRUNK = "refs/heads/muxer/trunk"


@pytest.fixture
async def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ground]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    async with ground_in(tmp_path) as made:
        yield made


async def last(ground: Ground) -> Promotion | None:
    return await ground.store.read(last_promotion, str(ground.home), TRUNK)


# ---- taking it back


async def test_a_promotion_is_taken_back_with_all_who_were_moved_onto_it(ground: Ground) -> None:
    ada, bob, cyd = [await ground.agent(name) for name in ("ada", "bob", "cyd")]
    base = ground.tip
    commit(ada.folder, "mine", "1\n")
    own = commit(cyd.folder, "cyds", "1\n")
    await ground.promoter.promote(ada)
    after = ground.tip
    move_workspace(Workplace(kind="worktree", folder=bob.folder), old=base, new=after)
    git(cyd.folder, "rebase", "--quiet", "muxer/trunk")
    one, moved = await ground.promoter.undo(ada)
    assert (one.after, moved) == (after, ["bob", "cyd"])
    assert ground.tip == base
    assert git(bob.folder, "rev-parse", "HEAD") == base
    assert git(cyd.folder, "rev-parse", "HEAD^") == base
    assert git(cyd.folder, "show", "HEAD:cyds") == "1"
    assert not Path(cyd.folder, "mine").exists()
    assert [name for name, _ in ground.notes] == ["bob", "cyd"]
    assert "HEAD was" in ground.notes[0][1]
    assert git(ground.home, "for-each-ref", "--contains", after, "refs/muxer/kept") != ""
    assert ground.lost() == [own], "but what git rebase left behind, which is kept by who watches"
    assert await last(ground) is None
    events = await ground.store.read(newest, 9)
    assert {"work.promoted", "promotion.undone"} <= {event.kind for event in events}
    assert ground.moved == [str(ground.home)] * 2


async def test_what_somebody_built_on_is_not_taken_back(ground: Ground) -> None:
    ada, bob = await ground.agent("ada"), await ground.agent("bob")

    async def refused(agent: Agent) -> str:
        before = git(ground.home, "for-each-ref")
        with pytest.raises(MuxerError) as trouble:
            await ground.promoter.undo(agent)
        assert git(ground.home, "for-each-ref") == before
        return str(trouble.value)

    assert await refused(ada) == "nothing was promoted to muxer/trunk that could be taken back"
    commit(ada.folder, "mine", "1\n")
    await ground.promoter.promote(ada)
    assert await refused(bob) == "ada promoted last: muxer promote ada --undo comes first"
    git(bob.folder, "reset", "--quiet", "--hard", "muxer/trunk")
    Path(bob.folder, "half").write_text("1\n")
    assert await refused(ada) == "bob has it and cannot be moved now: 1 file is not committed"
    Path(bob.folder, "half").unlink()
    commit(bob.folder, "mine", "2\n")
    assert await refused(ada) == "bob has built on it: git revert takes it back on trunk"
    git(bob.folder, "reset", "--quiet", "--hard", "main")
    git(ground.home, "tag", "v1", "muxer/trunk")
    assert await refused(ada) == "v1 has it already: git revert takes it back on muxer/trunk"
    git(ground.home, "tag", "--delete", "v1")
    commit(bob.folder, "bobs", "1\n")
    await ground.promoter.promote(bob)
    assert await refused(ada) == "bob promoted last: muxer promote bob --undo comes first"
    one = await last(ground)
    assert one
    await ground.store.ask(end_promotion, one.id)
    assert await refused(ada) == "muxer/trunk moved on since ada promoted: git revert takes it back there"


async def test_two_promotions_are_taken_back_one_after_the_other(ground: Ground) -> None:
    ada, bob = await ground.agent("ada"), await ground.agent("bob")
    base = ground.tip
    for agent in (ada, bob):
        commit(agent.folder, agent.token, "1\n")
        await ground.promoter.promote(agent)
    await ground.promoter.undo(bob)
    await ground.promoter.undo(ada)
    assert ground.tip == base
    await ground.promoter.promote(ada)
    assert ground.subjects()[0] == "Merge ada: wrote ada"


async def test_whoever_is_there_takes_back_what_one_promoted_who_is_gone(ground: Ground) -> None:
    ada, bob = await ground.agent("ada"), await ground.agent("bob")
    base = ground.tip
    commit(ada.folder, "mine", "1\n")
    await ground.promoter.promote(ada)
    assert await ground.promoter.last(bob) is None
    del ground.agents[ada.pane]
    one = await ground.promoter.last(bob)
    assert one is not None
    await ground.promoter.undo(bob)
    assert ground.tip == base
