"""Runs a project's check on a commit that is no branch's yet: in a scratch checkout, without a terminal, and live.

Who no longer waits for it ends it, and so does a host that is killed; the files that one left, the next one removes.
"""

import asyncio
import os
import shlex
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, BinaryIO

from muxer.config import Project
from muxer.errors import MuxerError
from muxer.events import Event, PaneClosed, TrialChanged
from muxer.exchange.spoken import Spoken
from muxer.fleet.housing import setup_line
from muxer.model import PaneId
from muxer.paths import homely, private_folder
from muxer.work import Trial, TrialState
from muxer.workspaces.scratch import drop_scratch, make_scratch, tree_of

GRACE = 5.0
"""Seconds in which a check that is told to end may do so."""
AT_MOST = 0.1
"""Seconds between two tellings of what it says."""
READ = 65_536
WATCHED = """
exec 3<&0 </dev/null
( { read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 & )
exec /bin/sh -c "$1" 3<&-
"""
"""A line for the shell, which ends with all that it began once nobody holds the other end of its input any more."""
_REMEMBERED = 200


@dataclass(slots=True, kw_only=True)
class _Run:
    """One check, at work or waiting for its turn."""

    trial: Trial
    root: str
    line: str
    tree: str
    """What is tried, as it is: a commit that was made again has the same."""
    rules: Project
    log: str
    waiting: int = 0
    """How many wait for its end."""
    task: "asyncio.Task[Trial] | None" = field(default=None)


