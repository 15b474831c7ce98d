"""The verb that goes to a pane."""

import shlex

import pytest

from muxer.commands.line import obey
from muxer.commands.table import load_verbs, run, verb_named
from muxer.errors import MuxerError, UnknownName
from muxer.model import ClientFacts
from tests.conftest import HOST, Desk
from tests.house import house_in
from tests.seat import MUXER

load_verbs()
HERE = ClientFacts(id=1, pid=1, cols=80, rows=24, term="xterm", read_only=False)


async def test_the_screen_is_asked_to_go_there() -> None:
    async with house_in() as house:
        pane = await run(verb_named("new"), house.services, {"command": ["cat"], "name": "echo"})
        assert isinstance(pane, dict)
        house.screen.attached = [HERE]
        assert await obey(verb_named("focus"), ["echo"], house.services) == ("", 0)
        assert house.screen.focused == [pane["id"]]
        with pytest.raises(UnknownName):
            await run(verb_named("focus"), house.services, {"pane": "nobody"})


async def test_where_nobody_is_attached_it_says_what_to_do() -> None:
    async with house_in() as house:
        await run(verb_named("new"), house.services, {"command": ["cat"], "name": "echo"})
        with pytest.raises(MuxerError, match="no terminal is attached to show echo in: muxer attaches this one"):
            await run(verb_named("focus"), house.services, {"pane": "echo"})
        assert house.screen.focused == []


def test_a_person_goes_there_and_no_agent_makes_them(desk: Desk) -> None:
    desk.new("sh", tab="far", name="far")
    program = desk.folder / "asks"
    muxer = shlex.join([*MUXER, "-L", HOST])
    program.write_text(f"#!/bin/sh\n{muxer} monitor\n{muxer} focus far\nexec cat\n")
    program.chmod(0o755)
    desk.run("spawn", "--name", "near", "--workspace", "here", "--tab", "near", "--exec", str(program))
    refused = "keys go where the focus is, and only a person may move it"
    desk.run("wait", "near", "--text", refused, "--timeout", "30")
    assert "muxer status tells you the same" in desk.run("capture", "near").stdout
    seat = desk.sit()
    seat.wait_for(refused)
    desk.run("focus", "far")
    seat.send("echo $((6 * 7))\r")
    desk.run("wait", "far", "--text", "^42$", "--timeout", "20")
