"""The Model Context Protocol, from a server's side: JSON-RPC 2.0 without I/O, over what somebody else has to offer.

Who speaks is known before; no message can say otherwise. Whatever it says, it is answered in one line, and goes on.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from muxer import __version__
from muxer.errors import MuxerError

VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""Of the protocol, newest first; what we use of it is the same in all."""

LONGEST = 4 << 20
"""Bytes of one message."""
AT_ONCE = 64
"""Requests of one talk that are worked at; a model asks for a few."""
UNREAD = 16 << 20
"""Bytes of answers that wait for who does not read them; then it is hung up on."""
REFUSAL = 2000
"""Letters of one; it may quote what it refuses."""
PROGRESS_PACE = 1.0
HEARTBEAT = 15.0
"""Seconds after which one who waits hears again that there is nothing new; many clients give up on a silent call."""

_NOT_JSON, _NO_REQUEST, _NO_METHOD, _BAD_ARGUMENTS, _FAILED, _BUSY = -32700, -32600, -32601, -32602, -32603, -32000

Answer = dict[str, Any]
Work = Callable[[], Coroutine[Any, Any, Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How a tool is called."""

    key: str
    """The same when the request comes again."""
    again: bool
    """Has the request been sent before, to a host that may have done it?"""
    progress: Callable[[str], None] | None
    """Where to say what is waited for, if the client listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something that an agent can have done."""

    name: str
    help: str
    schema: Mapping[str, object]
    """Of its arguments."""
    call: Callable[[dict[str, Any], Call], Awaitable[object]]
    """Checks the arguments. Raises MuxerError."""

    def listed(self) -> Answer:
        """As the protocol tells it."""
        return {"name": self.name, "description": self.help, "inputSchema": self.schema}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Something that an agent can read: a prompt where it has no address, else a resource."""

    name: str
    help: str
    read: Callable[[], Awaitable[str]]
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """All that there is for one agent."""

    about: str
    """The model is told this once."""
    tools: Sequence[Tool]
    pages: Sequence[Page] = ()


class _Refused(Exception):
    """A message that is not answered as it wishes."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


class Talk:
    """One client's requests, as many at a time as it likes, and what they are answered.

    A call that the client cancels is cancelled with the word `called_off`; one that is cut off, without.
    """

    def __init__(
        self, offered: Offered, *, name: str = "", called_off: str = "", hang_up: Callable[[], None] = lambda: None
    ) -> None:
        self._offered, self._name, self._called_off, self._hang_up = offered, name, called_off, hang_up
        self._tasks: dict[str | int, asyncio.Task[Answer]] = {}
        self._unread: deque[bytes] = deque()
        self._size = 0
        self._news = asyncio.Event()
        self._ended = False

    def heard(self, message: bytes, *, again: bool = False) -> None:
        """One message; `again` if somebody may have heard it before."""
        try:
            asked = _read(message)
            if "method" in asked:
                self._take(asked, again)
        except _Refused as error:
            self._say({"id": None, "error": _error(error.code, str(error))})

    def end(self) -> None:
        """No message comes any more."""
        self._ended = True
        self._news.set()

    def close(self) -> None:
        """Whatever is worked at is cut off, and nothing is said any more."""
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()
        self._unread.clear()
        self.end()

    async def said(self) -> AsyncGenerator[bytes, None]:
        """Lines, as they come and are read, until the last request is answered after the end."""
        try:
            while self._unread or self._tasks or not self._ended:
                await self._news.wait()
                if not self._ended or self._tasks:
                    self._news.clear()
                if self._unread:
                    lines = b"\n".join(self._unread)
                    self._unread.clear()
                    self._size = 0
                    yield lines
        finally:
            self.close()

    # ---- requests

    def _take(self, asked: Answer, again: bool) -> None:
        method, given = asked["method"], asked.get("params", {})
        if "id" not in asked:
            if method == "notifications/cancelled":
                self._call_off(given)
            return
        which = asked["id"]
        try:
            if not isinstance(given, dict):
                raise _Refused(_BAD_ARGUMENTS, "params is an object")
            if which in self._tasks:
                raise _Refused(_NO_REQUEST, "a request of that id is worked at already")
            told = self._told(method, given)
            if told is not None:
                self._say({"id": which, "result": told})
                return
            work = self._work(method, given, which, again)
            if len(self._tasks) >= AT_ONCE:
                raise _Refused(_BUSY, f"{AT_ONCE} requests are worked at already: wait for an answer")
        except _Refused as error:
            self._say({"id": which, "error": _error(error.code, str(error))})
            return
        task = asyncio.ensure_future(work())
        self._tasks[which] = task
        task.add_done_callback(lambda task: self._done(which, task))

    def _told(self, method: str, given: Answer) -> Answer | None:
        """What is answered at once."""
        offered = self._offered
        told: dict[str, Callable[[], Answer]] = {
            "initialize": lambda: _introduction(given.get("protocolVersion"), offered.about),
            "ping": dict,
            "tools/list": lambda: {"tools": [tool.listed() for tool in offered.tools]},
            "prompts/list": lambda: {"prompts": [_prompt(page) for page in offered.pages if not page.uri]},
            "resources/list": lambda: {"resources": [_resource(page) for page in offered.pages if page.uri]},
            "resources/templates/list": lambda: {"resourceTemplates": []},
        }
        return told[method]() if method in told else None

    def _work(self, method: str, given: Answer, which: str | int, again: bool) -> Work:
        """What takes time to answer."""
        match method:
            case "tools/call":
                return self._calling(given, which, again)
            case "prompts/get":
                return _reading_prompt(_chosen(self._offered.pages, "name", given))
            case "resources/read":
                return _reading_resource(_chosen(self._offered.pages, "uri", given))
            case _:
                raise _Refused(_NO_METHOD, f"there is no method {method[:100]!r} here")

    def _calling(self, given: Answer, which: str | int, again: bool) -> Work:
        tools = {tool.name: tool for tool in self._offered.tools}
        tool, arguments = tools.get(str(given.get("name"))), given.get("arguments") or {}
        if tool is None:
            raise _Refused(_BAD_ARGUMENTS, f"no such tool: there is {', '.join(tools)}")
        if not isinstance(arguments, dict):
            raise _Refused(_BAD_ARGUMENTS, "arguments is an object")
        about = given.get("_meta")
        wanted = about.get("progressToken") if isinstance(about, dict) else None

        async def work() -> Answer:
            """What a tool says; what it refuses is an answer too, which the model can act upon."""
            waiting = _Progress(wanted, self._say) if _is_id(wanted) else None
            key = f"{self._name}:{json.dumps(which)}" if self._name else ""
            try:
                call = Call(key=key, again=again, progress=waiting.tell if waiting else None)
                answer = await tool.call(arguments, call)
            except MuxerError as error:
                return _said(" ".join(str(error).split())[:REFUSAL], refused=True)
            finally:
                if waiting:
                    waiting.stop()
            return _said(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False), refused=False)

        return work

    def _call_off(self, given: object) -> None:
        which = given.get("requestId") if isinstance(given, dict) else None
        if _is_id(which) and (task := self._tasks.pop(which, None)):
            task.cancel(self._called_off)
            self._news.set()

    def _done(self, which: str | int, task: "asyncio.Task[Answer]") -> None:
        if self._tasks.get(which) is not task:
            return  # nobody wants its answer any more
        del self._tasks[which]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, MuxerError) or task.cancelled():
            words = str(error or "that was cut off: ask again")
        elif error:
            words = f"muxer failed: {type(error).__name__}; see muxer logs"
            asyncio.get_running_loop().call_exception_handler({"message": "a tool failed", "exception": error})
        else:
            self._say({"id": which, "result": task.result()})
            return
        self._say({"id": which, "error": _error(_FAILED, words)})

    def _say(self, answer: Answer) -> None:
        line = json.dumps({"jsonrpc": "2.0", **answer}).encode()
        self._size += len(line)
        if self._size > max(UNREAD, len(line)):
            self.close()
            self._hang_up()
            return
        self._unread.append(line)
        self._news.set()


class _Progress:
    """Tells a client what its call waits for: what is new at most once a second, and that nothing is now and then."""

    def __init__(self, token: object, say: Callable[[Answer], None]) -> None:
        self._token, self._say = token, say
        self._loop = asyncio.get_running_loop()
        self._words = "at work"
        self._count = 0
        self._told_at = 0.0
        self._timer = self._loop.call_later(HEARTBEAT, self._tell)

    def tell(self, words: str) -> None:
        """Say what is waited for now."""
        self._words = words
        self._timer.cancel()
        wait = self._told_at + PROGRESS_PACE - self._loop.time() if self._count else 0.0
        if wait > 0:
            self._timer = self._loop.call_later(wait, self._tell)
        else:
            self._tell()

    def stop(self) -> None:
        """It is over."""
        self._timer.cancel()

    def _tell(self) -> None:
        self._count += 1
        self._told_at = self._loop.time()
        self._timer = self._loop.call_later(HEARTBEAT, self._tell)
        said = {"progressToken": self._token, "progress": self._count, "message": self._words}
        self._say({"method": "notifications/progress", "params": said})


def _read(message: bytes) -> Answer:
    """A request, a notification, or an answer to what we never asked. Raises _Refused."""
    if len(message) > LONGEST:
        raise _Refused(_NO_REQUEST, f"a message of more than {LONGEST >> 20} MB: say less")
    try:
        asked = json.loads(message.decode(errors="replace"))
    except (ValueError, RecursionError):
        raise _Refused(_NOT_JSON, "this is not JSON") from None
    if not isinstance(asked, dict):
        raise _Refused(_NO_REQUEST, "one request at a time, as an object")
    if "result" in asked or "error" in asked:
        return {}
    if not isinstance(asked.get("method"), str):
        raise _Refused(_NO_REQUEST, "a request has a method")
    if "id" in asked and not _is_id(asked["id"]):
        raise _Refused(_NO_REQUEST, "an id is a number or a short text")
    if b"\\ud" in message or b"\\uD" in message:
        # Half a character can be said in JSON and written nowhere.
        asked = json.loads(json.dumps(asked, ensure_ascii=False).encode(errors="replace"))
    assert isinstance(asked, dict)
    return asked


def _is_id(value: object) -> TypeGuard[str | int]:
    if isinstance(value, str):
        return len(value) <= 200
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def _introduction(version: object, about: str) -> Answer:
    return {
        "protocolVersion": version if version in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {}, "prompts": {}, "resources": {}},
        "serverInfo": {"name": "muxer", "version": __version__},
        "instructions": about,
    }


def _chosen(pages: Sequence[Page], by: str, given: Answer) -> Page:
    known = {getattr(page, by): page for page in pages if bool(page.uri) == (by == "uri")}
    page = known.get(str(given.get(by)))
    if page is None:
        raise _Refused(_BAD_ARGUMENTS, f"there is only {' and '.join(known) or 'nothing'}")
    return page


def _prompt(page: Page) -> Answer:
    return {"name": page.name, "description": page.help}


def _resource(page: Page) -> Answer:
    return {"uri": page.uri, "name": page.name, "description": page.help, "mimeType": "application/json"}


def _reading_prompt(page: Page) -> Work:
    async def work() -> Answer:
        content = {"type": "text", "text": await page.read()}
        return {"description": page.help, "messages": [{"role": "user", "content": content}]}

    return work


def _reading_resource(page: Page) -> Work:
    async def work() -> Answer:
        return {"contents": [{"uri": page.uri, "mimeType": "application/json", "text": await page.read()}]}

    return work


def _said(text: str, *, refused: bool) -> Answer:
    return {"content": [{"type": "text", "text": text}], "isError": refused}


def _error(code: int, words: str) -> Answer:
    return {"code": code, "message": words}
