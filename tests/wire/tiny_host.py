"""The smallest host there can be: Server, and a line of text in place of an app. Run as a daemon by the tests.

What it does is asked for by keys and by verbs; what is wrong with it, by the environment.
"""

import asyncio
import os
import sys
import time

from muxer.errors import MuxerError, UnknownName
from muxer.paths import HostPaths, host_paths
from muxer.wire import frames, server
from muxer.wire.server import Caller, Line, Server
from muxer.wire.starting import announce, start_host

ENTER = b"\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?2004h\x1b[>1u\x1b[2J"
DETACH, STOP, RENEW, SUSPEND, FLOOD = b"\x04", b"\x11", b"\x12", b"\x1a", b"\x06"


class TinyHost:
    """Shows everybody the same line."""

    def __init__(self, paths: HostPaths) -> None:
        self.paths = paths
        self.hellos: dict[Line, dict[str, object]] = {}
        self.last_hello: dict[str, object] = {}
        self.heard = bytearray()
        self.frames = self.refused = self.repaints = 0
        self.over = asyncio.Event()
        self.server = Server(paths, on_attach=self.attach, on_call=self.call)

    def attach(self, line: Line, hello: dict[str, object]) -> None:
        self.hellos[line] = self.last_hello = hello
        line.on_frame = lambda kind, payload: self.frame(line, kind, payload)
        line.on_closed = lambda: self.gone(line)
        line.send(frames.OUTPUT, ENTER)
        self.show()

    def gone(self, line: Line) -> None:
        del self.hellos[line]
        self.show()

    def frame(self, line: Line, kind: bytes, payload: bytes) -> None:
        if kind == frames.RESIZE:
            cols, rows = map(int, payload.split())
            self.hellos[line] = self.hellos[line] | {"cols": cols, "rows": rows}
        elif kind == frames.REPAINT:
            self.repaints += 1
            line.send(frames.OUTPUT, ENTER)
        elif kind == frames.INPUT:
            self.key(line, payload)
        if line.open:
            self.show()

    def key(self, line: Line, payload: bytes) -> None:
        name = self.paths.name.encode()
        if payload == DETACH:
            line.send(frames.EXIT, b"detached from " + name)
            line.close()
        elif payload == SUSPEND:
            line.send(frames.SUSPEND)
        elif payload == STOP:
            self.stop()
        elif payload == RENEW:
            self.renewal = asyncio.ensure_future(self.renew())
        elif payload == FLOOD:
            line.on_drained = lambda: self.flood(line)
            self.flood(line)
        else:
            self.heard += payload

    def show(self) -> None:
        for line, hello in list(self.hellos.items()):
            heard = bytes(self.heard[-20:]).decode(errors="replace")
            text = f"pid {os.getpid()} clients {len(self.hellos)} size {hello['cols']}x{hello['rows']} heard {heard};"
            line.send(frames.OUTPUT, b"\x1b[H\x1b[2J" + text.encode())

    def flood(self, line: Line) -> None:
        """Pictures as fast as they are taken, and then some."""
        for _ in range(20):
            self.frames += 1
            self.refused += not line.send(frames.OUTPUT, b"\x1b[H" + b"#" * 100_000)

    async def call(self, verb: str, arguments: dict[str, object], caller: Caller) -> object:
        match verb:
            case "facts":
                return {
                    "pid": os.getpid(), "caller": caller.pid, "clients": len(self.hellos), "hello": self.last_hello,
                    "heard": len(self.heard), "frames": self.frames, "refused": self.refused, "repaints": self.repaints,
                    "busy": max((line.busy for line in self.hellos), default=0), "argv": sys.orig_argv,
                    "env": {name: os.environ[name] for name in os.environ if name.startswith(("MUXER", "TEXT", "COL"))},
                    "cwd": os.getcwd(), "session": os.getsid(0), "group": os.getpgid(0),
                    "open": sorted(int(fd) for fd in os.listdir("/proc/self/fd")),
                }  # fmt: skip
            case "echo":
                return arguments
            case "later":
                await asyncio.sleep(0.2)
                return "later"
            case "never":
                self.heard += b"n"
                try:
                    await asyncio.Event().wait()
                finally:
                    self.heard += b"c"
            case "tell":
                assert isinstance(caller.line, Line)
                caller.line.send(frames.EVENT, b'{"seen": 1}')
                return "told"
            case "miss":
                raise UnknownName("pane", "sehll", ["shell"])
            case "break":
                raise ZeroDivisionError("a bug")
            case "stop":
                self.stop()
        return None

    def stop(self) -> None:
        for line in list(self.hellos):
            line.send(frames.EXIT, b"ended")
            line.close()
        self.server.stop_listening()
        self.over.set()

    async def renew(self) -> None:
        self.server.stop_listening()
        for line in list(self.hellos):
            line.send(frames.RENEW)
            line.close()
        await self.server.settled()
        os.close(os.open(f"{self.paths.state}/renewing", os.O_CREAT))
        await asyncio.sleep(float(os.environ.get("TINY_RENEWAL", "0.1")))
        start_host(self.paths, module="tiny_host").close()
        self.over.set()


async def main(paths: HostPaths) -> None:
    host = TinyHost(paths)
    trouble = os.environ.get("TINY_TROUBLE", "")
    if trouble == "silent":
        sys.exit("the tiny host says nothing")
    try:
        if trouble:
            raise MuxerError(trouble)
        host.server.listen()
    except MuxerError as error:
        announce(str(error))
        return
    announce()
    await host.over.wait()
    await host.server.settled()
    host.server.close()


if __name__ == "__main__":
    here = host_paths(sys.argv[1])
    with open(f"{here.state}/starts", "a") as starts:
        starts.write(f"{os.getpid()}\n")
    time.sleep(float(os.environ.get("TINY_DELAY", "0")))
    vars(server)["PROTOCOL"] = int(os.environ.get("TINY_PROTOCOL", frames.PROTOCOL))
    asyncio.run(main(here))
