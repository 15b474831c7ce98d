"""Work is kept until a person says otherwise, whatever is done to its agent and in whatever order."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muxer.errors import MuxerError
from muxer.fleet.agent import Agent
from muxer.model import Workspace
from muxer.store.agents import KnownAgent, gone_agents
from muxer.workspaces.repository import lock_of
from tests.fleet.toys import knows, spawned, toy_cli
from tests.house import House, house_in, until
from tests.workspaces.repositories import commit, git, repository


async def killed(house: House, agent: Agent) -> KnownAgent:
    name = house.services.agents.facts(agent).name
    await house.services.close_pane(house.panes.living[agent.pane])
    await house.services.store.settled()
    return await house.services.agents.gone(name)


@pytest.mark.parametrize("kind", ["worktree", "clone"])
async def test_an_untouched_workspace_goes_without_a_trace(house: House, shop: Path, kind: Workspace) -> None:
    known = await killed(house, await spawned(house, shop, workspace=kind))
    await house.services.clearing.clear(known)
    assert not os.path.exists(known.folder)
    assert git(shop, "branch", "--list") == "* main"
    assert len(git(shop, "worktree", "list").splitlines()) == 1
    assert os.listdir(f"{house.paths.state}/agents") == []
    assert await house.services.store.read(gone_agents) == []


@pytest.mark.parametrize("kind", ["worktree", "clone"])
async def test_revis_21_work_that_is_nowhere_else_stays_until_it_is_discarded_by_name(
    house: House, shop: Path, kind: Workspace
) -> None:
    agent = await spawned(house, shop, workspace=kind)
    commit(agent.folder, "a", "a")
    Path(agent.folder, "b").write_text("b")
    known = await killed(house, agent)
    with pytest.raises(MuxerError, match=r"1 untracked file \(b\); 1 commit on no other .* --discard toy removes all"):
        await house.services.clearing.clear(known)
    assert Path(known.folder, "b").read_text() == "b"
    assert [one.name for one in await house.services.store.read(gone_agents)] == ["toy"]
    await house.services.clearing.clear(known, discard=True)
    assert not os.path.exists(known.folder)
    assert git(shop, "branch", "--list") == "* main"


async def test_the_folder_itself_stays(house: House, shop: Path) -> None:
    known = await killed(house, await spawned(house, shop, workspace="here"))
    (shop / "b").write_text("b")
    await house.services.clearing.clear(known, discard=True)
    assert sorted(os.listdir(shop)) == [".git", "b", "read.me"]
    assert await house.services.store.read(gone_agents) == []


async def test_a_workspace_in_which_somebody_else_is_stays(house: House, shop: Path) -> None:
    agent = await spawned(house, shop)
    await house.services.open_pane(["cat"], cwd=agent.folder, name="reader")
    known = await killed(house, agent)
    with pytest.raises(MuxerError, match="reader works there: close that pane first"):
        await house.services.clearing.clear(known, discard=True)
    assert os.path.isdir(known.folder)


async def test_a_workspace_that_somebody_removed_is_cleared_away(house: House, shop: Path) -> None:
    known = await killed(house, await spawned(house, shop))
    await until(lambda: not lock_of(known.folder), "its being unlocked")
    git(shop, "worktree", "remove", known.folder)
    await house.services.clearing.clear(known)
    assert git(shop, "branch", "--list") == "* main"
    assert await house.services.store.read(gone_agents) == []


# ---- in any order


DEEDS = st.lists(
    st.one_of(
        st.tuples(
            st.just("write"), st.sampled_from(["read.me", "new", "deep/er/new"]), st.text(min_size=1, max_size=9)
        ),
        st.tuples(st.just("commit")),
        st.tuples(st.just("detach")),
        st.tuples(st.sampled_from(["kill", "cleanup", "restore"])),
    ),
    min_size=3,
    max_size=12,
)


class Work:
    """An agent's work, and all that must not be lost of it."""

    def __init__(self, house: House, shop: Path, agent: Agent) -> None:
        self._house, self._shop, self._agent = house, shop, agent
        self._known: KnownAgent | None = None
        self.cleared = False

    async def do(self, deed: str, *words: str) -> None:
        await getattr(self, deed)(*words)

    async def write(self, name: str, text: str) -> None:
        file = Path(self._agent.folder, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    async def commit(self) -> None:
        git(self._agent.folder, "add", "--all")
        git(self._agent.folder, "commit", "--quiet", "--allow-empty", "--message", "more")

    async def detach(self) -> None:
        git(self._agent.folder, "checkout", "--quiet", "--detach")

    async def kill(self) -> None:
        if self._known is None:
            self._known = await killed(self._house, self._agent)

    async def restore(self) -> None:
        if self._known is not None:
            self._agent = (await self._house.services.spawner.restore(self._known)).agent
            self._known = None

    async def cleanup(self) -> None:
        if self._known is None:
            return
        before = self.all_of_it()
        try:
            await self._house.services.clearing.clear(self._known)
        except MuxerError:
            assert self.all_of_it() == before
        else:
            self.cleared = True
            files, head = before
            assert git(self._shop, "branch", "--contains", head, "--list", "main")
            assert {name: git(self._shop, "show", f"{head}:{name}") for name in files} == files

    def all_of_it(self) -> tuple[dict[str, str], str]:
        folder = Path(self._agent.folder)
        files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts]
        read = {str(path.relative_to(folder)): path.read_text().strip() for path in files}
        return read, git(folder, "rev-parse", "HEAD")


@settings(max_examples=12, deadline=None)
@given(deeds=DEEDS, kind=st.sampled_from(["worktree", "clone"]))
def test_every_byte_stays_or_is_elsewhere(deeds: list[tuple[str, ...]], kind: Workspace) -> None:
    async def journey(folder: Path) -> None:
        shop = repository(folder / "shop")
        async with house_in() as house:
            knows(house, toy_cli(folder / "bin"))
            work: Any = Work(house, shop, await spawned(house, shop, workspace=kind))
            for deed in (*deeds, ("kill",), ("cleanup",)):
                if not work.cleared:
                    await work.do(*deed)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(journey(Path(folder)))


async def test_revis_21_what_is_discarded_is_kept_under_a_name(house: House, shop: Path) -> None:
    agent = await spawned(house, shop)
    Path(agent.folder, "b").write_text("b")
    kept = await house.services.clearing.clear(await killed(house, agent), discard=True)
    assert git(shop, "show", f"{kept}:b") == "b"


async def test_what_is_put_away_comes_back_with_its_agent(house: House, shop: Path) -> None:
    agent = await spawned(house, shop)
    await house.shows(agent.pane, "new toy")
    Path(agent.folder, "b").write_text("b")
    known = await killed(house, agent)
    kept = await house.services.clearing.archive(known)
    assert git(shop, "show", f"{kept}:b") == "b"
    (known,) = await house.services.store.read(gone_agents)
    assert known.archived_at
    with pytest.raises(MuxerError, match="toy was put away already: muxer workspace restore toy"):
        await house.services.clearing.archive(known)
    made = await house.services.spawner.restore(known)
    assert made.said.splitlines()[0] == "what was not committed is back"
    assert Path(agent.folder, "b").read_text() == "b"
    await house.services.store.settled()
    known = await killed(house, made.agent)
    assert (known.archived_at, known.choices["kept"]) == (None, "")


async def test_a_folder_of_a_persons_own_is_not_put_away(house: House, shop: Path) -> None:
    known = await killed(house, await spawned(house, shop, workspace="here"))
    with pytest.raises(MuxerError, match="shop is your own folder: it stays as it is"):
        await house.services.clearing.archive(known)
