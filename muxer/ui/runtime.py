"""What the app is handed: terminals, what is known of them, and a way to run verbs. It reaches for nothing else."""

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

from muxer.model import PaneFacts, PaneId
from muxer.terminal.terminal import Terminal


class Runtime(Protocol):
    """What the app is handed."""

    terminals: Mapping[PaneId, Terminal]

    def facts(self, pane: PaneId) -> PaneFacts:
        """What is known of a pane."""

    def call(self, verb: str, **arguments: object) -> Awaitable[object]:
        """Run a verb, as the CLI would."""

    def busy(self, pane: PaneId) -> str:
        """The program that closing the pane would end, or nothing if it is a shell that waits."""

    def remember(self, layout: Mapping[str, Any]) -> None:
        """Keep what is where, for the next host."""
