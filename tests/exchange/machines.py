"""Two people's repositories with one remote, what is written down at each, and the lines to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from muxer.events import Event, Warned
from muxer.exchange.links import Link, PeerMoved
from muxer.store.database import Store, open_store
from muxer.work import Coordination
from tests.workspaces.repositories import commit, git, repository
from tests.workspaces.transports import bare

MINE = "refs/heads/muxer/ada/claude/work"


class Machine:
    """A person's repository, what is written down there, and its line to the remote."""

    def __init__(self, folder: Path, far: Path) -> None:
        self.folder, self.home = folder, folder / "shop"
        git(far.parent, "clone", "--quiet", str(far), str(self.home))
        git(self.home, "config", "user.name", "Ada")
        git(self.home, "config", "user.email", "ada@example.org")
        self.root, self.far = str(self.home), far
        self.own: dict[str, str] = {}
        self.told: list[Event] = []
        self.peers: list[PeerMoved] = []
        self.heeds = True
        self.base = "main"
        self.store: Store
        self.link: Link

    async def open(self) -> None:
        self.store, _ = await open_store(
            str(self.folder / "facts.db"), on_logged=lambda _: None, on_trouble=lambda _: None
        )
        self.link = Link(self.where, lambda: self.own, self.store, self.told.append, self.peer)

    def peer(self, moved: PeerMoved) -> None:
        self.peers.append(moved)
        if self.heeds:
            moved.heeded()

    async def next_host(self) -> None:
        await self.store.close()
        await self.open()

    def where(self) -> Coordination:
        url = git(self.home, "remote", "get-url", "origin")
        return Coordination(root=self.root, operator="ada", remote="origin", url=url, base=self.base)

    def works(self, ref: str = MINE, name: str = "mine") -> str:
        """Its agent committed something."""
        self.own[ref] = commit(self.home, name, f"{len(self.own)} {self.own.get(ref)}\n")
        return self.own[ref]

    def points_to(self, url: str | Path) -> None:
        git(self.home, "remote", "set-url", "origin", str(url))

    def lies(self, ref: str = MINE) -> str:
        return git(self.far, "for-each-ref", "--format=%(objectname)", ref)

    @property
    def lines(self) -> list[str]:
        return [event.text for event in self.told if isinstance(event, Warned)]


@asynccontextmanager
async def machines_in(folder: Path) -> AsyncIterator[list[Machine]]:
    (folder / "far").mkdir()
    far = bare(folder / "far" / "shop.git", repository(folder / "seed"))
    made = []
    for name in ("one", "two"):
        (folder / name).mkdir()
        made.append(Machine(folder / name, far))
        await made[-1].open()
    yield made
    for machine in made:
        await machine.store.close()
