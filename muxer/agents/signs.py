"""What an agent shows and says of itself, as it is handed to `detect`, and what its screen was found to mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from muxer.agents.spec import HookKind
from muxer.model import Choice, State, Wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a hook said. Times are time.time()."""

    kind: HookKind
    at: float
    event: str = ""
    """As its CLI calls it."""
    session: str = ""
    transcript: str = ""
    tool: str = ""
    prompt: str = ""
    """What was submitted."""
    words: str = ""
    """What it asks or says, in one line."""
    answer: str = ""
    """What it said last in a turn that ended, whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What its terminal announced last, and when."""

    title: str = ""
    title_at: float = 0.0
    program: Mapping[str, str] = field(default_factory=dict)
    """Fields of OSC 7501: state, kind, app."""
    program_at: float = 0.0
    progress: str = ""
    progress_at: float = 0.0
    notified: str = ""


Sign = Literal["", "program", "title", "screen", "silence"]
"""What a reading rests on: OSC 7501, its title or progress, its screen, or that it wrote something or did not."""


class Shown(NamedTuple):
    """Its live screen."""

    lines: tuple[str, ...]
    cursor: tuple[int, int] | None = None
    at: float = 0.0
    """When it last wrote something."""


class Limit(NamedTuple):
    """A usage limit that is shown."""

    said: str
    """In the words of its CLI."""
    resets_at: float
    """When it ends, as it was understood when it was seen first; 0 where it does not say."""

    def is_over(self, now: float) -> bool:
        """It may stand on the screen for hours after that."""
        return 0 < self.resets_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was seen of a run of its program before, and cannot be seen now."""

    begun: bool = False
    """It was past its start."""
    worked_at: float = 0.0
    """When it was last at work."""
    limit: Limit | None = None
    """The last one that it showed; none once it worked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What its title, its announcements and its screen mean, hooks aside."""

    state: State = "unknown"
    wait: Wait | None = None
    words: str = ""
    choices: tuple[Choice, ...] = ()
    draft: bool | None = None
    """Is something written in its composer? None where that cannot be seen."""
    limit: Limit | None = None
    """The last one that it showed, which may be over."""
    by: str = ""
    """Which rule of its file says so, and where it matched."""
    sign: Sign = ""
    at: float = 0.0
    """Since when that sign has been as it is."""


def status_fields(content: bytes) -> Mapping[str, str] | None:
    """The fields of an OSC 7501, none where it takes back what it said; None for what is not one."""
    kind, _, said = content.decode(errors="replace").partition(";")
    if kind != "7501" or said.startswith("?"):
        return None
    fields = dict(field.split("=", 1) for field in said.split(":") if "=" in field)
    return {} if fields.get("state", "clear") == "clear" else fields
