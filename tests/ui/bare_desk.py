"""A desk without programs: a real workbench, look, voice and notes, and a runtime that writes down what it is asked."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any, cast

from muxer.commands.completion import complete_line, written
from muxer.commands.table import load_verbs
from muxer.config import Config
from muxer.errors import MuxerError, UnknownName
from muxer.fleet.lifecycle import Evidence, status
from muxer.model import AgentFacts, CliFacts, Exit, Note, PaneFacts, Status, Usage, Verdict
from muxer.services import Services
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.ui.desk import Desk
from muxer.ui.lately import Lately
from muxer.ui.layout import Region
from muxer.ui.look import Look
from muxer.ui.runtime import Candidate, VerbHelp
from muxer.ui.syncing import Syncing
from muxer.ui.voice import Voice
from muxer.ui.workbench import Workbench
from muxer.work import Clash, Standing, Trial

VERBS = (
    VerbHelp("ls", "ls", "List panes."),
    VerbHelp("kill", "kill PANE", "Close a pane."),
    VerbHelp("send", "send [--enter] PANE TEXT", "Type text into a pane."),
    VerbHelp("new", "new [--cwd CWD] [[--] COMMAND…]", "Run a program in a new pane."),
)


class BareRuntime:
    """Knows facts, and answers what it was told to answer."""

    def __init__(self) -> None:
        self.known: dict[str, PaneFacts] = {}
        self.terminals: dict[str, object] = {}
        self.said: list[object] = []
        self.answer: str | MuxerError = ""
        self.gate: asyncio.Event | None = None
        self.agents: dict[str, AgentFacts] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.usages: dict[str, Usage] = {}
        self.standings: dict[str, Standing] = {}
        self.pendings: dict[str, str] = {}
        self.clashing: list[Clash] = []
        self.trials: dict[str, Trial] = {}
        self.noted: list[Note] = []
        self.holds: dict[str, str] = {}
        self.offered: list[CliFacts] = []

    def facts(self, pane: str) -> PaneFacts:
        return self.known[pane]

    def status(self, pane: str, *, waits: str = "") -> Status:
        return status(Evidence(facts=self.known[pane], now=time.time(), waits=waits))

    def agent(self, pane: str) -> AgentFacts | None:
        return self.agents.get(pane)

    def verdict(self, pane: str) -> Verdict | None:
        return self.verdicts.get(pane)

    def usage(self, pane: str) -> Usage | None:
        return self.usages.get(pane)

    def standing(self, pane: str) -> Standing | None:
        return self.standings.get(pane)

    def pending(self, pane: str) -> str:
        return self.pendings.get(pane, "")

    def clashes(self) -> list[Clash]:
        return self.clashing

    def trial(self, pane: str) -> Trial | None:
        return self.trials.get(pane)

    def notes(self, pane: str) -> list[Note]:
        return [note for note in self.noted if note.pane == pane]

    def hold(self, pane: str) -> str:
        return self.holds.get(pane, "")

    def clis(self) -> list[CliFacts]:
        return self.offered

    def names(self) -> dict[str, str]:
        return {pane: facts.name for pane, facts in self.known.items()}

    def verbs(self) -> tuple[VerbHelp, ...]:
        return VERBS

    async def call(self, verb: str, **arguments: object) -> object:
        self.said.append((verb, arguments))
        return await self._answer()

    def complete(self, line: str, *, cwd: str = "") -> list[Candidate]:
        """As the host does, with panes only for names."""
        load_verbs()
        living = {pane: SimpleNamespace(id=pane, name=facts.name) for pane, facts in self.known.items()}
        tabs = SimpleNamespace(tab_of=lambda pane: self.known[pane].tab)
        services = cast("Services", SimpleNamespace(panes=SimpleNamespace(living=living), stage=tabs))
        head, found = complete_line(line, services, cwd=cwd)
        return [Candidate(f"{head}{written(one.word)}", one.word, one.help) for one in found]

    async def call_words(self, line: str, *, cwd: str = "") -> str:
        self.said.append((line, cwd))
        if line.partition(" ")[0] not in {verb.name for verb in VERBS}:
            raise UnknownName("verb", line, [verb.name for verb in VERBS])
        return await self._answer()

    async def _answer(self) -> str:
        if self.gate is not None:
            await self.gate.wait()
        if isinstance(self.answer, MuxerError):
            raise self.answer
        return self.answer


class BareDesk:
    """As much of a desk as the palette and dialogs see."""

    def __init__(self, *names: str, keymap: str = "tmux") -> None:
        self.runtime = BareRuntime()
        self.look = Look(config=Config(), keymap=read_keymap(keymap), theme=read_theme("night"))
        self.lately = Lately()
        self.voice = Voice(lambda: None)
        self.bench = Workbench()
        self.views: dict[str, object] = {}
        self.done: list[object] = []
        self.places: dict[str, Region] = {}
        self.panes_room = Region(0, 0, 80, 23)
        self.syncing = Syncing()
        self.attention = SimpleNamespace(watcher=None)
        for number, name in enumerate(names, 1):
            self.add(f"p{number}", name)

    def add(self, pane: str, name: str, *, ended: Exit | None = None, tab: str = "") -> None:
        self.bench.place(pane, tab=tab, way="none" if tab and self.bench.tab_named(tab) is None else "right")
        self.views[pane] = SimpleNamespace(pane=pane)
        self.runtime.terminals[pane] = SimpleNamespace(title="")
        home = self.bench.tab_of(pane)
        self.runtime.known[pane] = PaneFacts(
            id=pane, name=name, tab=home.name if home else "", pid=1, command=("sh",), cwd=f"/home/{name}", cols=80,
            rows=24, state="running" if ended is None else "exited", title="", exit=ended,
        )  # fmt: skip

    @property
    def desk(self) -> Desk:
        """As what it stands in for."""
        return cast(Desk, self)

    def place_of(self, pane: str) -> Region | None:
        return self.places.get(pane)

    def call(self, verb: str, **arguments: object) -> None:
        self.runtime.said.append((verb, arguments))

    def act(self, action: str) -> None:
        self.done.append(action)

    def arranged(self) -> None:
        self.done.append("arranged")

    def wear(self, *, theme: str = "", keymap: str = "") -> None:
        self.done.append(("wear", theme or keymap))
        if theme:
            self.look.theme = read_theme(theme)

    def choose(self, group: str, name: str, value: object) -> None:
        self.done.append((group, name, value))

    def show_screen(self, screen: Any) -> None:
        self.done.append(screen)
