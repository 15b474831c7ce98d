"""Lets a trunk of this machine follow its base: what a person commits there comes into trunk as well, once it is good.

The person's branch never moves by that. What conflicts, or fails the check, changes nothing and is said once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from hashlib import sha256

from muxer.errors import MuxerError
from muxer.events import Event, Warned
from muxer.exchange.courtesy import trunk_name
from muxer.exchange.trunks import Knowing, rules_of
from muxer.work import Coordination
from muxer.workspaces.bringing import with_base
from muxer.workspaces.coordination import tips_of
from muxer.workspaces.git import printable
from muxer.workspaces.moving import Moved
from muxer.workspaces.trunk import move_trunk

log = logging.getLogger(__name__)

Check = Callable[[str, str, str], Awaitable[str]]
"""Has the project's check, by the name of a trial, pass on a commit of a repository. Raises MuxerError."""


class Follower:
    """For all repositories that agents work on."""

    def __init__(
        self, projects: Knowing, tell: Callable[[Event], None], *, known: Callable[[str], Coordination | None],
        check: Check, moved: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._projects, self._tell, self._known, self._check, self._moved = projects, tell, known, check, moved
        self._settled: dict[str, tuple[str, str]] = {}
        """Tips of base and trunk that there is nothing to do about, or nothing that could be done."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._begun = False

    def begin(self, roots: set[str]) -> None:
        """See what a person committed meanwhile, and from now on whatever they do."""
        self._begun = True
        for root in roots:
            self.look(root)

    def look(self, root: str) -> None:
        """Something moved there: soon, see whether base has what trunk lacks."""
        if not self._begun:
            return
        if root in self._tasks:
            self._again.add(root)
            return
        self._tasks[root] = task = asyncio.get_running_loop().create_task(self._follow(root))
        task.add_done_callback(lambda _: self._over(root, task))

    def stop(self) -> None:
        """Follow nothing any more; the next host goes on."""
        self._begun = False
        for task in self._tasks.values():
            task.cancel()

    def _over(self, root: str, task: asyncio.Task[None]) -> None:
        del self._tasks[root]
        if not task.cancelled() and (error := task.exception()):
            log.error("the trunk of %s does not follow its base", root, exc_info=error)
        if root in self._again:
            self._again.discard(root)
            self.look(root)

    async def _follow(self, root: str) -> None:
        where = self._known(root)
        # Where nobody chose a base, it is whatever is checked out: that is followed by nobody.
        if where is None or where.shared or not rules_of(self._projects, root).project.base:
            return
        base, trunk = tips = await asyncio.to_thread(tips_of, where)
        if not (base and trunk) or self._settled.get(root) == tips:
            return
        self._settled[root] = tips
        try:
            await self._bring(where, base, trunk)
        except Moved:  # somebody was faster, and what they did is looked at as well
            self._settled.pop(root, None)
        except MuxerError as error:
            self._tell(Warned(f"{printable(where.base)} does not come into {trunk_name(where)}: {error}"))

    async def _bring(self, where: Coordination, base: str, trunk: str) -> None:
        made = await asyncio.to_thread(with_base, where, base, trunk)
        if made == trunk:
            return
        await self._check(f"base-{sha256(where.root.encode()).hexdigest()[:12]}", where.root, made)
        why = f"{trunk_name(where)} follows {printable(where.base)}"
        await asyncio.to_thread(move_trunk, where.root, where.trunk, old=trunk, new=made, why=why)
        self._moved(where.root)
