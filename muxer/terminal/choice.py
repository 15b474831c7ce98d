"""Which library terminals are made of: ghostty where it runs, else the portable engine. Decided once per process.

MUXER_ENGINE=ghostty or portable decides it by hand, and then there is no falling back.
"""

import os
from functools import cache
from typing import NamedTuple

from muxer.errors import EngineUnfit, UsageError
from muxer.terminal.engine import SCROLLBACK, Engine

VARIABLE = "MUXER_ENGINE"


class _Choice(NamedTuple):
    engine: type[Engine]
    reason: str


def engine_class() -> type[Engine]:
    """The class that new terminals are made of. Raises EngineUnfit when the one asked for does not run."""
    return _choose(os.environ.get(VARIABLE, "")).engine


def reason() -> str:
    """Why it is that one, in a few words for a person."""
    return _choose(os.environ.get(VARIABLE, "")).reason


def open_engine(cols: int, rows: int, *, scrollback: int = SCROLLBACK) -> Engine:
    """An empty terminal."""
    return engine_class()(cols, rows, scrollback=scrollback)


@cache
def _choose(wanted: str) -> _Choice:
    if wanted == "portable":
        return _Choice(_portable(), f"{VARIABLE} asks for it")
    if wanted == "ghostty":
        return _Choice(_ghostty(), f"{VARIABLE} asks for it")
    if wanted:
        raise UsageError(f"{VARIABLE}={wanted} names no engine: use ghostty or portable")
    try:
        return _Choice(_ghostty(), "it runs here")
    except EngineUnfit as error:
        return _Choice(_portable(), str(error))


def _ghostty() -> type[Engine]:
    from muxer.terminal.ghostty import GhosttyEngine  # noqa: PLC0415 - one of the two libraries is enough
    from muxer.terminal.libghostty import load  # noqa: PLC0415

    load()
    return GhosttyEngine


def _portable() -> type[Engine]:
    from muxer.terminal.portable import PortableEngine  # noqa: PLC0415 - one of the two libraries is enough

    return PortableEngine
