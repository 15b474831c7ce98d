import asyncio
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from muxer.agents.spec import Cli, Session
from muxer.events import AgentChanged, Event
from muxer.fleet.agent import Agent
from muxer.fleet.metering import BLOCK, LONGEST, Meter

SEEN = Path(__file__).parent.parent / "agents" / "transcripts"


class Told(list[Event]):
    """What was told."""


@pytest.fixture
async def meter() -> AsyncIterator[tuple[Meter, Told]]:
    """Reads, and tells."""
    told = Told()
    made = Meter(told.append)
    yield made, told
    made.stop()


def agent(transcript: Path | str = "", *, usage: str = "claude", shape: str = "", session: str = "") -> Agent:
    cli = Cli(name="claude-code", title="Claude Code", short="claude", usage=usage, session=Session(transcript=shape))
    made = Agent(1, "p1", cli, token="t", folder="/", spawned_at=0.0)
    made.transcript, made.session = str(transcript), session
    return made


def answer(name: str, output: int) -> str:
    usage = {"input_tokens": 1, "output_tokens": output}
    return json.dumps({"type": "assistant", "message": {"id": name, "model": "m", "usage": usage}})


async def test_only_what_is_new_is_read_and_half_a_line_waits(meter: tuple[Meter, Told], tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    whole, half = answer("a", 5) + "\n", answer("b", 7)
    file.write_text(whole + half[:30])
    one = agent(file)
    assert (await meter[0].read(one)).output == 5
    assert one.usage.source == str(file)
    assert meter[1] == [AgentChanged("p1")]
    with file.open("r+") as again:  # what was read is not read again
        again.write("x" * (len(whole) - 1))
        again.seek(0, os.SEEK_END)
        again.write(half[30:] + "\n")
    assert (await meter[0].read(one)).output == 12
    assert (await meter[0].read(one)).output == 12
    assert meter[1] == [AgentChanged("p1")] * 2


async def test_another_file_is_counted_from_its_beginning(meter: tuple[Meter, Told], tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(f"{answer('a', 5)}\n{answer('b', 5)}\n")
    one = agent(file)
    assert (await meter[0].read(one)).output == 10
    file.write_text(f"{answer('c', 3)}\n")  # cut
    assert (await meter[0].read(one)).output == 3
    other = tmp_path / "u.jsonl"
    other.write_text(f"{answer('d', 4)}\n" * 3)
    other.replace(file)
    assert (await meter[0].read(one)).output == 4


async def test_what_is_known_stays_when_the_transcript_goes(meter: tuple[Meter, Told], tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(f"{answer('a', 5)}\n")
    one = agent(file)
    await meter[0].read(one)
    file.unlink()
    gone = await meter[0].read(one)
    assert gone.output == 5
    assert gone.source == f"{file}: No such file or directory"


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (agent(usage=""), "muxer knows no record that Claude Code keeps of its tokens"),
        (agent(), "where it writes its conversation down is not known yet"),
        (agent("/"), "/ is no file that could be read"),
        (agent("/nowhere/t.jsonl"), "/nowhere/t.jsonl: No such file or directory"),
        (agent(usage="opencode"), "its conversation has no id yet"),
        (agent(shape="/no/{session}.jsonl", session="s"), "where it writes its conversation down is not known yet"),
    ],
)  # fmt: skip
async def test_unknown_is_unknown_with_its_reason(meter: tuple[Meter, Told], one: Agent, why: str) -> None:
    usage = await meter[0].read(one)
    assert not usage.known
    assert usage.source == why


async def test_a_pipe_keeps_nobody_waiting(meter: tuple[Meter, Told], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    usage = await asyncio.wait_for(meter[0].read(agent(tmp_path / "pipe")), 5)
    assert usage.source.endswith("is no file that could be read")


async def test_a_file_is_found_by_its_shape_the_newest_of_several(meter: tuple[Meter, Told], tmp_path: Path) -> None:
    for number, folder in enumerate(("old", "new"), 1):
        (tmp_path / folder).mkdir()
        file = tmp_path / folder / "s[1].jsonl"
        file.write_text(f"{answer('a', number)}\n")
        os.utime(file, (number, number))
    one = agent(shape=f"{tmp_path}/*/{{session}}.jsonl", session="s[1]")
    assert (await meter[0].read(one)).output == 2


async def test_a_database_is_asked(meter: tuple[Meter, Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    one = agent(usage="opencode", session="ses_1")
    assert (await meter[0].read(one)).source == f"{tmp_path}/opencode/opencode.db is not there"
    (tmp_path / "opencode").mkdir()
    with closing(sqlite3.connect(tmp_path / "opencode" / "opencode.db")) as made:
        made.executescript((SEEN / "opencode.sql").read_text())
    usage = await meter[0].read(one)
    assert (usage.input, usage.cost) == (27, 0.5)
    one.session = "ses_9"
    assert (await meter[0].read(one)).source.endswith("does not know its conversation")


async def test_a_hundred_megabytes_keep_nobody_waiting(meter: tuple[Meter, Told], tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    filler = json.dumps({"type": "user", "message": {"content": "x" * 100_000}})
    with file.open("w") as made:
        for number in range(1000):
            made.write(f"{filler}\n{answer(str(number), 1)}\n")
    one, waits = agent(file), [0.0]
    reading = asyncio.ensure_future(meter[0].read(one))
    while not reading.done():
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        waits.append(time.perf_counter() - began)
    assert reading.result().output == 1000
    assert sorted(waits)[len(waits) // 2] < 0.1


async def test_a_line_without_end_is_passed_over(meter: tuple[Meter, Told], tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    with file.open("w") as made:
        for _ in range(LONGEST // BLOCK + 3):
            made.write("x" * BLOCK)
        made.write(f"\n{answer('a', 5)}\n")
    assert (await meter[0].read(agent(file))).output == 5


async def test_two_who_ask_at_once_have_one_reading(meter: tuple[Meter, Told], tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(f"{answer('a', 5)}\n")
    one = agent(file)
    first, second = await asyncio.gather(meter[0].read(one), meter[0].read(one))
    assert first is second


async def test_heeding_reads_once_it_has_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muxer.fleet.metering.SETTLED", 0.05)
    heard = asyncio.Event()
    made: Any = Meter(lambda _event: heard.set())
    file = tmp_path / "t.jsonl"
    file.write_text("")
    one = agent(file)
    for _ in range(3):
        made.heed(one)
    file.write_text(f"{answer('a', 5)}\n")  # a moment after its hook
    await asyncio.wait_for(heard.wait(), 10)
    assert one.usage.output == 5
    heard.clear()
    made.heed(one)
    made.stop()
    file.write_text(f"{answer('b', 5)}\n{answer('a', 5)}\n")
    await asyncio.sleep(0.09)
    assert not heard.is_set()


async def test_of_who_is_gone_nothing_is_kept(meter: tuple[Meter, Told], tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(f"{answer('a', 5)}\n")
    one = agent(file)
    await meter[0].read(one)
    meter[0].heed(one)
    meter[0].forget(one)
    file.write_text(f"{answer('b', 2)}\n{answer('c', 2)}\n")  # longer than before: it would go on from there
    assert (await meter[0].read(one)).output == 4
