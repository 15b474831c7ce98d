"""Promotes agents' work: shown first, checked, and landed by moving trunk from where it was looked at; and taken back.

Promotions in one repository queue. Trunk never points to a commit whose check was not green, unless a person said so.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from time import time
from typing import Any, Protocol, TypeVar

from muxer.errors import MuxerError, UsageError
from muxer.events import Event, Warned
from muxer.exchange.courtesy import SENDER, Put, obstacle, trunk_name
from muxer.exchange.intents import intend, intended, settled
from muxer.exchange.previewing import Asked, Wish, preview_of, title_of
from muxer.exchange.proving import Proving, as_told, check_line
from muxer.exchange.pulling import Pulled, Pulls
from muxer.exchange.taking_back import Holder, branch_in_the_way, way_back
from muxer.exchange.trunks import Knowing, rules_of
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.model import PaneId
from muxer.settings.project_settings import ProjectSettings, choose
from muxer.store.database import Store
from muxer.store.promotions import Promotion, add_promotion, end_promotion, last_promotion
from muxer.work import Coordination, Preview, Standing
from muxer.workspaces.commits import is_ancestor
from muxer.workspaces.git import printable
from muxer.workspaces.moving import Moved, move_workspace, tip
from muxer.workspaces.publishing import bring
from muxer.workspaces.repository import BRANCHES
from muxer.workspaces.trunk import move_trunk, move_trunk_back

TRIES = 5
"""So often it is merged again because somebody else moved trunk meanwhile."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What came of a promotion."""

    preview: Preview
    checked: str = ""
    """The check that was green."""
    pulled: Pulled | None = None
    """Where it is a pull request."""


class Agreeing(Knowing, Protocol):
    """Knows as well what a person agreed to."""

    async def may_run(self, settings: ProjectSettings) -> bool:
        """May the commands in there run?"""


