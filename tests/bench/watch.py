"""How soon what happens in many workspaces is known, and what it costs while nothing does.

The rival is what a script would do: one `git rev-parse HEAD` after another, in each workspace in turn, without a pause.
"""

import asyncio
import os
import resource
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter, process_time, time
from typing import Any

from muxer.events import Event, PaneOpened
from muxer.exchange.radar import Radar
from muxer.exchange.standings import Standings
from muxer.fleet.agent import Agent
from muxer.model import PaneId
from muxer.work import Standing
from tests.bench.figures import Figure, Target, median, percentile
from tests.bench.scale import Scale
from tests.fleet.delivering import small_cli
from tests.house import until
from tests.workspaces.repositories import empty_repository, git
from tests.workspaces.watching_work import tree_of

FOLDERS, FILES = 500, 10
"""Of the repository, and in each of them."""


def workspaces(scale: Scale) -> Iterator[Figure]:
    """Commits, saves, and quiet."""
    with tempfile.TemporaryDirectory(prefix="muxer-bench-") as folder:
        shop = shop_in(Path(folder))
        yield from asyncio.run(_measured(shop, 2 * scale.hidden_panes + 10, scale))


class _Crew:
    """Agents in worktrees, watched as a host does."""

    def __init__(self, shop: Path, count: int) -> None:
        self.shop = shop
        self.agents: dict[PaneId, Agent] = {}
        self.moved: dict[PaneId, float] = {}
        tip = git(shop, "rev-parse", "HEAD")
        self.standings = Standings(self.agents, self.tell, lambda _: tip)
        self.standings.on_moved.append(self._moved)
        nobody_told: Any = None
        self.radar = Radar(
            self.agents, nobody_told, self.tell, root_of=lambda _: str(shop), name_of=lambda agent: agent.token,
            dues=nobody_told,
        )  # fmt: skip
        self.radar.persists = 1e6
        self.standings.on_read.append(self.radar.read)
        for number in range(count):
            place = tree_of(shop, f"agent-{number}")
            agent = Agent(number, f"p{number}", small_cli(), token=place.branch, folder=place.folder, spawned_at=0)
            agent.workspace, agent.branch, agent.source = "worktree", place.branch, place.source
            self.agents[agent.pane] = agent

    def tell(self, event: Event) -> None:
        self.standings.heard(event)

    def _moved(self, agent: Agent, before: Standing | None, now: Standing) -> None:
        del before, now
        self.moved[agent.pane] = time()


@asynccontextmanager
async def _watched(crew: _Crew) -> AsyncIterator[float]:
    """Seconds until all were read and watched."""
    start = perf_counter()
    task = asyncio.create_task(crew.standings.run())
    for pane in crew.agents:
        crew.tell(PaneOpened(pane))
    await until(lambda: all(map(crew.standings.of, crew.agents)), "how they stand", timeout=300)
    await until(lambda: len(crew.standings._watch._reaches) == len(crew.agents), "their watch", timeout=300)
    taken = perf_counter() - start
    await asyncio.sleep(3)
    try:
        yield taken
    finally:
        crew.standings.stop()
        crew.radar.stop()
        await asyncio.wait([task])


