"""Verbs on panes."""

import re
from contextlib import suppress
from time import perf_counter, time
from typing import Any

from muxer.commands.kinds import Folder, PaneName, Size, TabName
from muxer.commands.person import must_be_a_person, must_be_no_other_agents, must_be_seen
from muxer.commands.table import ASKER, command
from muxer.commands.text import aligned
from muxer.errors import MuxerError, UsageError
from muxer.model import PaneFacts, Policy, SplitWay

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.fleet.pane import Pane
    from muxer.services import Services

LOOK_AGAIN = 0.02
"""The least time between two looks for a text, in seconds; looking takes at most a tenth of the time."""


def plain(facts: PaneFacts) -> dict[str, Any]:
    """A pane as JSON."""
    return {
        "id": facts.id,
        "name": facts.name,
        "tab": facts.tab,
        "pid": facts.pid,
        "command": list(facts.command),
        "cwd": facts.cwd,
        "cols": facts.cols,
        "rows": facts.rows,
        "state": facts.state,
        "title": facts.title,
        "project": facts.project,
        "exit": None if facts.exit is None else {"status": facts.exit.status, "signal": facts.exit.signal},
        "policy": facts.policy,
        "restarts": facts.restarts,
        "again_at": facts.again_at or None,
        "gave_up": facts.gave_up,
        "frozen": facts.frozen,
    }


def _show_pane(pane: dict[str, Any]) -> str:
    return f"{pane['id']} {pane['name']}"


@command(show=_show_pane)
async def new(
    services: "Services",
    command: list[str] = [],  # noqa: B006 - never changed; the table reads the default
    *,
    cwd: Folder = "",
    tab: TabName = "",
    name: str = "",
    split: SplitWay = "right",
    restart: Policy = "never",
    no_attach: bool = False,
) -> dict[str, Any]:
    """Run a program in a new pane; without one, a shell.

    Arguments:
        command: the program and its arguments, after --
        cwd: the folder it starts in
        tab: the tab it goes to, made if it is new
        name: what the pane is called
        split: beside the pane in focus, under it, in a tab of its own, or floating over all
        restart: when it is started again by itself after its end
        no_attach: leave this terminal as it is

    Example:
        muxer new --cwd ~/src/api --split down -- npm test
    """
    del no_attach  # the command line's own
    pane = await services.open_pane(command, cwd=cwd, tab=tab, way=split, name=name, policy=restart)
    return plain(services.facts(pane.id))


@command(show=lambda text: str(text).rstrip("\n"))
async def capture(services: "Services", pane: PaneName, *, history: bool = False, ansi: bool = False) -> str:
    """Print what a pane shows, row by row.

    Arguments:
        pane: its id or name
        history: what has scrolled off, too
        ansi: with colours and styles

    Example:
        muxer capture vim --ansi
    """
    found = services.panes.find(pane)
    must_be_seen(services, found)
    lines = found.terminal.engine.lines(history=history, ansi=ansi)
    return "\n".join(lines) + "\n"


@command
async def press(services: "Services", pane: PaneName, key: list[str]) -> None:
    """Press keys in a pane, one after the other.

    Arguments:
        pane: its id or name
        key: like ctrl+c, alt+left, f5, enter, or a character

    Example:
        muxer press vim escape : q enter
    """
    from muxer.terminal.keys import parse_key

    pressed = [parse_key(word) for word in key]
    found = _running(services, pane)
    must_be_no_other_agents(services, found)
    _must_be_a_person(services, found)
    services.mesh.turns.typed(found.id, "other")
    for one in pressed:
        found.terminal.press(one)


@command(show=lambda size: f"{size['cols']}x{size['rows']}")
async def resize(services: "Services", pane: PaneName, size: Size) -> dict[str, int]:
    """Give a pane a size, as far as neighbours can spare it.

    Arguments:
        pane: its id or name
        size: columns and rows

    Example:
        muxer resize vim 100x30
    """
    found = services.panes.find(pane)
    services.stage.resize_pane(found.id, size.cols, size.rows)
    return {"cols": found.terminal.cols, "rows": found.terminal.rows}


@command
async def rename(services: "Services", pane: PaneName, name: str) -> None:
    """Call a pane something else.

    Arguments:
        pane: its id or name
        name: what it is called from now on; no two have one name

    Example:
        muxer rename sh-2 tests
    """
    found = services.panes.find(pane)
    if services.agents.of(found.id):
        must_be_a_person(services, "says what an agent is called")
    await services.panes.rename(found, name)


