"""Hands the finder's offers to Textual's command palette, a row each."""

from collections.abc import Callable
from typing import Any

from textual.command import Hit, Hits, Provider
from textual.screen import Screen
from textual.style import Style

from muxer.ui.palette.entries import Entry
from muxer.ui.palette.finder import Offer
from muxer.ui.screens.panel import row


class Row(Hit):
    """A hit that knows its entry, and the line that it answers."""

    def __init__(self, offer: Offer, line: str, rank: int, cols: int) -> None:
        entry = offer.entry
        words = row(entry.label, offer.match, entry.aside, cols)
        if entry.refusal:
            words = words.stylize("$text-error")
        super().__init__(score=-rank, match_display=words, command=_nothing, text=entry.label)
        self.entry: Entry = entry
        self.line = line


class EntryProvider(Provider):
    """Textual asks it at each key."""

    def __init__(self, screen: Screen[Any], match_style: Style | None, *, rows: Callable[[], list[Row]]) -> None:
        super().__init__(screen, match_style)
        self._rows = rows

    async def search(self, query: str) -> Hits:
        """The line's own offers: Textual's query has lost the blanks at its ends."""
        del query
        for one in self._rows():
            yield one

    async def discover(self) -> Hits:
        """What there is before anything is typed."""
        for one in self._rows():
            yield one


def _nothing() -> None:
    """The palette does what is chosen itself."""
