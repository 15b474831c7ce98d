"""HTTP on the host's own socket, by hand and by curl."""

import asyncio
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from muxer.paths import HostPaths
from muxer.wire import web
from muxer.wire.frames import CALL, PROTOCOL, pack
from muxer.wire.http import BODY_LIMIT
from muxer.wire.server import Server
from muxer.wire.web import Web, is_http
from tests.wire.surfing import Shop, Surfer


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.005)


class House(Shop):
    """A server that speaks both."""

    def __init__(self, paths: HostPaths) -> None:
        super().__init__()
        self.paths = paths
        self.web = Web(self.offer)
        self.server = Server(paths, on_attach=lambda _line, _hello: None, on_call=self.call, web=self.web)
        self.server.listen()
        self.surfers: list[Surfer] = []

    def surfer(self) -> Surfer:
        sock = socket.socket(socket.AF_UNIX)
        sock.connect(self.paths.socket)
        self.surfers.append(Surfer(sock))
        return self.surfers[-1]

    async def follower(self, query: str = "", *headers: str) -> Surfer:
        surfer = self.surfer()
        await surfer.say(f"GET /v1/events{query} HTTP/1.1", "Host: here", *headers)
        assert b"200 OK\r\nContent-Type: text/event-stream" in await surfer.until(b"\r\n\r\n")
        return surfer

    async def close(self) -> None:
        self.server.close()
        await until(lambda: not self.web.crowd)
        for surfer in self.surfers:
            surfer.sock.close()


@pytest.fixture
async def house(paths: HostPaths) -> AsyncIterator[House]:
    house = House(paths)
    yield house
    await house.close()


@pytest.mark.parametrize(
    ("data", "spoken"),
    [
        (b"GET /", True), (b"G", True), (b"HEAD /", True), (b"CONNECT", True), (b"PO", True),
        (pack(CALL, b"x"), False), (b"H\x00\x01", False), (b"get /", False), (b"\xff", False),
    ],
)  # fmt: skip
def test_what_is_taken_for_http(data: bytes, spoken: bool) -> None:
    assert is_http(data) is spoken


async def test_several_requests_on_one_connection(house: House) -> None:
    surfer = house.surfer()
    assert await surfer.get("/healthz") == (200, {"ok": True})
    assert await surfer.get("/readyz") == (200, {"ok": True})
    assert await surfer.get("/v1") == (200, {"ok": [{"name": "echo"}]})
    assert await surfer.post("/v1/echo", '{"a": "é"}') == (200, {"ok": {"a": "é"}})
    assert await surfer.post("/v1/echo", "") == (200, {"ok": {}})
    assert house.callers[0].pid == os.getpid()
    assert house.callers[0].line is None


async def test_a_host_that_is_not_ready_says_so(house: House) -> None:
    house.ready = False
    surfer = house.surfer()
    assert await surfer.get("/healthz") == (200, {"ok": True})
    for path in ("/readyz", "/v1", "/v1/events"):
        assert await surfer.get(path) == (503, {"ok": False})


async def test_a_request_may_come_byte_by_byte_and_two_at_once(house: House) -> None:
    surfer = house.surfer()
    for byte in b"POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}":
        await surfer.babble(bytes([byte]))
        await asyncio.sleep(0)
    assert await surfer.answer() == (200, {"ok": {}})
    request = b"POST /v1/soon HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
    await surfer.babble(request * 3)
    assert [await surfer.answer() for _ in range(3)] == [(200, {"ok": None})] * 3


async def test_frames_are_still_spoken(house: House) -> None:
    surfer = house.surfer()
    await surfer.babble(pack(CALL, json.dumps({"protocol": PROTOCOL, "verb": "echo", "arguments": {"a": 1}}).encode()))
    await surfer.until(b'{"a": 1}')
    assert house.callers[0].line
    assert not house.web.crowd


@pytest.mark.parametrize(
    ("verb", "status", "kind"),
    [("usage", 400, "UsageError"), ("ls", 404, "UnknownName"), ("refuse", 409, "MuxerError"), ("", 404, "UnknownName")],
)
async def test_errors_have_a_status_and_end_nothing(house: House, verb: str, status: int, kind: str) -> None:
    surfer = house.surfer()
    got, content = await surfer.post(f"/v1/{verb}", "{}")
    assert (got, content["error"]["kind"]) == (status, kind)
    assert await surfer.get("/healthz") == (200, {"ok": True})


async def test_a_bug_is_answered_and_reported(house: House) -> None:
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    status, content = await house.surfer().post("/v1/break", "{}")
    assert status == 500
    assert content["error"]["text"] == "the host failed: ZeroDivisionError: a bug; see host.log"
    assert isinstance(reported[0]["exception"], ZeroDivisionError)


