"""The verb on what the host wrote down of itself. It reads files, so it works while no host runs."""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from operator import attrgetter
from typing import Any, Literal

from muxer.commands.table import command
from muxer.errors import UsageError
from muxer.paths import HostPaths, host_paths

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.journal import Entry, Reading

Level = Literal["info", "warning", "error"]

TICK = 0.2
"""Seconds from one look at the files to the next."""


def _shown(entries: Iterable[dict[str, Any]]) -> str:
    return "\n".join(map(_line, entries))


def _line(entry: dict[str, Any]) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry["at"]))
    text = f"{when}  {entry['level']:7}  {entry['text']}"
    trace = "".join(f"\n    {line}" for line in entry["trace"].splitlines())
    return "".join(letter for letter in text + trace if letter.isprintable() or letter == "\n")


@command(show=_shown, local=True)
async def logs(
    services: Any, *, follow: bool = False, level: Level = "info", lines: int = 50
) -> list[dict[str, Any]] | Iterator[dict[str, Any]]:
    """Show what the host wrote down of itself.

    Arguments:
        follow: go on with what comes, until ctrl+c
        level: leave out what weighs less
        lines: so many of the last ones

    Example:
        muxer logs --follow --level warning
    """
    from muxer.journal import LEVELS, Reading

    if follow and services is not None:
        raise UsageError("what follows has no end: run muxer logs --follow in a terminal")
    paths: HostPaths = services.paths if services is not None else host_paths(os.environ.get("MUXER_HOST") or "default")
    weighty = LEVELS[LEVELS.index(level) :]
    readings = [Reading(file) for file in (paths.log, paths.errors, f"{paths.state}/keeper.log")]
    earlier = [entry for reading in readings for entry in (*reading.earlier(), *reading.fresh())]
    entries = _sorted(entry for entry in earlier if entry.level in weighty)[-lines:] if lines > 0 else []
    if follow:
        return _following(entries, readings, weighty)
    for reading in readings:
        reading.close()
    return [asdict(entry) for entry in entries]


def _following(entries: list["Entry"], readings: list["Reading"], weighty: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    while True:
        yield from map(asdict, entries)
        time.sleep(TICK)
        entries = _sorted(entry for reading in readings for entry in reading.fresh() if entry.level in weighty)


def _sorted(entries: Iterable["Entry"]) -> list["Entry"]:
    return sorted(entries, key=attrgetter("at"))
