"""Keeps what agents have used up to date, from their CLIs' transcripts. Of a file only what is new is read.

Reading is done in a thread, a block at a time, so that a large transcript keeps nobody waiting. Unknown stays unknown,
with the reason in `Usage.source`.
"""

import asyncio
import glob
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from muxer.agents.usage import FORMATS, Format, Tally
from muxer.errors import MuxerError
from muxer.events import AgentChanged, Event
from muxer.fleet.agent import Agent
from muxer.model import Usage
from muxer.store.foreign import foreign_row

BLOCK = 1 << 20
LONGEST = 16 << 20
"""Bytes of one line; what is longer is passed over."""
SETTLED = 1.0
"""A CLI writes down what it did a moment after it has said so, in seconds."""


@dataclass(slots=True, kw_only=True)
class _Place:
    """How far a file was read."""

    file: str
    inode: int
    offset: int = 0
    rest: bytes = b""
    """A line whose end is not written yet."""
    skipping: bool = False
    tally: Tally = field(default_factory=Tally)


class Meter:
    """One for all agents."""

    def __init__(self, tell: Callable[[Event], None]) -> None:
        self._tell = tell
        self._places: dict[int, _Place] = {}
        self._reading: dict[int, asyncio.Task[Usage]] = {}
        self._soon: dict[int, asyncio.TimerHandle] = {}

    def heed(self, agent: Agent) -> None:
        """It did something: what it has used is another in a moment."""
        if agent.id not in self._soon:
            self._soon[agent.id] = asyncio.get_running_loop().call_later(SETTLED, self._begin, agent)

    def _begin(self, agent: Agent) -> None:
        self._soon.pop(agent.id, None)
        self._task(agent)

    def _task(self, agent: Agent) -> asyncio.Task[Usage]:
        if agent.id not in self._reading:
            task = self._reading[agent.id] = asyncio.ensure_future(self._read(agent))
            task.add_done_callback(lambda _: self._reading.pop(agent.id, None))
        return self._reading[agent.id]

    async def read(self, agent: Agent) -> Usage:
        """What it has used, as its transcript says now."""
        return await asyncio.shield(self._task(agent))

    def forget(self, agent: Agent) -> None:
        """It is gone."""
        self._places.pop(agent.id, None)
        if timer := self._soon.pop(agent.id, None):
            timer.cancel()
        if task := self._reading.get(agent.id):
            task.cancel()

    def stop(self) -> None:
        """No more reading."""
        for timer in self._soon.values():
            timer.cancel()
        self._soon.clear()
        for task in self._reading.values():
            task.cancel()

    # ---- reading

    async def _read(self, agent: Agent) -> Usage:
        before = agent.usage
        known = FORMATS.get(agent.cli.usage)
        try:
            agent.usage = await self._usage(agent, known) if known else _unknown(agent)
        except (OSError, MuxerError) as error:
            why = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
            agent.usage = replace(agent.usage, source=why)
        if agent.usage != before:
            self._tell(AgentChanged(agent.pane))
        return agent.usage

    async def _usage(self, agent: Agent, known: Format) -> Usage:
        if known.query:
            return await asyncio.to_thread(_asked, agent, known)
        file, inode, size = await asyncio.to_thread(_transcript, agent)
        place = self._places.get(agent.id)
        if place is None or (place.file, place.inode) != (file, inode) or size < place.offset:
            place = self._places[agent.id] = _Place(file=file, inode=inode)
        while await asyncio.to_thread(_take, place, known):
            pass
        return replace(place.tally.usage, source=file if place.tally.usage.known else f"{file} says nothing of tokens")


def _unknown(agent: Agent) -> Usage:
    return Usage(source=f"muxer knows no record that {agent.cli.title} keeps of its tokens")


def _asked(agent: Agent, known: Format) -> Usage:
    if not agent.session:
        raise MuxerError("its conversation has no id yet")
    file = known.where()
    if not os.path.exists(file):
        raise MuxerError(f"{file} is not there")
    row = foreign_row(file, known.query, session=agent.session)
    usage = known.row(row) if row else Usage()
    return replace(usage, source=file if usage.known else f"{file} does not know its conversation")


def _transcript(agent: Agent) -> tuple[str, int, int]:
    """The file, as a hook told it or as its CLI names files; its inode and size. Raises MuxerError."""
    file, shape = agent.transcript, agent.cli.session.transcript
    if not file and shape and agent.session:
        found = glob.glob(os.path.expanduser(shape.replace("{session}", glob.escape(agent.session))))
        file = max(found, key=os.path.getmtime, default="")
    if not file:
        raise MuxerError("where it writes its conversation down is not known yet")
    about = os.stat(file)
    if not stat.S_ISREG(about.st_mode):
        raise MuxerError(f"{file} is no file that could be read")
    return file, about.st_ino, about.st_size


def _take(place: _Place, known: Format) -> bool:
    """Read a block more; whether there was one."""
    with open(place.file, "rb") as opened:
        opened.seek(place.offset)
        block = opened.read(BLOCK)
    place.offset += len(block)
    *lines, rest = (place.rest + block).split(b"\n")
    if lines and place.skipping:
        del lines[0]
        place.skipping = False
    for line in lines:
        known.feed(place.tally, line)
    place.skipping = place.skipping or len(rest) > LONGEST
    place.rest = b"" if place.skipping else rest
    return bool(block)
