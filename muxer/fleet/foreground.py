"""Who has an agent's terminal: itself, or a program that must not be typed into."""

import os

from muxer.agents.spec import Cli
from muxer.fleet.pane import SHELLS, Pane


def other_program(pane: Pane, cli: Cli) -> str:
    """The program in the foreground of an agent's pane, if that is not the agent; empty where it is."""
    group = pane.terminal.foreground()
    if group is None:
        return "nothing"
    name = name_of(group)
    if not name:  # no system tells it, or it ended this moment
        return "" if group == pane.pid else "another program"
    if not cli.binary and group == pane.pid:  # a shell is what was asked for
        return ""
    if group == pane.pid and not (name in SHELLS and not _children(group) and name != _own_name(pane)):
        return ""
    return "" if name in {*map(os.path.basename, cli.binary), *cli.processes} else name


def _own_name(pane: Pane) -> str:
    """What the pane was opened for, where that is not only a shell's words."""
    return os.path.basename(pane.command[0]) if len(pane.command) == 1 else ""


def name_of(pid: int) -> str:
    """What a process is called; empty where that cannot be told."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as name:
            return name.read().strip()
    except OSError:
        return ""


def _children(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            return bool(children.read().strip())
    except OSError:
        return True
