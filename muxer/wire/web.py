"""HTTP for scripts: every verb, and the log as server-sent events. What it tells is handed in as an Offer.

Connections come from the host's own socket, whose peer the kernel vouches for, or through a Doorway, which checks each
request.
"""

import asyncio
import contextlib
import json
import os
import re
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.mcp import VERSIONS
from muxer.wire.caller import Caller, failure, refusal
from muxer.wire.http import CONTINUE, END, EVENT_STREAM, HEAD_LIMIT, Head, Refused, answer, parse_head

PATIENCE = 10.0
"""How long the head of a request may take to come, and how long a connection is kept for the next one, in seconds."""
BODY_PATIENCE = 30.0
"""The same of a body, and of an answer that is not read."""
LINGER = 1.0
HEARTBEAT = 15.0
"""A follower that hears nothing else hears this often that the host lives."""
TALK = "/mcp"
SPEAKER = "muxer-token"
"""Whose token says who speaks; Authorization is the door's."""
READS = frozenset({"/healthz", "/readyz", "/v1", "/v1/events"})

Told = Sequence[tuple[int, bytes]]
"""Events: the id of each, and its line of JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What there is to be had."""

    call: Callable[[str, dict[str, Any], Caller], Awaitable[object]]
    follow: Callable[[int | None, Sequence[str]], Awaitable[AsyncGenerator[Told, None]]]
    """Events after an id (None: from now on) whose kinds begin so."""
    verbs: Callable[[], Sequence[object]]
    ready: Callable[[], bool]
    log: str
    """Where a bug is written down."""


