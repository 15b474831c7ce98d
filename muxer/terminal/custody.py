"""The host's side of the keeper: ptys are asked for here, and handed on when a keeper dies.

Custody owns the masters that it hands out: whoever reads one stops before `forget` or `close`, and never closes it.
While it lives no keeper's death loses a program: a new keeper is started and given every master.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from muxer.channel import PROTOCOL, Channel, Gone, Message, close_all
from muxer.errors import HostMismatch, KeeperLost, MuxerError, SpawnFailed, UnknownName
from muxer.model import Exit, PaneId
from muxer.terminal.custody_start import start_keeper
from muxer.terminal.dictation import Dictation

DEADLINE = 10.0
"""Seconds that a keeper may take to start, or to answer."""
START_AGAIN = 0.5
"""Seconds after which a keeper that does not show up is started again: the last one may have been leaving."""
ONCE = {"signal", "spawn", "type"}
"""What a keeper may have done before it died, and must not be asked of the next."""

log = logging.getLogger(__name__)

Answer = tuple[Message, list[int]]
OnExit = Callable[[PaneId, Exit], None]
OnLost = Callable[[], None]
Scope = Literal["group", "foreground", "session"]
"""Whom a signal is for: the program's process group, whichever the terminal's keys would signal, or all of them."""


class Refusal(MuxerError):
    """The keeper's reason not to do what it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A pane's program and our duplicate of its master. Once `exit` is known, the master holds only what is unread."""

    pane: PaneId
    pid: int
    fd: int
    facts: dict[str, Any]
    exit: Exit | None = None


class Custody:
    """One connection to the keeper, made again whenever it is lost.

    `on_exit` tells the end of programs that were handed out as running; a Held that comes with its exit, as only
    `held` has them, has told it.
    `on_lost` is called once a new keeper holds every master; nothing is to be done then, but it is worth a line.
    """

    def __init__(self, socket_path: str, log_path: str, *, on_exit: OnExit, on_lost: OnLost) -> None:
        self._path, self._log_path = socket_path, log_path
        self._on_exit, self._on_lost = on_exit, on_lost
        self.dictation = Dictation(self._request)
        self._held: dict[PaneId, Held] = {}
        self._early: dict[PaneId, Message] = {}  # of panes not handed out yet
        self._renewed: set[PaneId] = set()  # of which an end that comes now is the next program's
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._asks = 0
        self.keeper_pid = 0
        self._channel: Channel | None = None
        self._writes = False
        self._connected = asyncio.Event()
        self._parted = asyncio.Event()
        self._parted.set()
        self._recovery: asyncio.Task[None] | None = None
        self._closing = False

    @classmethod
    async def open(cls, socket_path: str, log_path: str, *, on_exit: OnExit, on_lost: OnLost) -> Self:
        """Connect to the keeper of a socket; start one if none answers. Raises KeeperLost or HostMismatch."""
        custody = cls(socket_path, log_path, on_exit=on_exit, on_lost=on_lost)
        try:
            await custody._connect()
        except BaseException:
            custody.close()
            raise
        custody._connected.set()
        return custody

    async def spawn(
        self,
        pane: PaneId,
        argv: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        cols: int,
        rows: int,
        facts: dict[str, Any],
        again: bool = False,
    ) -> Held:
        """Run a program on a new pty, with exactly that environment. Raises SpawnFailed or KeeperLost.

        `again`: in the place of the pane's last one, if that has ended; its master is closed then.
        """
        if pane in self._held and not (again and self._held[pane].exit):
            raise SpawnFailed(f"there is a pane {pane!r} already: use another name")
        self._renewed.add(pane)
        request = {"pane": pane, "argv": [*argv], "cwd": cwd, "env": {**env}, "cols": cols, "rows": rows}
        try:
            answer, fds = await self._request("spawn", **request, facts=facts, again=again)
        except (asyncio.CancelledError, KeeperLost):
            # It may have been started all the same, and nobody would know of it.
            self._say("forget", pane=pane, kill=True)
            raise
        except Refusal as refusal:
            raise SpawnFailed(str(refusal)) from None
        finally:
            self._renewed.discard(pane)
        if pane in self._held:
            os.close(self._held.pop(pane).fd)
        held = self._hand_out(Held(pane=pane, pid=answer["pid"], fd=fds[0], facts=facts))
        self._end(pane, self._early.pop(pane, None))
        return held

    async def held(self) -> list[Held]:
        """Every pane that the keeper has, also from hosts before us."""
        answer, _ = await self._request("list")
        for entry in answer["panes"]:
            pane = entry["pane"]
            if pane not in self._held:
                try:
                    _, fds = await self._request("take", pane=pane)
                except Refusal:
                    continue  # another host has forgotten it since
                self.dictation.hear(pane, entry["typed"])
                ended = _exit(self._early.pop(pane, None) or entry["exit"])
                self._hand_out(Held(pane=pane, pid=entry["pid"], fd=fds[0], facts=entry["facts"], exit=ended))
        return list(self._held.values())

    async def note(self, pane: PaneId, facts: dict[str, Any]) -> None:
        """Have other facts remembered of a pane."""
        self._pane(pane)
        await self._request("note", pane=pane, facts=facts)
        if pane in self._held:
            self._held[pane] = replace(self._held[pane], facts=facts)

    async def signal(self, pane: PaneId, number: int, scope: Scope = "group") -> None:
        """Signal a pane's processes."""
        self._pane(pane)
        await self._request("signal", pane=pane, signal=number, scope=scope)

    async def forget(self, pane: PaneId, *, kill: bool = False) -> None:
        """Hang up and let go of the pane. A program that ignores the hang-up lives on, unless it is to be killed."""
        self._pane(pane)
        try:
            await self._request("forget", pane=pane, kill=kill)
        except Refusal as refusal:
            log.info("forgotten already: %s", refusal)
        if pane in self._held:
            os.close(self._held.pop(pane).fd)

    async def stop(self) -> None:
        """Hang up everything and end the keeper; it is gone when this returns."""
        self._closing = True
        answered = self._say("stop")
        try:
            async with asyncio.timeout(DEADLINE):
                if answered is not None:
                    await answered
                await self._parted.wait()
        except TimeoutError:
            raise self._silence() from None
        except KeeperLost:
            pass
        finally:
            self.close()

    def close(self) -> None:
        """Let go of every master. The programs live on in the keeper."""
        self._closing = True
        if self._recovery is not None:
            self._recovery.cancel()
        self._disconnect()
        self._connected.set()  # whoever waits for a keeper learns that there will be none
        for held in self._held.values():
            os.close(held.fd)
        self._held.clear()

    def _pane(self, pane: PaneId) -> Held:
        if pane not in self._held:
            raise UnknownName("pane", pane, list(self._held))
        return self._held[pane]

    def _hand_out(self, held: Held) -> Held:
        if held.pane in self._held:
            os.close(held.fd)
        else:
            self._held[held.pane] = held
        return self._held[held.pane]

    def _end(self, pane: PaneId, how: Message | None) -> None:
        held = self._held.get(pane)
        if how is not None and (held is None or pane in self._renewed):
            self._early[pane] = how
        elif held is not None and held.exit is None and (ended := _exit(how)):
            self._held[pane] = replace(held, exit=ended)
            self.dictation.forget(pane)
            asyncio.get_running_loop().call_soon(self._on_exit, pane, ended)

    async def _request(self, deed: str, **arguments: Any) -> Answer:
        """Ask, once there is a keeper to ask. Raises KeeperLost, or Refusal."""
        try:
            async with asyncio.timeout(DEADLINE):
                while True:
                    await self._connected.wait()
                    try:
                        return await self._ask(deed, **arguments)
                    except KeeperLost:
                        if self._closing or deed in ONCE:
                            raise
        except TimeoutError:
            raise self._silence() from None

    async def _ask(self, deed: str, *, fds: Collection[int] = (), **arguments: Any) -> Answer:
        answered = self._say(deed, fds=fds, **arguments)
        if answered is None:
            raise KeeperLost("there is no keeper: try again in a moment")
        try:
            return await answered
        except asyncio.CancelledError:
            if answered.done() and not answered.cancelled() and answered.exception() is None:
                close_all(answered.result()[1])
            raise

    def _say(self, deed: str, *, fds: Collection[int] = (), **arguments: Any) -> asyncio.Future[Answer] | None:
        """Send a request; the future of its answer, or None if nobody is there to send it to."""
        if self._channel is None:
            return None
        self._asks += 1
        number = self._asks
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[number] = answered

        def settled(answered: asyncio.Future[Answer]) -> None:
            self._asked.pop(number, None)
            _ = answered.cancelled() or answered.exception()  # not every answer is waited for

        answered.add_done_callback(settled)
        try:
            self._channel.send({"id": number, "do": deed, **arguments}, fds)
        except Gone as gone:
            self._lost(gone)
        else:
            self._watch_writes()
        return answered

    def _watch_writes(self) -> None:
        if self._channel is not None and self._writes != bool(self._channel.backlog):
            self._writes = not self._writes
            loop = asyncio.get_running_loop()
            if self._writes:
                loop.add_writer(self._channel.socket, self._flush)
            else:
                loop.remove_writer(self._channel.socket)

    def _flush(self) -> None:
        assert self._channel is not None
        try:
            self._channel.flush()
        except Gone as gone:
            self._lost(gone)
        else:
            self._watch_writes()

    def _hear(self) -> None:
        assert self._channel is not None
        try:
            for message, fds in self._channel.receive():
                self._take_in(message, fds)
        except Gone as gone:
            self._lost(gone)

    def _take_in(self, message: Message, fds: list[int]) -> None:
        if "exited" in message:
            self._end(message["exited"], message["exit"])
            return
        if "typed" in message:
            self.dictation.hear(message["typed"], message["how"])
            return
        answered = self._asked.get(message["id"])
        if answered is None or answered.done():
            close_all(fds)
        elif "error" in message:
            answered.set_exception(Refusal(message["error"]))
        else:
            answered.set_result((message["ok"], fds))

    async def _connect(self) -> None:
        """Have a keeper that answers: the one there is, or a new one. Two hosts that come at once get the same."""
        loop = asyncio.get_running_loop()
        started = -START_AGAIN
        try:
            async with asyncio.timeout(DEADLINE):
                while not await self._greet():
                    if loop.time() - started >= START_AGAIN:
                        start_keeper(self._path, self._log_path)
                        started = loop.time()
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise self._silence() from None

    async def _greet(self) -> bool:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            connection.connect(self._path)
        except OSError:
            connection.close()
            return False
        self._channel = Channel(connection)
        self._parted.clear()
        asyncio.get_running_loop().add_reader(connection, self._hear)
        try:
            answer, _ = await self._ask("ping")
        except MuxerError as error:
            log.info("no keeper on %s: %s", self._path, error)
            self._disconnect()
            return False
        if answer["protocol"] != PROTOCOL:
            raise HostMismatch(
                f"the keeper, process {answer['pid']}, is of another muxer: end its agents, then `kill {answer['pid']}`"
            )
        self.keeper_pid = int(answer["pid"])
        return self._channel is not None

    def _disconnect(self) -> None:
        self._connected.clear()
        self._parted.set()
        channel, self._channel = self._channel, None
        if channel is not None:
            loop = asyncio.get_running_loop()
            loop.remove_reader(channel.socket)
            loop.remove_writer(channel.socket)
            self._writes = False
            channel.close()
        self.dictation.lose()
        for answered in list(self._asked.values()):
            if not answered.done():
                answered.set_exception(KeeperLost("the keeper died: try again in a moment"))

    def _lost(self, gone: Gone) -> None:
        was_connected = self._connected.is_set()
        self._disconnect()
        if was_connected and not self._closing:
            log.warning("the keeper is lost: %s", gone)
            self._recovery = asyncio.get_running_loop().create_task(self._recover())

    async def _recover(self) -> None:
        """Give every master to another keeper, however long it takes to have one."""
        pause = 0.1
        while True:
            try:
                async with asyncio.timeout(2 * DEADLINE):
                    await self._connect()
                    for held in list(self._held.values()):
                        await self._entrust(held)
                if self._channel is None:
                    raise KeeperLost("it died while it was given the ptys")
            except (MuxerError, TimeoutError) as error:
                log.warning("no keeper yet: %s", error)
                self._disconnect()
                await asyncio.sleep(pause)
                pause = min(2 * pause, 10.0)
            else:
                break
        self._connected.set()
        asyncio.get_running_loop().call_soon(self._on_lost)

    async def _entrust(self, held: Held) -> None:
        how = held.exit and {"status": held.exit.status, "signal": held.exit.signal}
        try:
            answer, _ = await self._ask(
                "adopt", pane=held.pane, pid=held.pid, facts=held.facts, exit=how, fds=[held.fd]
            )
        except Refusal as refusal:
            log.error("pane %s ends with this host: %s", held.pane, refusal)  # noqa: TRY400 - its line says all
        else:
            self._end(held.pane, answer["exit"])

    def _silence(self) -> KeeperLost:
        return KeeperLost(f"the keeper does not answer on {self._path}: see {self._log_path}, then try again")


def _exit(how: Message | None) -> Exit | None:
    return None if how is None else Exit(status=how["status"], signal=how["signal"])
