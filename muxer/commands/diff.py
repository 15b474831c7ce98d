"""Verbs that show what an agent changed, and make a commit of a part of it."""

from typing import Any

from muxer.commands.kinds import AgentName
from muxer.commands.table import command
from muxer.errors import MuxerError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.fleet.agent import Agent
    from muxer.services import Services
    from muxer.work import Standing
    from muxer.workspaces.hunks import FilePatch, Hunk, Picks

MOST = 100_000
"""Lines in one answer; the files after that are told without theirs."""
LONGEST = 4000
"""Characters of a line that are told."""


def _show(answer: dict[str, Any]) -> str:
    lines = [line for file in answer["files"] for line in _printed(file)]
    return "\n".join(lines) or f"{answer['agent']} changed nothing against {answer['base'][:12]}"


def _printed(file: dict[str, Any]) -> list[str]:
    """As git does."""
    fate = f"{file['was']} → {file['path']}" if file["was"] != file["path"] else file["path"]
    about = [file["fate"], " → ".join(filter(None, file["modes"])), file["why"], "uncommitted" * file["uncommitted"]]
    lines = [f"--- {fate} ({', '.join(filter(None, about))}) +{file['added']} −{file['removed']}"]
    for hunk in file["hunks"]:
        lines += [f"@@ −{hunk['old']} +{hunk['new']} @@ {hunk['heading']}  [{hunk['id']}]", *hunk["lines"]]
    if not file["hunks"]:
        lines[0] += f"  [{file['id']}]"
    return ["".join(letter for letter in line if letter.isprintable() or letter == "\t") for line in lines]


@command(show=_show)
async def diff(
    services: "Services",
    agent: AgentName,
    files: list[str] = [],  # noqa: B006 - never changed; the table reads the default
) -> dict[str, Any]:
    """Show what an agent changed since its work left trunk.

    Committed or not. What is in brackets names a hunk, or a file without any: part makes a commit of those.

    Arguments:
        agent: its name
        files: only these files and folders

    Example:
        muxer diff claude src
    """
    import asyncio

    from muxer.fleet.agents import place_of_agent
    from muxer.workspaces.diffing import difference

    found = services.agents.find(agent)
    standing, base = await _based(services, found)
    patches = await asyncio.to_thread(difference, place_of_agent(found), base, files)
    return {
        "agent": services.agents.facts(found).name,
        "base": base,
        "head": standing.head,
        "branch": standing.branch,
        "subject": standing.last.subject if standing.last else "",
        "files": _told(patches, {*standing.uncommitted, *standing.untracked}),
    }


@command(show=lambda made: f"{made['commit'][:12]} {made['message']}")
async def part(services: "Services", agent: AgentName, hunks: list[str], *, message: str = "") -> dict[str, Any]:
    """Make a commit of a part of what an agent changed.

    It is there to be promoted; nothing else is touched.

    Arguments:
        agent: its name
        hunks: as diff names them; with :0+2 after it, only these of the lines that it changes
        message: what the commit says

    Example:
        muxer part claude 3f9c2ab41d07 --message "Round totals"
    """
    import asyncio

    from muxer.fleet.agents import place_of_agent
    from muxer.workspaces.diffing import partial
    from muxer.workspaces.writing import who_of

    found = services.agents.find(agent)
    name = services.agents.facts(found).name
    _, base = await _based(services, found)
    said = message.strip() or f"Part of {name}'s work"

    def make() -> str:
        place = place_of_agent(found)
        return partial(place, base, _picks(hunks), message=said, who=who_of(place.folder))

    return {"agent": name, "commit": await asyncio.to_thread(make), "base": base, "message": said}


async def _based(services: "Services", agent: "Agent") -> "tuple[Standing, str]":
    """How it stands, and the commit that all is compared with."""
    standing = await services.exchange.standings.look(agent)
    if base := standing.fork or standing.head:
        return standing, base
    raise MuxerError(standing.why or "there is no commit to compare with: commit something first")


def _picks(words: list[str]) -> "Picks":
    picks: dict[str, frozenset[int] | None] = {}
    for word in words:
        name, _, lines = word.partition(":")
        try:
            picks[name] = frozenset(map(int, lines.split("+"))) if lines else None
        except ValueError:
            raise UsageError(f"{word!r} names no lines: HUNK:0+2 are the first and the third that it changes") from None
    return picks


# ---- as JSON


def _told(patches: "tuple[FilePatch, ...]", loose: set[str]) -> list[dict[str, Any]]:
    left, told = MOST, []
    for patch in patches:
        lines = sum(len(hunk.lines) for hunk in patch.hunks)
        left -= lines
        told.append(_file(patch, fits=left >= 0, loose=loose))
    return told


def _file(patch: "FilePatch", *, fits: bool, loose: set[str]) -> dict[str, Any]:
    path = _readable(patch.path)
    why = "not text, or very big" if patch.binary else "" if fits else "too much to show: diff AGENT FILE"
    return {
        "id": patch.id,
        "path": path,
        "was": _readable(patch.was),
        "fate": patch.fate,
        "modes": list(patch.modes),
        "binary": patch.binary,
        "why": why,
        "added": patch.added,
        "removed": patch.removed,
        "uncommitted": not loose.isdisjoint({path, _readable(patch.was)}),
        "hunks": [_hunk(hunk) for hunk in patch.hunks] if fits else [],
    }


def _hunk(hunk: "Hunk") -> dict[str, Any]:
    return {
        "id": hunk.id,
        "old": hunk.old,
        "new": hunk.new,
        "heading": _readable(hunk.heading),
        "lines": [_readable(line[:LONGEST]) for line in hunk.lines],
    }


def _readable(text: str) -> str:
    return text.encode(errors="surrogateescape").decode(errors="replace")
