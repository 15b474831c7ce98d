"""The terminals outside, kept in step with the program in focus: its cursor, its keyboard and mouse modes.

Nothing is sent that was sent already: an idle screen writes no byte.
"""

from base64 import b64encode
from collections.abc import Sequence
from time import monotonic

from muxer.terminal.engine import CopyAsked, Modes, MouseMode, Rang
from muxer.ui.driver import SocketDriver
from muxer.ui.viewer import Viewer

_SHAPES = {"block": 1, "underline": 3, "bar": 5}
_ALWAYS = 1 | 4
"""Kitty's flags: keys told apart, and where they lie on a US keyboard."""
_BELL = 0.1
"""Seconds from one bell to the next: a program that rings without end must not make everybody's line busy."""


class Outside:
    """What the attached terminals were last told."""

    def __init__(self, driver: SocketDriver) -> None:
        self._driver = driver
        self._told: dict[Viewer, tuple[int, bool]] = {}
        self._quiet_until = 0.0

    def cursor(self, where: tuple[int, int, str, bool] | None) -> str:
        """The bytes that put the cursor there, or hide it."""
        if where is None:
            return "\x1b[?25l"
        x, y, shape, blinks = where
        return f"\x1b[{y + 1};{x + 1}H\x1b[{_SHAPES[shape] + (not blinks)} q\x1b[?25h"

    def follow(self, modes: Modes) -> None:
        """The program in focus wants keys and the mouse this way; whoever was not told so yet is told."""
        want = modes.kitty_flags | _ALWAYS, modes.mouse is MouseMode.MOVES
        for viewer in self._driver.viewers:
            told = self._told.get(viewer, (_ALWAYS, False))
            if told == want:
                continue
            self._told[viewer] = want
            viewer.on_anew = self._forget
            if told[0] != want[0]:
                self._driver.control(f"\x1b[={want[0]};1u", viewer)
            if told[1] != want[1]:
                self._driver.control(f"\x1b[?1003{'h' if want[1] else 'l'}\x1b[?1002h", viewer)

    def _forget(self, viewer: Viewer) -> None:
        self._told.pop(viewer, None)

    def forget_unless(self, here: Sequence[Viewer]) -> None:
        """Who left need not be remembered; who comes back says hello anew."""
        self._told = {viewer: told for viewer, told in self._told.items() if viewer in here}

    def pass_on(self, notice: object) -> None:
        """What a program announced that a terminal can do: the bell, the clipboard."""
        now = monotonic()
        if isinstance(notice, CopyAsked):
            self.copy(notice.text)
        elif isinstance(notice, Rang) and now >= self._quiet_until:
            self._quiet_until = now + _BELL
            self._driver.control("\x07")

    def copy(self, text: str) -> None:
        """Put text on the clipboards of all terminals (OSC 52)."""
        self._driver.control(f"\x1b]52;c;{b64encode(text.encode('utf-8', 'replace')).decode()}\x1b\\")
