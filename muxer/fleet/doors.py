"""The doors that are not the keyboard: a command, a port on this machine, a file. A person's draft is left alone."""

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from muxer.agents.spec import Door
from muxer.errors import MuxerError
from muxer.fleet.agent import Agent

PATIENCE = 10.0
"""Seconds that one may take."""
PLACES = ("session", "port", "folder", "token")
KEYS, HANDED, READ = "keys", "the hook at the end of its turn", "its own read_inbox"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Unsure(MuxerError):
    """Nobody knows whether the text arrived."""


class Shut(MuxerError):
    """The text did not arrive; another door may do."""


def way_of(door: Door) -> str:
    """What it is called in a note's trace."""
    return {"keys": KEYS, "turn-end": HANDED}.get(door.kind, f"its {door.kind} door")


def places(agent: Agent, folder: str) -> dict[str, str]:
    """What the words of its doors name, as far as that is known."""
    port = str(agent.port) if agent.port else ""
    return {"session": agent.session, "port": port, "folder": folder, "token": agent.token}


def usable(door: Door, values: Mapping[str, str]) -> bool:
    """Is all known that its words name?"""
    words = (*door.argv, door.url, door.file)
    return all(values.get(name) for name in PLACES if any(f"{{{name}}}" in word for word in words))


async def hand_over(door: Door, text: str, values: Mapping[str, str], *, program: str, cwd: str) -> None:
    """Bring a text through it. Raises Shut or Unsure."""
    match door.kind:
        case "command":
            await _run([program, *(_filled(word, {**values, "text": text}) for word in door.argv)], cwd)
        case "http":
            await _post(_filled(door.url, values), _body(door, text))
        case "file":
            await asyncio.to_thread(_append, _filled(door.file, values), _body(door, text))
        case _:
            raise Shut(f"{door.kind} is no door that text is brought through")


def _filled(word: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        if name != "text":
            word = word.replace(f"{{{name}}}", value)
    return word.replace("{text}", values.get("text", "{text}"))


def _body(door: Door, text: str) -> bytes:
    return door.body.replace("{text}", json.dumps(text)).encode()


async def _run(argv: Sequence[str], cwd: str) -> None:
    try:
        running = await asyncio.create_subprocess_exec(
            *argv,
            cwd=cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise Shut(f"{argv[0]} cannot be run: {error.strerror}") from None
    try:
        async with asyncio.timeout(PATIENCE):
            _, said = await running.communicate()
    except TimeoutError:
        raise Unsure(f"{os.path.basename(argv[0])} did not end in {PATIENCE:.0f} s") from None
    finally:
        if running.returncode is None:
            with suppress(ProcessLookupError):
                running.kill()
            await running.wait()
    if running.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise Shut(f"{os.path.basename(argv[0])} ended with {running.returncode}: {last[:200]}")


async def _post(url: str, body: bytes) -> None:
    where = urlsplit(url)
    if where.scheme != "http" or where.hostname not in _LOOPBACK or not where.port:
        raise Shut(f"{where.hostname} is not a port of this machine")
    place = f"{where.hostname}:{where.port}"
    who = b64encode(f"{where.username}:{where.password}".encode()).decode() if where.username else ""
    proof = f"Authorization: Basic {who}\r\n" if who else ""
    head = (
        f"POST {where.path or '/'} HTTP/1.1\r\nHost: {place}\r\n{proof}Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
    except OSError as error:
        raise Shut(f"nobody answers on {place}: {error.strerror}") from None
    try:
        async with asyncio.timeout(PATIENCE):
            writer.write(head.encode() + body)
            await writer.drain()
            words = (await reader.readline()).split()
    except (TimeoutError, OSError):
        raise Unsure(f"{place} took the text and did not answer") from None
    finally:
        writer.close()
    if len(words) < 2 or not words[1].isdigit():
        raise Unsure(f"{place} took the text and did not answer")
    if not words[1].startswith(b"2"):
        raise Shut(f"{place} answered {words[1].decode()}")


def _append(file: str, line: bytes) -> None:
    try:
        opened = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Shut(f"{file} cannot be written: {error.strerror}") from None
    try:
        if os.write(opened, line + b"\n") <= len(line):
            raise Unsure(f"{file} could not be written whole: the disk may be full")
    except OSError as error:
        raise Shut(f"{file} cannot be written: {error.strerror}") from None
    finally:
        os.close(opened)
