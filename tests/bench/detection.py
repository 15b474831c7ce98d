"""Forty agents, ten of them with a title and a screen that move thirty times a second: what watching them costs."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from muxer.fleet.agent import Agent
from muxer.fleet.sentry import Sentry
from tests.agents.seeing import captured, clis
from tests.bench import player
from tests.bench.figures import Figure, Target, median
from tests.bench.scale import Scale
from tests.house import House, house_in, until

AGENTS, MOVING = 40, 10
RATE = 30
CLIS = ("claude-code", "codex", "gemini", "opencode", "qwen")
SUBJECT = f"{AGENTS} agents, {MOVING} of them at {RATE} frames a second, 80x24"


def forty_agents(scale: Scale) -> Iterator[Figure]:
    """CPU of the sentry alone, all that it asks of engines included."""
    spent, looks = asyncio.run(_watched(scale))
    yield Figure(subject=SUBJECT, name="CPU of detection", unit="% core", muxer=median(spent), target=Target(bound=3))
    yield Figure(subject=SUBJECT, name="looks", unit="a second", muxer=median(looks))


class _Clocked(Sentry):
    """It counts what it costs."""

    spent = 0.0
    looks = 0

    def clock(self) -> None:
        for name in ("heard", "seen", "_glance"):
            setattr(self, name, self._counted(getattr(self, name), looks=name == "_glance"))

    def _counted(self, does: Callable[..., Any], *, looks: bool) -> Callable[..., None]:
        def counted(*arguments: object) -> None:
            began = time.thread_time()
            does(*arguments)
            self.spent += time.thread_time() - began
            self.looks += looks

        return counted


async def _watched(scale: Scale) -> tuple[list[float], list[float]]:
    spent, looks = list[float](), list[float]()
    async with house_in() as house:
        with tempfile.TemporaryDirectory() as folder:
            agents = dict[str, Agent]()
            sentry = _Clocked(house.panes, agents, lambda _: None)
            sentry.clock()
            house.services.listeners.append(sentry.heard)
            house.panes.on_heard = sentry.seen
            for number in range(AGENTS):
                agent = await _spawned(house, Path(folder, str(number)), number)
                agents[agent.pane] = agent
            states = ("working",) * MOVING + ("idle",) * (AGENTS - MOVING)
            await until(lambda: tuple(agent.verdict.state for agent in agents.values()) == states, "all states")
            for _ in range(scale.runs):
                sentry.spent, sentry.looks = 0.0, 0
                await asyncio.sleep(scale.seconds)
                spent.append(100 * sentry.spent / scale.seconds)
                looks.append(sentry.looks / scale.seconds)
            sentry.stop()
    return spent, looks


async def _spawned(house: House, file: Path, number: int) -> Agent:
    cli = CLIS[number % len(CLIS)]
    moves = number < MOVING
    file.write_bytes(b"".join(_frame(cli, turn) for turn in range(30)) if moves else _frame(cli, None))
    play = (sys.executable, "-S", "-E", player.__file__, str(file), str(RATE))
    show = ("sh", "-c", f"stty -echo; cat {file}; exec cat")
    panes = house.panes
    pane = await panes.open(panes.new_id(), play if moves else show, cwd="/", name="", cols=80, rows=24)
    house.screen.shown[pane.id] = pane.terminal
    pane.terminal.start()
    return Agent(number, pane.id, clis()[cli], token="", folder="/", spawned_at=time.time() - 100)


def _frame(cli: str, turn: int | None) -> bytes:
    """A picture of one that is idle, or of a turn of its spinner."""
    heard, shown = captured(f"{cli}/{'idle' if turn is None else 'working'}")
    title, rows = heard.title, list(shown.lines)
    if turn is not None:
        if title[:1] in "⠂⠐⠹":
            title = "⠂⠐"[turn % 2] + title[1:]
        rows[0] = f"tick {turn} of a long answer"
    status = ":".join(f"{name}={value}" for name, value in heard.program.items())
    said = f"\x1b]2;{title}\a" + (f"\x1b]7501;{status}\a" if status else "")
    return player.MARK + (said + "\x1b[H" + "\x1b[K\r\n".join(rows) + "\x1b[J\x1b[?2026l").encode()
