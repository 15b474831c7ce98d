"""The host's side of the keeper's typist: text that a program gets once and whole, whatever happens to this host."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from muxer.channel import Message
from muxer.errors import KeeperLost, MuxerError
from muxer.model import PaneId


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What became of the last text that was dictated for a pane."""

    number: int
    left: int
    """Bytes that the program has not taken yet."""
    enters: int
    lost: bool = False
    """Nobody had the pty open any more."""


class Dictation:
    """For every pane that the keeper has."""

    def __init__(self, request: Callable[..., Awaitable[tuple[Message, list[int]]]]) -> None:
        self._request = request
        self._last: dict[PaneId, Typed] = {}
        self._waiting: dict[PaneId, asyncio.Future[None]] = {}

    def last(self, pane: PaneId) -> Typed | None:
        """The last text that its program was given, as far as its keeper remembers."""
        return self._last.get(pane)

    async def text(self, pane: PaneId, number: int, text: bytes) -> None:
        """Have a text typed; returns once the program has taken it all. One that was typed is not typed again.

        Raises KeeperLost when nobody knows how far that came, or MuxerError when the program is gone.
        """
        await self._type(pane, number=number, keys=text)

    async def enter(self, pane: PaneId, number: int, nth: int, keys: bytes) -> None:
        """Have its nth Enter typed, once. Raises as `text` does."""
        await self._type(pane, number=number, keys=keys, enter=nth)

    async def _type(self, pane: PaneId, *, number: int, keys: bytes, enter: int = 0) -> None:
        words = keys.decode(errors="surrogateescape")
        answer, _ = await self._request("type", pane=pane, number=number, keys=words, enter=enter)
        self.hear(pane, answer["typed"])
        if self._last[pane].left:
            self._waiting[pane] = asyncio.get_running_loop().create_future()
            try:
                await self._waiting[pane]
            finally:
                del self._waiting[pane]
        if self._last[pane].lost:
            raise MuxerError("its program was gone before it had read all of the text")

    def hear(self, pane: PaneId, how: Message | None) -> None:
        """The keeper says how far it is."""
        if how is None:
            self._last.pop(pane, None)
            return
        before, now = self._last.get(pane), Typed(**how)
        if before and before.number == now.number and (before.enters, -before.left) > (now.enters, -now.left):
            return  # what an answer says is heard after what the keeper said next
        self._last[pane] = now
        if not now.left:
            self._settle(pane)

    def forget(self, pane: PaneId) -> None:
        """Its program ended; what the next one gets is another matter."""
        self._last.pop(pane, None)
        self._settle(pane, MuxerError("its program ended before it had read all of the text"))

    def lose(self) -> None:
        """The keeper died, and with it what it knew."""
        self._last.clear()
        for pane in list(self._waiting):
            self._settle(pane, KeeperLost("the keeper died while it typed: look whether the text arrived"))

    def _settle(self, pane: PaneId, trouble: MuxerError | None = None) -> None:
        waiting = self._waiting.get(pane)
        if waiting is None or waiting.done():
            return
        if trouble:
            waiting.set_exception(trouble)
        else:
            waiting.set_result(None)
