"""What a person's keys do: to the program in focus, to an open question, or to the screen by way of deeds."""

import asyncio

from muxer.model import HumanKey
from muxer.settings.keymaps import label, spoken
from muxer.terminal.keys import Key, typed_keys
from muxer.terminal.terminal import Terminal
from muxer.ui.deeds.copying import digit_typed
from muxer.ui.deeds.table import load_deeds
from muxer.ui.desk import Desk

_EVERY_KEY = 8
"""The kitty flag with which a program wants even plain letters as escape sequences."""

MOMENT = 0.5
"""Who typed less than so many seconds ago was writing to the program that ended meanwhile: an x is a letter of that."""


class Hands:
    """One for all attached terminals: they share a screen."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wrote = 0.0
        """When somebody last wrote to a program."""

    # ---- to the program

    def _is_over(self, key: str) -> bool:
        """Has the program in focus ended? Then Enter starts it again, x closes its pane, other keys do nothing."""
        pane, now = self._desk.bench.focus, asyncio.get_running_loop().time()
        over = pane is not None and pane in self._desk.views and self._desk.sight(pane).ended
        if over and key == "enter":
            self.act("pane.restart")
        elif over and key == "x" and now - self._wrote > MOMENT:
            self.act("pane.close")
        else:
            self._wrote = now
        return over

    def _programs(self, typed: HumanKey) -> list[Terminal]:
        """The focused one, and those that are synced with it; each encodes what comes for itself."""
        pane = self._desk.bench.focus
        if pane is None:
            return []
        programs = []
        for target in self._desk.syncing.targets(pane):
            if target in self._desk.views:
                self._desk.typed_into(target)
                self._desk.runtime.human_typed(target, typed)
            terminal = self._desk.runtime.terminals.get(target)
            if terminal is not None:
                programs.append(terminal)
        return programs

    def type_text(self, text: bytes) -> None:
        """Plain text for the focused program."""
        if self._is_over(text.decode()):
            return
        for terminal in self._programs("text"):
            if terminal.engine.modes().kitty_flags & _EVERY_KEY:
                for key in typed_keys(text.decode()):
                    terminal.press(key)
            else:
                terminal.write(text)

    def press(self, key: Key) -> None:
        """A key for the focused program."""
        if self._is_over(spoken(key)):
            return
        for terminal in self._programs("enter" if spoken(key) == "enter" else "other"):
            terminal.press(key)

    def paste(self, text: bytes) -> None:
        """A whole paste for the focused program."""
        if self._is_over("a paste"):
            return
        for terminal in self._programs("text"):
            terminal.paste(text)

    # ---- to muxer

    @property
    def asking(self) -> bool:
        """Is a question open?"""
        return self._desk.voice.asking

    @property
    def mode(self) -> str:
        """The mode that the screen is in."""
        return self._desk.mode

    def answer(self, key: str) -> None:
        """The key for the open question."""
        self._desk.voice.answer(key)

    def answer_paste(self, text: str) -> None:
        """A paste for the open question."""
        self._desk.voice.paste(text)

    def unbound(self, key: str) -> None:
        """Say that the key does nothing."""
        self._desk.voice.warn(f"{self._desk.look.keymap.prefix} {label(key)} does nothing")

    def stray(self, mode: str, key: str) -> None:
        """Say that the mode has no use for the key, unless it is part of a count."""
        if mode == "copy" and digit_typed(self._desk, key):
            return
        self._desk.voice.warn(f"{label(key)} does nothing in {mode} mode; escape leaves it")

    def leave_mode(self) -> None:
        """Back to typing."""
        self.act("mode.leave")

    def act(self, action: str) -> None:
        """Do an action of the table."""
        load_deeds()[action](self._desk)
