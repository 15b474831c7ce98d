"""Doors: a command, a port on this machine, a file."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Self

import pytest

from muxer.agents.spec import Cli, Door
from muxer.fleet import doors
from muxer.fleet.agent import Agent
from muxer.fleet.doors import HANDED, KEYS, Shut, Unsure, hand_over, places, usable, way_of

SAYS = """
import json, sys
open({file!r}, "w").write(json.dumps(sys.argv[1:]))
sys.stderr.write({words!r})
sys.exit({code})
"""


async def hand(door: Door, text: str = "hi", program: str = sys.executable, **known: str) -> None:
    await hand_over(door, text, known, program=program, cwd="/")


def script(file: Path, *, code: int = 0, words: str = "") -> Door:
    script = SAYS.format(file=str(file), words=words, code=code)
    return Door(kind="command", argv=("-c", script, "--thread", "{session}", "{text}"))


async def test_a_command_gets_session_and_text_as_words(tmp_path: Path) -> None:
    await hand(script(tmp_path / "said"), "a {session} 'b'\nc", session="s-1")
    assert json.loads((tmp_path / "said").read_text()) == ["--thread", "s-1", "a {session} 'b'\nc"]


async def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(Shut, match="ended with 3: no such thread"):
        await hand(script(tmp_path / "said", code=3, words="trace\nno such thread\n"), session="s")
    with pytest.raises(Shut, match="cannot be run: No such file"):
        await hand(script(tmp_path / "said"), program="/no/such", session="s")


async def test_a_command_that_never_ends_leaves_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "PATIENCE", 0.2)
    with pytest.raises(Unsure, match="did not end"):
        await hand(Door(kind="command", argv=("-c", "import signal; signal.pause()")))


class Port:
    """Answers posts on loopback."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.got = b""

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.number = str(self.server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        await self.server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length: ")[2].split()[0])
        self.got = head + await reader.readexactly(size)
        writer.write(self.answer)
        await writer.drain()
        writer.close()


POST = Door(kind="http", url="http://127.0.0.1:{port}/session/{session}/say", body='{"parts": [{"text": {text}}]}')


async def test_a_port_gets_json() -> None:
    async with Port(b"HTTP/1.1 204 No Content\r\n\r\n") as port:
        await hand(POST, 'say "ä"\n', port=port.number, session="s1")
    head, _, body = port.got.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /session/s1/say HTTP/1.1\r\n")
    assert json.loads(body) == {"parts": [{"text": 'say "ä"\n'}]}


async def test_a_port_is_told_whose_the_text_is_and_nobody_else() -> None:
    guarded = Door(kind="http", url="http://small:{token}@127.0.0.1:{port}/say", body="{text}")
    async with Port(b"HTTP/1.1 500 No\r\n\r\n") as port:
        with pytest.raises(Shut) as refused:
            await hand(guarded, port=port.number, token="s3cret")
    assert b"\r\nAuthorization: Basic c21hbGw6czNjcmV0\r\n" in port.got
    assert b"s3cret" not in port.got
    assert "s3cret" not in str(refused.value)


async def test_a_port_that_refuses_or_says_nothing() -> None:
    async with Port(b"HTTP/1.1 404 Not Found\r\n\r\n") as port:
        with pytest.raises(Shut, match="answered 404"):
            await hand(POST, port=port.number, session="s1")
    with pytest.raises(Shut, match="nobody answers"):
        await hand(POST, port=port.number, session="s1")
    async with Port(b"") as port:
        with pytest.raises(Unsure, match="did not answer"):
            await hand(POST, port=port.number, session="s1")
    with pytest.raises(Shut, match="not a port of this machine"):
        await hand(Door(kind="http", url="http://example.org:80/", body="{}"))


async def test_a_file_gets_a_line_and_a_link_is_not_followed(tmp_path: Path) -> None:
    door = Door(kind="file", file="{folder}/in.jsonl", body='{"text": {text}}')
    for text in ("one\ntwo", "three"):
        await hand(door, text, folder=str(tmp_path))
    assert [json.loads(line) for line in (tmp_path / "in.jsonl").read_text().splitlines()] == [
        {"text": "one\ntwo"},
        {"text": "three"},
    ]
    (tmp_path / "in.jsonl").unlink()
    (tmp_path / "in.jsonl").symlink_to(tmp_path / "else")
    with pytest.raises(Shut, match="cannot be written"):
        await hand(door, folder=str(tmp_path))
    assert not (tmp_path / "else").exists()


async def test_other_doors_are_not_brought_text_through() -> None:
    with pytest.raises(Shut, match="keys is no door"):
        await hand(Door(kind="keys"))


def test_each_has_a_name_by_which_the_next_host_knows_it() -> None:
    doors = [Door(kind="keys"), Door(kind="turn-end"), Door(kind="command"), Door(kind="file")]
    assert [way_of(door) for door in doors] == [KEYS, HANDED, "its command door", "its file door"]


def test_a_door_is_usable_once_all_that_it_names_is_known() -> None:
    agent = Agent(1, "p1", Cli(name="x", title="X", short="x"), token="", folder="/", spawned_at=0)
    assert not usable(POST, places(agent, ""))
    agent.session = "s1"
    assert not usable(POST, places(agent, ""))
    agent.port = 99
    assert usable(POST, places(agent, ""))
    assert not usable(Door(kind="file", file="{folder}/x"), places(agent, ""))
    assert usable(Door(kind="file", file="{folder}/x"), places(agent, "/tmp"))
    assert usable(Door(kind="keys"), {})
