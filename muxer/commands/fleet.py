"""Verbs on programs that end, are started again, and are held."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from muxer.commands.kinds import PaneName
from muxer.commands.person import must_be_a_person, must_be_no_other_agents
from muxer.commands.table import command
from muxer.errors import UsageError
from muxer.model import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.fleet.pane import Pane
    from muxer.services import Services


@command(show=lambda result: f"restarted: {', '.join(result['restarted'])}")
async def restart(services: "Services", pane: list[PaneName]) -> dict[str, list[str]]:
    """Start programs again in their panes, running or not.

    Arguments:
        pane: its id or name

    Example:
        muxer restart api web
    """
    return {"restarted": await _each(_named(services, pane), services.supervisor.restart)}


def _show_stopped(result: dict[str, Any]) -> str:
    if "ended" not in result:
        return f"stopped: {', '.join(result['stopped'])}"
    return "1 pane ended" if result["ended"] == 1 else f"{result['ended']} panes ended"


@command(show=_show_stopped)
async def stop(services: "Services", pane: list[PaneName] = [], *, all: bool = False) -> dict[str, Any]:  # noqa: B006 - never changed
    """End the host and all programs; or programs alone.

    Arguments:
        pane: end this one's program, by id or name; it stays, to be restarted
        all: end every program; the host and the panes stay

    Example:
        muxer stop api
    """
    if pane and all:
        raise UsageError("say either which panes or --all")
    if pane or all:
        return {"stopped": await _each(_named(services, pane), services.supervisor.stop)}
    must_be_a_person(services, "ends the host")
    ended = len(services.panes.living)
    services.on_stop()
    return {"ended": ended}


@command
async def policy(services: "Services", pane: PaneName, policy: Policy) -> None:
    """Say when a program that ended is started again.

    Arguments:
        pane: its id or name
        policy: never, only after a failure, or always

    Example:
        muxer policy api on-failure
    """
    found = services.panes.find(pane)
    must_be_no_other_agents(services, found)
    await services.supervisor.set_policy(found, policy)


@command(show=lambda result: f"frozen: {', '.join(result['frozen']) or 'nothing'}")
async def freeze(services: "Services", pane: list[PaneName] = []) -> dict[str, list[str]]:  # noqa: B006 - never changed
    """Hold programs where they are; they use no processor.

    Arguments:
        pane: its id or name; without one, all that run

    Example:
        muxer freeze
    """
    running = [found for found in _named(services, pane) if found.exit is None]
    return {"frozen": await _each(running, services.panes.freeze)}


@command(show=lambda result: f"going on: {', '.join(result['thawed']) or 'nothing'}")
async def thaw(services: "Services", pane: list[PaneName] = []) -> dict[str, list[str]]:  # noqa: B006 - never changed
    """Let frozen programs go on.

    Arguments:
        pane: its id or name; without one, all that are frozen

    Example:
        muxer thaw
    """
    frozen = [found for found in _named(services, pane) if found.frozen]
    return {"thawed": await _each(frozen, services.panes.thaw)}


def _show_why(result: dict[str, Any]) -> str:
    head = ": ".join(filter(None, (result["state"], result["note"])))
    return "\n  ".join([f"{result['name']} ({result['id']}): {head}", *result["evidence"]])


@command(show=_show_why)
async def explain(services: "Services", pane: PaneName) -> dict[str, Any]:
    """Say what a pane is doing, and how that is known.

    Arguments:
        pane: its id or name

    Example:
        muxer explain api
    """
    found = services.panes.find(pane)
    why = await services.explain(found.id)
    return {"id": found.id, "name": found.name, "state": why.state, "note": why.note, "evidence": list(why.evidence)}


def _named(services: "Services", words: Sequence[str]) -> list["Pane"]:
    """Each of them once; all of them when none was named. Raises MuxerError for one that the asker has no hand in."""
    named = [*{pane.id: pane for pane in map(services.panes.find, words)}.values()] or [*services.panes.living.values()]
    for pane in named:
        must_be_no_other_agents(services, pane)
    return named


async def _each(panes: Sequence["Pane"], deed: Callable[["Pane"], Awaitable[None]]) -> list[str]:
    """Do it to all at once; the names of all. Raises what went wrong with one, after the others are done."""
    from asyncio import gather

    results = await gather(*map(deed, panes), return_exceptions=True)
    for error in filter(None, results):
        raise error
    return [pane.name for pane in panes]
