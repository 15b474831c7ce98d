"""The host: the runtime and the app behind one socket, until told to stop. Run as `python -m muxer.host NAME`.

Programs belong to the keeper. A host that goes down in order leaves them there, as does one that is killed.
"""

import asyncio
import faulthandler
import gc
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from muxer.bus.bus import LocalBus
from muxer.errors import MuxerError
from muxer.events import Warned
from muxer.fleet.panes import Panes
from muxer.handing import Handed
from muxer.journal import keep_journal
from muxer.model import Exit, PaneId
from muxer.paths import HostPaths, host_paths
from muxer.services import Services
from muxer.settings.wardrobe import Wardrobe
from muxer.store.database import open_store
from muxer.store.panes import read_layout
from muxer.terminal.custody import Custody
from muxer.wire.caller import Caller
from muxer.wire.doorway import Doorway
from muxer.wire.frames import EXIT, RENEW
from muxer.wire.server import Line, Server
from muxer.wire.starting import announce, start_host
from muxer.wire.web import Web

if TYPE_CHECKING:  # it loads Textual
    from muxer.ui.app import MuxerApp

LONELY = 15.0
"""A host that has neither a pane nor a terminal leaves after so many seconds."""

FIRST_PICTURE = 0.5
"""So many seconds after it lets people in a host has nothing better to do than to load what they may need next."""

ANSWERING = 0.1
"""How long the answer to a verb that ends the host has to get out."""

FAREWELLS = {"stop": "stopped", "signal": "the host went down; your programs live on: run muxer again"}

FOR_PEOPLE = b"muxer: only people attach, and an agent started this: muxer attach --read-only shows it"

log = logging.getLogger("muxer.host")


