"""Which verbs say what a person writes on the mesh screen, and what becomes of it where they refuse."""

import asyncio
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any, cast

from muxer.errors import MuxerError
from muxer.ui.desk import Desk
from muxer.ui.screens.mesh_pen import Pen
from muxer.ui.screens.mesh_reading import Entry, Reading
from muxer.ui.screens.mesh_writing import Writing, calls_for
from tests.ui.bare_desk import BareDesk
from tests.ui.screens.meshed import ADA, GUS

BOTH = Entry("peer", "", (ADA, GUS))


def test_each_is_told_or_asked_for_itself_and_nobody_is_mistaken_for_another() -> None:
    assert calls_for(BOTH, "go", asks=False) == [
        ("notify", {"peer": "a1", "text": "go"}), ("notify", {"peer": "g1", "text": "go"}),
    ]  # fmt: skip
    assert [verb for verb, _ in calls_for(BOTH, "go", asks=True)] == ["ask", "ask"]


async def sent(*refused: str) -> tuple[dict[str, str], list[str]]:
    """What is left of the draft, and what is said, when these peers cannot be told."""
    desk, said = BareDesk(), []
    running: list[asyncio.Task[None]] = []

    async def call(verb: str, **arguments: object) -> None:
        if arguments["peer"] in refused:
            raise MuxerError(f"{verb} {arguments['peer']}: it is gone")

    def run(work: Coroutine[Any, Any, None]) -> None:
        running.append(asyncio.ensure_future(work))

    desk.runtime.call = call  # type: ignore[method-assign]
    pen = cast(Pen, SimpleNamespace(run_worker=run))
    writing = Writing(
        cast(Desk, desk), Reading(), pen, say=lambda words, _wrong: said.append(words), changed=lambda: None
    )
    writing.call(calls_for(BOTH, "go", asks=False), "mesh to", "go")
    await running[0]
    return desk.lately.drafts, said


async def test_what_reached_somebody_is_no_draft_any_more() -> None:
    assert await sent() == ({}, [])
    assert await sent("g1") == ({}, ["1 of 2 were not told: notify g1: it is gone"])
    assert await sent("a1", "g1") == ({"mesh to": "go"}, ["2 of 2 were not told: notify a1: it is gone"])
