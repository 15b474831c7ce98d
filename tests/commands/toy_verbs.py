"""Verbs for tests of the table, and of what reads it."""

from typing import TYPE_CHECKING, Literal

from muxer.commands import table
from muxer.commands.kinds import Size
from muxer.commands.table import command, verb_named

if TYPE_CHECKING:
    from a_runtime_that_no_command_line_can_import import Services  # type: ignore[import-not-found]

Split = Literal["right", "down", "none"]

SHIPPED = dict(table.VERBS)
"""Real verbs that another test of this process loaded; toys of the same names must not meet them."""
table.VERBS.clear()


@command
async def new(
    services: "Services",
    command: list[str] = [],  # noqa: B006 - a default that is only read
    *,
    cwd: str = "",
    split: Split = "right",
    env: tuple[str, ...] = (),
    no_attach: bool = False,
) -> dict[str, object]:
    """Open a pane.

    Words that no door reads.

    Arguments:
        command: the program and its words; a shell without it
        split: where the pane goes,
            beside or below: never both
        no_attach: stay here

    Example:
        muxer new --split down -- htop -d 5
        muxer new
    """
    return {"services": services, "command": command, "cwd": cwd, "split": split, "env": env, "no_attach": no_attach}


@command
async def send(_services: object, pane: str, text: str, *, enter: bool = False) -> list[object]:
    """Type text into a pane."""
    return [pane, text, enter]


@command
async def keys(_services: object, pane: str, key: list[str]) -> list[object]:
    """Press keys."""
    return [pane, *key]


@command
async def resize(_services: object, pane: str, size: Size) -> list[object]:
    """Give a pane a size."""
    return [pane, size]


@command
async def wait(
    _services: object, pane: str | None = None, *, text: str | None = None, timeout: float = 30, bell: bool = True
) -> list[object]:
    """Wait."""
    return [pane, text, timeout, bell]


@command(show=lambda result: f"<{result}>", hidden=True)
async def import_(_services: object, *, from_file: str) -> int:
    """Bring in what another muxer wrote."""
    return len(from_file)


@command
async def stop(_services: object) -> None:
    """End everything."""


TOYS = {verb.name: verb for verb in map(verb_named, ["new", "send", "keys", "resize", "wait", "import", "stop"])}
table.VERBS.clear()
table.VERBS.update(SHIPPED)
