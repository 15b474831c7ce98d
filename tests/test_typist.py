"""What the keeper types: whole, in order, once; also when the host that dictated it is gone."""

import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keeping import PATIENCE, Host, keeper_folder, keeper_starter, read_until, until

READER = """
import os, sys, tty
tty.setraw(0)
print("ready", flush=True)
{wait}
while data := os.read(0, 65536):
    os.write(1, data)
"""


@pytest.fixture
def path() -> Iterator[str]:
    with keeper_folder() as path, keeper_starter(path) as start:
        start()
        yield path


@pytest.fixture
def host(path: str) -> Iterator[Host]:
    host = Host(path)
    yield host
    host.close()


def reader(host: Host, wait: str = "") -> int:
    """A program that gives back what it reads, once it may."""
    _, master = host.spawn("a", sys.executable, "-c", READER.format(wait=wait))
    read_until(master, "ready")
    return master


def _read(master: int) -> bytes:
    select.select([master], [], [], PATIENCE)
    return os.read(master, 65536)


def test_a_text_and_its_enter_are_typed_once(host: Host) -> None:
    master = reader(host)
    for _ in range(3):
        typed = host.ask("type", pane="a", number=7, keys="grüße \udcff")["typed"]
        assert typed == {"number": 7, "left": 0, "enters": 0, "lost": False}
    for _ in range(3):
        assert host.ask("type", pane="a", number=7, keys="\r!", enter=1)["typed"]["enters"] == 1
    host.ask("type", pane="a", number=8, keys="END")
    said = b""
    while not said.endswith(b"END"):
        said += _read(master)
    assert said == "grüße ".encode() + b"\xff\r!END"
    os.close(master)


def test_an_enter_belongs_to_the_last_text(host: Host) -> None:
    master = reader(host)
    host.ask("type", pane="a", number=1, keys="one")
    host.ask("type", pane="a", number=2, keys="two")
    assert "was not the last one" in host.refused("type", pane="a", number=1, keys="\r", enter=1)
    assert read_until(master, "two") == "onetwo"
    os.close(master)


def test_it_goes_on_when_the_host_is_gone_and_the_next_one_is_told(host: Host, path: str, tmp_path: Path) -> None:
    gate = f"{tmp_path}/gate"
    master = reader(host, wait=f"import time\nwhile not os.path.exists({gate!r}): time.sleep(0.01)")
    text = "".join(f"{n:06d}," for n in range(40_000))
    assert host.ask("type", pane="a", number=5, keys=text)["typed"]["left"] > 0
    assert "must wait" in host.refused("type", pane="a", number=5, keys="\r", enter=1)
    assert "must wait" in host.refused("type", pane="a", number=6, keys="x")
    host.close()
    second = Host(path)
    typed = second.panes()["a"]["typed"]
    assert typed["number"] == 5
    assert typed["left"] > 0
    open(gate, "w").close()
    said = read_until(master, "039999,")
    assert text in said
    until(lambda: second.panes()["a"]["typed"]["left"] == 0, "all is written")
    second.ask("type", pane="a", number=5, keys="\rok", enter=1)
    assert read_until(master, "ok").endswith("ok")
    assert {"typed": "a", "how": {"number": 5, "left": 0, "enters": 0, "lost": False}} in second.pushed
    second.close()
    os.close(master)


def test_a_program_that_is_gone_gets_nothing(host: Host) -> None:
    _, master = host.spawn("a", "/bin/sh", "-c", "exit 0")
    host.hear(lambda: host.pushed)
    assert host.refused("type", pane="a", number=1, keys="x") == "pane 'a' has ended"
    assert "wants 'number'" in host.refused("type", pane="a", number="x", keys="x")
    os.close(master)


def test_the_next_program_of_a_pane_knows_of_no_text(host: Host) -> None:
    _, master = host.spawn("a", "/bin/cat")
    host.ask("type", pane="a", number=1, keys="x")
    host.ask("signal", pane="a", signal=9, scope="group")
    host.hear(lambda: host.pushed)
    _, again = host.spawn("a", "/bin/cat", again=True)
    assert host.panes()["a"]["typed"] is None
    os.close(master)
    os.close(again)


def test_text_for_a_program_that_never_reads_ends_with_it(host: Host) -> None:
    master = reader(host, wait="import signal; signal.pause()")
    host.ask("type", pane="a", number=1, keys="x" * 200_000)
    host.ask("forget", pane="a", kill=True)
    assert host.panes() == {}
    os.close(master)
