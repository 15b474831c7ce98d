"""Which versions programs are of. Asking takes its time in the background."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

PATIENCE = 5.0
"""Seconds for a program to say its version."""
AT_ONCE = 2
LONGEST = 4096

_VERSION = re.compile(r"\d+\.\d+")


async def versions(programs: Iterable[str], patience: float = PATIENCE) -> AsyncIterator[tuple[str, str]]:
    """Each program's version as it is told; nothing of one that does not tell."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(program: str) -> tuple[str, str]:
        async with turn:
            return program, await version_of(program, patience)

    asked = [asyncio.ensure_future(one(program)) for program in programs]
    try:
        for done in asyncio.as_completed(asked):
            program, version = await done
            if version:
                yield program, version
    finally:
        for task in asked:
            task.cancel()


async def version_of(program: str, patience: float = PATIENCE) -> str:
    """`2.1` of whatever the program answers; nothing if it takes too long, and it is ended then."""
    # A pipe of our own: asyncio's would have us wait for whoever else holds it open.
    ours, theirs = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            "--version",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=theirs,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
    except OSError:
        os.close(ours)
        return ""
    finally:
        os.close(theirs)
    try:
        said = await _heard(ours, patience)
    finally:
        with suppress(ProcessLookupError):  # with whatever it started
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    found = _VERSION.search(said.decode("utf-8", "replace"))
    return found[0] if found else ""


async def _heard(pipe: int, patience: float) -> bytes:
    """The first version that comes through, with what stands around it."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", 0)
    )
    said = b""
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while len(said) < LONGEST and (more := await reader.read(LONGEST)):
                    said += more
    finally:
        transport.close()
    return said