async def _measured(shop: Path, count: int, scale: Scale) -> list[Figure]:
    crew = await asyncio.to_thread(_Crew, shop, count)
    subject = f"{count} workspaces of {FOLDERS * FILES:,} files"
    async with _watched(crew) as begun:
        begin, start, ended = process_time(), perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        await asyncio.sleep(scale.idle_seconds)
        idle = 100 * (process_time() - begin) / (perf_counter() - start)
        # Whatever ran touched memory.
        ran = resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt - ended.ru_minflt
        panes = [*crew.agents.values()]
        commits, polled = [], []
        for turn in range(scale.keys // 3):
            agent = panes[turn % len(panes)]
            commits.append(await _commit(crew, agent))
            polled.append(await asyncio.to_thread(_polled, shop, panes, panes[(turn + 7) % len(panes)]))
        saves = [await _save(crew, panes[turn % 2], panes[1 - turn % 2], turn) for turn in range(scale.keys // 6)]
    return [
        Figure(subject=subject, name="read and watched for the first time", unit="s", muxer=begun),
        Figure(subject=subject, name="CPU while nothing happens", unit="% core", muxer=idle, target=Target(bound=0.5)),
        Figure(subject=subject, name="… memory touched by processes", unit="pages", muxer=ran, target=Target(bound=0)),
        Figure(
            subject=subject, name="commit until its head is told of, p50", unit="ms", muxer=median(commits),
            tmux=median(polled), target=Target(bound=50), note="to git rev-parse in each in turn, a core's work",
        ),
        Figure(
            subject=subject, name="… p99", unit="ms", muxer=percentile(commits, 0.99), tmux=percentile(polled, 0.99),
            target=Target(bound=500),
        ),
        Figure(
            subject=subject, name="save until the radar shows the conflict, p50", unit="ms", muxer=median(saves),
            target=Target(bound=200),
        ),
        Figure(subject=subject, name="… p99", unit="ms", muxer=percentile(saves, 0.99)),
    ]  # fmt: skip


async def _commit(crew: _Crew, agent: Agent) -> float:
    """Milliseconds from when git wrote down that the head is another until that was told."""
    crew.moved.pop(agent.pane, None)
    await asyncio.to_thread(git, agent.folder, "commit", "--quiet", "--allow-empty", "--message", "one")
    await until(lambda: agent.pane in crew.moved, "the commit")
    await asyncio.sleep(0.1)
    return (crew.moved[agent.pane] - _written_at(crew.shop, agent)) * 1e3


def _polled(shop: Path, agents: list[Agent], agent: Agent) -> float:
    """The same, as a script sees it."""
    known = git(agent.folder, "rev-parse", "HEAD")
    words = ("commit", "--quiet", "--allow-empty", "--message", "one")
    thread = threading.Thread(target=git, args=(agent.folder, *words))
    thread.start()
    while git(agent.folder, "rev-parse", "HEAD") == known:
        for other in agents:
            git(other.folder, "rev-parse", "HEAD")
    seen = time()
    thread.join()
    return (seen - _written_at(shop, agent)) * 1e3


def _written_at(shop: Path, agent: Agent) -> float:
    return (shop / ".git/worktrees" / Path(agent.folder).name / "logs/HEAD").stat().st_mtime


async def _save(crew: _Crew, agent: Agent, other: Agent, turn: int) -> float:
    """Milliseconds from a save until the radar shows that it conflicts with another agent's work."""
    name = f"f{turn}/0.py"
    Path(other.folder, name).write_text("theirs\n")
    await until(lambda: _touches(crew, other, name), "their edit")
    await asyncio.sleep(0.5)
    start = perf_counter()
    Path(agent.folder, name).write_text("mine\n")
    while not any(name in clash.conflicts for clash in crew.radar.clashes()):
        await asyncio.sleep(0.002)
        assert perf_counter() < start + 20, "the conflict is not seen"
    return (perf_counter() - start) * 1e3


def _touches(crew: _Crew, agent: Agent, name: str) -> bool:
    standing = crew.standings.of(agent.pane)
    return standing is not None and any(file.path == name for file in standing.touched)


def shop_in(folder: Path) -> Path:
    """A repository of so many files."""
    shop = empty_repository(folder / "shop")
    for number in range(FOLDERS):
        os.mkdir(shop / f"f{number}")
        for file in range(FILES):
            (shop / f"f{number}" / f"{file}.py").write_text(f"x = {number}\n" * 50 + f"y = {file}\n")
    git(shop, "add", ".")
    git(shop, "commit", "--quiet", "--message", "all")
    return shop
