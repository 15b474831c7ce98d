"""The verb that tells what happened, and goes on telling."""

import json
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict
from functools import cache
from typing import Any

from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import UsageError
from muxer.model import Logged

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services

MOST = 10_000


@cache
def _encoder() -> Callable[[object], bytes]:
    from msgspec.json import Encoder

    return Encoder().encode


def _told(events: Sequence[dict[str, Any]]) -> str:
    # What comes in small batches should still stand in columns.
    return aligned(
        (
            time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(event["at"])),
            f"{event['kind']:16}",
            f"{event['subject']:4}",
            "  ".join(f"{name} {_word(value)}" for name, value in event["data"].items()),
        )
        for event in events
    )


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@command(show=_told, streams=True)
async def events(
    services: "Services",
    *,
    follow: bool = False,
    since: int | None = None,
    kind: list[str] = [],  # noqa: B006 - never changed; the table reads the default
    limit: int = 100,
) -> list[dict[str, Any]] | AsyncGenerator[bytes, None]:
    """Tell what happened, or what happens.

    As JSON an event is {"id", "at", "kind", "subject", "data"}, one a line. Ids grow and never come twice.

    Arguments:
        follow: go on telling, from now on or from --since on
        since: what came after the event with this id, instead of the newest
        kind: only these: run, pane.opened; may be given more than once
        limit: so many at most, unless they are followed

    Example:
        muxer events --follow --kind run --json
    """
    if follow:
        return _lines(await followed(services, since, kind))
    from muxer.store.log import newest
    from muxer.store.log import since as logged_since

    if not 1 <= limit <= MOST:
        raise UsageError(f"limit: {limit} is not between 1 and {MOST}")
    start = await _start(services, since)
    if since is None:
        found = await services.store.read(newest, limit, kind)
    else:
        found = await services.store.read(logged_since, start, limit, kind)
    return [asdict(event) for event in found]


async def followed(
    services: "Services", since: int | None, kinds: Sequence[str]
) -> AsyncGenerator[list[tuple[int, bytes]], None]:
    """Events after an id, or from this very moment on: batches of ids and lines of JSON."""
    from muxer.bus.follow import follow as follow_log
    from muxer.store.log import since as logged_since

    async def read(last: int, limit: int) -> list[Logged]:
        return await services.store.read(logged_since, last, limit)

    start = await _start(services, since)

    async def batches() -> AsyncGenerator[list[tuple[int, bytes]], None]:
        async with aclosing(follow_log(services.bus, read, start, kinds)) as found:
            async for batch in found:
                yield [(event.id, _line(event)) for event in batch]

    return batches()


async def _start(services: "Services", since: int | None) -> int:
    """Somebody who heard more than there is remembers a log that was lost: all of this one is new to him."""
    from muxer.store.log import last_id

    await services.store.settled()  # what was done before has happened
    last = await services.store.read(last_id)
    if since is None:
        return last
    return since if 0 <= since <= last else 0


async def _lines(batches: AsyncGenerator[list[tuple[int, bytes]], None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(batches):
        async for batch in batches:
            yield b"\n".join(line for _, line in batch)


def _line(event: Logged) -> bytes:
    try:
        return _encoder()(event)
    except UnicodeEncodeError:  # half a character, which a program may have said
        return json.dumps(asdict(event)).encode()
