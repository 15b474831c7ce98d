"""The verb on what agents are told of each other's commits."""

from typing import Any

from muxer.commands.kinds import AgentName
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import UsageError
from muxer.work import Relayed

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services


def _show(rows: list[dict[str, Any]]) -> str:
    lines = [(row["agent"], row["mode"], " ".join(row["paths"])) for row in rows]
    return aligned([("NAME", "TOLD OF", "PATHS"), *lines]) if lines else "there is no agent yet: muxer spawn"


@command(show=_show)
async def relay(
    services: "Services",
    agent: AgentName = "",
    mode: Relayed | None = None,
    glob: list[str] = [],  # noqa: B006 - never changed; the table reads the default
) -> list[dict[str, Any]]:
    """Show or choose which commits of others agents are told of.

    all is each as it comes, digest several as one when a turn ends, and at most once a minute; off is none.

    Arguments:
        agent: whose choice; all are shown without it
        mode: what it is told of from now on
        glob: with paths, only commits that touch one of these; as in .gitignore

    Example:
        muxer relay ada paths 'src/**' '*.md'
    """
    from muxer.commands.spawn import one_word

    paths = [word for word in (one_word("glob", word) for word in glob) if word]
    if bool(paths) != (mode == "paths") or len(paths) != len(glob):
        raise UsageError("say which after paths, and only there: muxer relay AGENT paths GLOB…")
    chosen = [services.agents.find(agent)] if agent else [*services.agents.living.values()]
    service = services.exchange.relay
    if mode:
        await service.choose(chosen[0], mode, paths)
    places = {place.agent: place for place in await service.places(chosen)}
    rows = []
    for one in chosen:
        place = places.get(one.id)
        told = {"mode": place.mode if place else "all", "paths": list(place.paths) if place else []}
        rows.append({"agent": services.agents.facts(one).name, **told})
    return sorted(rows, key=lambda row: str(row["agent"]))
