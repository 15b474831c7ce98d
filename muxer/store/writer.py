"""The one thread that writes: it takes whatever waits, and commits it together.

While nothing can be written (a full disk) notes are kept, in order, and tried again; questions are refused.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from muxer.model import Logged
from muxer.store.faults import in_words, is_of_the_file
from muxer.store.log import last_id, since
from muxer.store.retention import tidy

TRY_AGAIN = 2.0
"""Seconds after which what could not be written is tried again."""
PATIENT = 100_000
"""Notes that are kept while nothing can be written."""
TIDY_EVERY = 5_000
"""Events after which is dropped what is too much."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """Something to write."""

    work: Callable[[sqlite3.Connection], Any]
    asked: "asyncio.Future[Any] | None" = None
    """Who waits for the answer to a question, which is answered now or refused; a note is kept until it is written."""
    result: Any = None
    error: Exception | None = None
    heard: bool = False
    """Is it known what became of it, be it only that it cannot be written for now?"""


class Heeding(Protocol):
    """Who is told, in the writer's thread."""

    def written(self, jobs: Sequence[Job], logged: Sequence[Logged]) -> None:
        """They are durable, and so is what they logged."""

    def refused(self, jobs: Sequence[Job], why: str) -> None:
        """They cannot be written for now."""

    def lost(self) -> None:
        """More notes wait than are kept."""


class Writer:
    """The thread, and what waits for it."""

    def __init__(self, connection: sqlite3.Connection, heeding: Heeding) -> None:
        self._connection, self._heeding = connection, heeding
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._going = True
        self._last = last_id(connection)
        self._tidied = self._last - TIDY_EVERY
        self._thread = threading.Thread(target=self._write, name="store-writer", daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        """Write that, after all that waits."""
        self._jobs.put(job)

    def finish(self) -> None:
        """Write what waits, if it can be written, and end."""
        self._jobs.put(None)
        self._thread.join()

    def _write(self) -> None:
        while self._going:
            jobs = self._taken(None)
            if why := self._trouble_with(jobs):
                self._hold(jobs, why)

    def _taken(self, seconds: float | None) -> list[Job]:
        """All that waits, as soon as something does, or nothing after so many seconds."""
        jobs: list[Job] = []
        try:
            job = self._jobs.get(timeout=seconds)
            while True:
                if job:
                    jobs.append(job)
                else:
                    self._going = False
                job = self._jobs.get_nowait()
        except queue.Empty:
            return jobs

    def _hold(self, jobs: list[Job], why: str) -> None:
        """Keep the notes until they can be written, or there is to be an end."""
        kept: list[Job] = []
        again = monotonic() + TRY_AGAIN
        lost = False
        while True:
            self._heeding.refused(jobs, why)
            kept += [job for job in jobs if job.asked is None]
            if len(kept) > PATIENT:
                del kept[:-PATIENT]
                if not lost:
                    self._heeding.lost()
                lost = True
            if self._going and (left := again - monotonic()) > 0:
                jobs = self._taken(left)
                continue
            why = self._trouble_with(kept)
            if not (why and self._going):
                return
            jobs, again = [], monotonic() + TRY_AGAIN

    def _trouble_with(self, jobs: list[Job]) -> str:
        """Do them in one transaction; why none of them could be done."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                self._do(job)
            logged = since(self._connection, self._last)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            return in_words(error)
        if logged:
            self._last = logged[-1].id
        self._heeding.written(jobs, logged)
        if self._last - self._tidied >= TIDY_EVERY:
            self._tidied = self._last
            self._tidy()
        return ""

    def _do(self, job: Job) -> None:
        """One of them; what it raises undoes itself alone."""
        job.result = job.error = None
        self._connection.execute("SAVEPOINT job")
        try:
            job.result = job.work(self._connection)
        except Exception as error:  # whoever asked is told
            if isinstance(error, sqlite3.Error) and is_of_the_file(error):
                raise
            job.error = error
            self._connection.execute("ROLLBACK TO job")
        self._connection.execute("RELEASE job")

    def _tidy(self) -> None:
        try:
            tidy(self._connection)
        except sqlite3.Error as error:
            self._undo()
            log.warning("old facts were not dropped: %s", error)

    def _undo(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
