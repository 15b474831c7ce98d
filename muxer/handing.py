"""What the app is handed: terminals, facts, verbs and settings. See ui/runtime for what it knows of this."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from muxer.bus.follow import follow
from muxer.commands.completion import complete_line, written
from muxer.commands.line import answer_words
from muxer.commands.table import VERBS, run, verb_named
from muxer.config import Key, Settings, in_one_line
from muxer.errors import MuxerError
from muxer.events import Event, Warned
from muxer.model import AgentFacts, CliFacts, HumanKey, Logged, Need, Note, PaneFacts, PaneId, Status, Usage, Verdict
from muxer.services import Services
from muxer.settings.wardrobe import Wardrobe
from muxer.store.asks import newest_asks
from muxer.store.log import newest
from muxer.store.log import since as logged_since
from muxer.store.messages import newest_messages
from muxer.store.panes import write_layout
from muxer.talk import Ask, Message, Peer, PeerId
from muxer.ui.runtime import Candidate, VerbHelp
from muxer.work import Clash, Standing, Trial

if TYPE_CHECKING:  # it loads Textual
    from muxer.ui.app import MuxerApp


class Handed:
    """One for the host, whichever app it shows."""

    def __init__(
        self, services: Services, wardrobe: Wardrobe, *, app: "Callable[[], MuxerApp]", tell: Callable[[Event], None]
    ) -> None:
        self.terminals = services.terminals
        self.bench: Mapping[str, Any] = {}
        """What is where, as the app last said."""
        self.keeping = True
        """Is the layout ours to write down?"""
        self.stop_watching: Callable[[], None] = lambda: None
        self._services, self._wardrobe = services, wardrobe
        self._app, self._tell = app, tell
        self._untold = in_one_line(wardrobe.worn.troubles)
        self._write_soon: asyncio.Handle | None = None

    def tell_later(self, words: str) -> None:
        """Say that as soon as somebody is there, unless there is something else to say."""
        self._untold = self._untold or words

    def facts(self, pane: PaneId) -> PaneFacts:
        """What is known of a pane."""
        return self._services.facts(pane)

    def status(self, pane: PaneId, *, waits: str = "") -> Status:
        """What it is doing; `waits` is what it waits for a person with."""
        return self._services.status(pane, waits=waits)

    def busy(self, pane: PaneId) -> str:
        """The program that closing it would end."""
        return self._services.busy(pane)

    def agent(self, pane: PaneId) -> AgentFacts | None:
        """Whose pane it is."""
        agents = self._services.agents
        found = agents.of(pane)
        return agents.facts(found) if found else None

    def verdict(self, pane: PaneId) -> Verdict | None:
        """What its agent is doing."""
        found = self._services.agents.of(pane)
        return found.verdict if found else None

    def usage(self, pane: PaneId) -> Usage | None:
        """What its agent's conversation has used."""
        found = self._services.agents.of(pane)
        return found.usage if found else None

    def standing(self, pane: PaneId) -> Standing | None:
        """How its agent's work stands in git."""
        return self._services.exchange.standings.of(pane) if self._services.begun else None

    def pending(self, pane: PaneId) -> str:
        """Why its workspace is not moved onto trunk yet."""
        sync = self._services.exchange.syncer.pending.get(pane) if self._services.begun else None
        return sync.why if sync else ""

    def clashes(self) -> list[Clash]:
        """Agents whose work touches the same files."""
        return self._services.exchange.radar.clashes() if self._services.begun else []

    def trial(self, pane: PaneId) -> Trial | None:
        """The check of its promotion."""
        return self._services.exchange.proving.trial_of(pane) if self._services.begun else None

    async def happenings(self, limit: int) -> AsyncGenerator[Sequence[Logged], None]:
        """The newest that was logged, and from then on all that is."""
        store = self._services.store

        async def read(last: int, limit: int) -> list[Logged]:
            return await store.read(logged_since, last, limit)

        found = await store.read(newest, limit)
        yield found
        async with aclosing(follow(self._services.bus, read, found[-1].id if found else 0)) as batches:
            async for batch in batches:
                yield batch

    def peers(self) -> list[Peer]:
        """Who takes part in the mesh."""
        peers = self._services.mesh.peers
        return [peers.person, *peers.everybody()]

    async def messages(self, limit: int) -> list[Message]:
        """The newest that peers said to each other."""
        return await self._services.store.read(newest_messages, limit)

    async def asks(self, limit: int) -> list[Ask]:
        """The newest that peers asked each other."""
        return await self._services.store.read(newest_asks, limit)

    def loops(self) -> Sequence[tuple[PeerId, PeerId]]:
        """Peers who wrote to each other without end."""
        return self._services.mesh.pace.loops()

    @property
    def braked(self) -> bool:
        """Is everything held that agents say to each other?"""
        return self._services.mesh.pace.braked

    def notes(self, pane: PaneId) -> list[Note]:
        """What waits to be typed into its agent."""
        return self._services.inbox.waiting(pane)

    def hold(self, pane: PaneId) -> str:
        """Why nothing can be typed into its agent now."""
        found = self._services.agents.of(pane)
        return self._services.inbox.reason(found) if found else ""

    def needs(self) -> list[Need]:
        """Everything that waits for a person."""
        return self._services.crew.needs(self._services.mesh.needs())

    def answer(self, need: Need, keys: str) -> str:
        """Type a person's answer to just that."""
        return self._services.crew.answer(need, keys)

    def human_typed(self, pane: PaneId, key: HumanKey) -> None:
        """A person types into it."""
        self._services.inbox.human_typed(pane, key)
        self._services.mesh.turns.typed(pane, key)
        if key == "enter" and (agent := self._services.agents.of(pane)):
            self._services.mesh.post.person_spoke(f"a{agent.id}")

    def finished_seen(self, pane: PaneId) -> None:
        """A person looks at what its agent has done."""
        self._services.sentry.finished_seen(pane)

    def clis(self) -> list[CliFacts]:
        """What can be spawned."""
        return self._services.crew.offered(os.environ)

    async def call(self, verb: str, **arguments: object) -> object:
        """Run a verb."""
        return await run(verb_named(verb), self._services, arguments)

    def names(self) -> Mapping[PaneId, str]:
        """What every pane is called."""
        return {pane.id: pane.name for pane in self._services.panes.living.values()}

    def verbs(self) -> list[VerbHelp]:
        """What a person may say after a colon."""
        return [VerbHelp(verb.name, verb.usage, verb.summary) for verb in VERBS.values() if not verb.hidden]

    def complete(self, line: str, *, cwd: str = "") -> list[Candidate]:
        """What a verb's line could go on with."""
        head, found = complete_line(line, self._services, cwd=cwd)
        return [Candidate(f"{head}{written(one.word)}", one.word, one.help) for one in found]

    async def call_words(self, line: str, *, cwd: str = "") -> str:
        """Run a verb as the command line would."""
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
            self.tell_trouble()
        elif changed or aloud:
            self._app().voice.tell("settings read again")

    def _wear(self) -> None:
        worn = self._wardrobe.worn
        self._services.heed(worn.config)
        self._app().apply(config=worn.config, keymap=worn.keymap, theme=worn.theme)

    def tell_trouble(self) -> None:
        """Once somebody is there to read it."""
        if self._untold and self._app().stage.clients():
            self._tell(Warned(self._untold))
            self._untold = ""

    async def watch_settings(self) -> None:
        """For as long as the host stands. What watches takes a while to load, which must not keep anybody waiting."""
        watching = await asyncio.to_thread(import_module, "muxer.watching")
        watcher = watching.Watcher(self._wardrobe.folders, partial(self.read_again, aloud=False))
        self.stop_watching = watcher.stop
        try:
            await watcher.run()
        except MuxerError as error:
            self._tell(Warned(str(error)))

    def remember(self, layout: Mapping[str, Any]) -> None:
        """Write the layout down soon; several changes in one turn are one."""
        self.bench = layout
        if self._write_soon is None and self.keeping:
            self._write_soon = asyncio.get_running_loop().call_soon(self.write)

    def write(self) -> None:
        """Write it down now."""
        self._write_soon = None
        self._services.store.note(write_layout, self.bench)
