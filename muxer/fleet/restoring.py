"""Brings back what neither a host nor a keeper held any more, as after a reboot: screens first, then programs.

A shell is started again where it was, and an agent that can go on with its own conversation; another program only if
its policy says so.
"""

import os
import signal
from collections.abc import Awaitable, Callable, Sequence

from muxer.errors import MuxerError
from muxer.events import Event, Warned
from muxer.fleet.history import History
from muxer.fleet.pane import Pane
from muxer.fleet.panes import Panes
from muxer.fleet.supervisor import Supervisor
from muxer.model import Exit
from muxer.paths import nearest_folder
from muxer.store import panes as records
from muxer.store.database import Store

SHUTDOWN = {signal.SIGHUP, signal.SIGTERM, signal.SIGKILL}
"""A machine that goes down sends these to everybody; a program may get its own before its host does."""


async def bring_back(panes: Panes, store: Store, history: History) -> list[Pane]:
    """Panes that nobody closed and nobody holds, without programs; those of them whose programs ran to the last."""
    cut_off = []
    for known in await store.read(records.open_panes):
        if known.id in panes.living:
            continue
        history.lend(known.id)
        runs = await store.read(records.runs_of, known.id, 1)
        ended = runs[-1].exit if runs else None
        pane = panes.bring_back(known, ended or Exit())
        if ended is None or (ended.signal in SHUTDOWN and not runs[-1].asked):
            cut_off.append(pane)
    return cut_off


async def start_again(
    cut_off: Sequence[Pane], supervisor: Supervisor, tell: Callable[[Event], None], *,
    resumes: Callable[[Pane], Awaitable[bool]],
) -> None:  # fmt: skip
    """Start what a person would. One that cannot be started holds up no other. `resumes`: can it go on where it was?"""
    left = [pane.name for pane in cut_off if not (pane.shell or pane.policy != "never" or await resumes(pane))]
    for pane in cut_off:
        if pane.name in left:
            continue
        if pane.shell and not os.path.isdir(pane.cwd):
            pane.cwd = nearest_folder(pane.cwd)
        try:
            await supervisor.restart(pane)
        except MuxerError as error:
            tell(Warned(f"{pane.name}: {error}"))
    if left:
        which = f"{left[0]} was" if len(left) == 1 else f"{len(left)} programs were"
        tell(Warned(f"{which} not started again: go there and press enter, or muxer restart NAME"))
