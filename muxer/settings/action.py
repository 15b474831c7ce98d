"""One thing that a key or the palette can do."""

from dataclasses import dataclass

FIRST = frozenset({
    "pane.attach", "agent.spawn", "broadcast.open", "promote.open", "palette.open", "palette.line", "palette.goto",
    "help.keys",
})  # fmt: skip
"""What stands first in every list, whatever it is about."""

GROUPS = ("First", "Panes", "Layouts", "Tabs", "History and copies", "Screen", "Copy mode")
"""Headings, in the order of lists."""

_GROUP_OF = {
    "split": "Panes", "focus": "Panes", "pane": "Panes", "swap": "Panes", "resize": "Panes", "scratch": "Panes",
    "fleet": "Panes", "attention": "Panes", "agent": "Panes", "review": "Panes",
    "radar": "Panes", "monitor": "Panes", "mesh": "Panes",
    "layout": "Layouts",
    "tab": "Tabs",
    "history": "History and copies", "buffer": "History and copies",
    "copy": "Copy mode",
}  # fmt: skip
_INTO_COPIES = frozenset({"copy.enter", "copy.search", "copy.output"})
"""Done while typing, not in copy mode."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can ask of the screen."""

    id: str
    words: str
    repeats: bool = False
    """Is it done several times in a row? Then a mode stays after it."""
    short: str = ""
    """Its words where there is room for two or three."""

    @property
    def brief(self) -> str:
        """The shortest words for it."""
        return self.short or self.words

    @property
    def group(self) -> str:
        """Actions of one group are listed together, under this heading."""
        if self.id in FIRST:
            return "First"
        if self.id in _INTO_COPIES:
            return "History and copies"
        return _GROUP_OF.get(self.id.partition(".")[0], "Screen")
