"""Shares agents' work: brings clones' heads into their repository, and keeps a link to each remote that was chosen.

Published is where an agent's HEAD is, whatever branch it is on. Where nothing is shared, no link and no process is.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from muxer.errors import MuxerError
from muxer.events import Event, PaneChanged, PaneClosed, Warned
from muxer.exchange.links import Link, PeerMoved, Reach
from muxer.exchange.trunks import Trunks
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId
from muxer.store.database import Store
from muxer.work import Coordination, Standing, Upset
from muxer.workspaces.coordination import whose, work_ref
from muxer.workspaces.publishing import bring
from muxer.workspaces.repository import BRANCHES

WANDERS: frozenset[Upset | None] = frozenset({"rebase", "bisect"})
"""In the middle of these a head is nobody's work yet."""

log = logging.getLogger(__name__)


class Remotes:
    """Of all repositories that agents work on; it hears every event."""

    def __init__(
        self, agents: Mapping[PaneId, Agent], store: Store, tell: Callable[[Event], None], *, trunks: Trunks,
        name: Callable[[Agent], str],
    ) -> None:  # fmt: skip
        self._agents, self._store, self._tell = agents, store, tell
        self._trunks, self._name = trunks, name
        self.on_peer_moved: list[Callable[[PeerMoved], None]] = []
        """What others pushed, once."""
        self.links: dict[str, Link] = {}
        """By repository."""
        self._runs: dict[str, tuple[str, asyncio.Task[None]]] = {}
        """By repository: the remote, and the link at work."""
        self._seen: dict[PaneId, str] = {}
        """Heads of agents that are, or are to be, published."""
        self._heads: dict[PaneId, str] = {}
        """The same, of clones once their repository has them."""
        self._bringing: dict[PaneId, asyncio.Task[None]] = {}
        self._troubles: dict[PaneId, str] = {}
        self._ended = False

    # ---- what is known

    def reach(self, root: str) -> Reach | None:
        """How it stands with the remote of a repository; None where nothing is shared."""
        link = self.links.get(root)
        return link.reach if link else None

    def published(self, agent: Agent) -> str:
        """How far others see its work, in a word or two; empty where it stays on this machine."""
        where = self._trunks.of(agent)
        link = self.links.get(where.root)
        if link is None or agent.workspace == "here":
            return ""
        ref = self._ref(agent, where, link.taken)
        if ref in link.taken:
            return "its name is taken"
        if ref in link.reach.refused:
            return "refused"
        head = self._heads.get(agent.pane, "")
        if head and link.pushed(where, ref) == head:
            return "yes"
        return link.reach.trouble.kind if link.reach.trouble else "soon"

    def ref_of(self, agent: Agent) -> str:
        """The branch that its work is seen by: the one that was made for it, else one of its name."""
        return self._ref(agent, self._trunks.of(agent), {})

    def label(self, agent: Agent) -> str:
        """operator/agent: as others know it by the branch that its work is published as."""
        where = self._trunks.of(agent)
        link = self.links.get(where.root)
        ref = self._ref(agent, where, link.taken if link else {})
        return ref.removeprefix(f"{BRANCHES}muxer/").removesuffix("/work")

    def _ref(self, agent: Agent, where: Coordination, taken: Mapping[str, str]) -> str:
        made, named = f"{BRANCHES}{agent.branch}", work_ref(where.operator, self._name(agent))
        return named if whose(made) is None or made in taken else made

    # ---- what happens

    def seen(self, agent: Agent, now: Standing) -> None:
        """Its work was read again; for `Standings.on_read`."""
        if self._ended or agent.pane not in self._agents:
            return
        where = self._trunks.of(agent)
        self.tend(where)
        if agent.workspace == "here" or not now.head or now.upset in WANDERS:
            return
        if self._seen.get(agent.pane) == now.head:
            return
        self._seen[agent.pane] = now.head
        if agent.workspace != "clone":
            self._publish(agent, where.root, now.head)
        elif agent.pane not in self._bringing:
            self._bring(agent)

    def heard(self, event: Event) -> None:
        """Something happened."""
        match event:
            case PaneChanged(pane) if agent := self._agents.get(pane):
                link = self.links.get(self._trunks.root_of(agent))
                if link and link.taken:
                    link.stir()  # it may have a name of its own now
            case PaneClosed(pane):
                for known in (self._seen, self._heads, self._troubles):
                    known.pop(pane, None)
                used = {self._trunks.root_of(agent) for agent in self._agents.values() if agent.pane != pane}
                for root in self._runs.keys() - used:
                    self._cut(root)
            case _:
                pass

    def tend(self, where: Coordination) -> None:
        """Have a link where there is something to share, and none elsewhere; for `Trunks.on_changed`."""
        root = where.root
        run = self._runs.get(root)
        if run and run[0] == where.remote:
            return
        self._cut(root)
        if self._ended or not where.shared:
            return
        agents = [agent for agent in self._agents.values() if self._trunks.root_of(agent) == root]
        if agents:
            self._begin(agents[0], where)

    def look(self, root: str) -> None:
        """A person wants to know now."""
        if link := self.links.get(root):
            link.stir(urged=True)

    def stop(self) -> None:
        """Speak to nobody any more; the next host goes on."""
        self._ended = True
        for root in [*self._runs]:
            self._cut(root)
        for task in self._bringing.values():
            task.cancel()

    # ---- links

    def _begin(self, agent: Agent, where: Coordination) -> None:
        root = where.root
        link = Link(lambda: self._trunks.of(agent), lambda: self._own(root), self._store, self._tell, self._peer_moved)
        link.on_turn = self._trunks.look
        self.links[root] = link
        task = asyncio.get_running_loop().create_task(link.run())
        self._runs[root] = where.remote, task
        task.add_done_callback(lambda _: self._over(root, task))

    def _cut(self, root: str) -> None:
        if run := self._runs.pop(root, None):
            del self.links[root]
            run[1].cancel()

    def _over(self, root: str, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("the link of %s ended", root, exc_info=error)

    def _own(self, root: str) -> dict[str, str]:
        """The branches of our agents there, and where each is to be; empty where that is not known yet."""
        link = self.links.get(root)
        taken = link.taken if link else {}
        own: dict[str, str] = {}
        for agent in self._agents.values():
            if agent.workspace == "here" or self._trunks.root_of(agent) != root:
                continue
            ref, made = self._ref(agent, self._trunks.of(agent), taken), f"{BRANCHES}{agent.branch}"
            if ref not in own or ref == made:  # a branch that was made for one agent is never another's
                own[ref] = self._heads.get(agent.pane, "")
        return own

    def _peer_moved(self, moved: PeerMoved) -> None:
        for heard in self.on_peer_moved:
            heard(moved)

    def _publish(self, agent: Agent, root: str, head: str) -> None:
        self._heads[agent.pane] = head
        if link := self.links.get(root):
            link.stir()

    # ---- clones

    def _bring(self, agent: Agent) -> None:
        task = asyncio.get_running_loop().create_task(self._brought(agent))
        self._bringing[agent.pane] = task
        task.add_done_callback(lambda _: self._bringing.pop(agent.pane))

    async def _brought(self, agent: Agent) -> None:
        """Once more for what it committed meanwhile."""
        pane, place = agent.pane, place_of_agent(agent)
        while (head := self._seen.get(pane, "")) != self._heads.get(pane, ""):
            name = self._name(agent)
            try:
                there = await asyncio.to_thread(bring, place, self.ref_of(agent), head, name)
            except MuxerError as error:
                self._seen.pop(pane, None)  # tried again when its work is read again
                if self._troubles.get(pane) != str(error):
                    self._troubles[pane] = str(error)
                    self._tell(Warned(f"{name} is not seen by others: {error}"))
                return
            self._troubles.pop(pane, None)
            if there and pane in self._agents:
                self._publish(agent, agent.source, head)
            elif self._seen.get(pane) == head:
                return  # it moved on, which is seen soon