@command
async def kill(services: "Services", pane: PaneName) -> None:
    """Close a pane; its program is asked to end, then killed.

    Arguments:
        pane: its id or name

    Example:
        muxer kill p3
    """
    found = services.panes.find(pane)
    must_be_no_other_agents(services, found)
    with suppress(MuxerError):  # what cannot be ended now is hung up at least
        await services.supervisor.stop(found)
    await services.close_pane(found)


@command(show=lambda result: result["line"] if "line" in result else result["end"])
async def wait(
    services: "Services",
    pane: PaneName,
    *,
    text: str = "",
    exit: bool = False,
    timeout: float = 0.0,
) -> dict[str, Any]:
    """Wait until a pane shows a text, or its program ends.

    Arguments:
        pane: its id or name; an ended one by its id
        text: a regular expression, looked for on the screen and in history
        exit: wait for the end
        timeout: give up after so many seconds; 0 waits for ever

    Example:
        muxer wait sh --text "passed|failed" --timeout 60
    """
    import asyncio

    if bool(text) == exit:
        raise UsageError("say what to wait for: --text REGEX or --exit")
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise UsageError(f"--text {text!r} is no regular expression: {error}") from None
    if exit and pane in services.panes.ended:
        name, how = services.panes.ended[pane]
        return {"end": f"{name} {how}", "status": how.status, "signal": how.signal}
    found = services.panes.find(pane)
    try:
        async with asyncio.timeout(timeout or None):
            return await (_until_end(services, found) if exit else _until_text(services, found, pattern))
    except TimeoutError:
        what = "ended" if exit else f"shown {text!r}"
        raise MuxerError(f"{found.name} has not {what} within {timeout:g} s") from None


async def _until_end(services: "Services", pane: "Pane") -> dict[str, Any]:
    with services.panes.watch(pane.id) as woken:
        while pane.exit is None:
            await woken.wait()
            woken.clear()
    return {"end": f"{pane.name} {pane.exit}", "status": pane.exit.status, "signal": pane.exit.signal}


async def _until_text(services: "Services", pane: "Pane", pattern: re.Pattern[str]) -> dict[str, Any]:
    from asyncio import sleep

    with services.panes.watch(pane.id) as woken:
        while True:
            woken.clear()
            if pane.id not in services.panes.living:
                raise MuxerError(f"{pane.name} was closed before it showed {pattern.pattern!r}")
            began = perf_counter()
            found = next(filter(pattern.search, reversed(pane.terminal.engine.lines(history=True, unwrap=True))), None)
            if found is not None:
                return {"line": found}
            if pane.exit is not None and pane.terminal.ended:
                raise MuxerError(f"{pane.name} {pane.exit} without showing {pattern.pattern!r}")
            cost = perf_counter() - began
            await woken.wait()
            # A flooding program must not have its whole history read at each piece.
            await sleep(max(LOOK_AGAIN, 9 * cost))


def _running(services: "Services", word: str) -> "Pane":
    pane = services.panes.find(word)
    if pane.exit is not None:
        raise MuxerError(f"{pane.name} {pane.exit}: nothing reads what is typed there")
    return pane


def _must_be_a_person(services: "Services", pane: "Pane") -> None:
    """What an agent asks is answered by no key of another one's, nor of its own. Raises MuxerError."""
    asks = bool(services.agents.of(pane.id)) and services.sentry.look(pane.id).state == "waiting"
    if asks and not services.is_person(ASKER.get()):
        raise MuxerError(f"{pane.name} waits for a person, and no program may answer for one: press it in that pane")


def _state_word(pane: dict[str, Any]) -> str:
    if pane["again_at"]:
        from muxer.fleet.lifecycle import seconds_until

        return f"restarting in {seconds_until(pane['again_at'], time())}s"
    return "gave up" if pane["gave_up"] else "frozen" if pane["frozen"] else str(pane["state"])


def overview(result: dict[str, Any]) -> str:
    """`muxer ls` for people."""
    rows = [
        (p["id"], p["name"], p["tab"] or "floating", _state_word(p), f"{p['cols']}x{p['rows']}", p["cwd"], p["title"])
        for p in result["panes"]
    ]
    host, clients = result["host"], len(result["clients"])
    last = f"host {host['name']}, process {host['pid']}, {clients} attached"
    heading = ("ID", "NAME", "TAB", "STATE", "SIZE", "FOLDER", "TITLE")
    return f"{aligned([heading, *rows])}\n{last}" if rows else last
