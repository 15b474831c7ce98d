"""An agent's MCP server, as a process of its own: bytes go to the host, and its answers come back."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator

import pytest

from muxer.wire.pump import LONGEST, pump
from tests.toy_muxer import Place


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place(tempfile.mkdtemp(prefix="mux-", dir="/tmp"))
    yield place
    place.close()


def pumped(place: Place, said: bytes, token: str = "t1") -> list[str]:
    done = subprocess.run(
        [*place.toy, "mcp"], input=said, env=place.environ | {"MUXER_TOKEN": token}, capture_output=True, check=False,
        timeout=40,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().splitlines()


def test_every_line_is_asked_in_turn(place: Place) -> None:
    assert pumped(place.started(), b"one\n\n  \nhush\n\ntwo") == ["heard one", "heard two"]
    assert ["mcp", {"message": "one", "token": "t1"}] in place.told()
    assert pumped(place, b"hush\n") == []


def test_an_answer_comes_before_the_next_question(place: Place) -> None:
    running = subprocess.Popen(
        [*place.started().toy, "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=place.environ | {"MUXER_TOKEN": "t1"},
    )  # fmt: skip
    assert running.stdin
    assert running.stdout
    for word in (b"a", b"b"):
        running.stdin.write(word[:1] + b"\n")
        running.stdin.flush()
        assert running.stdout.readline() == b"heard " + word + b"\n"
    place.run("stop")
    running.stdin.write(b'{"id": 5}\n')
    running.stdin.flush()
    error = json.loads(running.stdout.readline())
    assert (error["id"], error["error"]["code"]) == (5, -32000)
    running.stdin.close()
    assert running.wait(20) == 0
    running.stdout.close()


def test_who_is_refused_is_told_so(place: Place) -> None:
    (line,) = pumped(place.started(), b'{"id": "x", "method": "ping"}\n{"method": "hm"}\n', token="t2")
    error = {"code": -32000, "message": "not you"}
    assert json.loads(line) == {"jsonrpc": "2.0", "id": "x", "error": error}


def test_without_a_host_it_answers_by_itself(place: Place) -> None:
    (line, other) = pumped(place, b'{"id": 1}\nnonsense\n{}\n')
    assert json.loads(line)["error"]["message"].startswith("no muxer")
    assert json.loads(other)["id"] is None


def test_too_much_is_refused_and_the_next_is_not(place: Place) -> None:
    lines = pumped(place.started(), b"x" * (LONGEST * 2) + b"\nshort\n")
    assert json.loads(lines[0])["error"] == {"code": -32600, "message": "a message of more than 4 MB: say less"}
    assert lines[1] == "heard short"


def test_it_ends_with_its_input() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    pump("default", reading=reading)
    os.close(reading)
