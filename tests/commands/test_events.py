"""What happened, as verbs tell it; and the same through a real host and a real command line."""

import json
import signal
import subprocess
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from muxer.commands.events import followed
from muxer.commands.table import VERBS, load_verbs, run, verb_named
from muxer.errors import UsageError
from muxer.store.panes import KnownPane, open_pane, rename_pane
from tests.conftest import HOST, Desk
from tests.house import House, house_in
from tests.seat import MUXER

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        pane = KnownPane(id="p1", name="0", command=("cat",), cwd="/", shell=False, policy="never")
        await made.services.store.ask(open_pane, pane)
        for number in range(1, 6):
            await rename(made, str(number))
        yield made


async def rename(house: House, name: str) -> None:
    await house.services.store.ask(rename_pane, "p1", name)


async def told(house: House, **arguments: object) -> list[dict[str, Any]]:
    answer = await run(verb_named("events"), house.services, arguments)
    assert isinstance(answer, list)
    return answer


async def ids(house: House, **arguments: object) -> list[int]:
    return [event["id"] for event in await told(house, **arguments)]


async def test_the_newest_oldest_first(house: House) -> None:
    assert await ids(house) == [1, 2, 3, 4, 5, 6]
    assert await ids(house, limit=2) == [5, 6]
    assert await ids(house, kind=["pane.opened", "run"]) == [1]


async def test_what_was_done_before_has_happened(house: House) -> None:
    for number in range(100):
        house.services.store.note(rename_pane, "p1", f"name {number}")
    assert await ids(house, limit=1) == [106]
    house.services.store.note(rename_pane, "p1", "again")
    batches = await followed(house.services, None, [])
    await rename(house, "now")
    async with aclosing(batches):
        assert [number for number, _ in await anext(batches)] == [108]


async def test_page_by_page(house: House) -> None:
    assert await ids(house, since=2, limit=2) == [3, 4]
    assert await ids(house, since=4) == [5, 6]
    assert await ids(house, since=6) == []


@pytest.mark.parametrize("since", [7, 10**30, -1])
async def test_who_remembers_another_log_hears_all_of_this_one(house: House, since: int) -> None:
    assert await ids(house, since=since) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("limit", [0, -1, 10**6])
async def test_a_limit_is_a_number_of_events(house: House, limit: int) -> None:
    with pytest.raises(UsageError, match=r"^limit: "):
        await told(house, limit=limit)


async def test_an_event_is_these_five(house: House) -> None:
    first, *_ = await told(house)
    assert list(first) == ["id", "at", "kind", "subject", "data"]
    assert first["kind"] == "pane.opened"
    assert first["data"] == {"name": "0", "command": ["cat"], "cwd": "/", "policy": "never"}


async def test_for_people_it_stands_in_columns(house: House) -> None:
    show = VERBS["events"].show
    assert show
    await rename(house, "a\x1b[31m\nb")
    lines = show(await told(house)).splitlines()
    assert len(lines) == 7
    assert lines[0].split(maxsplit=2)[2] == 'pane.opened       p1    name 0  command ["cat"]  cwd /  policy never'
    assert lines[-1].split(maxsplit=2)[2] == "pane.renamed      p1    name a[31mb  before 5"
    assert {line.index("pane.") for line in lines} == {21}
    assert show([]) == ""


async def test_following_begins_at_once(house: House) -> None:
    batches = await followed(house.services, None, [])
    await rename(house, "now")
    async with aclosing(batches):
        ((number, line),) = await anext(batches)
    assert number == 7
    event = json.loads(line)
    assert list(event) == ["id", "at", "kind", "subject", "data"]
    assert (event["id"], event["data"]) == (7, {"name": "now", "before": "5"})
    assert not house.services.bus._queues


async def test_following_tells_lines_of_json(house: House) -> None:
    answer = await run(verb_named("events"), house.services, {"follow": True, "since": 4}, streaming=True)
    assert isinstance(answer, AsyncGenerator)
    async with aclosing(answer):
        assert [json.loads(line)["id"] for line in (await anext(answer)).split(b"\n")] == [5, 6]


async def test_half_a_character_breaks_nothing(house: House) -> None:
    await house.services.store.ask(
        lambda connection: connection.execute(
            "INSERT INTO events (at, kind, subject, data) VALUES (1, 'hook.x', 'p1', ?)", (r'{"a": "\ud800"}',)
        )
    )
    batches = await followed(house.services, 6, [])
    async with aclosing(batches):
        ((_, line),) = await anext(batches)
    assert json.loads(line)["data"] == {"a": "\ud800"}


async def test_whoever_has_no_line_cannot_follow(house: House) -> None:
    with pytest.raises(UsageError, match=r"^events would not end here: follow it with muxer events in a terminal$"):
        await run(verb_named("events"), house.services, {"follow": True})


def test_a_follower_that_was_stopped_has_missed_nothing(desk: Desk) -> None:
    made = desk.new("cat", name="first")
    argv = [*MUXER, "-L", HOST, "events", "--follow", "--since", "0", "--json", "--kind", "pane"]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, env=desk.env, cwd=desk.folder, stdout=pipe, stderr=pipe, text=True) as follower:
        assert follower.stdout
        assert follower.stderr
        before = json.loads(follower.stdout.readline())
        assert (before["kind"], before["subject"]) == ("pane.opened", made["id"])
        follower.send_signal(signal.SIGSTOP)
        for number in range(5):
            desk.run("rename", made["id"], f"name-{number}")
        follower.send_signal(signal.SIGCONT)
        names = [json.loads(follower.stdout.readline())["data"]["name"] for _ in range(5)]
        assert names == [f"name-{number}" for number in range(5)]
        desk.run("stop")
        assert follower.wait(20) == 1
        assert "the host went away while it told events" in follower.stderr.read()


def test_the_command_line_tells_lines(desk: Desk) -> None:
    made = desk.new("cat", name="first")
    said = desk.run("events", "--json", "--kind", "pane.opened").stdout.splitlines()
    assert [json.loads(line)["subject"] for line in said] == [made["id"]]
    assert f"pane.opened       {made['id']}    name first" in desk.run("events").stdout
    refused = desk.run("events", "--limit", "0", check=False)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
