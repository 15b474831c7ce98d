"""What there is to know of a coding agent's CLI, as data. What nobody wrote down or saw is left out, never guessed.

Words in argv and environment may hold {prompt}, {session}, {model}, {effort}, {port}, {token}, {folder} (its own of
muxer's), {settings} and {mcp} (what tells of hooks and server); an option with one that has no value is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from re import Pattern
from typing import Literal

from muxer.model import State, Wait

Words = tuple[str, ...]

HookKind = Literal[
    "started", "prompted", "tool", "tool-ended", "asks", "answered", "notified", "turn-ended", "limited", "failed",
    "ended",
]  # fmt: skip
"""What a hook says, in muxer's words, whatever its CLI calls it."""

PromptWay = Literal["argument", "typed"]
"""The first prompt is given in argv, or typed once the agent is ready."""

DoorKind = Literal["command", "http", "file", "turn-end", "keys"]
"""A way for text into an agent. All but `keys` leave a person's draft alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Words for argv, and for the environment."""

    argv: Words = ()
    env: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.argv or self.env)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """How a conversation gets its id, and is taken up again."""

    new: Words = ()
    """Words that give a new one an id of ours; without them the hooks tell it."""
    shape: str = ""
    """A pattern that its ids match; what does not is never resumed."""
    resume: Words = ()
    """Words that take up the one with that id."""
    first: bool = False
    """Do they stand before all other words, as a subcommand does?"""
    last: Words = ()
    """Words that take up the last one of the folder, whoever had it."""
    transcript: str = ""
    """Where it is written down, as far as that follows from folder and id: a glob that may hold {session}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What its hooks are called, and what they hand on."""

    format: str
    """How they are set up: one of the formats that agents.hooking knows."""
    file: str = ""
    """A file of the person's that they must be written to, as no option and no variable names another; `~` is home."""
    events: Mapping[str, HookKind] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    """Where their payload has `session`, `transcript`, `prompt`, `message`, `tool`, `input`, `notice`, and, at the
    end of a turn, `answer`: a name, or names joined by dots; `this|that` is the first that is there."""
    notices: Mapping[str, HookKind] = field(default_factory=dict)
    """What a notification or a failure means, by its type."""
    trusted: bool = True
    """Do they tell states well enough to outrank its title and screen?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A way for text into it, best first in its file."""

    kind: DoorKind
    argv: Words = ()
    """Of a `command`; {session} and {text} are filled in."""
    url: str = ""
    """Of `http`: a POST; {port} and {session} are filled in."""
    body: str = ""
    """JSON in which {text} is filled in, quoted; also one line of a `file`."""
    file: str = ""
    while_working: bool = False
    """May it be used while the agent works?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """How text is typed into it."""

    enter: str = "\r"
    delay: float = 0.15
    """Seconds between a paste and its Enter."""
    confirm: float = 2.0
    """Seconds in which it shows or says that it has taken the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a title or a screen looks like in a state. All that it names must match."""

    name: str
    state: State
    wait: Wait | None = None
    title: Pattern[str] | None = None
    screen: Pattern[str] | None = None
    """Searched in the last `rows` rows that are not blank, joined by newlines. A group `words` is what is asked, a
    group `reset` when a limit ends."""
    rows: int = 12
    program: Mapping[str, str] = field(default_factory=dict)
    """Fields of OSC 7501."""
    progress: str = ""
    """A state of OSC 9;4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """The line in which people write."""

    row: Pattern[str]
    """Matches its first row; a group `draft` is what is written there."""
    empty: Pattern[str] | None = None
    """Matches a draft that is only a placeholder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picks:
    """How what it asks is answered."""

    row: Pattern[str] | None = None
    """Matches a choice on the screen; groups `key` and `label`."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """What is typed for a choice where that is not its key: by key; and `yes`, `no`, `cancel`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cli:
    """One program."""

    name: str
    """As people choose it: `claude-code`."""
    title: str
    """As it calls itself: `Claude Code`."""
    short: str
    """What an agent of it is called if nobody says otherwise: `claude`."""
    binary: Words = ()
    """Names of the program, best first; none for a person's shell."""
    install: str = ""
    """A line that installs it."""
    docs: str = ""
    processes: Words = ()
    """Other names that its process may have."""
    argv: Words = ()
    env: Mapping[str, str] = field(default_factory=dict)
    prompt: PromptWay = "typed"
    prompt_argv: Words = ("{prompt}",)
    auto: Options = field(default_factory=Options)
    """Nothing is asked before a tool runs."""
    model: Words = ()
    effort: Words = ()
    session: Session = field(default_factory=Session)
    hooks: Hooks | None = None
    mcp: str = ""
    """How an MCP server is made known to it: one of the formats that agents.hooking knows."""
    doors: tuple[Door, ...] = (Door(kind="keys"),)
    keys: Keys = field(default_factory=Keys)
    rules: tuple[Rule, ...] = ()
    """The first that matches holds."""
    composer: Composer | None = None
    picks: Picks = field(default_factory=Picks)
    usage: str = ""
    """The format of its transcript: one of those that agents.usage knows."""
    version: Words = ("--version",)
    canary: tuple[Words, ...] = (("--help",),)
    """Words with which it says which options it has."""
    seen: str = ""
    """The version that all this was seen to hold for, running; nothing where only its documentation says so."""
    file: str = ""
    """Where this was read."""