class Proving:
    """Of all agents: at most one check each, and one at a time in each repository."""

    def __init__(self, tell: Callable[[Event], None], *, under: str, env: Mapping[str, str]) -> None:
        self._tell, self._under, self._env = tell, under, env
        self._mark = f"-{time.time_ns():x}"
        """How the names of this host's scratch checkouts end."""
        self._runs: dict[PaneId, _Run] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._green: dict[tuple[str, str], None] = {}
        """Commands, and the trees that they found good."""
        self._soon: dict[PaneId, asyncio.TimerHandle] = {}

    def trial_of(self, pane: PaneId) -> Trial | None:
        """The last one of that agent's work."""
        run = self._runs.get(pane)
        return run.trial if run else None

    def log_of(self, pane: PaneId) -> str:
        """The file that has all that its check said, if that was not green."""
        return f"{self._under}/{pane}.log"

    async def prove(self, pane: PaneId, root: str, commit: str, rules: Project) -> Trial:
        """Is that commit good? Several may wait for the same; once nobody does any more, it is ended.

        Raises MuxerError where it cannot be tried.
        """
        line = check_line(rules)
        tree = await asyncio.to_thread(tree_of, root, commit)
        run = self._runs.get(pane)
        if run is None or run.task is None or run.task.done() or (run.line, run.tree) != (line, tree):
            await self._end(run)
            trial, log = Trial(pane=pane, result=commit, began_at=time.time()), self.log_of(pane)
            run = self._runs[pane] = _Run(trial=trial, root=root, line=line, tree=tree, rules=rules, log=log)
            run.task = asyncio.get_running_loop().create_task(self._prove(run, commit))
        assert run.task
        run.waiting += 1
        try:
            return await asyncio.shield(run.task)
        finally:
            run.waiting -= 1
            if not run.waiting:
                run.task.cancel()

    async def _end(self, run: _Run | None) -> None:
        """Another commit is to be tried: this one is of no interest any more."""
        if run and run.task and not run.task.done():
            run.task.cancel()
            await asyncio.wait([run.task])

    def heard(self, event: Event) -> None:
        """Something happened."""
        if isinstance(event, PaneClosed) and (run := self._runs.pop(event.pane, None)) and run.task:
            run.task.cancel()

    def stop(self) -> None:
        """End all of them."""
        for run in self._runs.values():
            if run.task:
                run.task.cancel()

    def clear(self) -> None:
        """Remove what a host left that was killed. Takes its time."""
        with suppress(FileNotFoundError):
            for entry in os.scandir(self._under):
                if entry.is_dir(follow_symlinks=False) and not entry.name.endswith(self._mark):
                    drop_scratch(entry.path)

    # ---- one of them

    async def _prove(self, run: _Run, commit: str) -> Trial:
        if (run.line, run.tree) in self._green:
            self._say(run, state="green", why="it was green before")
            return run.trial
        self._say(run)
        try:
            async with self._turns.setdefault(run.root, asyncio.Lock()):
                self._say(run, state="runs", began_at=time.time())
                await self._try(run, commit)
        except MuxerError as error:
            self._say(run, state="stopped", why=str(error))
            raise
        except asyncio.CancelledError:
            self._say(run, state="stopped", why="it was stopped")
            raise
        if run.trial.state == "green":
            self._green[run.line, run.tree] = None
            for key in [*self._green][:-_REMEMBERED]:
                del self._green[key]
        return run.trial

    async def _try(self, run: _Run, commit: str) -> None:
        folder = f"{self._under}/{run.trial.pane}-{commit[:12]}{self._mark}"
        rules = run.rules
        made = partial(make_scratch, run.root, commit, folder, copies=rules.copies, links=rules.links)
        try:
            said = await _whole(made)
            with _log_file(run.log) as file:
                spoken = Spoken(file)
                for line in said:
                    spoken.take(f"{line}\n".encode())
                why = await self._setup_and_check(run, folder, spoken)
        finally:
            await _whole(partial(drop_scratch, folder))
        if not why:
            with suppress(FileNotFoundError):
                os.unlink(run.log)
        self._say(run, state="red" if why else "green", why=why, lines=spoken.lines)

    async def _setup_and_check(self, run: _Run, folder: str, spoken: Spoken) -> str:
        """Both, as a workspace gets them; why it is not green, in a few words."""
        watched, held = os.pipe()
        with os.fdopen(watched, "rb") as life, os.fdopen(held, "wb"):
            if (setup := setup_line(run.rules)) and (why := await self._shell(setup, run, folder, spoken, life)):
                return f"did not run: its setup {why}"
            return await self._shell(run.line, run, folder, spoken, life)

    async def _shell(self, line: str, run: _Run, folder: str, spoken: Spoken, life: BinaryIO) -> str:
        """Run that there; what went wrong, in a few words."""
        reader, writer = os.pipe()
        env = {name: value for name, value in self._env.items() if not name.startswith("GIT_")}
        try:
            begun = await asyncio.create_subprocess_exec(
                "/bin/sh", "-c", WATCHED, "sh", line, cwd=folder, env=env | {"TERM": "dumb", "PWD": folder},
                stdin=life, stdout=writer, stderr=writer, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            os.close(reader)
            raise MuxerError(f"the check cannot be started: {error.strerror}") from None
        finally:
            os.close(writer)
        listening = asyncio.get_running_loop().create_task(self._listen(run, reader, spoken))
        try:
            async with asyncio.timeout(run.rules.check_timeout):
                status = await begun.wait()
        except TimeoutError:
            return f"took longer than {run.rules.check_timeout} s"
        finally:
            await _end_group(begun)
            # What it began and left in another group may hold the pipe open: that is not waited for.
            await asyncio.wait([listening], timeout=GRACE)
            listening.cancel()
            await asyncio.wait([listening])
        return f"exited {status}" if status > 0 else f"was ended by {signal.Signals(-status).name}" if status else ""

    async def _listen(self, run: _Run, reader: int, spoken: Spoken) -> None:
        stream = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reader, "rb", 0)
        )
        try:
            while data := await stream.read(READ):
                spoken.take(data)
                run.trial = replace(run.trial, lines=spoken.lines)
                self._tell_soon(run.trial.pane)
        finally:
            transport.close()

    # ---- telling

    def _say(self, run: _Run, *, state: TrialState = "waits", **facts: Any) -> None:
        if state in ("green", "red", "stopped"):
            facts["ended_at"] = time.time()
        run.trial = replace(run.trial, state=state, **facts)
        self._tell(TrialChanged(run.trial.pane))

    def _tell_soon(self, pane: PaneId) -> None:
        if pane not in self._soon:
            self._soon[pane] = asyncio.get_running_loop().call_later(AT_MOST, self._tell_now, pane)

    def _tell_now(self, pane: PaneId) -> None:
        del self._soon[pane]
        self._tell(TrialChanged(pane))


def check_line(rules: Project) -> str:
    """What a shell is to run; empty where the project has no check."""
    return rules.check if isinstance(rules.check, str) else shlex.join(rules.check)


def as_told(trial: Trial, log: str) -> str:
    """Why that one was not green, and where to read on."""
    where = f": all that it said is in {homely(log)}" if trial.state == "red" else ""
    return f"the check {trial.why}{where}"


async def _whole(work: Callable[[], Any]) -> Any:
    """Work in a thread, which is waited for to its end, whoever is cancelled: nobody else may begin before."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _log_file(file: str) -> Any:
    try:
        private_folder(os.path.dirname(file))
        return open(file, "wb", buffering=0)
    except OSError as error:
        raise MuxerError(f"{homely(file)} cannot be written: {error.strerror}") from None


async def _end_group(begun: asyncio.subprocess.Process) -> None:
    """It and all that it began; as long as one of them lives, their group's number is nobody else's."""
    if begun.returncode is None:
        _tell_group(begun.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(begun.wait(), GRACE)
    _tell_group(begun.pid, signal.SIGKILL)
    await begun.wait()


def _tell_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
