import asyncio
import os
import pty
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from muxer.config import Config, Key, Settings
from muxer.errors import MuxerError
from muxer.fleet.lifecycle import Evidence, status
from muxer.model import AgentFacts, CliFacts, HumanKey, Logged, Need, Note, PaneFacts, PaneId, Status, Usage, Verdict
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.talk import Ask, Message, Peer, PeerId
from muxer.terminal.terminal import Terminal
from muxer.ui.app import MuxerApp
from muxer.ui.runtime import Candidate, VerbHelp
from muxer.work import Clash, Standing, Trial


@pytest.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    """A terminal on a real pty whose program says nothing."""
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    made = Terminal.fresh("p1", master, str(tmp_path), 20, 5)
    made.start()
    yield made
    made.forget()
    os.close(master)
    os.close(slave)


class StillRuntime:
    """A runtime in which nothing runs; it writes down which verbs were called."""

    def __init__(self) -> None:
        self.living: dict[PaneId, Terminal] = {}
        self.terminals: Mapping[PaneId, Terminal] = self.living
        self.called: list[tuple[str, dict[str, object]]] = []
        self.refuses = ""
        self.known: dict[PaneId, dict[str, Any]] = {}
        """What is not as usual of a pane."""
        self.typed: list[tuple[PaneId, HumanKey]] = []
        self.agents: dict[PaneId, AgentFacts] = {}
        self.verdicts: dict[PaneId, Verdict] = {}
        self.usages: dict[PaneId, Usage] = {}
        self.standings: dict[PaneId, Standing] = {}
        self.pendings: dict[PaneId, str] = {}
        self.clashing: list[Clash] = []
        self.trials: dict[PaneId, Trial] = {}
        self.met: list[Peer] = []
        self.talk: list[Message] = []
        self.asked: list[Ask] = []
        self.looping: list[tuple[PeerId, PeerId]] = []
        self.braked = False
        self.logged: asyncio.Queue[list[Logged]] = asyncio.Queue()
        self.holds: dict[PaneId, str] = {}
        self.noted: list[Note] = []
        self.needed: list[Need] = []
        self.offered: list[CliFacts] = []
        self.settings = Settings()
        self.fresh = False

    def facts(self, pane: PaneId) -> PaneFacts:
        facts = PaneFacts(
            id=pane, name=pane, tab="1", pid=1, command=("sh",), cwd="/", cols=80, rows=24, state="running", title=""
        )
        return replace(facts, **self.known.get(pane, {}))

    def status(self, pane: PaneId, *, waits: str = "") -> Status:
        return status(Evidence(facts=self.facts(pane), now=time.time(), waits=waits))

    def agent(self, pane: PaneId) -> AgentFacts | None:
        return self.agents.get(pane)

    def verdict(self, pane: PaneId) -> Verdict | None:
        return self.verdicts.get(pane)

    def usage(self, pane: PaneId) -> Usage | None:
        return self.usages.get(pane)

    def standing(self, pane: PaneId) -> Standing | None:
        return self.standings.get(pane)

    def pending(self, pane: PaneId) -> str:
        return self.pendings.get(pane, "")

    def clashes(self) -> list[Clash]:
        return self.clashing

    def trial(self, pane: PaneId) -> Trial | None:
        return self.trials.get(pane)

    async def happenings(self, limit: int) -> AsyncGenerator[list[Logged], None]:
        del limit
        while True:
            yield await self.logged.get()

    def peers(self) -> list[Peer]:
        return self.met

    async def messages(self, limit: int) -> list[Message]:
        return self.talk[-limit:]

    async def asks(self, limit: int) -> list[Ask]:
        return self.asked[-limit:]

    def loops(self) -> list[tuple[PeerId, PeerId]]:
        return self.looping

    def notes(self, pane: PaneId) -> list[Note]:
        return [note for note in self.noted if note.pane == pane]

    def hold(self, pane: PaneId) -> str:
        return self.holds.get(pane, "")

    def needs(self) -> list[Need]:
        return self.needed

    def answer(self, need: Need, keys: str) -> str:
        self.called.append(("answer", {"pane": need.pane, "keys": keys}))
        return self.refuses

    def human_typed(self, pane: PaneId, key: HumanKey) -> None:
        self.typed.append((pane, key))

    def finished_seen(self, pane: PaneId) -> None:
        self.called.append(("finished_seen", {"pane": pane}))

    def clis(self) -> list[CliFacts]:
        return self.offered

    async def call(self, verb: str, **arguments: object) -> object:
        self.called.append((verb, arguments))
        if self.refuses:
            raise MuxerError(self.refuses)
        return None

    def names(self) -> Mapping[PaneId, str]:
        return {pane: pane for pane in self.living}

    def verbs(self) -> list[VerbHelp]:
        return []

    def complete(self, line: str, *, cwd: str = "") -> list[Candidate]:
        del line, cwd
        return []

    async def call_words(self, line: str, *, cwd: str = "") -> str:
        self.called.append((line, {"cwd": cwd}))
        return ""

    def choose(self, chosen: Mapping[Key, Any]) -> str:
        self.called += [("choose", {".".join(key): value}) for key, value in chosen.items()]
        return ""

    def read_again(self) -> None:
        self.called.append(("read_again", {}))

    def busy(self, pane: PaneId) -> str:
        del pane
        return ""

    def remember(self, layout: Mapping[str, Any]) -> None:
        """Nobody comes after."""


@pytest.fixture
async def still() -> AsyncIterator[tuple[MuxerApp, StillRuntime]]:
    """The real app without a pane, at nobody's terminal yet."""
    runtime = StillRuntime()
    app = MuxerApp(host="desk", runtime=runtime, config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))
    running = asyncio.ensure_future(app.run_async(size=(80, 24)))
    await asyncio.wait_for(app.mounted.wait(), 20)
    yield app, runtime
    app.exit()
    await asyncio.wait_for(running, 20)
