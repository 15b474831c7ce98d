"""Who is told what a program announced, and how: the attention list, a toast, the bell, the desktop, the title.

Nothing of it for the pane that somebody looks at, and nothing without end: each pane has so many announcements, and so
has the screen as a whole.
"""

import asyncio
import os
from collections.abc import Callable

from muxer.events import (
    AgentChanged,
    AskChanged,
    Event,
    MessagePassed,
    Noticed,
    PaneChanged,
    PaneClosed,
    PaneEnded,
    PeersChanged,
    Warned,
)
from muxer.model import Need, PaneId
from muxer.talk import YOU
from muxer.terminal.engine import CopyAsked, Rang
from muxer.terminal.keys import Button, Motion, Mouse
from muxer.ui.announcing import form_of, has_title, notification, window_title
from muxer.ui.attention import SPOKEN, announced, whose
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.notices import BELL, Bucket
from muxer.ui.projects import project_name, project_of
from muxer.ui.toasts import TOAST, Ground, Toasts
from muxer.ui.viewer import Viewer
from muxer.ui.widgets.pane_grid import Sheet

EVERYBODY, EVERYBODY_AGAIN = 6, 2.0
"""So many announcements of all panes together go out at once, then one each so many seconds."""


class Herald:
    """One for the screen. `lay` puts a sheet over the panes, `pass_on` gives the terminals outside a bell or a copy."""

    def __init__(
        self,
        desk: Desk,
        *,
        ground: Ground,
        lay: Callable[[str, Sheet | None], None],
        pass_on: Callable[[object], None],
    ) -> None:
        self._desk = desk
        self._ground = ground
        self._pass_on = pass_on
        self._toasts = Toasts(desk.look, ground, lay)
        self._told: dict[str, Need] = {}
        """What each agent that waits, and each peer without a pane, was last announced with."""
        self._everybody = Bucket(EVERYBODY, EVERYBODY_AGAIN)
        self._titled: dict[Viewer, tuple[int, str]] = {}
        self._soon: asyncio.Handle | None = None

    # ---- what happens

    def heard(self, event: Event) -> None:
        """Something happened in the runtime."""
        match event:
            case Noticed(pane, notice):
                self._noticed(pane, notice)
            case AgentChanged(pane):
                self._agent_changed(pane)
            case AskChanged() | MessagePassed() | PeersChanged():
                self._said(event)
            case PaneChanged(pane):
                if pane == self._desk.bench.focus:
                    self.say_soon()
            case PaneEnded(pane):
                self._unsync(pane)
            case PaneClosed(pane):
                self._unsync(pane)
                self._told.pop(pane, None)
                self._desk.notices.forget(pane)
                self._toasts.drop(pane)
            case Warned(text):
                self._desk.notices.warned(text, asyncio.get_running_loop().time())

    def _unsync(self, pane: PaneId) -> None:
        if self._desk.syncing.drop(pane):
            self._desk.voice.warn("synced typing is off: one pane is left")
            for other in self._desk.views:
                self._desk.redraw(other)
        self.say_soon()

    def _noticed(self, pane: PaneId, notice: object) -> None:
        desk, now = self._desk, asyncio.get_running_loop().time()
        if isinstance(notice, CopyAsked):
            self._pass_on(notice)
            return
        words = desk.notices.hear(pane, notice, now)
        if words and pane in desk.runtime.terminals and pane not in self._told:
            self._call(pane, words, is_bell=isinstance(notice, Rang))

    def _agent_changed(self, pane: PaneId) -> None:
        """An agent that begins to wait calls, once; what it calls for itself meanwhile is the same."""
        desk, before = self._desk, self._told.pop(pane, None)
        need = desk.attention.asked(pane) if pane in desk.runtime.terminals else None
        if need is not None:
            self._told[pane] = need
            if before is None or (before.kind, before.since) != (need.kind, need.since):
                aside = need.kind in SPOKEN
                self._call(pane, announced(need), is_bell=aside or self.looked_at != pane, aside=aside)
            self._see(pane)
        elif before is not None:
            desk.notices.look(pane)
        desk.attention.stir()
        self.say_soon()

    def _said(self, event: Event) -> None:
        """A peer asks or tells the person something, or that is over."""
        match event:
            case AskChanged(ask) if ask.answerer != YOU:
                return
            case MessagePassed(message) if message.recipient != YOU:
                return
            case PeersChanged(peer) if peer != YOU:
                return
        desk = self._desk
        needs = {whose(need): need for need in desk.runtime.needs() if need.kind in SPOKEN}
        for who in {*needs, *(who for who, need in self._told.items() if need.kind in SPOKEN)}:
            if who in desk.runtime.terminals:
                self._agent_changed(who)
            elif who not in needs:
                del self._told[who]
            elif self._told.get(who) != needs[who]:
                self._told[who] = need = needs[who]
                desk.notices.warned(f"{harmless(need.name)} {announced(need)}", asyncio.get_running_loop().time())
        desk.attention.stir()
        self.say_soon()

    def _see(self, pane: PaneId) -> None:
        """What an agent has done is seen by whoever looks at it."""
        need = self._told.get(pane)
        if need is not None and need.kind == "done" and self.looked_at == pane:
            self._desk.runtime.finished_seen(pane)

    def _call(self, pane: PaneId, words: str, *, is_bell: bool, aside: bool = False) -> None:
        """It says that; `aside` where whoever looks at the pane does not see it there."""
        desk, now = self._desk, asyncio.get_running_loop().time()
        seen = self.looked_at == pane and not aside
        again = desk.notices.again(pane, words, now, seen=seen)
        if not again and not (seen and is_bell):
            desk.notices.add(pane, self._name(pane), words, now, seen=seen)
        if seen:
            if is_bell:
                self._ring(pane)
        elif desk.notices.may_announce(pane, now) and self._everybody.take(now):
            if is_bell:
                self._ring(pane)
            if not (again and words == BELL):
                self._announce(pane, words)

    def _ring(self, pane: PaneId) -> None:
        if self._desk.look.config.notices.bell and not self._desk.notices.muted(pane):
            self._pass_on(Rang())

    def _announce(self, pane: PaneId, words: str) -> None:
        wants, name = self._desk.look.config.notices, self._name(pane)
        if wants.toast and self._desk.driver.viewers:
            self._toasts.show(pane, name, words)
        for viewer in self._desk.driver.viewers if wants.desktop else ():
            shown = notification(form_of(viewer.env), pane, name, words)
            if shown:
                self._desk.driver.control(shown, viewer)

    def _name(self, pane: PaneId) -> str:
        return harmless(self._desk.runtime.facts(pane).name)

    # ---- who looks where

    @property
    def looked_at(self) -> PaneId | None:
        """The pane that is in focus, if any terminal has the keyboard."""
        seen = any(viewer.focused and not viewer.suspended for viewer in self._desk.driver.viewers)
        return self._desk.bench.focus if seen else None

    def changed(self, pane: PaneId) -> None:
        """The pane waits now, or no longer does."""
        if not self._desk.notices.waits(pane):
            self._toasts.drop(pane)
        self._desk.attention.stir()
        if pane in self._desk.views:
            self._desk.redraw(pane)
        self.say_soon()

    def look(self) -> None:
        """The focus, the room, the look or the terminals changed."""
        pane = self.looked_at
        if pane is not None:
            self._desk.notices.look(pane)
            self._see(pane)
        if self._toasts.shown:
            if self._desk.driver.viewers:
                self._toasts.place()
            else:
                self._toasts.clear()
        self.say_soon()

    def pressed(self, mouse: Mouse) -> bool:
        """The mouse; whether it was a click on a toast, which goes to the pane that it is of."""
        if mouse.motion is not Motion.PRESS or mouse.button is not Button.LEFT or not self._toasts.shown:
            return False
        sheet = self._ground.sheet_at(mouse.x, mouse.y)
        if not sheet.startswith(TOAST):
            return False
        pane = sheet.removeprefix(TOAST)
        self._toasts.drop(pane)
        if self._desk.bench.focus_on(pane):
            self._desk.arranged()
        return True

    # ---- the status line and the window's title, once a turn of the loop

    def say_soon(self) -> None:
        """How many wait, or who they are, is another."""
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_soon(self._say)

    def _say(self) -> None:
        self._soon = None
        desk = self._desk
        desk.say_again()
        here = desk.driver.viewers
        self._titled = {viewer: told for viewer, told in self._titled.items() if viewer in here}
        if not here:
            return
        title = window_title(self._subject(), len(desk.attention.waiting))
        for viewer in here:
            told = viewer.renewals, title
            if self._titled.get(viewer) != told and has_title(viewer.env):
                self._titled[viewer] = told
                desk.driver.control(f"\x1b]2;{title}\x1b\\", viewer)

    def _subject(self) -> str:
        pane = self._desk.bench.focus
        if pane is None or pane not in self._desk.runtime.terminals:
            return ""
        facts = self._desk.runtime.facts(pane)
        root = facts.project or project_of(facts.cwd)
        return project_name(root) if root != os.path.expanduser("~") else facts.name
