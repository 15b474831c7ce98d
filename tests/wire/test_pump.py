"""An agent's MCP server, as a process of its own: what is said goes to the host, and what that says comes back."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from muxer.wire.frames import CALL, EVENT, PROTOCOL, SAY, pack
from muxer.wire.pump import LONGEST, pump
from tests.toy_muxer import Place
from tests.waiting import until

HASTY = "import sys; from muxer.wire import pump; pump.PATIENCE = 0.2; pump.pump('default')"


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place(tempfile.mkdtemp(prefix="mux-", dir="/tmp"))
    yield place
    place.close()


class Client:
    """An agent, and the pump that it started."""

    def __init__(self, place: Place, token: str = "t1", *argv: str) -> None:
        env = place.environ | {"MUXER_TOKEN": token}
        self.running = subprocess.Popen(
            argv or [*place.toy, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
        )

    def babble(self, data: bytes) -> None:
        assert self.running.stdin
        self.running.stdin.write(data)
        self.running.stdin.flush()

    def say(self, method: str, which: object = None, **params: object) -> None:
        asked = {"jsonrpc": "2.0", "method": method, "params": params}
        self.babble(json.dumps(asked if which is None else asked | {"id": which}).encode() + b"\n")

    def call(self, tool: str, which: object, **arguments: object) -> None:
        self.say("tools/call", which, name=tool, arguments=arguments)

    def heard(self) -> Any:
        assert self.running.stdout
        return json.loads(self.running.stdout.readline())

    def text(self) -> str:
        """Of the next answer."""
        answer = self.heard()
        return str(answer["result"]["content"][0]["text"] if "result" in answer else answer["error"]["message"])

    def end(self) -> list[Any]:
        """It says no more; what comes yet."""
        assert self.running.stdin
        self.running.stdin.close()
        assert self.running.stdout
        rest = [json.loads(line) for line in self.running.stdout]
        self.running.stdout.close()
        assert self.running.wait(20) == 0
        return rest


def kill_host(place: Place) -> None:
    (host,) = [one for one in psutil.process_iter(["cmdline"]) if f"{place.folder}/run" in environment(one)]
    host.send_signal(signal.SIGKILL)
    host.wait(20)


def environment(process: psutil.Process) -> str:
    if "toyhost" not in " ".join(process.info["cmdline"] or ()):
        return ""
    try:
        return process.environ().get("XDG_RUNTIME_DIR", "")
    except psutil.Error:
        return ""


def waits(place: Place) -> list[Any]:
    return [told[1:] for told in place.told() if told[0] == "waits"]


def test_it_says_all_that_it_is_told_and_ends_with_its_input(place: Place) -> None:
    client = Client(place.started())
    client.babble(b'{"id": 1, "method": "ping"}\n\n  \n{"method": "notifications/initialized"}\n{"id": 2, "method"')
    client.babble(b': "ping"}\n{"id": 3, "method": "ping"}')
    assert [answer["id"] for answer in client.end()] == [1, 2, 3]


def test_a_call_that_waits_holds_nobody_up_and_can_be_called_off(place: Place) -> None:
    client = Client(place.started())
    client.call("wait", 1)
    client.call("echo", "two", a=3)
    client.say("ping", 3)
    pong, echo = sorted((client.heard(), client.heard()), key=lambda answer: str(answer["id"]))
    assert pong == {"jsonrpc": "2.0", "id": 3, "result": {}}
    said = json.loads(echo["result"]["content"][0]["text"])
    assert (said["a"], said["again"], said["key"].partition(":")[2]) == (3, False, '"two"')
    client.say("notifications/cancelled", requestId=1)
    client.say("ping", 4)
    assert client.heard()["id"] == 4
    assert client.end() == []  # at once: nothing is waited for any more


def test_what_a_killed_host_did_not_answer_is_said_again_to_the_next(place: Place) -> None:
    client = Client(place.started())
    client.call("echo", 0)
    key = json.loads(client.text())["key"]
    client.call("wait", 1)
    client.call("wait", 2)
    until(lambda: len(waits(place)) == 2, "both wait")
    client.say("notifications/cancelled", requestId=2)
    client.say("ping", 4)
    assert client.heard()["id"] == 4
    kill_host(place)
    client.call("echo", 3)
    place.started()
    answers = {answer["id"]: answer["result"]["content"][0]["text"] for answer in (client.heard(), client.heard())}
    assert answers[1] == "came again"
    assert json.loads(answers[3]) == {"key": key.replace(":0", ":3"), "again": False}
    assert waits(place)[-1] == [key.replace(":0", ":1"), True]
    assert client.end() == []


def test_a_host_that_stops_in_order_is_waited_for_too(place: Place) -> None:
    client = Client(place.started())
    client.call("wait", 1)
    until(lambda: waits(place), "it waits")
    place.run("stop")
    place.started()
    assert client.text() == "came again"
    client.end()


def test_without_a_next_host_each_is_answered_by_itself(place: Place) -> None:
    client = Client(place.started(), "t1", sys.executable, "-c", HASTY)
    client.call("wait", 1)
    client.call("wait", "b")
    until(lambda: len(waits(place)) == 2, "both wait")
    place.run("stop")
    errors = client.heard(), client.heard()
    assert [error["id"] for error in errors] == [1, "b"]
    assert {error["error"]["code"] for error in errors} == {-32000}
    assert errors[0]["error"]["message"].startswith("no muxer named")
    place.started()  # whoever comes later is found by the next request
    client.say("ping", 2)
    assert client.heard() == {"jsonrpc": "2.0", "id": 2, "result": {}}
    client.end()


def test_who_has_no_token_and_finds_no_host_does_not_wait(place: Place) -> None:
    client = Client(place, "")
    client.babble(b'{"id": 1, "method": "ping"}\nnonsense\n{}\n')
    nonsense, refused = client.heard(), client.heard()
    assert (nonsense["id"], nonsense["error"]["code"]) == (None, -32700)
    assert refused["error"]["message"].startswith("no muxer")
    assert client.end() == []


def test_who_is_refused_is_told_so(place: Place) -> None:
    client = Client(place.started(), "t2")
    for which in ("x", 2):
        client.say("ping", which)
        error = {"code": -32000, "message": "not you"}
        assert client.heard() == {"jsonrpc": "2.0", "id": which, "error": error}
    client.end()


@pytest.mark.parametrize("junk", [b"x" * (LONGEST * 2), b"[" * 200_000, b"\xff\xfe\x00", b"[]", b"3", b'{"id": null}'])
def test_junk_is_refused_and_the_next_is_not(place: Place, junk: bytes) -> None:
    client = Client(place.started())
    client.babble(junk + b'\n{"id": 7, "method": "ping"}\n')
    refused = client.heard()
    assert refused["id"] is None
    assert len(refused["error"]["message"]) < 100
    assert client.heard()["id"] == 7
    client.end()


def test_a_hundred_megabytes_in_one_line_cost_no_memory(place: Place) -> None:
    client = Client(place.started())
    for _ in range(100):
        client.babble(b"x" * (1 << 20))
    client.babble(b"\n")
    assert "more than 4 MB" in client.text()
    status = Path(f"/proc/{client.running.pid}/status").read_text()
    assert int(status.partition("VmHWM:")[2].split()[0]) < 40_000
    client.end()


def test_answers_that_are_not_read_wait_and_come_whole(place: Place) -> None:
    client = Client(place.started())
    for which in range(5):
        client.call("large", which)
    assert [len(client.text()) for _ in range(5)] == [1 << 20] * 5
    client.end()


def test_who_never_reads_is_hung_up_on_and_others_are_not(place: Place) -> None:
    other = Client(place.started())
    other.say("ping", 1)
    assert other.heard()["id"] == 1
    deaf = socket.socket(socket.AF_UNIX)
    deaf.connect(f"{place.folder}/run/muxer/default/host")
    question = {"protocol": PROTOCOL, "verb": "mcp", "arguments": {"token": "t1", "talk": "deaf"}}
    deaf.sendall(pack(CALL, json.dumps(question).encode()))
    assert deaf.recv(100) == pack(EVENT)
    asked = json.dumps({"id": 1, "method": "tools/call", "params": {"name": "large"}})
    flood = b"".join(pack(SAY, asked.replace("1", str(which), 1).encode()) for which in range(60))
    deaf.settimeout(20)
    with pytest.raises(ConnectionError):
        deaf.sendall(flood * 2000)
    deaf.close()
    other.say("ping", 2)
    assert other.heard()["id"] == 2
    other.end()


def test_repowire_45_it_is_small(place: Place) -> None:
    client = Client(place.started(), "t1", sys.executable, "-P", "-m", "muxer", "mcp")
    for which in range(100):
        client.call("echo", which)
        assert client.heard()["id"] == which
    status = Path(f"/proc/{client.running.pid}/status").read_text()
    assert int(status.partition("VmRSS:")[2].split()[0]) <= 12 << 10
    client.end()


def test_it_imports_next_to_nothing(place: Place) -> None:
    code = "import sys, muxer.cli as c; c._pump('default'); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], input=b"", env=place.environ, capture_output=True, check=True, timeout=40
    )
    loaded = set(done.stderr.decode().split())
    slow = {"argparse", "asyncio", "collections", "dataclasses", "json", "re", "socket", "subprocess", "typing"}
    assert "muxer.wire.pump" in loaded
    assert not loaded & (slow | {"muxer.commands", "muxer.mcp"})


def test_it_ends_when_nobody_reads_it(place: Place) -> None:
    client = Client(place.started())
    assert client.running.stdin
    assert client.running.stdout
    client.running.stdout.close()
    client.say("ping", 1)
    assert client.running.wait(20) == 0
    client.running.stdin.close()


def test_it_ends_with_its_input() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    pump("default", reading=reading)
    os.close(reading)
