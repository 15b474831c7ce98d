"""The verb that says what agents have used."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from muxer.commands.kinds import AgentName
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.model import Usage, in_short

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services

COUNTS = ("input", "output", "cached")


def _show(result: dict[str, Any]) -> str:
    rows = result["agents"]
    if not rows:
        return "no agent was spawned yet: muxer spawn"
    heading = ["AGENT", "CLI", "INPUT", "OUTPUT", "CACHED", "CONTEXT", "COST", "MODEL"]
    table = [heading, *([row["name"], row["cli"], *_cells(row)] for row in rows)]
    if len(rows) > 1:
        table.append(["all", "", *_cells(result["total"])])
    why = [f"{row['name']}: {row['source']}" for row in rows if row["input"] is None]
    return "\n".join([aligned(table), *why])


def _cells(row: dict[str, Any]) -> list[object]:
    counts = [None if row[name] is None else in_short(row[name]) for name in COUNTS]
    context, share = row.get("context"), row.get("share")
    shown = None if context is None else in_short(context) + ("" if share is None else f" {share:.0%}")
    cost = None if row["cost"] is None else f"${row['cost']:.2f}"
    return [*counts, shown, cost, row.get("model", "")]


@command(show=_show)
async def usage(services: "Services", agent: list[AgentName] = []) -> dict[str, Any]:  # noqa: B006 - never changed
    """Show tokens and cost of agents, where their CLIs tell.

    Arguments:
        agent: its name; without one, all agents

    Example:
        muxer usage ada
    """
    found = [services.agents.find(word) for word in dict.fromkeys(agent)] or [*services.agents.living.values()]
    rows, used = [], []
    for one in found:
        now = await services.meter.read(one)
        used.append(now)
        facts = one.facts(services.panes.living[one.pane].name)
        rows.append({"name": facts.name, "pane": facts.pane, "cli": facts.cli, **asdict(now), "share": now.share})
    return {"agents": rows, "total": _total(used)}


def _total(used: Sequence[Usage]) -> dict[str, Any]:
    """Of all that is known; a sum of nothing that is known is unknown."""
    known = {name: [value for one in used if (value := getattr(one, name)) is not None] for name in (*COUNTS, "cost")}
    return {name: sum(values) if values else None for name, values in known.items()} | {
        "unknown": sum(not one.known for one in used)
    }
