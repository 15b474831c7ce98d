"""The store: facts in one SQLite file with one writer, and the log of what changed.

What was logged is told after the commit that made it durable, in the order of the log.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Concatenate, ParamSpec, TypeVar

from muxer.errors import StoreTrouble
from muxer.model import Logged
from muxer.store.faults import in_words
from muxer.store.opening import open_file
from muxer.store.writer import PATIENT, Job, Writer

P = ParamSpec("P")
T = TypeVar("T")
Connection = sqlite3.Connection

log = logging.getLogger(__name__)


class Store:
    """Facts, and the log of what changed."""

    def __init__(
        self,
        writer: Connection,
        reader: Connection,
        *,
        on_logged: Callable[[Sequence[Logged]], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        self._connections = writer, reader
        self._on_logged, self._on_trouble = on_logged, on_trouble
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(1, "store-reader")
        self._open = True
        self._last: Job | None = None
        """What was put last."""
        self.trouble = ""
        """Why nothing can be written now, in one line; empty when all is well."""
        self._writer = Writer(writer, self)

    def note(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> None:
        """Write that down, soon and in order, whatever happens. It must not depend on an answer."""
        self._put(Job(lambda connection: work(connection, *args, **kwargs)))

    async def ask(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What that answers, once it is durable. Raises StoreTrouble, or what the work raised."""
        asked: asyncio.Future[T] = self._loop.create_future()
        self._put(Job(lambda connection: work(connection, *args, **kwargs), asked))
        return await asked

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What that finds, without waiting for anything to be written. Raises StoreTrouble."""
        if not self._open:
            raise _ended()
        _, reader = self._connections
        try:
            return await self._loop.run_in_executor(self._pool, lambda: work(reader, *args, **kwargs))
        except sqlite3.Error as error:
            raise StoreTrouble(f"what was written down cannot be read: {in_words(error)}") from error

    async def settled(self) -> None:
        """Everything that was noted before is durable, or cannot be for now."""
        if self._last is None or self._last.heard:
            return
        with suppress(StoreTrouble):
            await self.ask(lambda _connection: None)

    async def close(self) -> None:
        """Write what waits, and let go of the file. Notes that come later are dropped."""
        self._open = False
        await asyncio.to_thread(self._writer.finish)
        self._pool.shutdown()
        for connection in self._connections:
            connection.close()

    def _put(self, job: Job) -> None:
        self._last = job
        if self._open:
            self._writer.put(job)
            return
        job.heard = True
        if job.asked:
            job.asked.set_exception(_ended())

    # ---- in the writer's thread

    def written(self, jobs: Sequence[Job], logged: Sequence[Logged]) -> None:
        """They are durable, and so is what they logged."""
        self._tell(self._written, jobs, logged)

    def refused(self, jobs: Sequence[Job], why: str) -> None:
        """They cannot be written for now."""
        self._tell(self._refused, jobs, why)

    def lost(self) -> None:
        """More notes wait than are kept."""
        self._tell(self._on_trouble, f"more than {PATIENT:,} changes wait to be written down: the oldest are lost now")

    def _tell(self, function: Callable[..., None], *args: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *args)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    # ---- back on the loop

    def _written(self, jobs: Sequence[Job], logged: Sequence[Logged]) -> None:
        if self.trouble:
            self.trouble = ""
            self._on_trouble("")
        if logged:
            self._on_logged(logged)
        for job in jobs:
            job.heard = True
            if job.asked is None:
                if job.error is not None:
                    log.error("a note cannot be written down", exc_info=job.error)
            elif job.asked.done():
                continue
            elif job.error is not None:
                job.asked.set_exception(job.error)
            else:
                job.asked.set_result(job.result)

    def _refused(self, jobs: Sequence[Job], why: str) -> None:
        fresh, self.trouble = not self.trouble, f"nothing can be written down now: {why}"
        if fresh:
            self._on_trouble(self.trouble)
        for job in jobs:
            job.heard = True
            if job.asked and not job.asked.done():
                job.asked.set_exception(StoreTrouble(self.trouble))


def _ended() -> StoreTrouble:
    return StoreTrouble("nothing is written down any more: the host is ending")


async def open_store(
    file: str, *, on_logged: Callable[[Sequence[Logged]], None], on_trouble: Callable[[str], None]
) -> tuple[Store, str]:
    """The store in a file, made if there is none; and what a person should know about it, in one line.

    What goes wrong later is told once, in one line, and its end once, as an empty one. Raises StoreTrouble for a file
    that a newer muxer wrote, which is left as it is.
    """
    writer, reader, said = await asyncio.to_thread(open_file, file)
    return Store(writer, reader, on_logged=on_logged, on_trouble=on_trouble), said
