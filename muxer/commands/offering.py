"""The table of verbs and the log, as the host's socket and its web offer them."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from muxer.commands.events import followed
from muxer.commands.table import ASKER, LINE, VERBS, run, verb_named

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services
    from muxer.wire.caller import Caller
    from muxer.wire.web import Offer


async def answer(services: "Services", verb: str, arguments: dict[str, Any], caller: "Caller") -> object:
    """Do what a caller asks; what goes on is told down the caller's line."""
    before, line = ASKER.set(caller.pid), LINE.set(caller.line)
    try:
        result = await run(verb_named(verb), services, arguments, streaming=caller.line is not None)
    finally:
        ASKER.reset(before)
        LINE.reset(line)
    if caller.line is None or not isinstance(result, AsyncGenerator):
        return result
    await caller.line.pour(result)
    return None


def offer(
    services: Callable[[], "Services"],
    call: Callable[[str, dict[str, Any], "Caller"], Awaitable[object]],
    ready: Callable[[], bool],
    log: str,
) -> "Offer":
    """What a web is handed. The services are asked for once it is ready."""
    from muxer.wire.web import Offer

    return Offer(
        call=call,
        follow=lambda since, kinds: followed(services(), since, kinds),
        verbs=lambda: [verb.tool() for verb in VERBS.values() if not verb.hidden],
        ready=ready,
        log=log,
    )
