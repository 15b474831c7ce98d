"""The switches of the portable engine: modes, the two screens, the cursor's look. What is off when nothing was set."""

from collections.abc import Callable
from typing import Literal

from muxer.terminal.engine import Modes, MouseMode
from muxer.terminal.portable_cells import Row, Saved
from muxer.terminal.portable_screen import DECAWM, IRM, LNM, Screen

KNOWN = frozenset(
    {1, 5, 6, 7, 9, 12, 25, 47, 66, 69, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1047, 1048, 1049}
    | {2004, 2026, 2027, 2031, 2048}
)
"""The private modes that do something, or that somebody outside asks about."""

_SHAPES: tuple[Literal["block", "underline", "bar"], ...] = ("block", "underline", "bar")
_CLUSTERS = 2027
_FRESH = {25 << 5, DECAWM, 1007 << 5, _CLUSTERS << 5}


class Switches:
    """Sets and reports modes."""

    def __init__(self, screen: Screen, reply: Callable[[str], None], forget_history: Callable[[], None]) -> None:
        self._screen = screen
        self._reply = reply
        self.forget_history = forget_history
        self.stashed: tuple[list[Row], Saved] | None = None
        """The primary screen, while the alternate one is shown."""
        self.kept: dict[int, bool] = {}
        self.shape: Literal["block", "underline", "bar"] = "block"
        self.blinks = False
        self.key_format = 0
        """XTMODKEYS 4: 2 when the program wants modified keys told apart."""
        screen.mode = set(_FRESH)

    def on(self, number: int) -> bool:
        """Is a private mode set?"""
        return number << 5 in self._screen.mode

    # -- resets ----------------------------------------------------------------------------------------------------

    def full_reset(self) -> None:
        """RIS."""
        self._show_primary()
        self.forget_history()
        self._screen.reset()
        self._screen.mode = set(_FRESH)
        self.kept = {}
        self.shape, self.blinks, self.key_format = "block", False, 0

    def soft_reset(self) -> None:
        """DECSTR."""
        self._screen.mode = (self._screen.mode | {25 << 5}) - {1 << 5, 66 << 5}
        self._screen.saved = Saved()
        self.key_format = 0

    # -- setting ---------------------------------------------------------------------------------------------------

    def set_ansi(self, numbers: list[int], *, on: bool) -> None:
        """SM and RM."""
        for number in numbers:
            if number in (IRM, LNM):
                self._put(number, on=on)

    def set_privates(self, numbers: list[int], *, on: bool) -> None:
        """DECSET and DECRST."""
        for number in numbers:
            self.set_private(number, on=on)

    def set_private(self, number: int, *, on: bool) -> None:
        """One of them."""
        if number not in KNOWN:
            return
        if number not in (47, 1047, 1048, 1049):
            self._put(number << 5, on=on)
        special = {47: self._screens, 1047: self._screens, 1048: self._cursor, 1049: self._screens}
        special |= {6: self._origin, 69: self._side_margins, 2048: self._sizes, 12: self._blinking}
        if action := special.get(number):
            action(number, on=on)

    def _put(self, mode: int, *, on: bool) -> None:
        if on:
            self._screen.mode.add(mode)
        else:
            self._screen.mode.discard(mode)

    def keep(self, numbers: list[int]) -> None:
        """XTSAVE."""
        self.kept.update({number: self.report_private(number) == 1 for number in numbers if number in KNOWN})

    def bring_back(self, numbers: list[int]) -> None:
        """XTRESTORE."""
        for number in numbers:
            if number in self.kept:
                self.set_private(number, on=self.kept[number])

    def set_cursor_style(self, number: int) -> None:
        """DECSCUSR."""
        if number <= 6:
            self.shape = _SHAPES[max(0, number - 1) // 2]
            self.blinks = number % 2 == 1

    def set_key_format(self, numbers: list[int]) -> None:
        """XTMODKEYS, of which only modifyOtherKeys means anything here."""
        if numbers[0] in (0, 4):
            self.key_format = numbers[1] if len(numbers) > 1 and numbers[0] == 4 else 0

    def _blinking(self, _: int, *, on: bool) -> None:
        self.blinks = on

    def _origin(self, _: int, *, on: bool) -> None:
        self._screen.go(0, 0)
        del on

    def _side_margins(self, _: int, *, on: bool) -> None:
        del on
        self._screen.sides = (0, self._screen.columns - 1)

    def _sizes(self, _: int, *, on: bool) -> None:
        if on:
            self.report_size()

    def report_size(self) -> None:
        """Tell a program that asked to be told (mode 2048) how large the screen is."""
        if self.on(2048):
            columns, lines = self._screen.columns, self._screen.lines
            self._reply(f"\x1b[48;{lines};{columns};{lines * 16};{columns * 8}t")

    def _cursor(self, _: int, *, on: bool) -> None:
        if on:
            self._screen.save_cursor()
        else:
            self._screen.restore_cursor()

    def cursor_style(self) -> int:
        """The number that DECSCUSR would set."""
        return _SHAPES.index(self.shape) * 2 + (1 if self.blinks else 2)

    # -- the two screens -------------------------------------------------------------------------------------------

    def _screens(self, number: int, *, on: bool) -> None:
        if on and self.stashed is None:
            if number == 1049:
                self._screen.save_cursor()
            self._show_alternate()
        elif not on:
            self._show_primary()
            if number == 1049:
                self._screen.restore_cursor()

    def _show_alternate(self) -> None:
        screen = self._screen
        self.stashed = (screen.buffer, screen.saved)
        screen.buffer = [Row() for _ in range(screen.lines)]
        screen.saved = Saved()
        screen.keeps_history = False
        screen.dirty.update(range(screen.lines))

    def _show_primary(self) -> None:
        if self.stashed is None:
            return
        screen = self._screen
        screen.buffer, screen.saved = self.stashed
        self.stashed = None
        screen.keeps_history = True
        screen.dirty.update(range(screen.lines))

    # -- reporting -------------------------------------------------------------------------------------------------

    def report_private(self, number: int) -> int:
        """DECRQM's answer: 0 for a mode that is not known, 1 set, 2 reset."""
        if number not in KNOWN:
            return 0
        if number in (47, 1047, 1049):
            return 2 if self.stashed is None else 1
        return 1 if self.on(number) else 2

    def report_ansi(self, number: int) -> int:
        """The same for the modes without a question mark."""
        if number not in (IRM, LNM):
            return 0
        return 1 if number in self._screen.mode else 2

    def _mouse(self) -> MouseMode:
        for number, wish in ((1003, MouseMode.MOVES), (1002, MouseMode.DRAGS), (1000, MouseMode.PRESSES)):
            if self.on(number):
                return wish
        return MouseMode.PRESSES if self.on(9) else MouseMode.NONE

    def modes(self) -> Modes:
        """The switches as those outside know them."""
        return Modes(
            alternate_screen=self.stashed is not None,
            application_cursor=self.on(1),
            bracketed_paste=self.on(2004),
            focus_reports=self.on(1004),
            mouse=self._mouse(),
            synchronized=self.on(2026),
        )
