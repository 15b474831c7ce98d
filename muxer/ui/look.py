"""How it looks and what the keys are, now: the one place that widgets ask, since a person may change it at any time."""

from muxer.config import Config
from muxer.settings.keymaps import Keymap
from muxer.settings.themes import Theme


class Look:
    """Theme, keymap and settings; changed in place, then everything is painted again."""

    __slots__ = ("config", "keymap", "plain", "theme")

    def __init__(self, *, config: Config, keymap: Keymap, theme: Theme) -> None:
        self.config = config
        self.keymap = keymap
        self.theme = theme
        self.plain = False
        """Is a terminal attached that cannot show more than ASCII?"""

    def ink(self, role: str, *, on: str | None = None, bold: bool = False) -> str:
        """SGR that writes in a role's colour, perhaps on another's."""
        return self.theme.ink(role, on=on, bold=bold)

    @property
    def ascii(self) -> bool:
        """Are glyphs to be plain ASCII?"""
        return self.plain or self.config.look.glyphs == "ascii"
