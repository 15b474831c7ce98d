"""The settings that people change while they work, in the order of the screen, and the values of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from muxer.config import Config, Key, kind_of, value_of, words_of
from muxer.shipped import names

HISTORIES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Offer:
    """One setting to change."""

    key: Key
    label: str

    @property
    def words(self) -> str:
        """What it is for."""
        return words_of(self.key)

    def values(self) -> Sequence[Any]:
        """All there is to choose from."""
        kind = kind_of(self.key)
        if self.key[1] in ("theme", "dark", "light"):
            return names("themes")
        if self.key[1] == "keymap":
            return names("keymaps")
        if get_origin(kind) is Literal:
            return get_args(kind)
        return (False, True) if kind is bool else HISTORIES

    def stepped(self, config: Config, steps: int) -> Any:
        """The value so many steps on; round at the ends, and from a value in between to the next one."""
        values, now = self.values(), value_of(config, self.key)
        if now in values:
            return values[(values.index(now) + steps) % len(values)]
        above = sum(1 for value in values if value < now)
        return values[(above + steps - (steps > 0)) % len(values)]

    def shown(self, config: Config) -> str:
        """Its value, for people."""
        value = value_of(config, self.key)
        if isinstance(value, bool):
            return "on" if value else "off"
        return f"{value:,}".replace(",", " ") if isinstance(value, int) else str(value)


_THEME = Offer(("look", "theme"), "theme")
_FOLLOWED = (Offer(("look", "dark"), "dark theme"), Offer(("look", "light"), "light theme"))
_REST = (
    Offer(("look", "follow"), "follow light / dark"),
    Offer(("look", "keymap"), "keymap"),
    Offer(("look", "sidebar"), "sidebar"),
    Offer(("look", "glyphs"), "glyphs"),
    Offer(("look", "clock"), "clock"),
    Offer(("look", "motion"), "motion"),
    Offer(("notices", "toast"), "toast"),
    Offer(("notices", "bell"), "bell"),
    Offer(("notices", "desktop"), "desktop"),
    Offer(("panes", "scrollback"), "scrollback"),
    Offer(("panes", "clipboard"), "clipboard"),
    Offer(("clients", "size"), "screen size"),
)


def offers(config: Config) -> tuple[Offer, ...]:
    """What can be changed; one theme, or two where it follows the terminal."""
    return (*(_FOLLOWED if config.look.follow else (_THEME,)), *_REST)
