"""Somebody in front of the real app, with agents on it that need what a test says."""

import os
import pty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from muxer.events import AgentChanged
from muxer.model import Choice, Need
from muxer.terminal.terminal import Terminal
from muxer.ui.app import MuxerApp
from tests.ui.conftest import StillRuntime
from tests.ui.glass import Glass, until

CHOICES = (Choice("1", "Yes"), Choice("2", "Yes, and don't ask again"), Choice("\x1b", "No"))


def permission(pane: str = "p1", words: str = "Bash: alembic upgrade head", **more: Any) -> Need:
    given: dict[str, Any] = {"name": pane, "kind": "permission", "choices": CHOICES, "since": 100.0} | more
    return Need(pane=pane, words=words, **given)


def finished(pane: str = "p2", **more: Any) -> Need:
    given: dict[str, Any] = {"name": pane, "kind": "done", "words": "It is all there", "since": 200.0} | more
    return Need(pane=pane, **given)


def asked(pane: str = "p2", words: str = "Which port?", **more: Any) -> Need:
    given: dict[str, Any] = {"name": pane or "gus", "kind": "asked", "since": 300.0, "ask": 7} | more
    return Need(pane=pane, words=words, **given)


def told(pane: str = "p2", words: str = "It is merged", **more: Any) -> Need:
    return asked(pane, words, **({"kind": "told", "since": 400.0, "ask": 0} | more))


class Seated:
    """The app, its runtime, and what is seen of it."""

    def __init__(self, app: MuxerApp, runtime: StillRuntime, glass: Glass) -> None:
        self.app, self.runtime, self.glass = app, runtime, glass

    def need(self, *needs: Need) -> None:
        """Just these are needed from now on."""
        before, self.runtime.needed = self.runtime.needed, list(needs)
        for pane in {need.pane for need in [*before, *needs]}:
            self.app.stage.heard(AgentChanged(pane))

    async def opens(self) -> None:
        self.glass.type(b"\x02i")
        await self.glass.sees("esc close")

    def row(self, text: str) -> str:
        return next((row for row in self.glass.screen() if text in row), "")

    async def shows(self, *texts: str) -> None:
        """One row has all of these."""
        await until(lambda: any(all(text in row for text in texts) for row in self.glass.screen()), repr(texts))

    @property
    def last(self) -> str:
        return self.glass.screen()[-1]

    def called(self, verb: str) -> list[dict[str, object]]:
        return [said for name, said in self.runtime.called if name == verb]

    async def calls(self, verb: str, **said: object) -> None:
        await until(lambda: said in self.called(verb), f"{verb} {said}")


@asynccontextmanager
async def seated(app: MuxerApp, runtime: StillRuntime, cols: int = 80, rows: int = 24) -> AsyncIterator[Seated]:
    """p1 and p2 in tabs of their own, p1 in front."""
    ends: list[int] = []
    for pane in ("p1", "p2"):
        master, slave = pty.openpty()
        ends += [master, slave]
        os.set_blocking(master, False)
        runtime.living[pane] = Terminal.fresh(pane, master, "/tmp", 20, 5)
        app.stage.place(pane, tab=f"of-{pane}", way="none", show=pane == "p1")
        app.stage.open(pane, runtime.living[pane])
    glass = Glass(cols, rows)
    app.driver.attach(glass.line, glass.hello)
    await glass.sees("of-p1")
    yield Seated(app, runtime, glass)
    glass.hang_up()
    for terminal in runtime.living.values():
        terminal.forget()
    for end in ends:
        os.close(end)