class Web:
    """All the connections that came one way."""

    def __init__(self, offer: Offer, check: Callable[[Head], None] = lambda _head: None) -> None:
        self._offer, self._check = offer, check
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def crowd(self) -> int:
        """How many they are."""
        return len(self._tasks)

    def take(self, sock: socket.socket, data: bytes, caller: Caller) -> None:
        """Go on with a connection of which so much was read."""
        self._keep(asyncio.ensure_future(self._take(sock, data, caller)))

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer one who came over the network."""
        task = asyncio.current_task()
        assert task
        self._keep(task)
        await self._converse(reader, writer, Caller(pid=0, uid=os.getuid()))

    def close(self) -> None:
        """Hang up on everybody."""
        for task in tuple(self._tasks):
            task.cancel()

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, sock: socket.socket, data: bytes, caller: Caller) -> None:
        loop = asyncio.get_running_loop()
        reader = StreamReader(limit=HEAD_LIMIT, loop=loop)
        reader.feed_data(data)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, sock)
        await self._converse(reader, StreamWriter(transport, protocol, reader, loop), caller)

    async def _converse(self, reader: StreamReader, writer: StreamWriter, caller: Caller) -> None:
        with contextlib.suppress(OSError, TimeoutError, EOFError):
            try:
                talk = _Conversation(self._offer, self._check, caller, reader, writer)
                while await talk.go_on():
                    pass
            except (asyncio.CancelledError, TimeoutError):
                writer.transport.abort()  # closing waits for one who reads nothing
                raise
            finally:
                writer.close()


class _Conversation:
    """Requests and answers in turn."""

    def __init__(
        self, offer: Offer, check: Callable[[Head], None], caller: Caller, reader: StreamReader, writer: StreamWriter
    ) -> None:
        self._offer, self._check, self._caller = offer, check, caller
        self._reader, self._writer = reader, writer
        self._streams = False
        """Is the answer one that goes on? No other follows it."""
        self._ahead = b""
        """Of the next request, read while the last was being answered."""

    async def go_on(self) -> bool:
        """One request and its answer; whether another may follow. Raises OSError, TimeoutError or EOFError."""
        method = ""
        try:
            head = await self._head()
            method = head.method
            self._check(head)
            return await self._answer(head)
        except Refused as error:
            body = _json({"error": {"kind": "Refused", "text": str(error)}})
            await self._say(answer(error.status, b"" if method == "HEAD" else body, *error.headers, keep=False))
            await self._linger()
            return False
        except MuxerError as error:
            await self._say(answer(_status(error), _json(refusal(error)), keep=False))
            return False

    async def _linger(self) -> None:
        """Hanging up on one who still talks would take the answer away again."""
        self._writer.write_eof()
        async with asyncio.timeout(LINGER):
            while await self._reader.read(HEAD_LIMIT):
                pass

    async def _head(self) -> Head:
        async with asyncio.timeout(PATIENCE):
            try:
                data = self._ahead + await self._reader.readuntil(END)
            except asyncio.LimitOverrunError:
                raise Refused(431, f"the head of a request has {HEAD_LIMIT} bytes at most") from None
        self._ahead = b""
        return parse_head(data)

    async def _answer(self, head: Head) -> bool:
        path = head.path
        _require_method(head)
        if path == TALK:
            return await self._talk(head)
        if head.method == "POST":
            return await self._call(path.removeprefix("/v1/"), head)
        ready = path == "/healthz" or self._offer.ready()
        if ready and path == "/v1/events":
            await self._follow(head)
            return False
        content = self._offer.verbs() if ready and path == "/v1" else ready
        await self._say(answer(200 if ready else 503, _json({"ok": content}), keep=head.keep))
        return head.keep

    async def _call(self, verb: str, head: Head) -> bool:
        return await self._answer_with(self._result(verb, await self._body(head)), head)

    async def _body(self, head: Head) -> bytes:
        if head.headers.get("expect", "").lower() == "100-continue":
            await self._say(CONTINUE)
        async with asyncio.timeout(BODY_PATIENCE):
            return await self._reader.readexactly(head.length)

    async def _answer_with(self, work: "Coroutine[Any, Any, bytes]", head: Head, *, refused: int = 409) -> bool:
        doing = await self._unless_gone(work)
        error = doing.exception()
        if error is None:
            status, said = 200 if doing.result() else 202, doing.result()
        elif isinstance(error, MuxerError):
            status, said = _status(error, refused), _json(refusal(error))
        else:
            status, said = 500, _json(refusal(failure(error, self._offer.log)))
            asyncio.get_running_loop().call_exception_handler({"message": "a verb failed", "exception": error})
        if self._streams:
            return False
        await self._say(answer(status, said, keep=head.keep))
        return head.keep

    async def _talk(self, head: Head) -> bool:
        """A message to the host as an MCP server. What is waited for is told where that is wanted."""
        token = head.headers.get(SPEAKER, "")
        if not token:
            raise Refused(401, "who speaks MCP says who it is: its MUXER_TOKEN, in the header Muxer-Token")
        version = head.headers.get("mcp-protocol-version", VERSIONS[0])
        if version not in VERSIONS:
            raise Refused(400, f"MCP is spoken here as of {', '.join(VERSIONS)}")
        body = await self._body(head)
        given = {"message": body.decode(errors="replace"), "token": token}
        streams = b'"progressToken"' in body and "text/event-stream" in head.headers.get("accept", "")
        caller = replace(self._caller, line=self) if streams else self._caller

        async def work() -> bytes:
            said = await self._offer.call("mcp", given | {"progress": streams}, caller)
            return str(said or "").encode()

        return await self._answer_with(work(), head, refused=401)

    async def pour(self, payloads: AsyncGenerator[bytes, None]) -> None:
        """Lines, as events of a stream. Whoever is still told is not asked for more."""
        self._streams = True
        await self._say(EVENT_STREAM)
        async with aclosing(payloads):
            async for lines in payloads:
                await self._say(b"".join(b"data: %b\n\n" % line for line in lines.split(b"\n")))

    async def _result(self, verb: str, body: bytes) -> bytes:
        try:
            arguments = json.loads(body or b"{}")
        except (ValueError, RecursionError):
            raise UsageError("the body is no JSON") from None
        if not isinstance(arguments, dict):
            raise UsageError("the body is no JSON object of arguments")
        return _json({"ok": await self._offer.call(verb, arguments, self._caller)})

    async def _follow(self, head: Head) -> None:
        since = (head.query.get("since") or [head.headers.get("last-event-id", "")])[-1]
        if since and not re.fullmatch("[0-9]{1,18}", since):
            raise Refused(400, f"since is the id of an event, not {since!r}")
        batches = await self._offer.follow(int(since) if since else None, head.query.get("kind", []))
        await self._say(EVENT_STREAM)
        heart = asyncio.ensure_future(self._beat())
        try:
            work = await self._unless_gone(self._tell(batches))
            work.result()
        finally:
            heart.cancel()

    async def _tell(self, batches: AsyncGenerator[Told, None]) -> None:
        async with aclosing(batches):
            async for batch in batches:
                self._writer.write(b"".join(b"id: %d\ndata: %b\n\n" % event for event in batch))
                await self._writer.drain()  # for as long as it takes: a stopped follower is not asked for more

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            if not self._writer.transport.get_write_buffer_size():
                self._writer.write(b":\n\n")

    async def _unless_gone(self, work: "Coroutine[Any, Any, Any]") -> "asyncio.Task[Any]":
        """Do that to its end, whatever that is. Raises EOFError when the other side leaves before."""
        doing = asyncio.ensure_future(work)
        leaving = asyncio.ensure_future(self._reader.read(1))
        try:
            await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if leaving.done() and not leaving.exception():
                self._ahead = leaving.result()
                if self._ahead:
                    await asyncio.wait({doing})
        finally:
            doing.cancel()
            leaving.cancel()
            await asyncio.wait({doing, leaving})
        if doing.cancelled():
            raise EOFError
        return doing

    async def _say(self, data: bytes) -> None:
        self._writer.write(data)
        async with asyncio.timeout(BODY_PATIENCE):
            await self._writer.drain()


def is_http(data: bytes) -> bool:
    """Whether a connection that begins so speaks HTTP. No frame begins with two letters: it would be too long."""
    return re.match(rb"[A-Z]([A-Z]|\Z)", data) is not None


def _require_method(head: Head) -> None:
    allowed = ["GET"] if head.path in READS else []
    if head.path.startswith("/v1/") or head.path == TALK:
        allowed.append("POST")
    if not allowed:
        raise Refused(404, f"there is nothing at {head.path}: GET /v1 lists the verbs")
    if head.method not in allowed:
        raise Refused(405, f"{head.path} takes {' and '.join(allowed)} only", f"Allow: {', '.join(allowed)}")


def _status(error: MuxerError, otherwise: int = 409) -> int:
    if isinstance(error, UnknownName):
        return 404
    return 400 if isinstance(error, UsageError) else otherwise


def _json(content: object) -> bytes:
    return json.dumps(content).encode() + b"\n"
