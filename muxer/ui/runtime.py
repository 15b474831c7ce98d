"""What the app is handed: terminals, what is known of them, and a way to run verbs. It reaches for nothing else."""

from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from muxer.config import Key, Settings
from muxer.model import AgentFacts, CliFacts, HumanKey, Logged, Need, Note, PaneFacts, PaneId, Status, Usage, Verdict
from muxer.talk import Ask, Message, Peer, PeerId
from muxer.terminal.terminal import Terminal
from muxer.work import Clash, Standing, Trial


class VerbHelp(NamedTuple):
    """What help says of a verb."""

    name: str
    usage: str
    summary: str


class Candidate(NamedTuple):
    """What a verb's line could go on with."""

    line: str
    """The whole line, with it."""
    word: str
    help: str


class Runtime(Protocol):
    """What the app is handed."""

    terminals: Mapping[PaneId, Terminal]

    def facts(self, pane: PaneId) -> PaneFacts:
        """What is known of a pane."""

    def status(self, pane: PaneId, *, waits: str = "") -> Status:
        """What it is doing; `waits` is what it waits for a person with, if it does."""

    def agent(self, pane: PaneId) -> AgentFacts | None:
        """Whose pane it is; None where no agent was spawned in it."""

    def verdict(self, pane: PaneId) -> Verdict | None:
        """What its agent is doing, with what is asked and why that is believed."""

    def usage(self, pane: PaneId) -> Usage | None:
        """What its agent's conversation has used."""

    def standing(self, pane: PaneId) -> Standing | None:
        """How its agent's work stands in git; None where nothing is known of that."""

    def pending(self, pane: PaneId) -> str:
        """Why its workspace is not moved onto trunk yet; empty where nothing is to be moved."""

    def clashes(self) -> Sequence[Clash]:
        """Agents whose work touches the same files."""

    def trial(self, pane: PaneId) -> Trial | None:
        """The check of its promotion, at work or ended."""

    def happenings(self, limit: int) -> AsyncGenerator[Sequence[Logged], None]:
        """The newest that was logged, so many at most, and from then on all that is: oldest first, in batches."""

    def peers(self) -> Sequence[Peer]:
        """Who takes part in the mesh: the person first, then everybody else."""

    def messages(self, limit: int) -> Awaitable[Sequence[Message]]:
        """The newest that peers said to each other, so many at most, oldest first."""

    def asks(self, limit: int) -> Awaitable[Sequence[Ask]]:
        """The newest that peers asked each other, so many at most, and what became of that; oldest first."""

    def loops(self) -> Sequence[tuple[PeerId, PeerId]]:
        """Peers who wrote to each other without end, until a person lets them go on."""

    @property
    def braked(self) -> bool:
        """Is everything held that agents say to each other?"""

    def notes(self, pane: PaneId) -> Sequence[Note]:
        """What waits to be typed into its agent, oldest first."""

    def hold(self, pane: PaneId) -> str:
        """Why nothing can be typed into its agent now; empty if something can."""

    def needs(self) -> Sequence[Need]:
        """Everything that waits for a person, longest first."""

    def answer(self, need: Need, keys: str) -> str:
        """Type a person's answer to just that; a line that says why not, if it is not asked any more."""

    def human_typed(self, pane: PaneId, key: HumanKey) -> None:
        """A person types into it: what muxer has for its agent waits."""

    def finished_seen(self, pane: PaneId) -> None:
        """A person looks at what its agent has done."""

    def clis(self) -> Sequence[CliFacts]:
        """What can be spawned, installed ones first."""

    def call(self, verb: str, **arguments: object) -> Awaitable[object]:
        """Run a verb, as the CLI would."""

    def names(self) -> Mapping[PaneId, str]:
        """What every pane is called; facts of all of them would take too long for a list that opens at once."""

    def verbs(self) -> Sequence[VerbHelp]:
        """Every verb that a person may say."""

    def call_words(self, line: str, *, cwd: str = "") -> Awaitable[str]:
        """Run a verb and its arguments as typed; the answer for people. Folders are looked for from `cwd`."""

    def complete(self, line: str, *, cwd: str = "") -> Sequence[Candidate]:
        """What could stand at the end of that line."""

    @property
    def settings(self) -> Settings:
        """What is set where."""

    @property
    def fresh(self) -> bool:
        """Has the person never set or chosen anything?"""

    def choose(self, chosen: Mapping[Key, Any]) -> str:
        """Let these settings hold, and keep them; a line where they cannot be kept. Raises UsageError."""

    def read_again(self) -> None:
        """Take settings, keymap and theme as their files are now, and say so."""

    def busy(self, pane: PaneId) -> str:
        """The program that closing the pane would end, or nothing if it is a shell that waits."""

    def remember(self, layout: Mapping[str, Any]) -> None:
        """Keep what is where, for the next host."""