@pytest.mark.parametrize("body", ["[]", "3", "{", "[" * 100_000])
async def test_a_body_that_is_no_object(house: House, body: str) -> None:
    status, content = await house.surfer().post("/v1/echo", body)
    assert (status, content["error"]["kind"]) == (400, "UsageError")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (404, "GET /v1/../healthz HTTP/1.1\r\nHost: a\r\n\r\n".replace("/v1", "/x")),
        (405, "HEAD /v1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        (405, "CONNECT /v1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        (405, "DELETE /v1/ls HTTP/1.1\r\nHost: a\r\n\r\n"),
        (405, "GET /v1/ls HTTP/1.1\r\nHost: a\r\n\r\n"),
        (405, "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
        (400, "GET /v1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"),
        (400, "GET /v1/events?since=x HTTP/1.1\r\nHost: a\r\n\r\n"),
        (411, "POST /v1/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (413, f"POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: {BODY_LIMIT + 1}\r\n\r\n"),
        (431, "GET /v1 HTTP/1.1\r\nHost: a\r\nx: " + "y" * 40_000 + "\r\n\r\n"),
        (431, "GET /v1 HTTP/1.1\r\n" + "a: b\r\n" * 50_000),
        (400, "GARBAGE\r\n\r\n"),
        (400, "GET /v1 HTTP/1.1\r\n\r\n"),
    ],
)
async def test_what_is_refused_ends_the_connection(house: House, status: int, said: str) -> None:
    surfer = house.surfer()
    await surfer.babble(said.encode())
    head = await surfer.until(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert (b"\r\nAllow: " in head) == (status == 405)
    if not said.startswith("HEAD"):
        content = json.loads(await surfer.until(b"\n"))
        assert content["error"]["kind"] == "Refused"
        assert "\n" not in content["error"]["text"]
    assert await surfer.is_left()


async def test_junk_is_dropped_without_a_word(house: House) -> None:
    surfer = house.surfer()
    await surfer.babble(b"\xffGET / HTTP/1.1\r\n\r\n")
    assert await surfer.is_left()


@pytest.mark.parametrize("begun", ["GET /v1 HTTP/1.1\r\nHost:", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"])
async def test_who_goes_on_too_slowly_is_hung_up_on(house: House, begun: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "PATIENCE", 0.05)
    surfer = house.surfer()
    await surfer.babble(begun.encode())
    if begun.endswith("\n"):
        await surfer.answer()
    assert await surfer.is_left()


async def test_a_body_that_does_not_come(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_PATIENCE", 0.05)
    surfer = house.surfer()
    await surfer.say("POST /v1/echo HTTP/1.1", "Host: a", "Content-Length: 9", body="{")
    assert await surfer.is_left()
    assert not house.callers


async def test_a_large_body_there_and_back(house: House) -> None:
    text = "x" * 5_000_000
    assert await house.surfer().post("/v1/echo", json.dumps({"text": text})) == (200, {"ok": {"text": text}})


async def test_a_body_may_wait_to_be_asked_for(house: House) -> None:
    surfer = house.surfer()
    await surfer.say("POST /v1/echo HTTP/1.1", "Host: a", "Content-Length: 2", "Expect: 100-continue")
    assert await surfer.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue"
    await surfer.babble(b"{}")
    assert await surfer.answer() == (200, {"ok": {}})


async def test_a_caller_who_leaves_is_not_worked_for(house: House) -> None:
    surfer = house.surfer()
    await surfer.say("POST /v1/wait HTTP/1.1", "Host: a", "Content-Length: 0")
    await until(lambda: house.callers)
    surfer.sock.close()
    await until(lambda: house.cancelled == ["wait"])
    await until(lambda: not house.web.crowd)


async def test_events_carry_their_ids(house: House) -> None:
    follower = await house.follower()
    house.news.put_nowait([(1, b'{"id":1}'), (2, b'{"id":2}')])
    assert await follower.until(b"2}\n\n") == b'id: 1\ndata: {"id":1}\n\nid: 2\ndata: {"id":'
    follower.sock.close()
    await until(lambda: house.left == 1)
    await until(lambda: len(asyncio.all_tasks()) == 1)


async def test_where_a_follower_begins(house: House) -> None:
    await house.follower()
    await house.follower("?since=7&kind=run&kind=pane.opened")
    await house.follower("", "Last-Event-ID: 9")
    await house.follower("?since=3", "Last-Event-ID: 9")
    assert house.asked == [(None, []), (7, ["run", "pane.opened"]), (9, []), (3, [])]


async def test_a_heart_beats_while_nothing_happens(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "HEARTBEAT", 0.02)
    follower = await house.follower()
    assert await follower.until(b":\n\n:\n\n") == b""


async def test_a_stopped_follower_is_not_told_more_than_it_takes(house: House) -> None:
    follower = await house.follower()
    line = b"#" * 50_000
    for number in range(200):
        house.news.put_nowait([(number, line)])
    before = -1
    while before != house.told or not before:  # until it stands still
        before = house.told
        await asyncio.sleep(0.05)
    assert before < 20
    for number in range(200):
        assert await follower.until(b"\n\n") == b"id: %d\ndata: %b" % (number, line)


async def test_a_stopped_follower_is_not_pestered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "HEARTBEAT", 0.002)
    follower = await house.follower()
    house.news.put_nowait([(1, b"#" * 3_000_000)])
    await until(lambda: house.told == 1)
    await asyncio.sleep(0.09)
    await follower.until(b"#\n\n")
    assert follower.heard.count(b":") < 10


async def test_who_reads_nothing_is_hung_up_on_as_well(house: House) -> None:
    await house.surfer().get("/healthz")
    before = len(os.listdir("/proc/self/fd"))
    follower = await house.follower()
    house.news.put_nowait([(1, b"#" * 3_000_000)])
    await until(lambda: house.told == 1)
    house.web.close()
    await until(lambda: len(os.listdir("/proc/self/fd")) <= before)  # its own end is still there, the idle one's is not
    assert follower.sock.fileno() >= 0


async def test_closing_hangs_up_on_everybody(house: House) -> None:
    follower, waiting, idle = await house.follower(), house.surfer(), house.surfer()
    await waiting.say("POST /v1/wait HTTP/1.1", "Host: a", "Content-Length: 0")
    await idle.get("/healthz")
    await until(lambda: house.callers)
    house.server.close()
    for surfer in (follower, waiting, idle):
        assert await surfer.is_left()
    assert house.left == 1
    assert house.cancelled == ["wait"]


async def test_no_descriptor_is_lost(house: House) -> None:
    await house.surfer().get("/healthz")
    before = len(os.listdir("/proc/self/fd"))
    for number in range(20):
        surfer = await house.follower()
        house.news.put_nowait([(number, b"#" * 500_000)])
        await until(house.news.empty)
        surfer.sock.close()
    await until(lambda: len(os.listdir("/proc/self/fd")) <= before)


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
async def test_curl(house: House, tmp_path: Path) -> None:
    async def curl(*words: str) -> str:
        argv = ["curl", "-sS", "--max-time", "10", "--unix-socket", house.paths.socket, *words]
        process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        return said.decode()

    assert json.loads(await curl("http://muxer/v1")) == {"ok": [{"name": "echo"}]}
    assert json.loads(await curl("http://muxer/v1/echo", "-d", '{"a": 1}')) == {"ok": {"a": 1}}
    large = tmp_path / "large"
    large.write_text(json.dumps({"a": "x" * 2_000_000}))
    assert len(await curl("http://muxer/v1/echo", "-d", f"@{large}")) > 2_000_000
    assert "405" in await curl("-I", "http://muxer/v1")
    assert json.loads(await curl("-T", "-", "http://muxer/v1/echo", "-X", "POST", "-H", "Expect:"))["error"]
    house.news.put_nowait([(5, b'{"id":5}')])
    following = asyncio.ensure_future(curl("-N", "http://muxer/v1/events?since=4"))
    await until(lambda: house.told == 1)
    house.server.close()
    assert await following == 'id: 5\ndata: {"id":5}\n\n'


# ---- the host as an MCP server


SPEAKER = "Muxer-Token: t1"
BOTH = "Accept: application/json, text/event-stream"
ASKED = '{"id": 1, "method": "ping"}'
WAITING = '{"id": 1, "params": {"_meta": {"progressToken": 1}}}'


async def test_a_message_is_answered(house: House) -> None:
    surfer = house.surfer()
    for body, headers in ((ASKED, (SPEAKER, BOTH)), (WAITING, (SPEAKER, "Accept: application/json"))):
        said = {"message": body, "token": "t1", "progress": False}
        assert await surfer.post("/mcp", body, *headers) == (200, said)
    assert await surfer.post("/mcp", '{"method": "notifications/initialized"}', SPEAKER) == (202, None)


async def test_what_is_waited_for_is_told_as_events(house: House) -> None:
    surfer = house.surfer()
    await surfer.say("POST /mcp HTTP/1.1", "Host: here", f"Content-Length: {len(WAITING)}", SPEAKER, BOTH, body=WAITING)
    assert b"200 OK\r\nContent-Type: text/event-stream" in await surfer.until(b"\r\n\r\n")
    for data in (b'{"at": "work"}', b'{"told": 1}', b'{"told": 2}'):
        assert await surfer.until(b"\n\n") == b"data: " + data
    assert await surfer.is_left()


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ((), 401, "who speaks MCP says who it is: its MUXER_TOKEN, in the header Muxer-Token"),
        (("Authorization: Bearer t1",), 401, "who speaks MCP"),
        (("Muxer-Token: t2",), 401, "not you"),
        ((SPEAKER, "Muxer-Token: t1"), 401, "not you"),
        ((SPEAKER, "MCP-Protocol-Version: 1999-01-01"), 400, "MCP is spoken here as of 20"),
    ],
)
async def test_who_cannot_say_who_it_is_hears_nothing(
    house: House, headers: tuple[str, ...], status: int, words: str
) -> None:
    for body, wants in ((ASKED, ()), (WAITING, (BOTH,))):
        found, content = await house.surfer().post("/mcp", body, *headers, *wants)
        assert (found, content["error"]["text"][: len(words)]) == (status, words)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_nothing_is_told_unasked(house: House, method: str) -> None:
    surfer = house.surfer()
    await surfer.say(f"{method} /mcp HTTP/1.1", "Host: here", SPEAKER, BOTH)
    status, content = await surfer.answer()
    assert (status, content["error"]["text"]) == (405, "/mcp takes POST only")
