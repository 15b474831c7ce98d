"""Work that is in git, as data: commits, how a workspace stands, what clashes, and what a promotion would do.

Everything here is plain: texts come from repositories as they are, and are made harmless where they are shown.
"""

from dataclasses import dataclass
from typing import Literal

from muxer.model import PaneId


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that a commit, or all of an agent's work, changes."""

    path: str
    added: int = 0
    removed: int = 0
    """Lines; both are 0 for what is not text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit."""

    sha: str
    parents: tuple[str, ...] = ()
    subject: str = ""
    """The first line of what its author says."""
    author: str = ""
    at: float = 0.0
    """When it was committed (time.time())."""
    files: tuple[Touched, ...] = ()
    patch: str = ""
    """Equal for commits that change the same in the same way, wherever they stand; empty for a merge."""

    @property
    def short(self) -> str:
        """As people call it."""
        return self.sha[:7]

    @property
    def added(self) -> int:
        """Lines."""
        return sum(file.added for file in self.files)

    @property
    def removed(self) -> int:
        """Lines."""
        return sum(file.removed for file in self.files)


Upset = Literal["gone", "unreadable", "unborn", "detached", "rebase", "merge", "pick", "bisect", "locked"]
"""What keeps muxer from moving a workspace: its folder is gone, git cannot read it, it has no commit, no branch is
checked out, something is in progress there, or its index is locked. Only `gone`, `unreadable` and `unborn` keep it from
being read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a workspace stands now."""

    head: str = ""
    branch: str = ""
    """The one that is checked out; empty where none is."""
    fork: str = ""
    """The commit at which its work left trunk."""
    upset: Upset | None = None
    why: str = ""
    """What is wrong, in one line that says what to do."""
    ahead: int = 0
    """Commits that trunk does not have."""
    behind: int = 0
    """Commits of trunk that it does not have."""
    uncommitted: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    touched: tuple[Touched, ...] = ()
    """All that it changes against `fork`, what is not committed included."""
    last: Commit | None = None
    """Its newest commit of its own."""

    @property
    def clean(self) -> bool:
        """May a checkout be moved without losing anything?"""
        return not (self.uncommitted or self.untracked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordination:
    """How the work of all agents of one repository comes together."""

    root: str
    """The repository that worktrees and clones are made from."""
    operator: str
    remote: str = ""
    """The remote that operators share their work by; empty where nothing leaves this machine."""
    url: str = ""
    base: str = ""
    """The branch that work starts from."""
    trunk: str = ""
    """The reference that promoted work lands in, whole: `refs/heads/muxer/trunk`, `refs/remotes/origin/main`."""
    tip: str = ""
    """The commit that it points to; empty before the first."""

    @property
    def shared(self) -> bool:
        """Do others see this work?"""
        return bool(self.remote)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two agents whose work does not merge, or touches the same files."""

    one: PaneId
    other: PaneId
    paths: tuple[str, ...]
    """What both change."""
    conflicts: tuple[str, ...] = ()
    """What of it would not merge by itself."""


Way = Literal["merge", "squash", "rebase"]
"""How a promotion makes trunk's next commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a promotion would do, before it does anything."""

    name: str
    """Whose work it is."""
    trunk: str
    way: Way
    onto: str
    """Where trunk stands."""
    head: str
    """The last commit that is taken."""
    result: str = ""
    """The commit that trunk would point to; empty where there is none."""
    commits: tuple[Commit, ...] = ()
    """What it brings, oldest first."""
    files: tuple[Touched, ...] = ()
    left_out: tuple[str, ...] = ()
    """Files that are not committed."""
    conflicts: tuple[str, ...] = ()
    """Paths that do not merge into trunk."""
    clashes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Other agents by name, and the paths in which their work would not merge with the result."""
    check: str = ""
    """The command that says whether the result is good; empty where the project has none."""
    why_not: str = ""
    """What keeps it from landing, in one line; empty if nothing does."""


TrialState = Literal["waits", "runs", "green", "red", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A project's check at work on a merged result."""

    pane: PaneId
    result: str
    """The commit that is tried."""
    state: TrialState = "waits"
    lines: tuple[str, ...] = ()
    """The last of what it said, stripped of control characters."""
    began_at: float = 0.0
    ended_at: float = 0.0
    why: str = ""
    """How it ended: `exited 1`, `took longer than 600 s`."""


Relayed = Literal["all", "digest", "paths", "off"]
"""Which commits of others an agent is told of: each, several as one when its turn ends, those that touch certain paths,
or none."""
