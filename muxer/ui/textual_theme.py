"""Our theme as Textual's, so that dialogs and the palette wear the same colours as everything else."""

import asyncio

from rich.terminal_theme import TerminalTheme
from textual.app import App
from textual.theme import Theme as TextualTheme

from muxer.settings.themes import Color, Theme
from muxer.ui.look import Look

LATER = 0.25
"""Seconds after which dialogs that are not open yet are dressed."""

_NAMES = ("worn", "worn-anew")
"""Textual takes a theme of another name for a change, and no other."""


class Costume:
    """What an app's dialogs wear: what its look says. Nothing else on the screen is Textual's to paint."""

    def __init__(self, app: App[None], look: Look) -> None:
        self._app, self._look = app, look
        self._worn: Theme | None = None
        self._later: asyncio.TimerHandle | None = None
        self._wear()

    def change(self, *, at_once: bool) -> None:
        """The look may be another. Only an open dialog is worth the wait of styling all of Textual anew."""
        if self._look.theme == self._worn:
            return
        if at_once:
            self._wear()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(LATER, self._wear)

    def _wear(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        app, theme = self._app, self._look.theme
        if theme == self._worn:
            return
        self._worn = theme
        name = _NAMES[app.theme == _NAMES[0]]
        app.register_theme(textual_theme(theme, name))
        app.theme = name


def textual_theme(theme: Theme, name: str) -> TextualTheme:
    """The same colours under Textual's names. What a theme leaves to the terminal is ANSI here, too."""
    ink = {role: _css(color) for role, color in theme.colors.items()}
    ansi = not theme.palette
    ground = ink.get("background", "ansi_default")
    chosen = "ansi_default" if ansi else ink["ground"]
    return TextualTheme(
        name=name,
        primary=ink["accent"],
        secondary=ink["work"],
        warning=ink["wait"],
        error=ink["bad"],
        success=ink["good"],
        accent=ink["accent"],
        foreground=ink["text"],
        background=ground,
        surface=ink["ground"],
        panel=ink["raised"],
        dark=theme.dark,
        ansi=ansi,
        variables={
            "background": ground,
            "ansi-background": ground,
            "ansi-foreground": ink["text"],
            "foreground": ink["text"],
            "surface": ink["ground"],
            "panel": ink["raised"],
            "text": ink["text"],
            "text-muted": ink["quiet"],
            "text-disabled": ink["quiet"],
            "foreground-muted": ink["quiet"],
            "foreground-disabled": ink["quiet"],
            "text-primary": ink["accent"],
            "text-secondary": ink["work"],
            "text-warning": ink["wait"],
            "text-error": ink["bad"],
            "text-success": ink["good"],
            "text-accent": ink["accent"],
            "border": ink["line"],
            "border-blurred": ink["line"],
            "block-cursor-foreground": chosen,
            "block-cursor-background": ink["accent"],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-foreground": ink["text"],
            "block-cursor-blurred-background": ink["raised"],
            "block-hover-background": ink["raised"],
            "input-cursor-foreground": ground,
            "input-cursor-background": ink.get("cursor", "ansi_default"),
            "input-cursor-text-style": "reverse" if ansi else "none",
            "input-selection-foreground": ink["text"],
            "input-selection-background": ink.get("selection", "ansi_default"),
            "scrollbar": ink["line"],
            "scrollbar-hover": ink["accent"],
            "scrollbar-active": ink["accent"],
            "scrollbar-background": ink["ground"],
            "scrollbar-background-hover": ink["ground"],
            "scrollbar-background-active": ink["ground"],
            "scrollbar-corner-color": ink["ground"],
            "footer-foreground": ink["quiet"],
            "footer-background": ink["ground"],
            "footer-key-foreground": ink["accent"],
            "link-color": ink["accent"],
            "link-color-hover": ink["accent"],
            "link-background-hover": "transparent",
            "screen-selection-background": ink.get("selection", "ansi_bright_blue"),
            "screen-selection-foreground": ink["text"],
        },
    )


def tones_of(theme: Theme) -> TerminalTheme | None:
    """The colours that a theme makes terminals have, as Rich names them; None where they keep their own."""
    foreground, background = theme.rgb("foreground"), theme.rgb("background")
    if foreground is None or background is None:
        return None
    return TerminalTheme(background, foreground, list(theme.palette[:8]), list(theme.palette[8:]))


def _css(color: Color) -> str:
    if isinstance(color, str):
        # Textual has no faint colour, and a terminal's grey may be its ground.
        return "ansi_default" if color in ("default", "dim") else f"ansi_{color}"
    return "#{:02x}{:02x}{:02x}".format(*color)
