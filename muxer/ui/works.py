"""How the work of agents stands in git, in the few words that a list has room for; and whose would not merge. Pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from muxer.model import PaneId
from muxer.ui.harmless import harmless
from muxer.ui.titles import cut
from muxer.work import Clash, Standing

AND = " and "
CLASHES = "‼"
"""Its work would not merge with another's."""


class Conflict(NamedTuple):
    """Two agents by name, and the paths that would not merge."""

    one: str
    other: str
    paths: tuple[str, ...]

    def who(self, cols: int, *, plain: bool = False) -> str:
        """Who it is about, in as many words as there is room for; both names are cut alike."""
        words = (f"{self.one}{AND}{self.other}{more}" for more in (" would conflict", " conflict", ""))
        half = (cols - len(AND)) // 2
        cut_both = f"{cut(self.one, half, plain=plain)}{AND}{cut(self.other, half, plain=plain)}"
        return next((way for way in words if cell_len(way) <= cols), cut_both)

    @property
    def more(self) -> str:
        """How many paths there are besides the first."""
        return f" +{len(self.paths) - 1}" if len(self.paths) > 1 else ""


def brief(standing: Standing | None) -> tuple[str, str]:
    """`+3` and `✎2`: commits of its own, and files that are not committed; nothing where there are none."""
    if standing is None:
        return "", ""
    return f"+{standing.ahead}" if standing.ahead else "", edited(standing)


def counts(standing: Standing | None) -> str:
    """`+3 −1`: commits that trunk does not have, and those of trunk that it does not have."""
    return f"+{standing.ahead} −{standing.behind}" if standing and standing.head else ""


def edited(standing: Standing) -> str:
    """`✎2`: files that are not committed."""
    files = len(standing.uncommitted) + len(standing.untracked)
    return f"✎{files}" if files else ""


def in_conflict(clashes: Iterable[Clash]) -> set[PaneId]:
    """Whose work would not merge with another's."""
    return {pane for clash in clashes if clash.conflicts for pane in (clash.one, clash.other)}


def conflicts(clashes: Sequence[Clash], called: Callable[[PaneId], str]) -> tuple[Conflict, ...]:
    """What would not merge, by name."""
    return tuple(
        Conflict(called(clash.one), called(clash.other), tuple(map(harmless, clash.conflicts)))
        for clash in clashes
        if clash.conflicts
    )
