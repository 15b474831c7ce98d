"""The verb that tells which agents change the same files, and whose work would not merge."""

from typing import Any

from muxer.commands.kinds import AgentName
from muxer.commands.table import command
from muxer.commands.text import aligned

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services

NAMED = 3
"""Paths that are told of each two; as JSON all are."""


def _show(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "no two agents change the same file"
    lines = [(row["one"], row["other"], len(row["paths"]), len(row["conflicts"]), _named(row)) for row in rows]
    return aligned([("NAME", "AND", "BOTH CHANGE", "CONFLICT", "FILES"), *lines])


def _named(row: dict[str, Any]) -> str:
    """What would conflict comes first."""
    paths = list(dict.fromkeys([*row["conflicts"], *row["paths"]]))
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return f"{', '.join(paths[:NAMED])}{more}"


@command(show=_show)
async def radar(services: "Services", agent: AgentName = "") -> list[dict[str, Any]]:
    """Tell which agents change the same files.

    What would not merge by itself stands under conflicts; files that are not committed count, too.

    Arguments:
        agent: only what concerns this one

    Example:
        muxer radar --json
    """
    pane = services.agents.find(agent).pane if agent else ""
    rows = [
        {
            "one": services.facts(clash.one).name,
            "other": services.facts(clash.other).name,
            "paths": list(clash.paths),
            "conflicts": list(clash.conflicts),
        }
        for clash in services.exchange.radar.clashes()
        if pane in ("", clash.one, clash.other)
    ]
    return sorted(rows, key=lambda row: not row["conflicts"])
