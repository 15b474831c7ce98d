"""Copy mode's actions and its keys, which are vim's in every keymap; a keymap's own `[mode.copy]` goes before them."""

from muxer.settings.action import Action

COPY_ACTIONS = (Action("copy.leave", "leave copy mode"),)

COPY_KEYS: dict[str, str] = {"q": "copy.leave", "escape": "copy.leave"}