class Host:
    """One of them. Everything here runs on one loop."""

    def __init__(self, paths: HostPaths, wardrobe: Wardrobe) -> None:
        self._paths = paths
        self._wardrobe = wardrobe
        self._waiting: list[tuple[Line, dict[str, Any]]] = []
        self._over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._opening = False
        self._first_shell: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._first_shell.set_result(None)
        self._stands = asyncio.Event()
        """Set once verbs can be run; who connects before waits."""

    async def run(self) -> None:
        """Serve until stopped, or replaced."""
        from muxer.commands.offering import offer

        offered = offer(lambda: self._services, self._called, self._stands.is_set, self._paths.log)
        self._doorway = Doorway(offered, self._paths.folder)
        server = Server(self._paths, on_attach=self._attached, on_call=self._called, web=Web(offered))
        server.listen()
        self._server = server
        try:
            await self._stand()
        finally:
            self._doorway.close()
            server.close()  # whoever started us must not find it open when told why there is no host

    async def _stand(self) -> None:
        loop = asyncio.get_running_loop()
        coming = asyncio.ensure_future(
            Custody.open(
                self._paths.keeper, f"{self._paths.state}/keeper.log", on_exit=self._exited, on_lost=self._keeper_lost
            )
        )
        bus = LocalBus()
        store, said = await open_store(self._paths.database, on_logged=bus.publish, on_trouble=self._store_trouble)
        import_module("muxer.showing")  # a keeper takes as long to start as a third of this
        custody = await coming
        panes = Panes(custody, self._paths, self._wardrobe.worn.config, self._environment(), self._tell, store=store)
        await panes.learn()
        self._services = Services(
            paths=self._paths,
            config=self._wardrobe.worn.config,
            custody=custody,
            panes=panes,
            store=store,
            bus=bus,
        )
        self._handed = Handed(self._services, self._wardrobe, app=lambda: self._app, tell=self._tell)
        self._handed.tell_later(said)
        self._services.doorway = self._doorway
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
        from muxer.showing import Showing

        load_verbs()
        services = self._services
        self._showing = Showing(services, self._wardrobe, self._handed, on_failed=self._screen_failed)
        bench = await services.store.read(read_layout)  # a screen writes down its own, if an empty one, once it stands
        await self._showing.start()
        await services.projects.learn()
        recovered = await services.recover()
        self._app.stage.restore(bench, recovered)
        services.show_recovered()
        await services.revive()
        await self._first_pane()
        announce()
        self._let_in()
        self._settling = asyncio.ensure_future(self._settle())
        self._watch_loneliness()
        await self._go_down(await self._over)

    @property
    def _app(self) -> "MuxerApp":
        return self._showing.app

    def _let_in(self) -> None:
        """Who waits, and from now on everybody."""
        gc.freeze()  # what is loaded by now stays: a collection need not look at it, which took 80 ms of an echo's time
        self._stands.set()
        waiting, self._waiting = self._waiting, []
        for line, hello in waiting:
            self._attached(line, hello)

    async def _settle(self) -> None:
        """What no first picture waits for, once that is out: whoever needs it first finds it there."""
        from muxer.ui.deeds.table import load_deeds

        await asyncio.sleep(FIRST_PICTURE)
        await asyncio.to_thread(load_deeds)
        await self._services.read_clis()
        await self._services.begin_exchange()
        gc.freeze()
        await self._handed.watch_settings()

    def _screen_failed(self) -> None:
        """The terminals come back by themselves and wait, as verbs do, until there is a screen again."""
        self._stands.clear()
        for line in tuple(self._server.attached):
            line.send(RENEW)
            line.close()
        self._mending = asyncio.ensure_future(self._mend())

    async def _mend(self) -> None:
        try:
            await self._showing.start_again(self._handed.bench)
        except MuxerError as error:
            log.error("%s", error)  # noqa: TRY400 - what failed is in the log already
            self._end("failed")
            return
        self._handed.tell_later("the screen failed and was started again: muxer logs")
        self._let_in()

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

    # ---- what happens

    def _tell(self, event: Any) -> None:
        if isinstance(event, Warned):
            log.warning("%s", event.text)
        self._services.tell(event)

    def _exited(self, pane: PaneId, how: Exit) -> None:
        self._services.panes.exited(pane, how)

    def _store_trouble(self, why: str) -> None:
        self._tell(Warned(why or "facts are written down again"))

    def _keeper_lost(self) -> None:
        self._tell(Warned("the keeper was lost; a new one holds every pane"))

    def _attached(self, line: Line, hello: dict[str, Any]) -> None:
        if self._over.done():
            return  # hung up on without a word, together with us: it starts the next host
        if not self._stands.is_set():
            self._waiting.append((line, hello))
            return
        if not (hello.get("read_only") or self._services.is_person(line.pid)):
            line.send(EXIT, FOR_PEOPLE)
            line.close()
            return
        self._app.driver.attach(line, hello)
        self._handed.tell_trouble()
        command, cwd = hello.get("command"), str(hello.get("cwd", ""))
        if command or (not self._services.panes.living and not self._opening):
            self._opening = True
            self._first_shell = asyncio.ensure_future(self._open(command or [], cwd))
            self._app.driver.hold(self._first_shell)
        if not (command or hello.get("read_only")):
            # Whoever types on instead of answering types into a pane, so there must be one.
            self._first_shell.add_done_callback(lambda _: self._services.projects.attached(cwd))

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
        from muxer.commands.offering import answer

        await self._stands.wait()
        answered = await answer(self._services, verb, arguments, caller)
        await self._services.store.settled()  # what is answered is durable
        return answered

    # ---- the end

    def _end(self, why: str) -> None:
        if not self._over.done():
            self._over.set_result(why)

    async def _reload(self) -> dict[str, Any]:
        """Another process takes over path, panes and terminals; this one is gone soon after the answer."""
        from muxer.wire.client import call

        self._handed.keeping = False
        self._services.supervisor.end()
        self._services.panes.save()
        self._handed.write()
        self._server.stop_listening()
        for line in tuple(self._server.attached):
            line.send(RENEW)
            line.close()
        await self._server.settled()
        await self._services.store.settled()
        try:
            start_host(self._paths, self._app.size).close()
            seen = call(self._paths, "ls", timeout=10.0)
        except MuxerError:
            self._handed.keeping = True
            self._services.panes.resume()
            await self._services.supervisor.learn()
            self._services.supervisor.begin()
            self._server.listen()
            raise
        asyncio.get_running_loop().call_later(ANSWERING, self._end, "renewed")
        return {"host": seen["host"]} if isinstance(seen, dict) else {}

    async def _go_down(self, why: str) -> None:
        services = self._services
        ends = why in ("stop", "empty", "lonely")
        self._handed.stop_watching()
        services.supervisor.end()
        services.crew.stop()
        services.mesh.stop()
        services.end_exchange()
        if why == "signal":
            services.panes.save()
            for pane in services.panes.living:
                services.history.keep_now(pane)
            self._handed.write()
        if ends:
            self._handed.bench = {}
            self._handed.write()
            # The path stays ours until the keeper is gone: the next host must not find one that is about to leave.
            with suppress(MuxerError):
                await services.panes.end()
                services.history.forget_all()
                await services.custody.stop()
        if why != "failed":  # a client that is not told why starts the next host by itself
            self._app.stage.dismiss_clients(FAREWELLS.get(why, "ended"))
        await self._server.settled()
        self._doorway.close()
        self._server.close()
        if not ends:
            services.panes.close()
            services.custody.close()
        await services.store.close()
        await self._showing.close()


def main() -> int:
    """Be the host of the name that was given."""
    faulthandler.enable()
    os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "truecolor")
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    async def serve() -> None:
        paths = host_paths(sys.argv[1] if len(sys.argv) > 1 else "default")
        keep_journal(paths.log)
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
