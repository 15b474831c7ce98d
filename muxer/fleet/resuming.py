"""How an agent's program is started once more: with its own conversation, if that is proven to be its own.

Proven is an id that muxer gave it, or that a hook told with its token, where its CLI's file shows the same workspace.
"""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from glob import iglob
from hashlib import sha256
from time import monotonic, time

from muxer.agents.launching import Launch
from muxer.agents.signs import Heard
from muxer.agents.spec import Cli
from muxer.errors import MuxerError, StoreTrouble
from muxer.events import Event, PaneEnded, Warned
from muxer.fleet.agent import Agent
from muxer.fleet.agents import Agents
from muxer.fleet.launcher import Launcher
from muxer.fleet.pane import Pane, Start
from muxer.fleet.panes import Panes
from muxer.model import Exit, PaneId
from muxer.store import agents as records
from muxer.store.agents import KnownSession
from muxer.store.database import Store

QUICK = 10.0
"""What fails within so many seconds after it took a conversation up did so because of that."""
READ = 1 << 20
"""So much of a transcript is searched for the workspace's name."""


Deliver = Callable[[Agent, str], Awaitable[object]]
"""Has a text typed into an agent once it is ready."""


class Resumer:
    """Says how the program of a pane is started again. It hears every event, after the supervisor."""

    def __init__(
        self, agents: Agents, panes: Panes, store: Store, launcher: Launcher, *,
        restart: Callable[[Pane], Awaitable[None]], tell: Callable[[Event], None],
    ) -> None:  # fmt: skip
        self.deliver: Deliver = _nowhere
        self._agents, self._panes, self._store, self.launcher = agents, panes, store, launcher
        self._restart, self._tell = restart, tell
        self._resumed: dict[PaneId, float] = {}
        """When each took up a conversation; time.monotonic()."""
        self._refused: set[PaneId] = set()
        """Their conversations could not be taken up."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def again(self, pane: Pane) -> Start:
        """How its program is started once more. Raises MuxerError for one that is not installed any more."""
        agent = self._agents.of(pane.id)
        if agent is None:
            return Start(pane.command)
        if pane.id in self._refused:
            session, why = "", "its conversation could not be taken up"
        else:
            session, why = await self.conversation(agent)
        start, launch = self.launch(agent, pane.name, prompt="" if session else agent.prompt, resume=session)
        self._refused.discard(pane.id)
        agent.told.clear()  # what it said and showed before is nobody's any more
        agent.heard, agent.spawned_at = Heard(), time()
        if why and not launch.resumed:
            self._tell(Warned(f"{pane.name}: {why}, so it begins a new one"))
        await self.began(agent, launch)
        return start

    def launch(self, agent: Agent, name: str, *, prompt: str, resume: str = "") -> tuple[Start, Launch]:
        """How it is started now, which is written down. Raises MuxerError."""
        start, launch = self.launcher.launch(agent, name, prompt=prompt, resume=resume)
        if launch.port != agent.port:
            agent.port = launch.port
            choices = {"port": launch.port}
            self._store.note(records.describe_agent, agent.id, role=agent.role, circle=agent.circle, choices=choices)
        if not launch.resumed:
            agent.session, agent.transcript = launch.session, ""
            if launch.session:
                self._store.note(records.note_session, agent.id, launch.session, "")
        return start, launch

    async def began(self, agent: Agent, launch: Launch) -> None:
        """It was started so: what is still to be typed is, and what it took up is looked after."""
        if launch.resumed:
            self._resumed[agent.pane] = monotonic()
        if launch.typed:
            await self.deliver(agent, launch.typed)

    async def conversation(self, agent: Agent) -> tuple[str, str]:
        """The one that it goes on with; or why that is none, if there is anything to say of it."""
        if agent.command or not agent.cli.session.resume:
            return "", ""
        try:
            sessions = await self._store.read(records.sessions_of, agent.id)
        except StoreTrouble as error:
            return "", str(error)
        return await asyncio.to_thread(proven, agent.cli, agent.session, sessions, agent.folder)

    async def resumes(self, pane: Pane) -> bool:
        """Is it an agent that can go on with its own conversation?"""
        agent = self._agents.of(pane.id)
        return agent is not None and bool((await self.conversation(agent))[0])

    def heard(self, event: Event) -> None:
        """A conversation that cannot be taken up costs one start: the next begins a new one."""
        if not isinstance(event, PaneEnded):
            return
        began = self._resumed.pop(event.pane, None)
        agent = self._agents.of(event.pane)
        quick = began is not None and monotonic() - began < QUICK
        if agent and quick and _failed(event.exit) and not self._panes.living[event.pane].asked:
            self._refused.add(event.pane)
            task = asyncio.ensure_future(self._begin_anew(event.pane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _begin_anew(self, pane: PaneId) -> None:
        try:
            if found := self._panes.living.get(pane):
                await self._restart(found)
        except MuxerError as error:
            self._tell(Warned(str(error)))


def proven(cli: Cli, session: str, known: Sequence[KnownSession], folder: str) -> tuple[str, str]:
    """The id, if that conversation is this agent's own and there is one to go on with; else why not."""
    own = next((one for one in known if one.session == session), None)
    if not session or own is None:
        return "", "nothing is known of a conversation of its own"
    if cli.session.shape and not re.fullmatch(cli.session.shape, session):
        return "", f"{session!r} is no conversation of {cli.title}"
    places = cli.session.transcript.replace("{session}", session)
    files = [own.transcript] if own.transcript else list(iglob(os.path.expanduser(places), recursive=True))
    if not (own.transcript or places):
        return session, ""
    if not any(map(os.path.isfile, files)):
        return "", "nothing was written down of its conversation"
    if not any(_names(file, folder) for file in files):
        return "", "its conversation belongs to another folder"
    return session, ""


def _names(file: str, folder: str) -> bool:
    """Does that transcript, or its path, name the folder? Some write it with hyphens, and some a digest of it."""
    try:
        with open(file, "rb") as opened:
            text = opened.read(READ).decode(errors="replace")
    except OSError:
        return False
    names = {folder, os.path.realpath(folder)}
    said = names | {json.dumps(name)[1:-1] for name in names} | {*map(_digest, names)}
    filed = {re.sub(r"[^A-Za-z0-9]", "-", name) for name in names} | {*map(_digest, names)}
    # A folder whose name only begins so is another one.
    whole = re.compile(rf"(?:{'|'.join(map(re.escape, said))})(?![\w.-])")
    return whole.search(text) is not None or not filed.isdisjoint(file.split("/"))


def _digest(folder: str) -> str:
    return sha256(folder.encode(errors="surrogateescape")).hexdigest()


async def _nowhere(agent: Agent, text: str) -> None:
    """There is no inbox yet."""


def _failed(how: Exit) -> bool:
    return how.signal is not None or how.status not in (None, 0)
