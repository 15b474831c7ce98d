"""A watch at work, and workspaces to watch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from muxer.workspaces.reach import Stir
from muxer.workspaces.repository import Workplace
from muxer.workspaces.watch import WorkWatch
from tests.house import until
from tests.workspaces.repositories import git


class Watching:
    """What a watch says."""

    def __init__(self) -> None:
        self.stirs: list[tuple[str, Stir]] = []
        self.roots: list[str] = []
        self.said: list[str] = []
        self.watch = WorkWatch(lambda folder, stir: self.stirs.append((folder, stir)))
        self.watch.refs_moved = self.roots.append
        self.watch.say = self.said.append

    async def add(self, *places: Workplace) -> None:
        """Watch these, and let them come to rest."""
        for place in places:
            self.watch.watch(place.folder, place)
        for place in places:
            await self.until(place, "refs")
            await self.until(place, "files")
        await self.rest()

    async def rest(self) -> None:
        """What was done before this is told, and forgotten."""
        seen = -1
        while seen != len(self.stirs) + len(self.roots):
            seen = len(self.stirs) + len(self.roots)
            for _ in range(30):
                await asyncio.sleep(0.01)
        self.stirs.clear()
        self.roots.clear()

    async def until(self, place: Workplace, stir: Stir) -> None:
        await until(lambda: (place.folder, stir) in self.stirs, f"{stir} of {place.folder}")


@asynccontextmanager
async def watching() -> AsyncIterator[Watching]:
    made = Watching()
    task = asyncio.create_task(made.watch.run())
    try:
        yield made
    finally:
        made.watch.stop()
        await asyncio.wait([task])
        with suppress(asyncio.CancelledError):
            task.result()


def tree_of(shop: Path, name: str) -> Workplace:
    """A worktree of a repository."""
    folder = shop.parent / "trees" / name
    branch = f"muxer/ada-l/{name}/work"
    git(shop, "worktree", "add", "--quiet", "-b", branch, str(folder))
    return Workplace(kind="worktree", folder=str(folder), branch=branch, source=str(shop))


def clone_of(shop: Path, name: str) -> Workplace:
    """A clone of it."""
    folder = shop.parent / "trees" / name
    git(shop.parent, "clone", "--quiet", "--local", str(shop), str(folder))
    git(folder, "checkout", "--quiet", "-b", f"muxer/ada-l/{name}/work")
    return Workplace(kind="clone", folder=str(folder), branch=f"muxer/ada-l/{name}/work", source=str(shop))
