"""Which panes are typed into together: those that are marked, and those that are synced now.

Two panes at least, or none: synced typing ends by itself when fewer are left. Order is the order of marking.
"""

from collections.abc import Iterable

from muxer.model import PaneId


class Syncing:
    """One for the screen, as everybody types into the same panes."""

    def __init__(self) -> None:
        self._marked: dict[PaneId, None] = {}
        self._synced: tuple[PaneId, ...] = ()

    @property
    def marked(self) -> tuple[PaneId, ...]:
        """The panes that synced typing would go to."""
        return tuple(self._marked)

    @property
    def panes(self) -> tuple[PaneId, ...]:
        """The panes that are typed into together now; none when it is off."""
        return self._synced

    def mark(self, pane: PaneId) -> bool:
        """Mark it, or unmark it; whether it is marked now. While synced typing is on, it joins or leaves at once."""
        if pane in self._marked:
            del self._marked[pane]
            self.drop(pane)
            return False
        self._marked[pane] = None
        if self._synced and pane not in self._synced:
            self._synced = (*self._synced, pane)
        return True

    def start(self, panes: Iterable[PaneId]) -> bool:
        """Type into these together; False when they are fewer than two."""
        wanted = tuple(dict.fromkeys(panes))
        if len(wanted) < 2:
            return False
        self._synced = wanted
        return True

    def stop(self) -> None:
        """Type into the pane in focus alone again; the marks go, too."""
        self._synced = ()
        self._marked.clear()

    def drop(self, pane: PaneId) -> bool:
        """The pane ended, or is to be left out; whether that ends synced typing."""
        self._marked.pop(pane, None)
        if pane not in self._synced:
            return False
        self._synced = tuple(one for one in self._synced if one != pane)
        if len(self._synced) >= 2:
            return False
        self.stop()
        return True

    def targets(self, pane: PaneId) -> tuple[PaneId, ...]:
        """Where something typed into this pane goes: the pane itself comes last."""
        if pane not in self._synced:
            return (pane,)
        return (*(one for one in self._synced if one != pane), pane)

    def note(self, pane: PaneId) -> str:
        """What the pane's title says of it."""
        return "synced" if pane in self._synced else "marked" if pane in self._marked else ""

    def banner(self, way: str) -> str:
        """What the status line says while it is on; `way` is the key that ends it."""
        if not self._synced:
            return ""
        return f"SYNC {len(self._synced)} panes" + (f" · {way} ends it" if way else "")
