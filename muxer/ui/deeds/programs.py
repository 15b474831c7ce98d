"""The programs in panes: ending one, with its pane or without, starting it again, and freezing all of them."""

from collections.abc import Callable

from muxer.model import PaneId
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless


def _end(desk: Desk, what: str, run: Callable[[PaneId], None]) -> None:
    """End the program in focus; where that is more than a shell that waits, ask first."""
    pane = desk.bench.focus
    if pane is None:
        return
    if pane not in desk.runtime.terminals:
        desk.voice.warn("this pane is still starting")
        return
    busy = desk.runtime.busy(pane)
    if not busy:
        run(pane)
        return

    def answered(key: str) -> None:
        if key in ("y", "enter"):
            run(pane)

    name = harmless(desk.runtime.facts(pane).name)
    desk.voice.ask(f"{what} {name}, where {harmless(busy)} runs?  y {what} · n keep", answered)


@does("pane.close")
def close(desk: Desk) -> None:
    """End it, and take its pane away."""
    _end(desk, "close", lambda pane: desk.call("kill", pane=pane))


@does("pane.stop")
def stop(desk: Desk) -> None:
    """End it; the pane stays, to be read and to be started again."""
    _end(desk, "stop", lambda pane: desk.call("stop", pane=[pane]))


@does("pane.restart")
def restart(desk: Desk) -> None:
    """Start it again, in the same pane."""
    _end(desk, "restart", lambda pane: desk.call("restart", pane=[pane]))


@does("fleet.freeze")
def freeze(desk: Desk) -> None:
    """Let every program stand still, or all go on if one does."""
    frozen = any(desk.runtime.facts(pane).frozen for pane in desk.runtime.terminals)
    desk.call("thaw" if frozen else "freeze")
