"""All that stands around the panes: their titles and cards, the sidebar's list, the status line.

It asks the lookout, never a program, so that drawing any of it is cheap. While somebody is attached one timer turns the
clock and the ages, once a minute; nothing else here moves by itself.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import replace

from muxer.model import PaneId
from muxer.ui.arrival import held_words
from muxer.ui.cards import card_rows
from muxer.ui.charset import LETTERS, why_plain
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.keyboard import LOCK
from muxer.ui.lookout import Lookout, in_order
from muxer.ui.projects import project_name, project_of
from muxer.ui.states import Sight, settled_age
from muxer.ui.titles import strip_line, title_line
from muxer.ui.widgets.pane import Card
from muxer.ui.widgets.sidebar import Entry, Listing
from muxer.ui.widgets.status_line import Status, TabMark
from muxer.ui.workbench import Tab
from muxer.ui.works import brief, conflicts, in_conflict

HINTS = {
    "pane.attach": "attach",
    "broadcast.open": "broadcast",
    "promote.open": "promote",
    "attention.open": "who waits",
    "help.keys": "keys",
    "palette.open": "palette",
    "client.detach": "detach",
}
"""What the status line names while nothing else is to be said, the most useful first."""
WIDE = 80
"""Columns of a title that also says why a note is held."""


class Captions:
    """One for the screen. `prefixed` tells whether somebody has pressed the prefix."""

    def __init__(self, desk: Desk, prefixed: Callable[[], bool]) -> None:
        self._desk = desk
        self._prefixed = prefixed
        self.lookout = Lookout(desk.runtime, self._changed)
        self.lookout.waits = desk.notices.reason
        self.lookout.wanted = self._wanted
        self.lookout.may_count = lambda: desk.look.config.look.motion
        self._projects: dict[str, None] = {}
        """In the order in which they were first seen."""
        self._titled: dict[PaneId, tuple[Sight, str, str]] = {}
        """What each title was made of."""
        self._strip: list[tuple[PaneId, int, int]] = []
        self._minute: asyncio.TimerHandle | None = None

    # ---- when

    def attend(self) -> None:
        """Somebody came or went, or other panes are shown."""
        self._speak_plainly()
        here = bool(self._desk.driver.viewers)
        self.lookout.attend(attended=here, seen=self._on_screen())
        look = self._desk.look.config.look
        turns = here and (look.clock or look.motion)
        if turns and self._minute is None:
            self._minute = asyncio.get_running_loop().call_later(60.02 - time.time() % 60, self._turn)
        elif not turns and self._minute is not None:
            self._minute.cancel()
            self._minute = None

    def _speak_plainly(self) -> None:
        """While a terminal is here that cannot show the glyphs, they are ASCII for all, as all share a screen."""
        look = self._desk.look
        reasons = [why for viewer in self._desk.driver.viewers if (why := why_plain(viewer.env))]
        was, look.plain = look.plain, bool(reasons)
        self._desk.driver.letters = LETTERS if look.ascii else {}
        if was == look.plain:
            return
        if reasons and look.config.look.glyphs != "ascii":
            self._desk.voice.tell(f"glyphs are plain ASCII, since {reasons[0]}")
        asyncio.get_running_loop().call_soon(self._desk.arranged)

    def _turn(self) -> None:
        """A minute is over."""
        self._minute = None
        self._titled = {pane: words for pane, words in self._titled.items() if pane in self._desk.views}
        self._desk.attention.stir()
        project_of.cache_clear()  # somebody may have made a repository of a folder
        self._changed(self._on_screen())

    def _changed(self, panes: Collection[PaneId]) -> None:
        shown = self._on_screen()
        for pane in panes:
            if pane in shown and (self._desk.views[pane].card or self._titled.get(pane) != self._words(pane)):
                self._desk.redraw(pane)
        focus = self._desk.bench.focus
        if focus is not None and focus not in panes and self._is_strip(focus):
            self._desk.redraw(focus)
        self._desk.say_again()

    def _on_screen(self) -> Collection[PaneId]:
        return self._desk.bench.regions(self._desk.panes_room)

    def _wanted(self) -> set[PaneId]:
        wanted = {*self._on_screen(), *self._desk.sidebar.in_view()}
        tab = self._desk.bench.tab
        if tab is not None and self._desk.bench.is_narrow(self._desk.panes_room):
            wanted.update(tab.panes())
        return wanted

    def _now(self) -> float:
        """For ages; never, where nothing may move by itself."""
        return asyncio.get_running_loop().time() if self._desk.look.config.look.motion else 0.0

    # ---- titles

    def title(self, pane: PaneId, cols: int, focused: bool) -> str:
        """A pane's title line."""
        if self._is_strip(pane):
            return self._strip_line(pane, cols)
        self._titled[pane] = self._words(pane)
        return title_line(
            self.lookout.sight(pane), cols, self._desk.look, focused=focused, now=self._now(),
            notes=self._notes(pane, cols, focused=focused), alarm=self._desk.syncing.note(pane),
            framed=pane == self._desk.bench.floating,
        )  # fmt: skip

    def _words(self, pane: PaneId) -> tuple[Sight, str, str]:
        sight = self.lookout.sight(pane)
        return replace(sight, last=""), settled_age(self._now() - sight.since), self._held(pane)

    def _held(self, pane: PaneId) -> str:
        """What waits to be typed into its agent, and why."""
        return harmless(held_words(self._desk.runtime.notes(pane)))

    def _notes(self, pane: PaneId, cols: int, *, focused: bool) -> list[str]:
        desk, view = self._desk, self._desk.views[pane]
        held = self._held(pane)
        notes = [held if cols >= WIDE else held.partition(":")[0]]
        if view.lens is not None:
            notes.append(view.lens.note)
        elif view.offset:
            notes.append(f"{view.offset} lines back")
        tab = desk.bench.tab
        if tab is not None and tab.zoomed and focused and pane != desk.bench.floating:
            notes.append("zoomed")
        notes.append("muted" if desk.notices.muted(pane) else "")
        return notes

    def _is_strip(self, pane: PaneId) -> bool:
        """Does its title stand for all panes of the tab, since only it is shown?"""
        desk = self._desk
        tab = desk.bench.tab
        return (
            tab is not None and pane == tab.focus and not desk.views[pane].lens
            and not desk.views[pane].offset and desk.bench.is_narrow(desk.panes_room)
        )  # fmt: skip

    def _strip_line(self, pane: PaneId, cols: int) -> str:
        tab = self._desk.bench.tab
        assert tab is not None
        panes = tab.panes()
        sights = [self.lookout.sight(one) for one in panes]
        line, spans = strip_line(sights, panes.index(pane), cols, self._desk.look)
        self._strip = [(one, start, end) for one, (start, end) in zip(panes, spans, strict=True)]
        return line

    def strip_at(self, x: int) -> PaneId | None:
        """The pane whose name is on a column of the strip, counted from the first of the panes' room."""
        tab = self._desk.bench.tab
        if tab is None or not self._is_strip(tab.focus):
            return None
        return next((pane for pane, start, end in self._strip if start <= x < end), None)

    def card(self, pane: PaneId) -> Card:
        """What a pane shows that is too small for its program."""

        def rows(cols: int, count: int) -> list[str]:
            return card_rows(self.lookout.sight(pane), cols, count, self._desk.look, now=self._now())

        return rows

    # ---- the sidebar

    def listing(self, needle: str | None) -> Listing:
        """All panes by project, or those that are like the needle."""
        clashes = self._desk.runtime.clashes()
        clash = in_conflict(clashes)
        entries = [self._entry(pane, clashes=pane in clash) for pane in in_order(self._desk.views)]
        groups: dict[str, list[Entry]] = {project: [] for project in self._projects}
        for entry in entries:
            groups.setdefault(entry.sight.project, []).append(entry)
        self._projects = dict.fromkeys(project for project, held in groups.items() if held)
        rows: list[Entry | str] = []
        for project in self._projects:
            name = harmless(project_name(project)) if project else "starting"
            found = [entry for entry in groups[project] if _is_like(entry.sight, name, needle or "")]
            rows += [name, *found] if found else []
        told = conflicts(clashes, lambda pane: self.lookout.sight(pane).name)
        return Listing(tuple(rows), self._desk.bench.focus, self._now(), told)

    def _entry(self, pane: PaneId, *, clashes: bool) -> Entry:
        usage = self._desk.runtime.usage(pane)
        used = usage.brief if usage else ""
        work = brief(self._desk.runtime.standing(pane))
        sight, unread = self.lookout.sight(pane), self.lookout.unread(pane)
        return Entry(pane, sight, unread, self._held(pane), used, work, clashes)

    # ---- the status line

    def status(self) -> Status:
        """What it says now."""
        desk, keymap = self._desk, self._desk.look.keymap
        words, loud = desk.voice.words()
        banners = (self._frozen(), desk.syncing.banner(keymap.way("pane.sync")))
        prefixed, waiting = self._prefixed(), desk.attention.waiting
        return Status(
            mode="prefix" if prefixed else desk.mode,
            banner=" · ".join(filter(None, banners)),
            host="" if desk.host == "default" else desk.host,
            tabs=tuple(self._mark(tab, waiting) for tab in desk.bench.tabs),
            shown=desk.bench.shown,
            words=words,
            loud="" if loud == "text" else loud,
            prefix=keymap.prefix,
            hints=self._mode_hints() if desk.mode and not prefixed else self._hints(),
            waiting=len(waiting),
            clients=len(desk.driver.viewers),
            clock=time.strftime("%H:%M") if desk.look.config.look.clock else "",
        )

    def _frozen(self) -> str:
        if not self.lookout.any_frozen:
            return ""
        way = self._desk.look.keymap.way("fleet.freeze")
        return "FROZEN" + (f" · {way} lets all go on" if way else "")

    def _mark(self, tab: Tab, waiting: Collection[PaneId]) -> TabMark:
        panes = tab.panes()
        return TabMark(
            harmless(tab.name),
            waits=any(pane in waiting for pane in panes),
            crashed=any(self.lookout.sight(pane).state == "crashed" for pane in panes),
            unread=any(map(self.lookout.unread, panes)),
            zoomed=tab.zoomed,
        )

    def _hints(self) -> tuple[tuple[str, str], ...]:
        keymap = self._desk.look.keymap
        ways = ((keymap.way(action), words) for action, words in HINTS.items())
        return tuple((way.removeprefix(f"{keymap.prefix} "), words) for way, words in ways if way)

    def _mode_hints(self) -> tuple[tuple[str, str], ...]:
        """In a mode, how to leave it: escape does it, except where every key goes to the program."""
        layer = self._desk.look.keymap.modes.get(self._desk.mode, {})
        keys = [key for key, action in layer.items() if action == "mode.leave"] if self._desk.mode == LOCK else []
        return (((keys or ["esc"])[0], "leave"),)


def _is_like(sight: Sight, project: str, needle: str) -> bool:
    """Every word of the needle is in its name or project; a longer one may be its state, or in what it is about."""
    names, about = f"{sight.name} {project}".lower(), f"{sight.title} {sight.last}".lower()
    return all(
        word in names or (len(word) > 2 and (word in about or sight.state.startswith(word)))
        for word in needle.lower().split()
    )
