"""A model that runs on loopback: it does what the newest words of the user say, and remembers what it was asked.

`TOOL:name {json}` calls a tool, `SLOW:3` answers for three seconds, `ERR:500` fails, `LIMIT:60` is a usage limit that
ends in a minute. Anything else is answered in a few words.
"""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.agents.wires import APART, TITLE, WIRES, Answer, Asked, Called, Event, Refused, Said, Wire

ANSWER = "STUB-ANSWER"
DONE = "STUB-DONE"
"""How an answer begins, and one that follows a tool."""

TOOL = re.compile(r"TOOL:([\w.-]+)\s*(\{)")
SLOW = re.compile(r"SLOW:([\d.]+)")
ERROR = re.compile(r"ERR:(\d{3})")
LIMIT = re.compile(r"LIMIT:(\d+)")


class Request(NamedTuple):
    """What it was asked, and did."""

    wire: str
    asked: Asked
    answer: Answer | Refused
    body: str
    """The whole of it, as JSON."""


class Stub(ThreadingHTTPServer):
    """Served by threads of its own until it is closed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port: int = self.server_address[1]
        self.requests: list[Request] = []

    def times(self, text: str) -> int:
        """How often the text stands in what it was asked, at most: the model saw it so often."""
        needle = json.dumps(text, ensure_ascii=False)[1:-1]
        return max((request.body.count(needle) for request in [*self.requests]), default=0)

    def asked(self, text: str) -> list[Request]:
        """The requests whose newest words hold the text."""
        return [request for request in [*self.requests] if text in request.asked.user]

    def results(self) -> str:
        """What tools gave back."""
        return "\n".join(request.asked.result or "" for request in [*self.requests])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """An agent that hangs up is none of its business."""


@contextmanager
def serving() -> Iterator[Stub]:
    """A model for as long as the block runs."""
    with Stub() as stub:
        thread = threading.Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield stub
        finally:
            stub.shutdown()
            thread.join()


def plan(asked: Asked, number: int, now: float) -> Answer | Refused:
    """What is done about a request."""
    if asked.as_json:
        return Said(TITLE)
    call = TOOL.search(asked.user)
    # Words that follow the result of a tool are newer than it.
    if asked.result is not None and not call:
        return Said(f"{DONE}[{number}] {asked.result.strip()[:200]}")
    if not asked.tools:  # a title is asked for, or a summary
        return Said("A title")
    if call:
        given = json.JSONDecoder().raw_decode(asked.user[call.start(2) :])[0]
        tool = find_tool(call[1], asked.tools)
        return Called(tool, given) if tool else Said(f"{ANSWER}[{number}] there is no tool {call[1]}")
    return _spoken(asked.user, number, now)


def _spoken(words: str, number: int, now: float) -> Answer | Refused:
    if error := ERROR.search(words):
        return Refused(int(error[1]), "the stub was told to fail")
    if limit := LIMIT.search(words):
        return Refused(429, "You have hit your usage limit.", int(now) + int(limit[1]))
    slow = SLOW.search(words)
    return Said(f"{ANSWER}[{number}]", float(slow[1]) if slow else 0.0)


def find_tool(name: str, tools: tuple[str, ...]) -> str:
    """The tool of that name, or whose name ends in it."""
    ends = re.compile(rf"(?:^|[_./:{APART}-]){re.escape(name)}$")
    return name if name in tools else next(filter(ends.search, tools), "")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Stub

    def log_message(self, *_words: Any) -> None:
        """Nothing is printed."""

    def do_HEAD(self) -> None:
        self._whole({})

    def do_GET(self) -> None:
        models = [{"id": "stub-model", "object": "model", "created": 1, "owned_by": "stub"}]
        if self.path.partition("?")[0].endswith("/models"):
            self._whole({"object": "list", "models": [], "data": models})
        else:
            self._whole({"error": {"message": "not here", "type": "not_found_error"}}, 404)

    def do_POST(self) -> None:
        body = self._read()
        path = self.path.partition("?")[0]
        if path.endswith(("/count_tokens", ":countTokens")):
            self._whole({"input_tokens": 100, "totalTokens": 100})
            return
        wire = next((wire for end, wire in WIRES.items() if path.endswith(end)), None)
        if wire is None:
            self._whole({"error": {"message": "not here", "type": "not_found_error"}}, 404)
            return
        asked = wire.read(body)
        answer = plan(asked, len(self.server.requests) + 1, time.time())
        self.server.requests.append(Request(wire.name, asked, answer, json.dumps(body, ensure_ascii=False)))
        self._answer(wire, body, answer, streams=bool(body.get("stream")) or ":stream" in path)

    def _answer(self, wire: Wire, body: dict[str, Any], answer: Answer | Refused, *, streams: bool) -> None:
        if isinstance(answer, Refused):
            self._whole(wire.refusal(answer), answer.status, resets_at=answer.resets_at)
        elif streams:
            self._stream(wire.stream(body, answer))
        else:
            self._whole(wire.whole(body, answer))

    def _read(self) -> dict[str, Any]:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        else:
            raw = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                raw += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        body: dict[str, Any] = json.loads(raw or b"{}")
        return body

    def _whole(self, said: dict[str, Any], status: int = 200, *, resets_at: int = 0) -> None:
        data = json.dumps(said).encode()
        self.send_response(status)
        if resets_at:
            self.send_header("anthropic-ratelimit-unified-status", "rejected")
            self.send_header("anthropic-ratelimit-unified-reset", str(resets_at))
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, events: Iterator[Event]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for event in events:
            time.sleep(event.seconds)
            data = event.data if isinstance(event.data, str) else json.dumps(event.data)
            name = f"event: {event.name}\n" if event.name else ""
            self._chunk(f"{name}data: {data}\n\n".encode())
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()
