"""Everything that can be found in the palette: actions with their keys, panes, tabs, themes, keymaps, layouts, verbs.

Gathered once, when the palette opens, so that each key only has to look through it.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

from muxer.model import PaneId
from muxer.settings.action import Action
from muxer.settings.actions import ACTIONS
from muxer.settings.copying import COPY_ACTIONS
from muxer.shipped import names
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.palette.grammar import spelled
from muxer.ui.runtime import VerbHelp

_ITSELF = {"palette.open", "palette.line", "palette.goto", "mode.leave"}
_FIRST = ("agent.", "pane.", "split.", "tab.", "broadcast.", "promote.", "help.")
_OPTIONS = re.compile(r"\[--(\w[^\]]*\] ?|\] )")
"""What a verb's usage has for those who know it already."""
_TABS = {f"tab.{number}" for number in range(1, 10)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A pane as a list names it; asking for all its facts takes longer."""

    id: PaneId
    name: str
    tab: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the palette, and what choosing it does: exactly one of the four."""

    id: str
    """What it is remembered by."""
    label: str
    aside: str = ""
    """Its key, or a word about it."""
    found_by: str = ""
    """The part of the label that it is found by, if that is not all of it."""
    do: Callable[[], None] | None = None
    """Done once the palette is closed."""
    run: Callable[[], Awaitable[str]] | None = None
    """Awaited while the palette is open, so that what is wrong can be said in it; the answer is shown."""
    fill: str = ""
    """The line that it puts in place of the one that was typed."""
    refusal: bool = False
    """It does nothing: it says what is wrong."""

    @property
    def completed(self) -> str:
        """The line that Tab makes of it: for a verb that could be done at once, the place for its options."""
        return self.fill or (f"{self.found_by} " if self.found_by else "")


def refused(words: str) -> Entry:
    """A line that says why nothing can be done."""
    return Entry(id="", label=words, refusal=True)


def is_offered(action: Action, modes: "dict[str, dict[str, str]]") -> bool:
    """Does the palette offer it? What belongs to a mode's inside, or to the palette itself, it does not."""
    if action in COPY_ACTIONS or action.id in _ITSELF:
        return False
    group, _, name = action.id.partition(".")
    return group != "mode" or name in modes


class Entries:
    """What there is now."""

    def __init__(self, desk: Desk, *, places_only: bool = False) -> None:
        self._desk = desk
        self.panes = list(_panes(desk))
        self.verbs: dict[str, VerbHelp] = {verb.name: verb for verb in desk.runtime.verbs()}
        places = [*self._panes(), *self._tabs(), *self._layouts(), *self._themes()]
        if places_only:
            self.all = places
            return
        actions = list(self._actions())
        first = [entry for entry in actions if entry.id.startswith(_FIRST)]
        rest = [entry for entry in actions if not entry.id.startswith(_FIRST)]
        self.all = [*first, *places, *rest, *self._keymaps(), *(self.verb(verb) for verb in self.verbs.values())]

    # ---- where to go

    def _panes(self) -> Iterator[Entry]:
        for place in self.panes:
            about = [f"tab {place.tab}" if place.tab else "scratch", harmless(place.title)]
            aside = " · ".join(["pane", *(word for word in about if word)])
            yield Entry(id=f"pane {place.id}", label=place.name, aside=aside, do=partial(self._go, place.id))

    def _go(self, pane: PaneId) -> None:
        if self._desk.bench.focus_on(pane):
            self._desk.arranged()

    def _tabs(self) -> Iterator[Entry]:
        for number, tab in enumerate(self._desk.bench.tabs, 1):
            label = f"tab {number}" if tab.name == str(number) else f"tab {number} {tab.name}"
            many = len(tab.panes())
            key = self._desk.look.keymap.way(f"tab.{number}") if number < 10 else ""
            aside = key or f"{many} pane{'s' * (many != 1)}"
            yield Entry(id=f"tab.{number}", label=label, aside=aside, do=partial(self._show, number))

    def _show(self, number: int) -> None:
        if self._desk.bench.show(number):
            self._desk.arranged()

    def _layouts(self) -> Iterator[Entry]:
        for name in names("layouts"):
            line = f"layout open {spelled(name)}"
            yield Entry(id=f"layout {name}", label=f"layout {name}", aside="saved layout", run=partial(self.say, line))

    # ---- how it looks

    def _themes(self) -> Iterator[Entry]:
        for name in names("themes"):
            now = "in use" if name == self._desk.look.theme.name else "theme"
            yield Entry(id=f"theme {name}", label=f"theme {name}", aside=now, do=partial(self._wear, theme=name))

    def _keymaps(self) -> Iterator[Entry]:
        for name in names("keymaps"):
            now = "in use" if name == self._desk.look.keymap.name else "keymap"
            yield Entry(id=f"keymap {name}", label=f"keymap {name}", aside=now, do=partial(self._wear, keymap=name))

    def _wear(self, *, theme: str = "", keymap: str = "") -> None:
        """From now on, also in the next host; one that cannot be read is said, and not kept."""
        desk = self._desk
        desk.wear(theme=theme, keymap=keymap)
        if theme and desk.look.theme.name == theme:
            desk.choose("look", "theme", theme)
        if keymap and desk.look.keymap.name == keymap:
            desk.choose("look", "keymap", keymap)

    # ---- what to do

    def _actions(self) -> Iterator[Entry]:
        keymap = self._desk.look.keymap
        for action in ACTIONS.values():
            if action.id not in _TABS and is_offered(action, keymap.modes):
                yield self.action(action.id)

    def action(self, name: str) -> Entry:
        """An action of the table, with its key."""
        way = self._desk.look.keymap.way(name)
        return Entry(id=name, label=ACTIONS[name].words, aside=way, do=partial(self._desk.act, name))

    def verb(self, verb: VerbHelp) -> Entry:
        """A verb: done at once where it needs no word after it, else it becomes the line."""
        name = f":{verb.name}"
        shown = f":{_OPTIONS.sub('', verb.usage)}"
        if _needs_words(verb):
            return Entry(id=name, label=shown, aside=verb.summary, found_by=name, fill=f"{name} ")
        return Entry(id=name, label=shown, aside=verb.summary, found_by=name, run=partial(self.say, verb.name))

    async def say(self, line: str) -> str:
        """Run a verb as typed; where folders are concerned, from the one of the pane in focus."""
        return await self._desk.runtime.call_words(line, cwd=self.here())

    def here(self) -> str:
        """The folder of the pane in focus."""
        focus = self._desk.bench.focus
        return self._desk.runtime.facts(focus).cwd if focus and focus in self._desk.runtime.terminals else ""


def _panes(desk: Desk) -> Iterator[Place]:
    homes = {pane: tab.name for tab in desk.bench.tabs for pane in tab.panes()}
    names = desk.runtime.names()
    for pane in desk.views:
        terminal = desk.runtime.terminals.get(pane)
        if terminal is not None and pane in names:
            yield Place(id=pane, name=names[pane], tab=homes.get(pane, ""), title=terminal.title)


def _needs_words(verb: VerbHelp) -> bool:
    """Is there an argument that is not in brackets?"""
    depth, left = 0, ""
    for character in verb.usage.removeprefix(verb.name):
        depth += (character == "[") - (character == "]")
        left += "" if depth or character == "]" else character
    return bool(left.strip())