class Promoter:
    """Of all agents."""

    def __init__(
        self, agents: Mapping[PaneId, Agent], store: Store, tell: Callable[[Event], None], *, projects: Agreeing,
        proving: Proving, pulls: Pulls, under: str, name: Callable[[Agent], str],
        seen: Callable[[Agent], Standing | None], look: Callable[[Agent], Awaitable[Standing]],
        trunk: Callable[[Agent], Coordination], ref_of: Callable[[Agent], str], moved: Callable[[str], None], put: Put,
    ) -> None:  # fmt: skip
        self._agents, self._store, self._tell, self._projects = agents, store, tell, projects
        self._proving, self._pulls, self._under, self._name = proving, pulls, under, name
        self._seen, self._look, self._trunk, self._ref_of = seen, look, trunk, ref_of
        self._moved, self._put = moved, put
        self._turns: dict[str, asyncio.Lock] = {}

    async def learn(self) -> None:
        """What a host was doing to a trunk when it was killed is done, or was never begun: write that down."""
        for root in {one.root for _, one in await asyncio.to_thread(lambda: [*intended(self._under)])}:
            async with self._turn(root):
                pass

    @asynccontextmanager
    async def _turn(self, root: str) -> AsyncIterator[None]:
        """Nobody else moves its trunk meanwhile, and whatever a host was doing to it is settled."""
        async with self._turns.setdefault(root, asyncio.Lock()):
            await self._settle(root)
            yield

    async def _settle(self, root: str) -> None:
        for file, one in await asyncio.to_thread(lambda: [*intended(self._under)]):
            if one.root != root:
                continue
            try:
                now = await asyncio.to_thread(tip, one.root, one.trunk)
                landed = await asyncio.to_thread(is_ancestor, one.root, one.after, now)
            except MuxerError:
                continue  # its repository cannot be read now
            if landed and not one.id:
                await self._store.ask(add_promotion, one)
            elif one.id and not landed:
                await self._store.ask(end_promotion, one.id)
            settled(file)

    # ---- what it would do

    async def preview(self, agent: Agent, wish: Wish | None = None) -> Preview:
        """What would be promoted, onto trunk as it is now. Raises MuxerError."""
        where = await self._trunk_now(agent)
        standing = await self._look(agent)
        place, name = place_of_agent(agent), self._name(agent)
        if place.kind == "clone" and standing.head:
            await asyncio.to_thread(bring, place, self._ref_of(agent), standing.head, name)
        others = {self._name(one): seen.head for one in self._others(agent, where) if (seen := self._seen(one))}
        asked = Asked(
            name=name, task=agent.prompt, place=place, standing=standing, where=where, others=others,
            check=check_line(rules_of(self._projects, where.root).project), wish=wish or Wish(),
        )  # fmt: skip
        return await asyncio.to_thread(preview_of, asked)

    def followers(self, agent: Agent) -> list[tuple[str, str]]:
        """Who is rebased once it landed, by name, and what each waits for; empty for who is moved at once."""
        where = self._trunk(agent)
        seen = ((one, self._seen(one)) for one in [agent, *self._others(agent, where)] if one.workspace != "here")
        return [
            (self._name(one), obstacle(standing, one.verdict, where, urged=False))
            for one, standing in seen
            if standing is not None
        ]

    def shares(self, agent: Agent) -> bool:
        """Does its work go to others, as a pull request?"""
        return self._trunk(agent).shared

    async def last(self, agent: Agent) -> Promotion | None:
        """What could be taken back there: its own, or that of an agent that is gone."""
        where = self._trunk(agent)
        last = await self._store.read(last_promotion, where.root, where.trunk)
        return None if last is None or self._is_anothers(last, agent) else last

    def _is_anothers(self, last: Promotion, agent: Agent) -> bool:
        return any(one.id == last.agent for one in self._agents.values() if one is not agent)

    def _others(self, agent: Agent, where: Coordination) -> list[Agent]:
        return [one for one in self._agents.values() if one is not agent and self._trunk(one).root == where.root]

    async def _trunk_now(self, agent: Agent) -> Coordination:
        """Its trunk, asked just now: what is known of it may be a moment old."""
        where = self._trunk(agent)
        base = "" if where.shared else f"{BRANCHES}{where.base}"
        now = await asyncio.to_thread(lambda: tip(where.root, where.trunk) or (base and tip(where.root, base)))
        return replace(where, tip=now)

    # ---- doing it

    async def prove(self, agent: Agent, preview: Preview, wish: Wish | None = None) -> str:
        """The check of the project is green on that result: the check; empty where there is none. Raises MuxerError."""
        wanted = (wish or Wish()).check
        if wanted is False:
            return ""
        checked = await self.check(agent.pane, self._trunk(agent).root, preview.result)
        if wanted and not checked:
            raise UsageError("there is no check yet: muxer project set PROJECT check COMMAND says what it is")
        return checked

    async def check(self, trial_of: str, root: str, commit: str) -> str:
        """The check of the project is green on a commit: the check; empty where there is none. Raises MuxerError."""
        settings = rules_of(self._projects, root)
        if not (line := check_line(settings.project)):
            return ""
        if not await self._projects.may_run(settings):
            raise MuxerError("the check waits until you agree to it: muxer project agree; --no-check goes without it")
        trial = await self._proving.prove(trial_of, root, commit, settings.project)
        if trial.state != "green":
            raise MuxerError(as_told(trial, self._proving.log_of(trial_of)))
        return line

    async def promote(self, agent: Agent, wish: Wish | None = None) -> Landed:
        """Land it, or open a pull request where it is shared. Raises MuxerError; nothing is changed then."""
        wish = wish or Wish()
        where = self._trunk(agent)
        if wish.pull and not where.shared:
            raise UsageError("it stays on this machine: muxer init --remote NAME chooses where it is shared")
        if where.shared and wish.way != "merge" and not wish.chosen:
            raise UsageError(f"whoever merges the pull request says how it lands: leave --{wish.way} out")
        async with self._turn(self._trunk(agent).root):
            for _ in range(TRIES):
                preview = await self.preview(agent, wish)
                if preview.why_not:
                    raise MuxerError(preview.why_not)
                checked = await self.prove(agent, preview, wish)
                if where.shared:
                    chosen = bool(wish.chosen or wish.part)
                    pulled = await self._pulls.propose(agent, where, preview, chosen=chosen, checked=checked)
                    return Landed(preview=preview, checked=checked, pulled=pulled)
                try:
                    await _to_its_end(self._land(agent, where, preview, checked))
                except Moved:
                    continue
                return Landed(preview=preview, checked=checked)
        raise MuxerError(f"{preview.trunk} moves faster than this can be checked: try again")

    async def _land(self, agent: Agent, where: Coordination, preview: Preview, checked: str) -> None:
        promotion = Promotion(
            agent=agent.id, name=preview.name, root=where.root, trunk=where.trunk, before=preview.onto,
            after=preview.result, subject=title_of(agent.prompt, preview.commits), checked=checked, promoted_at=time(),
        )  # fmt: skip
        why = f"{printable(preview.name)} promoted {printable(promotion.subject)}"

        def move() -> str:
            file = intend(self._under, promotion)
            try:
                move_trunk(where.root, where.trunk, old=promotion.before, new=promotion.after, why=why)
            except MuxerError:
                settled(file)
                raise
            return file

        begins = not await asyncio.to_thread(tip, where.root, where.trunk)
        file = await asyncio.to_thread(move)
        if begins:
            self._stay_with(where)
        await self._written(file, self._store.ask(add_promotion, promotion))
        self._moved(where.root)

    def _stay_with(self, where: Coordination) -> None:
        """Trunk began at that branch, and follows it whatever is checked out later."""
        if rules_of(self._projects, where.root).project.base:
            return
        project = self._projects.of(where.root)
        try:
            choose(project.folder if project else where.root, "base", [where.base])
        except MuxerError as error:
            self._tell(Warned(str(error)))

    async def _written(self, file: str, writing: Awaitable[object]) -> None:
        """Trunk moved, whatever can be written down now; where nothing can, the next host does."""
        try:
            await writing
        except MuxerError as error:
            self._tell(Warned(str(error)))
        else:
            settled(file)

    # ---- taking it back

    async def undo(self, agent: Agent) -> tuple[Promotion, list[str]]:
        """Move trunk back to where it was before the agent's work landed; and who was moved along. Raises MuxerError.

        Only the last promotion can be taken back, and only if nobody built on it: no branch has it but those of agents
        whose own commits, if any, go back without it as well. They are moved like that; the agent itself stays.
        """
        async with self._turn(self._trunk(agent).root):
            where = await self._trunk_now(agent)
            last = await self._store.read(last_promotion, where.root, where.trunk)
            if last is None:
                raise UsageError(f"nothing was promoted to {trunk_name(where)} that could be taken back")
            if self._is_anothers(last, agent):
                raise MuxerError(f"{last.name} promoted last: muxer promote {last.name} --undo comes first")
            if where.tip != last.after:
                raise MuxerError(
                    f"{trunk_name(where)} moved on since {last.name} promoted: git revert takes it back there"
                )
            holders = await self._holders(agent, where, last)
            return last, await _to_its_end(self._take_back(where, last, holders))

    async def _holders(self, agent: Agent, where: Coordination, last: Promotion) -> list[tuple[Agent, Holder, str]]:
        """Other agents whose workspaces have it, each with its way back."""
        found, own = [], {where.trunk, self._ref_of(agent), f"{BRANCHES}{agent.branch}"}
        for one in self._others(agent, where):
            standing = await self._look(one)
            own |= {self._ref_of(one), f"{BRANCHES}{one.branch}"} if one.workspace != "here" else set()
            why = obstacle(standing, one.verdict, where, urged=False)
            holder = Holder(place=place_of_agent(one), name=self._name(one), head=standing.head, why=why)
            if new := await asyncio.to_thread(way_back, holder, last):
                found.append((one, holder, new))
        if ref := await asyncio.to_thread(branch_in_the_way, last, own):
            short = printable(ref.split("/", 2)[-1])
            raise MuxerError(f"{short} has it already: git revert takes it back on {trunk_name(where)}")
        return found

    async def _take_back(
        self, where: Coordination, last: Promotion, holders: list[tuple[Agent, Holder, str]]
    ) -> list[str]:
        def move() -> str:
            file = intend(self._under, last)
            try:
                move_trunk_back(where.root, where.trunk, old=last.after, new=last.before, name=last.name)
            except MuxerError:
                settled(file)
                raise
            return file

        file = await asyncio.to_thread(move)
        await self._written(file, self._store.ask(end_promotion, last.id))
        gone = []
        for agent, holder, new in holders:
            try:
                await self._go_back(agent, holder, new, last)
                gone.append(holder.name)
            except MuxerError as error:
                self._tell(Warned(f"{holder.name} still has what {last.name} promoted: {error}"))
        self._moved(where.root)
        return gone

    async def _go_back(self, agent: Agent, holder: Holder, new: str, last: Promotion) -> None:
        await asyncio.to_thread(move_workspace, holder.place, old=holder.head, new=new)
        text = (
            f"What {last.name} promoted was taken back: your workspace was moved off it. HEAD was {holder.head[:12]}"
            f" and is {new[:12]} now."
        )
        await self._put(agent, text, sender=SENDER, kind="sync")


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Whoever asked for it may go: a trunk that began to move is written down."""
    return await asyncio.shield(asyncio.ensure_future(work))
