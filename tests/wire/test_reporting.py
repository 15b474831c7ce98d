"""An agent's hook, as a process of its own: it tells what it is told, and disturbs nobody."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator

import pytest

from muxer.wire.reporting import HOOK_DATA, HURRY, LONGEST
from tests.toy_muxer import Place


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place(tempfile.mkdtemp(prefix="mux-", dir="/tmp"))
    yield place
    place.close()


def hook(place: Place, data: bytes = b"{}", *, host: str = "default", **environ: str) -> bytes:
    done = subprocess.run(
        [*place.toy, "-L", host, "hook", "codex", "Stop"], input=data, env=place.environ | environ,
        capture_output=True, check=False, timeout=40,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def said(place: Place) -> str:
    verb, given = place.told()[-1]
    assert verb == "hook"
    assert isinstance(given, dict)
    return str(given["data"])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"tool": "Bash"}\n', '{"tool": "Bash"}\n'),
        (b"", ""),
        (b"\xff", "\N{REPLACEMENT CHARACTER}"),
        (b"x" * HOOK_DATA, "x" * HOOK_DATA),
        (b"x" * (HOOK_DATA + 1), ""),
        (b"[" * (HOOK_DATA + 1), ""),
    ],
)
def test_it_tells_what_it_hears(place: Place, data: bytes, told: str) -> None:
    hook(place.started(), data, MUXER_PANE="w1")
    assert said(place) == told


def test_of_too_much_the_beginning_of_each_text_is_told(place: Place) -> None:
    whole = {"session_id": "s1", "tool_input": {"content": "é" * 5_000_000}, "n": [1] * 5000, "none": None}
    hook(place.started(), json.dumps(whole, ensure_ascii=False).encode(), MUXER_TOKEN="t0")
    told = json.loads(said(place))
    assert told == {
        "session_id": "s1",
        "tool_input": {"content": "é" * LONGEST + "…"},
        "n": [1] * LONGEST,
        "none": None,
    }


def test_an_answer_is_printed_and_nothing_else(place: Place) -> None:
    assert hook(place.started(), MUXER_PANE="w1", MUXER_TOKEN="t0") == b"go on"
    assert hook(place, MUXER_PANE="w1") == b""


def test_without_a_pane_a_host_or_a_good_name_it_is_silent(place: Place) -> None:
    for environ in ({"MUXER_PANE": "w1"}, {}, {"MUXER_TOKEN": "t0", "XDG_RUNTIME_DIR": "/dev/null"}):
        assert hook(place, b"x" * 10_000_000, **environ) == b""
    assert hook(place, host="../x", MUXER_PANE="w1") == b""
    place.started()
    assert hook(place) == b""
    assert place.told()[-1][0] == "new"
    assert hook(place, MUXER_PANE="w9", MUXER_TOKEN="t0") == b""
    assert place.told()[-1][0] == "hook"


def test_it_waits_for_nobody_who_never_ends(place: Place) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"{}")
    began = time.monotonic()
    done = subprocess.run(
        [*place.started().toy, "hook", "codex", "Stop"], stdin=reading, env=place.environ | {"MUXER_PANE": "w1"},
        check=False, timeout=20,
    )  # fmt: skip
    os.close(reading)
    os.close(writing)
    assert (done.returncode, said(place)) == (0, "")
    assert time.monotonic() - began >= HURRY


def test_a_closed_stdin_is_an_empty_one(place: Place) -> None:
    argv = ["sh", "-c", 'exec "$@" <&-', "sh", *place.started().toy, "hook", "codex", "Stop"]
    done = subprocess.run(argv, env=place.environ | {"MUXER_PANE": "w1"}, capture_output=True, check=False, timeout=30)
    assert (done.returncode, done.stdout, done.stderr, said(place)) == (0, b"", b"", "")
