"""The verbs that set up the hooks of CLIs, where that takes a file of the person's. They need no host."""

import os
import sys
from typing import Any

from muxer.commands.table import command
from muxer.paths import homely

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for what a verb at work needs
    from muxer.agents.installing import Change
    from muxer.agents.spec import Cli


def _set_up(answer: dict[str, Any]) -> str:
    changes = answer["changes"]
    if not changes:
        return "nothing to do: each CLI that is installed is told of its hooks when it starts"
    lines = []
    for one in changes:
        file = homely(one["file"])
        if not one["diff"]:
            lines.append(f"{one['cli']}: {file} is as it should be")
        elif one["done"]:
            lines.append(f"{one['cli']}: {file} is written")
        else:
            lines += [one["diff"], f"{one['cli']}: nothing is written yet; --yes writes it"]
    return "\n".join(lines)


@command(show=_set_up, local=True)
async def setup(services: object, cli: str = "", *, remove: bool = False, yes: bool = False) -> dict[str, Any]:
    """Write a CLI's hooks into its settings, or take them out.

    Shows what would change in its file, and writes after a yes. Most CLIs need none of it: they are told of their
    hooks when they are started.

    Arguments:
        cli: as muxer cli ls calls it; without one, all that are installed
        remove: take them out again
        yes: write without asking

    Example:
        muxer setup qwen
    """
    from muxer.agents.hooking import CALLBACK
    from muxer.agents.installing import carry_out, change

    changes = []
    for one in _meant(cli):
        wanted = change(one, CALLBACK, remove=remove)
        done = wanted.diff != "" and (yes or (services is None and _agreed(wanted)))
        if done:
            carry_out(wanted)
        changes.append({"cli": one.name, "file": wanted.file, "diff": wanted.diff, "done": done})
    return {"changes": changes}


def _meant(name: str) -> "list[Cli]":
    """The CLI, or all that are installed, as far as a file of the person's is needed."""
    from muxer.agents.finding import program_of
    from muxer.agents.installing import file_of
    from muxer.errors import UnknownName, UsageError

    clis = known_clis()
    if not name:
        return [cli for cli in clis.values() if file_of(cli) and program_of(cli, os.environ)]
    if name not in clis:
        raise UnknownName("CLI", name, list(clis))
    if not file_of(clis[name]):
        raise UsageError(f"{name} needs no setup: {how(clis[name])}")
    return [clis[name]]


def known_clis() -> "dict[str, Cli]":
    from muxer.agents.reading import read_clis
    from muxer.paths import config_folder

    return read_clis(os.path.join(config_folder(), "clis"))[0]


def _agreed(wanted: "Change") -> bool:
    """Does the person at this terminal say yes?"""
    if not (os.isatty(0) and os.isatty(1)):
        return False
    sys.stdout.write(f"{wanted.diff}\nWrite {homely(wanted.file)}? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def how(cli: "Cli") -> str:
    """How muxer hears of what a CLI does."""
    if cli.hooks is None or cli.hooks.format == "none":
        return "its title and screen are read, for it has no hooks that muxer knows"
    return "it is told of its hooks when it starts"
