"""Agents that have agents: as far as their project lets them, and no further."""

import asyncio
from pathlib import Path

import pytest

from muxer.agents.spec import Cli
from muxer.config import Project
from muxer.errors import MuxerError
from muxer.fleet.agent import Agent
from muxer.fleet.spawning import Wanted
from muxer.mesh.hiring import refusal
from muxer.settings.project_settings import choose, own_file
from tests.fleet.toys import spawned
from tests.house import House
from tests.mesh.gathering import Gathering


@pytest.fixture
def here(house: House) -> Gathering:
    return Gathering(house)


@pytest.fixture
async def market(house: House, shop: Path) -> Path:
    await house.services.projects.add(str(shop), "market")
    return shop


@pytest.fixture
async def ada(house: House, market: Path) -> Agent:
    return await spawned(house, market, name="ada", circle="own", rank="orchestrator")


async def test_without_a_person_who_lets_it_an_agent_has_none(here: Gathering, ada: Agent) -> None:
    with pytest.raises(MuxerError, match=r"^agents may have none [^\n]*muxer project set market spawns 2"):
        await here.hiring.spawn(ada, Wanted(prompt="help"))
    assert len(here.peers.everybody()) == 1


async def test_one_is_of_its_project_and_circle_and_of_no_rank(here: Gathering, ada: Agent, market: Path) -> None:
    choose(str(market), "spawns", ["2"])
    wanted = Wanted(
        prompt="help", circle="bank", rank="orchestrator", project="elsewhere", command=("sh",), policy="always",
        workspace=None, cwd="/",
    )  # fmt: skip
    made = (await here.hiring.spawn(ada, wanted)).agent
    child = here.of(made)
    assert (child.circle, child.rank, child.project, child.cli) == ("own", "agent", "market", "toy")
    assert (made.parent, made.auto, made.command, made.folder != ada.folder) == (ada.id, False, (), True)


async def test_there_are_so_many_at_once_also_when_they_are_wanted_together(
    house: House, here: Gathering, ada: Agent, market: Path
) -> None:
    choose(str(market), "spawns", ["2"])
    tried = await asyncio.gather(*(here.hiring.spawn(ada, Wanted()) for _ in range(4)), return_exceptions=True)
    refused = [str(one) for one in tried if isinstance(one, BaseException)]
    assert len(refused) == 2
    assert all(one.endswith("spawns of market is 2: kill_peer one that is done") for one in refused)
    (first, *_) = [one.agent for one in tried if not isinstance(one, BaseException)]
    await house.services.close_pane(house.panes.living[first.pane])
    await here.hiring.spawn(ada, Wanted())


async def test_those_have_none_themselves_until_a_person_says_how_deep(
    house: House, here: Gathering, ada: Agent, market: Path
) -> None:
    choose(str(market), "spawns", ["9"])
    child = (await here.hiring.spawn(ada, Wanted())).agent
    with pytest.raises(MuxerError, match="spawns_deep of market is 1: ask the person"):
        await here.hiring.spawn(child, Wanted())
    choose(str(market), "spawns_deep", ["2"])
    grandchild = (await here.hiring.spawn(child, Wanted())).agent
    await house.services.close_pane(house.panes.living[child.pane])
    await house.services.store.settled()
    assert await here.hiring.above(grandchild) == [child.id, ada.id]
    with pytest.raises(MuxerError, match="spawns_deep of market is 2"):
        await here.hiring.spawn(grandchild, Wanted())


async def test_it_ends_its_own_and_theirs_and_nobody_elses(
    house: House, here: Gathering, ada: Agent, market: Path
) -> None:
    """B36: only what was started for it."""
    choose(str(market), "spawns", ["9"])
    choose(str(market), "spawns_deep", ["2"])
    child = (await here.hiring.spawn(ada, Wanted())).agent
    grandchild = (await here.hiring.spawn(child, Wanted())).agent
    other = await spawned(house, market, name="bob")
    for one in (child, grandchild):
        await here.hiring.must_be_own(ada, one)
    for parent, one in ((ada, other), (ada, ada), (child, ada), (grandchild, child), (other, child)):
        with pytest.raises(MuxerError, match=r"^\w+(-\d)? was not spawned by you: [^\n]+$"):
            await here.hiring.must_be_own(parent, one)


async def test_no_file_of_the_projects_own_lets_them(here: Gathering, ada: Agent, market: Path) -> None:
    file = Path(own_file(str(market)))
    file.parent.mkdir()
    file.write_text("[project]\nspawns = 5\n")
    with pytest.raises(MuxerError, match="agents may have none"):
        await here.hiring.spawn(ada, Wanted())


async def test_who_is_in_no_project_has_none(house: House, here: Gathering, tmp_path: Path) -> None:
    loner = await spawned(house, tmp_path, name="loner")
    with pytest.raises(MuxerError, match="only in a project"):
        await here.hiring.spawn(loner, Wanted())


@pytest.mark.parametrize(
    ("rank", "auto", "wanted", "rules", "why"),
    [
        ("agent", False, Wanted(cli="a"), Project(spawns=1), ""),
        ("observer", False, Wanted(cli="a"), Project(spawns=1), "you are an observer"),
        ("agent", False, Wanted(cli="a"), Project(spawns=1, spawn_clis=("b", "c")), "spawn_clis of shop is b, c"),
        ("agent", False, Wanted(cli="b"), Project(spawns=1, spawn_clis=("b",)), ""),
        ("agent", False, Wanted(cli="a", auto=True), Project(spawns=1), "you ask before you act"),
        ("agent", True, Wanted(cli="a", auto=True), Project(spawns=1), ""),
    ],
)
def test_what_settings_say(rank: str, auto: bool, wanted: Wanted, rules: Project, why: str) -> None:
    parent = Agent(1, "p1", Cli(name="a", title="A", short="a"), token="", folder="/", spawned_at=0.0)
    parent.project, parent.auto = "shop", auto
    parent.rank = "observer" if rank == "observer" else "agent"
    said = refusal(parent, wanted, rules, has=0, depth=0)
    assert said.startswith(why)
    assert bool(said) is bool(why)
