"""The colours of the terminals outside: what each was told, what it has of its own, and what programs hear of both.

Each terminal is told once a theme, never in a frame and never while nothing changes; its own colours are asked for
before that, and the client puts them back. One that takes no colours keeps its own, and its person is told if the
theme is not made for them.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from muxer.settings.themes import Theme
from muxer.terminal.engine import Colors, Rgb
from muxer.terminal.terminal import Terminal
from muxer.ui.depth import Depth
from muxer.ui.driver import SocketDriver
from muxer.ui.look import Look
from muxer.ui.viewer import Viewer

RESET = "\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\"
ASK = "\x1b]10;?\x1b\\\x1b]11;?\x1b\\"
ASK_AGAIN = "\x1b]11;?\x1b\\"
FOLLOW, LET_BE = "\x1b[?2031h\x1b[?996n", "\x1b[?2031l"

_COLOR = re.compile(rb"\x1b\](1[01]);rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})").match
_SCHEME = re.compile(rb"\x1b\[\?997;([12])n").fullmatch
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_ON_BLACK = Colors(foreground=_WHITE, background=_BLACK, dark=True)
_ON_WHITE = Colors(foreground=_BLACK, background=_WHITE, dark=False)
_CLOSE = 8
"""Terminals keep colours in fewer bits, or blend them; what differs by less is the same."""


@dataclass(slots=True, kw_only=True)
class _Seat:
    """What is known of one terminal since it last set its modes."""

    renewals: int
    refuses: bool
    """It keeps its own colours, whatever it is told."""
    told: str = ""
    proven: bool = False
    follows: bool = False
    asked: deque[Rgb | None] = field(default_factory=deque)
    """For each background that is still to be answered, what it was told to be; None: what it is by itself."""
    foreground: Rgb | None = None
    background: Rgb | None = None
    warned: str = ""


class Tints:
    """Keeps every attached terminal in the theme's colours."""

    def __init__(self, driver: SocketDriver, look: Look, terminals: Callable[[], Iterable[Terminal]]) -> None:
        self._driver, self._look, self._terminals = driver, look, terminals
        self._seats: dict[Viewer, _Seat] = {}
        self._own: tuple[Rgb, Rgb] | None = None
        self._heard: Colors | None = None
        self._followed = False
        self._told: tuple[Theme, str] | None = None
        self.on_scheme: Callable[[str], None] = lambda _theme: None
        """A terminal is dark, or light, and the person wants this theme then."""
        self.on_misfit: Callable[[str], None] = lambda _line: None
        """The theme cannot be read well on some terminal; a line for its person."""

    # ---- to the terminals

    def dress(self) -> None:
        """Tell whoever was not told yet: somebody came or went, or the theme or the settings are others."""
        if not self._look.config.look.follow:
            self._followed = False
        here = self._driver.viewers
        self._seats = {viewer: seat for viewer, seat in self._seats.items() if viewer in here}
        for viewer in here:
            if not viewer.suspended:
                self._dress(viewer)
        self._tell_programs()

    def _dress(self, viewer: Viewer) -> None:
        theme, said = self._look.theme, []
        seat = self._seats.get(viewer)
        if seat is None or seat.renewals != viewer.renewals:
            seat = self._seats[viewer] = _Seat(renewals=viewer.renewals, refuses=not _can_be_told(viewer))
            if _can_answer(viewer):
                # A client that was killed has left a theme's colours behind: they are not the terminal's own.
                said.append(RESET * bool(theme.palette and not seat.refuses) + ASK)
                seat.asked.append(None)
        want = "" if seat.refuses else self._colors_of(theme)
        if want != seat.told:
            said.append(want or RESET)
            seat.told = want
            if want and not seat.proven:
                said.append(ASK_AGAIN)
                seat.asked.append(theme.rgb("background"))
        follows = self._look.config.look.follow and _can_answer(viewer)
        if follows != seat.follows:
            said.append(FOLLOW if follows else LET_BE)
            seat.follows = follows
        if said:
            self._driver.control("".join(said), viewer)
        self._warn(seat)

    def _colors_of(self, theme: Theme) -> str:
        """Asked whenever anything is arranged anew, and made once a theme."""
        if self._told is None or self._told[0] is not theme:
            self._told = theme, told(theme)
        return self._told[1]

    def _warn(self, seat: _Seat) -> None:
        theme = self._look.theme
        if not seat.refuses or not theme.palette or seat.background is None or seat.warned == theme.name:
            return
        if is_dark(seat.background) == theme.dark:
            return
        seat.warned = theme.name
        own, other = ("light", "dark") if theme.dark else ("dark", "light")
        self.on_misfit(
            f"this terminal keeps its own {own} background, and {theme.name} is made for a {other} one: "
            f"choose the theme terminal, or a {own} one"
        )

    # ---- from the terminals

    def heard(self, viewer: Viewer, report: bytes) -> None:
        """A terminal's answer, if it is about colours."""
        if scheme := _SCHEME(report):
            self._follow(dark=scheme[1] == b"1")
        elif found := _COLOR(report):
            color = _scaled(found[2]), _scaled(found[3]), _scaled(found[4])
            seat = self._seats.get(viewer)
            if seat is None:
                return
            if found[1] == b"10":
                seat.foreground = color
            elif seat.asked:
                self._answered(viewer, seat, color)

    def _answered(self, viewer: Viewer, seat: _Seat, color: Rgb) -> None:
        wanted = seat.asked.popleft()
        if wanted is None:
            seat.background = color
            self._own = seat.foreground or (_WHITE if is_dark(color) else _BLACK), color
            self._follow(dark=is_dark(color))
        else:
            seat.proven = True
            seat.refuses = any(abs(is_now - was_told) > _CLOSE for is_now, was_told in zip(color, wanted, strict=True))
            if seat.refuses:
                seat.told = ""
                self._driver.control(RESET, viewer)
        self._warn(seat)
        self._tell_programs()

    def _follow(self, *, dark: bool) -> None:
        """The first word counts; later ones only if the theme does not fit, since some terminals echo what we set."""
        wanted = self._look.config.look
        if not wanted.follow or (self._followed and dark == self._look.theme.dark):
            return
        self._followed = True
        name = wanted.dark if dark else wanted.light
        if name != self._look.theme.name:
            self.on_scheme(name)

    # ---- to programs

    def tint(self, terminal: Terminal) -> None:
        """Tell a program's terminal what colours there are."""
        terminal.set_colors(self._shown())

    def _tell_programs(self) -> None:
        shown = self._shown()
        if shown != self._heard:
            self._heard = shown
            for terminal in self._terminals():
                self.tint(terminal)

    def _shown(self) -> Colors:
        """What a person sees: the theme's colours, or the terminal's own where it is left alone."""
        theme = self._look.theme
        foreground, background = theme.rgb("foreground"), theme.rgb("background")
        left_alone = bool(self._seats) and all(seat.refuses for seat in self._seats.values())
        if foreground and background and not (left_alone and self._own):
            return Colors(foreground=foreground, background=background, dark=theme.dark, palette=theme.palette)
        if self._own is None:  # a program that starts first asks first, and would guess
            return _ON_BLACK if theme.dark else _ON_WHITE
        foreground, background = self._own
        return Colors(foreground=foreground, background=background, dark=is_dark(background))


def told(theme: Theme) -> str:
    """What makes a terminal have a theme's colours; nothing where the theme leaves it alone."""
    colors = [theme.rgb(name) for name in ("foreground", "background", "cursor")]
    entries = [f"4;{at}" for at in range(len(theme.palette))]
    pairs = [*zip(entries, theme.palette, strict=True), *zip(("10", "11", "12"), colors, strict=True)]
    return "".join("\x1b]{};rgb:{:02x}/{:02x}/{:02x}\x1b\\".format(what, *color) for what, color in pairs if color)


def is_dark(background: Rgb) -> bool:
    """Is light text meant to stand on it?"""
    red, green, blue = background
    return red * 299 + green * 587 + blue * 114 < 128_000


def _scaled(part: bytes) -> int:
    return int(part, 16) * 255 // ((1 << 4 * len(part)) - 1)


def _can_be_told(viewer: Viewer) -> bool:
    """Few colours are nothing to change, and a pane of another muxer shows what that one wears."""
    return viewer.depth >= Depth.MANY and "MUXER_PANE" not in viewer.env


def _can_answer(viewer: Viewer) -> bool:
    """A console may print the question."""
    return not viewer.env.get("TERM", "").startswith(("linux", "vt", "cons"))
