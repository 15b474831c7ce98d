"""Which function does which action. Importing this loads no deed; load_deeds() does.

A deed is handed the desk, and nothing else: what it needs of the screen or the runtime is there.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from muxer.settings.actions import ACTIONS
from muxer.ui import deeds
from muxer.ui.desk import Desk

Deed = Callable[[Desk], None]

DEEDS: dict[str, Deed] = {}


def does(*actions: str) -> Callable[[Deed], Deed]:
    """Says of a function that it does these actions."""

    def enter(deed: Deed) -> Deed:
        for action in actions:
            if action not in ACTIONS:
                raise LookupError(f"no action {action!r}")
            if action in DEEDS:
                raise LookupError(f"{action!r} is done twice")
            DEEDS[action] = deed
        return deed

    return enter


@cache
def load_deeds() -> dict[str, Deed]:
    """The whole table. It takes longer to load than a first picture can wait."""
    for module in iter_modules(deeds.__path__, f"{deeds.__name__}."):
        import_module(module.name)
    return DEEDS
