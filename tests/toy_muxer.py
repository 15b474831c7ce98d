"""A muxer for the tests of the command line: real sockets and processes, toy verbs, and a host that only answers."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

TOY_VERBS = '''
import os
from collections.abc import AsyncGenerator
from typing import Any, Literal

from muxer.commands.kinds import Folder, HookName, Size
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import UnknownName, UsageError


@command
async def new(
    host: Any, command: tuple[str, ...] = (), *, cwd: Folder = "", split: Literal["right", "down"] = "right",
    no_attach: bool = False,
) -> dict[str, object]:
    """Open a pane.

    Example:
        muxer new -- htop
    """
    return host.heard("new", command=command, cwd=cwd, split=split, no_attach=no_attach)


@command
async def attach(_host: object, *, read_only: bool = False) -> None:
    """Show the host in this terminal."""


@command(show=lambda panes: aligned([["PANE", "TITLE"], *([pane["id"], pane["title"]] for pane in panes)]))
async def ls(host: Any) -> list[object]:
    """List panes."""
    host.heard("ls")
    return [{"id": "w1", "title": "日本\\x1b[2J"}, {"id": "w22", "title": "b"}]


@command
async def send(host: Any, pane: str, text: str, *, enter: bool = False) -> None:
    """Type."""
    host.heard("send", pane=pane, text=text, enter=enter)
    if pane == "w9":
        raise UnknownName("pane", "w9", ["w1"])


@command
async def wait(host: Any, pane: str, *, timeout: float = 0) -> dict[str, object]:
    """Wait."""
    host.heard("wait", pane=pane)
    await host.stopped.wait()
    return {}


@command
async def flood(_host: object) -> str:
    """Say much."""
    return "x\\n" * 200_000


@command
async def version(_host: object) -> dict[str, object]:
    """Tell the version."""
    return {}


@command
async def stop(host: Any) -> None:
    """End."""
    host.stopped.set()


@command
async def resize(_host: object, pane: str, size: Size) -> None:
    """Give a pane a size."""
    raise UsageError("too\\nsmall")


@command(fails=bool)
async def fail(_host: object) -> str:
    """Find something wrong."""
    return "wrong"


@command(local=True)
async def sum(_host: object, number: int, *, cwd: Folder = "") -> dict[str, object]:
    """Needs no host."""
    return {"number": number, "cwd": cwd, "host": os.environ["MUXER_HOST"]}


@command(hidden=True)
async def hook(host: Any, cli: HookName, event: HookName, *, pane: str = "", token: str = "", data: str = "") -> str:
    """Listen."""
    host.heard("hook", cli=cli, event=event, pane=pane, token=token, data=data)
    if pane == "w9":
        raise UnknownName("pane", "w9", ["w1"])
    return "go on" if token else ""


@command(hidden=True, streams=True)
async def mcp(
    host: Any, message: str = "", *, token: str = "", talk: str = "", folder: Folder = ""
) -> AsyncGenerator[bytes, None]:
    """Talk."""
    if token != "t1":
        raise UsageError("not you")
    return host.talk(talk)


@command(hidden=True)
async def complete(host: Any, line: str, *, cwd: Folder = "") -> str:
    """Go on."""
    host.heard("complete", line=line, cwd=cwd)
    return "ls\\tList panes."
'''

TOY_HOST = r"""
import asyncio, json, os, sys
from collections.abc import AsyncGenerator

from muxer import commands
from muxer.commands import line, words
from muxer.commands.table import load_verbs, run, verb_named
from muxer.mcp import Offered, Talk, Tool
from muxer.paths import host_paths
from muxer.wire.frames import EXIT, OUTPUT, SAY_AGAIN
from muxer.wire.server import Server
from muxer.wire.starting import announce

commands.__path__ = [os.path.dirname(__file__) + "/verbs"]
load_verbs()
paths = host_paths(sys.argv[1])
stopped = asyncio.Event()


def tell(*facts):
    with open(paths.state + "/told", "a") as log:
        log.write(json.dumps(facts) + "\n")


class Toys:
    stopped = stopped

    def __init__(self, line):
        self.line = line

    def heard(self, verb, **arguments):
        tell(verb, arguments)
        return {"verb": verb, "arguments": arguments}


    async def talk(self, name):
        async def echo(arguments, call):
            return {"key": call.key, "again": call.again, **arguments}

        async def wait(arguments, call):
            tell("waits", call.key, call.again)
            if call.progress:
                call.progress("toys")
            try:
                if not call.again:
                    await asyncio.Event().wait()
            except asyncio.CancelledError as error:
                tell(*error.args)
                raise
            return "came again"

        async def large(arguments, call):
            return "x" * (1 << 20)

        calls = (echo, wait, large)
        tools = [Tool(name=call.__name__, help="", schema={"type": "object"}, call=call) for call in calls]
        spoken = Talk(Offered(about="", tools=tools), name=name, called_off="off", hang_up=self.line.close)

        def heard(kind, payload):
            spoken.heard(payload, again=kind == SAY_AGAIN)

        self.line.on_frame = heard
        yield b""
        async for lines in spoken.said():
            yield lines


async def answer(verb, arguments, caller):
    result = await run(verb_named(verb), Toys(caller.line), arguments, streaming=True)
    return await caller.line.pour(result) if isinstance(result, AsyncGenerator) else result


def greet(line, hello):
    tell("hello", hello["read_only"])
    line.send(OUTPUT, b"(picture)")
    line.send(EXIT, b"turned away")
    line.close()


async def main():
    server = Server(paths, on_attach=greet, on_call=answer)
    server.listen()
    announce()
    await stopped.wait()
    await server.settled()
    server.close()


asyncio.run(main())
"""

TOY_MUXER = """
import sys
from functools import partial

from muxer import cli, commands
from muxer.commands import line, pages, table
from muxer.wire import attach, starting

commands.__path__ = [sys.path[0] + "/verbs"]
attach.attach = partial(attach.attach, module="toyhost")
starting.start_host = partial(starting.start_host, module="toyhost")
sys.exit(cli.main())
"""


class Place:
    """A muxer of our own: private folders, toy verbs, and a toy host that is started when need be."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        for path, text in {"verbs/toys.py": TOY_VERBS, "toyhost.py": TOY_HOST, "toy.py": TOY_MUXER}.items():
            Path(folder, path).parent.mkdir(exist_ok=True)
            Path(folder, path).write_text(text)
        Path(folder, "run").mkdir()
        self.environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("MUXER", "PYTHON", "XDG"))
        } | {
            "HOME": folder,
            "TERM": "xterm-256color",
            "XDG_RUNTIME_DIR": f"{folder}/run",
            "PYTHONPATH": folder,
        }
        self.toy = [sys.executable, f"{folder}/toy.py"]

    def run(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        argv, env = [*self.toy, *words], self.environ | environ
        return subprocess.run(argv, env=env, cwd=self.folder, capture_output=True, text=True, check=False, timeout=30)

    def told(self, name: str = "default") -> list[list[object]]:
        """What the host heard: each verb with its arguments, each hello with its read_only."""
        with contextlib.suppress(FileNotFoundError):
            path = Path(self.folder, ".local/state/muxer", name, "told")
            return [json.loads(line) for line in path.read_text().splitlines()]
        return []

    def started(self, name: str = "default") -> "Place":
        assert self.run("-L", name, "new", "--no-attach").returncode == 0
        return self

    def close(self) -> None:
        for name in os.listdir(f"{self.folder}/run/muxer") if os.path.isdir(f"{self.folder}/run/muxer") else []:
            self.run("stop", "-L", name)
        shutil.rmtree(self.folder)
