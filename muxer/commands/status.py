"""The verb that says how the work of all agents stands. Without a host it tells of the hooks of CLIs alone."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from muxer.commands.setup import how, known_clis
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import HostUnreachable, MuxerError, UsageError
from muxer.paths import HostPaths, homely, host_paths
from muxer.work import Commit, Standing

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.agents.spec import Cli
    from muxer.fleet.agent import Agent
    from muxer.services import Services

TICK = 1.0
"""Seconds from one look to the next."""
ATTACH = "muxer"
"""What a person types to see the agents, where no terminal is attached yet."""
SUBJECT = 32
"""So much of a commit's subject is shown."""
_AGES = ((86_400, "d"), (3600, "h"), (60, "m"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What there is to know of an agent's work."""

    standing: Standing | None = None
    """None where nobody looked yet."""
    published: str = ""
    """How far others see it; empty where it stays on this machine."""
    pending: str = ""
    """Why its workspace is not moved onto trunk yet."""


# ---- as people read it


def _shown(answer: dict[str, Any] | list[dict[str, Any]]) -> str:
    if isinstance(answer, list):
        return "\n".join(_redrawn(_page(one)) for one in answer)
    return _page(answer)


def _page(answer: dict[str, Any]) -> str:
    agents, clis = answer["agents"], answer["clis"]
    lines = [f"{one['name']}: {why}" for one in agents for why in (one["why"], one["pending"]) if why]
    lines += [f"{one['cli']} hooks: {one['hooks']}" for one in clis if not one["fine"]]
    none = answer["why"] or "there is no agent yet: muxer spawn"
    lines += [f"to see one: {answer['attach']}"] if agents else []
    return "\n".join([_table(agents) if agents else none, *(_plain(line) for line in lines)])


def _table(agents: list[dict[str, Any]]) -> str:
    """A column that says nothing is left out."""
    heading = ["NAME", "STATE", "TAB", "BRANCH", "COMMITS", "DIRTY", "LAST COMMIT", "PUBLISHED", "PENDING"]
    columns = zip(heading, *map(_cells, agents), strict=True)
    return aligned(zip(*(column for column in columns if any(column[1:])), strict=True))


def _cells(one: dict[str, Any]) -> list[str]:
    last = one["last"]
    return [
        one["name"],
        one["state"],
        one["tab"],
        f"({one['upset']})" if one["upset"] else one["branch"] or "-",
        f"+{one['ahead']} −{one['behind']}" if one["head"] else "-",
        f"{one['dirty'] or '-'}",
        f"{last['sha'][:7]} {last['subject'][:SUBJECT]} ({_age(last['at'])})" if last else "-",
        one["published"],
        "sync" if one["pending"] else "",
    ]


def _age(at: float) -> str:
    passed = max(0.0, time.time() - at)
    return next((f"{passed // seconds:.0f}{unit}" for seconds, unit in _AGES if passed >= seconds), "now")


def _plain(line: str) -> str:
    return "".join(filter(str.isprintable, line))


def _redrawn(page: str) -> str:
    """Over the one before, as much of it as there is room for."""
    if not sys.stdout.isatty():
        return page
    cols, rows = os.get_terminal_size()
    lines = [f"{line[:cols]}\x1b[K" for line in page.splitlines()[: rows - 1]]
    return "\n".join(["\x1b[H" + lines[0], *lines[1:]]) + "\x1b[J"


# ---- the verb


@command(show=_shown, local=True)
async def status(services: "Services | None", *, watch: bool = False) -> dict[str, Any] | Iterator[dict[str, Any]]:
    """Show how the work of all agents stands.

    Commits are counted against trunk, where promoted work lands. CLIs whose hooks are not set up are named below.

    Arguments:
        watch: go on, and show it again when it is another, until ctrl+c

    Example:
        muxer status --watch
    """
    if services is not None:
        if watch:
            raise UsageError("what is watched has no end: run muxer status --watch in a terminal")
        return await _told(services)
    paths = host_paths(os.environ.get("MUXER_HOST") or "default")
    return _watched(paths) if watch else _asked(paths)


def _watched(paths: HostPaths) -> Iterator[dict[str, Any]]:
    """Each time that something is another; the ages of commits grow by the minute."""
    before: tuple[object, ...] = ()
    while True:
        answer = _asked(paths)
        if before != (before := (answer, time.time() // 60)):
            yield answer
        time.sleep(TICK)


def _asked(paths: HostPaths) -> dict[str, Any]:
    from muxer.wire.client import call

    try:
        answer = call(paths, "status")
    except HostUnreachable as error:
        return {"agents": [], "clis": _clis(), "why": str(error), "attach": ATTACH}
    assert isinstance(answer, dict)
    return answer


async def _told(services: "Services") -> dict[str, Any]:
    import asyncio

    agents = [*services.agents.living.values()]
    works = await asyncio.gather(*(_work(services, agent) for agent in agents))
    rows = []
    for agent, work in zip(agents, works, strict=True):
        if agent.pane in services.panes.living:
            facts = services.facts(agent.pane)
            state = services.status(agent.pane).state
            rows.append({"name": facts.name, "pane": agent.pane, "tab": facts.tab, "state": state, **row_of(work)})
    attach = "muxer focus NAME" if services.stage.clients() else ATTACH
    return {"agents": rows, "clis": await asyncio.to_thread(_clis), "why": "", "attach": attach}


async def _work(services: "Services", agent: "Agent") -> Work:
    """What is known of an agent's work; where nobody looked yet, that is done now."""
    exchange = services.exchange
    standing = exchange.standings.of(agent.pane) or await exchange.standings.look(agent)
    sync = exchange.syncer.pending.get(agent.pane)
    return Work(standing=standing, published=exchange.remotes.published(agent), pending=sync.why if sync else "")


def row_of(work: Work) -> dict[str, Any]:
    """An agent's work as JSON."""
    standing = work.standing or Standing()
    return {
        "head": standing.head,
        "branch": standing.branch,
        "ahead": standing.ahead,
        "behind": standing.behind,
        "dirty": len(standing.uncommitted) + len(standing.untracked),
        "last": _last(standing.last),
        "published": work.published,
        "pending": work.pending,
        "upset": standing.upset,
        "why": standing.why,
    }


def _last(commit: Commit | None) -> dict[str, Any] | None:
    if commit is None:
        return None
    return {"sha": commit.sha, "subject": commit.subject, "author": commit.author, "at": commit.at}


# ---- CLIs


def _clis() -> list[dict[str, Any]]:
    """How the hooks of each CLI that is installed are set up."""
    from muxer.agents.finding import program_of

    return [_hooked(cli) for cli in known_clis().values() if cli.binary and program_of(cli, os.environ)]


def _hooked(cli: "Cli") -> dict[str, Any]:
    from muxer.agents.hooking import CALLBACK
    from muxer.agents.installing import change, file_of

    hooks, fine = how(cli), True
    if file := file_of(cli):
        try:
            fine = not change(cli, CALLBACK).diff
            hooks = f"in {homely(file)}" if fine else f"not in {homely(file)} yet: muxer setup {cli.name}"
        except MuxerError as error:
            fine, hooks = False, str(error)
    mcp = "given when it starts" if cli.mcp else "none that muxer knows"
    return {"cli": cli.name, "hooks": hooks, "mcp": mcp, "fine": fine}
