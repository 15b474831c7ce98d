"""Doing what a line says while the palette is open: quick answers are awaited, slow ones are said when they come."""

import asyncio
from collections.abc import Awaitable

from muxer.errors import MuxerError
from muxer.ui.desk import Desk
from muxer.ui.screens.answer import Answer

PATIENCE = 0.4
"""How long the palette waits for an answer before it closes and lets it go on, in seconds."""

_going: set[asyncio.Task[None]] = set()
"""What is still going on; the loop itself would not keep it alive."""


async def ask(desk: Desk, line: str, answer: Awaitable[str]) -> str:
    """Wait a little. What is wrong by then is returned, in a line; whatever comes later is said in the status line."""
    asked = asyncio.ensure_future(answer)
    done, _ = await asyncio.wait({asked}, timeout=PATIENCE)
    later = asyncio.ensure_future(_tell(desk, line, asked, complain=not done))
    _going.add(later)
    later.add_done_callback(_going.discard)
    if done:
        error = asked.exception()
        if isinstance(error, MuxerError):
            return str(error)
    return ""


async def _tell(desk: Desk, line: str, asked: "asyncio.Future[str]", *, complain: bool) -> None:
    try:
        text = (await asked).rstrip("\n")
    except MuxerError as error:
        if complain:
            desk.voice.warn(f"{line}: {error}")
        return
    if "\n" in text:
        desk.show_screen(Answer(line, text))
    elif text:
        desk.voice.tell(text)
