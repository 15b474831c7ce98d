"""The host: the runtime and the app behind one socket, until told to stop. Run as `python -m muxer.host NAME`.

Programs belong to the keeper. A host that goes down in order leaves them there, as does one that is killed.
"""

import asyncio
import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any

from muxer.config import Key, Settings, in_one_line
from muxer.errors import MuxerError
from muxer.events import Warned
from muxer.fleet.panes import Panes
from muxer.memory import recall, remember
from muxer.model import Exit, PaneId
from muxer.paths import HostPaths, host_paths
from muxer.services import Services
from muxer.settings.wardrobe import Wardrobe
from muxer.terminal.custody import Custody
from muxer.wire.frames import RENEW
from muxer.wire.server import Caller, Line, Server
from muxer.wire.starting import announce, start_host

LONELY = 15.0
"""A host that has neither a pane nor a terminal leaves after so many seconds."""

ANSWERING = 0.1
"""How long the answer to a verb that ends the host has to get out."""

FAREWELLS = {"stop": "stopped", "signal": "the host went down; your programs live on: run muxer again"}

log = logging.getLogger("muxer.host")


class Host:
    """One of them. Everything here runs on one loop."""

    def __init__(self, paths: HostPaths, wardrobe: Wardrobe) -> None:
        self._paths = paths
        self._wardrobe = wardrobe
        self._untold = in_one_line(wardrobe.worn.troubles)
        self._waiting: list[tuple[Line, dict[str, Any]]] = []
        self._bench: Mapping[str, Any] = {}
        self._write_soon: asyncio.Handle | None = None
        self._over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._renewing = False
        self._opening = False
        self._stop_watching: Callable[[], None] = lambda: None
        self._stands = asyncio.Event()
        """Set once verbs can be run; who connects before waits."""

    async def run(self) -> None:
        """Serve until stopped, or replaced."""
        server = Server(self._paths, on_attach=self._attached, on_call=self._called)
        server.listen()
        self._server = server
        try:
            await self._stand()
        finally:
            server.close()  # whoever started us must not find it open when told why there is no host

    async def _stand(self) -> None:
        loop = asyncio.get_running_loop()
        custody = await Custody.open(
            self._paths.keeper, f"{self._paths.state}/keeper.log", on_exit=self._exited, on_lost=self._keeper_lost
        )
        panes = Panes(custody, self._paths, self._wardrobe.worn.config, self._environment(), self._tell)
        self._services = Services(paths=self._paths, config=self._wardrobe.worn.config, custody=custody, panes=panes)
        self._services.reload = self._reload
        self._services.on_stop = self._stop
        self._services.on_empty = self._emptied
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end, "signal")
        await self._serve()

    @staticmethod
    def _environment() -> dict[str, str]:
        ours = {"MUXER_SIZE", "MUXER_COMMAND", "MUXER_CWD", "MUXER_READY_FD", "TEXTUAL_COLOR_SYSTEM"}
        return {name: value for name, value in os.environ.items() if name not in ours}

    async def _serve(self) -> None:
        from muxer.commands.table import load_verbs
        from muxer.ui.app import MuxerApp
        from muxer.ui.driver import SocketDriver

        load_verbs()
        worn = self._wardrobe.worn
        SocketDriver.policy = worn.config.clients.size
        services = self._services
        memory = recall(self._paths.layout)
        app = MuxerApp(
            host=self._paths.name,
            runtime=self,
            config=worn.config,
            keymap=worn.keymap,
            theme=worn.theme,
        )
        self.terminals = services.terminals
        self._app = app
        running = asyncio.ensure_future(app.run_async(size=_size()))
        mounted = asyncio.ensure_future(app.mounted.wait())
        await asyncio.wait({running, mounted}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            mounted.cancel()
            await running
            raise MuxerError(f"the screen could not be made: see {self._paths.log}")
        services.stage = app.stage
        services.listeners.append(app.stage.heard)
        services.panes.on_output = app.stage.output
        recovered = await services.recover()
        app.stage.restore(memory.bench, recovered)
        services.show_recovered()
        self._greet(memory.panes, memory.trouble, recovered)
        await self._first_pane()
        gc.freeze()  # what is loaded by now stays: a collection need not look at it, which took 80 ms of an echo's time
        self._stands.set()
        announce()
        for line, hello in self._waiting:
            self._attached(line, hello)
        self._waiting.clear()
        self._watching = asyncio.ensure_future(self._watch_settings())
        self._watch_loneliness()
        running.add_done_callback(lambda _: self._end("failed"))
        over = await self._over
        await self._go_down(over, running)

    def _greet(self, before: Mapping[str, str], trouble: str, recovered: list[PaneId]) -> None:
        """Say plainly what did not outlive the last host."""
        if trouble:
            self._tell(Warned(trouble))
        lost = [name for pane, name in before.items() if pane not in recovered]
        if lost:
            self._tell(Warned(f"host and keeper were both lost, and {len(lost)} programs ended: {', '.join(lost)}"))

    async def _first_pane(self) -> None:
        command = os.environ.pop("MUXER_COMMAND", "")
        if command:
            try:
                await self._services.open_pane(json.loads(command), cwd=os.environ.get("MUXER_CWD", ""))
            except MuxerError as error:
                self._tell(Warned(str(error)))
                if not self._services.panes.living:
                    # Whoever started us would attach to a host that still listens, and never read why it ends.
                    self._server.stop_listening()
                    announce(str(error))
                    self._end("empty")

    def _watch_loneliness(self, was_lonely: bool = False) -> None:
        if self._services.panes.living:
            return
        lonely = not self._app.stage.clients()
        if lonely and was_lonely:
            self._end("lonely")
        else:
            asyncio.get_running_loop().call_later(LONELY, self._watch_loneliness, lonely)

    # ---- what the app is handed

    def facts(self, pane: PaneId) -> Any:
        """What is known of a pane."""
        return self._services.facts(pane)

    def busy(self, pane: PaneId) -> str:
        """The program that closing it would end."""
        return self._services.busy(pane)

    async def call(self, verb: str, **arguments: object) -> object:
        """Run a verb."""
        from muxer.commands.table import run, verb_named

        return await run(verb_named(verb), self._services, arguments)

    def names(self) -> Mapping[PaneId, str]:
        """What every pane is called."""
        return {pane.id: pane.name for pane in self._services.panes.living.values()}

    def verbs(self) -> Any:
        """What a person may say after a colon."""
        from muxer.commands.table import VERBS
        from muxer.ui.runtime import VerbHelp

        return [VerbHelp(verb.name, verb.usage, verb.summary) for verb in VERBS.values() if not verb.hidden]

    async def call_words(self, line: str, *, cwd: str = "") -> str:
        """Run a verb as the command line would."""
        from muxer.commands.line import answer_words

        return await answer_words(line, self._services, cwd=cwd)

    @property
    def settings(self) -> Settings:
        """What is set where."""
        return self._wardrobe.settings

    @property
    def fresh(self) -> bool:
        """Has the person never set or chosen anything?"""
        return self._wardrobe.fresh

    def choose(self, chosen: Mapping[Key, Any]) -> str:
        """Let these settings hold, and keep them; a line where they cannot be kept."""
        said = self._wardrobe.choose_all(chosen)
        self._wear()
        return said

    def read_again(self, *, aloud: bool = True) -> None:
        """Take settings, keymap and theme as their files are now, and say so where that changes anything."""
        troubles = self._wardrobe.worn.troubles
        changed = self._wardrobe.read_again()
        worn = self._wardrobe.worn
        if changed:
            self._wear()
        if worn.troubles and (aloud or worn.troubles != troubles):
            self._untold = in_one_line(worn.troubles)
            self._tell_trouble()
        elif changed or aloud:
            self._app.voice.tell("settings read again")

    def _wear(self) -> None:
        worn = self._wardrobe.worn
        self._services.config = worn.config
        self._services.panes.heed(worn.config)
        self._app.apply(config=worn.config, keymap=worn.keymap, theme=worn.theme)

    def _tell_trouble(self) -> None:
        """Once somebody is there to read it."""
        if self._untold and self._app.stage.clients():
            self._tell(Warned(self._untold))
            self._untold = ""

    async def _watch_settings(self) -> None:
        """For as long as the host stands. What watches takes a while to load, which must not keep anybody waiting."""
        watching = await asyncio.to_thread(import_module, "muxer.watching")
        watcher = watching.Watcher(self._wardrobe.folders, partial(self.read_again, aloud=False))
        self._stop_watching = watcher.stop
        try:
            await watcher.run()
        except MuxerError as error:
            self._tell(Warned(str(error)))

    def remember(self, layout: Mapping[str, Any]) -> None:
        """Write the layout down soon; several changes in one turn are one file."""
        self._bench = layout
        if self._write_soon is None and not self._renewing:
            self._write_soon = asyncio.get_running_loop().call_soon(self._write)

    def _write(self, *, panes: bool = True) -> None:
        self._write_soon = None
        living = self._services.panes.living.values() if panes else ()
        try:
            remember(self._paths.layout, self._bench, [(pane.id, pane.name) for pane in living])
        except OSError as error:
            self._tell(Warned(f"the layout cannot be kept in {self._paths.layout}: {error.strerror}"))

    # ---- what happens

    def _tell(self, event: Any) -> None:
        if isinstance(event, Warned):
            log.warning("%s", event.text)
        self._services.tell(event)

    def _exited(self, pane: PaneId, how: Exit) -> None:
        self._services.panes.exited(pane, how)

    def _keeper_lost(self) -> None:
        self._tell(Warned("the keeper was lost; a new one holds every pane"))

    def _attached(self, line: Line, hello: dict[str, Any]) -> None:
        if not self._stands.is_set():
            self._waiting.append((line, hello))
            return
        self._app.driver.attach(line, hello)
        self._tell_trouble()
        command = hello.get("command")
        if command or (not self._services.panes.living and not self._opening):
            self._opening = True
            self._first_shell = asyncio.ensure_future(self._open(command or [], str(hello.get("cwd", ""))))

    async def _open(self, command: list[str], cwd: str) -> None:
        try:
            await self._services.open_pane(command, cwd=cwd)
        except MuxerError as error:
            self._tell(Warned(str(error)))
            self._watch_loneliness()
        finally:
            self._opening = False

    def _emptied(self) -> None:
        def end() -> None:
            if not self._services.panes.living:
                self._end("empty")

        asyncio.get_running_loop().call_later(ANSWERING, end)

    def _stop(self) -> None:
        asyncio.get_running_loop().call_later(ANSWERING, self._end, "stop")

    async def _called(self, verb: str, arguments: dict[str, Any], caller: Caller) -> object:
        del caller
        await self._stands.wait()
        return await self.call(verb, **arguments)

    # ---- the end

    def _end(self, why: str) -> None:
        if not self._over.done():
            self._over.set_result(why)

    async def _reload(self) -> dict[str, Any]:
        """Another process takes over path, panes and terminals; this one is gone soon after the answer."""
        from muxer.wire.client import call

        self._renewing = True
        self._services.panes.save()
        self._write()
        self._server.stop_listening()
        for line in tuple(self._server.attached):
            line.send(RENEW)
            line.close()
        await self._server.settled()
        try:
            start_host(self._paths, self._app.size).close()
            seen = call(self._paths, "ls", timeout=10.0)
        except MuxerError:
            self._renewing = False
            self._services.panes.resume()
            self._server.listen()
            raise
        asyncio.get_running_loop().call_later(ANSWERING, self._end, "renewed")
        return {"host": seen["host"]} if isinstance(seen, dict) else {}

    async def _go_down(self, why: str, running: "asyncio.Task[None]") -> None:
        services = self._services
        ends = why in ("stop", "empty", "lonely")
        self._stop_watching()
        if why == "signal":
            services.panes.save()
            self._write()
        if ends:
            self._bench = {}
            self._write(panes=False)
            # The path stays ours until the keeper is gone: the next host must not find one that is about to leave.
            with suppress(MuxerError):
                await services.panes.end()
                await services.custody.stop()
        if why != "failed":  # a client that is not told why starts the next host by itself
            self._app.stage.dismiss_clients(FAREWELLS.get(why, "ended"))
        await self._server.settled()
        self._server.close()
        if not ends:
            services.panes.close()
            services.custody.close()
        self._app.exit()
        with suppress(asyncio.CancelledError):
            await asyncio.wait({running}, timeout=2.0)


def _size() -> tuple[int, int]:
    cols, _, rows = os.environ.get("MUXER_SIZE", "80x24").partition("x")
    return (int(cols), int(rows)) if cols.isdigit() and rows.isdigit() and int(cols) and int(rows) else (80, 24)


def main() -> int:
    """Be the host of the name that was given."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "truecolor")
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    async def serve() -> None:
        paths = host_paths(sys.argv[1] if len(sys.argv) > 1 else "default")
        await Host(paths, Wardrobe(os.environ.get("MUXER_CWD", ""))).run()

    try:
        asyncio.run(serve())
    except MuxerError as error:
        log.error("%s", error)  # noqa: TRY400 - one line for a person; a traceback says nothing more
        announce(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
