import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest

from muxer.agents.signs import Heard, Shown, Told
from muxer.agents.spec import HookKind
from muxer.events import PaneEnded
from muxer.fleet import sentry
from muxer.fleet.agent import Agent
from muxer.fleet.pane import Pane
from muxer.fleet.sentry import Sentry
from tests.agents.seeing import captured, clis, picture
from tests.house import House, house_in, until

ECHO = ("sh", "-c", "stty raw -echo; printf ready; exec cat")
"""It writes what is typed into it."""


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


class Post:
    """A sentry, and one agent that shows what it is told to."""

    def __init__(self, house: House, pane: Pane, cli: str) -> None:
        self.house, self.pane, self.cli = house, pane, cli
        self.agent = Agent(1, pane.id, clis()[cli], token="", folder="/", spawned_at=time.time() - 100)
        self.told: list[str] = []
        self.sentry = Sentry(house.panes, {pane.id: self.agent}, lambda _: self.told.append(self.agent.verdict.state))
        house.services.listeners.append(self.sentry.heard)
        house.panes.on_heard = self.sentry.seen

    @property
    def state(self) -> str:
        return self.agent.verdict.state

    def show(self, screen: str, *, rows: bytes = b"", title: bool = True) -> None:
        heard, shown = captured(f"{self.cli}/{screen}")
        self.pane.terminal.write(picture(heard if title else Heard(), shown) + rows)

    def hook(self, kind: HookKind, tool: str = "") -> None:
        said = Told(kind=kind, at=time.time(), tool=tool)
        self.agent.told.append(said)
        self.sentry.told(self.agent, said)

    async def comes(self, *states: str) -> None:
        await until(lambda: self.state in states, f"{states}, not {self.agent.verdict}")

    def watch(self) -> sentry._Watch:
        return self.sentry._watches[self.pane.id]

    async def settled(self) -> None:
        await until(lambda: self.watch().soon is None and self.watch().later is None, "rest")


async def post(house: House, cli: str = "claude-code") -> Post:
    panes = house.panes
    pane = await panes.open(panes.new_id(), ECHO, cwd="/", name="", cols=80, rows=24)
    house.screen.shown[pane.id] = pane.terminal
    made = Post(house, pane, cli)
    pane.terminal.start()
    await house.shows(pane.id, "ready")
    return made


async def test_what_it_shows_is_known_and_told_once(house: House) -> None:
    it = await post(house)
    for screen, state in (("idle", "idle"), ("working", "working"), ("permission", "waiting"), ("trust", "waiting")):
        it.show(screen)
        await it.comes(state)
    await until(lambda: it.agent.verdict.wait == "trust", "another question")
    assert it.agent.verdict.choices
    assert [state for state in it.told if state not in ("unknown", "starting")] == [
        "idle", "working", "waiting", "waiting",
    ]  # fmt: skip


async def test_nothing_runs_when_nothing_happens(house: House) -> None:
    it = await post(house)
    it.show("idle")
    await it.comes("idle")
    await it.settled()
    told = len(it.told)
    it.show("idle")
    await until(lambda: it.watch().soon is not None, "a look")
    await it.settled()
    assert len(it.told) == told


async def test_output_at_any_rate_is_looked_at_some_times_a_second(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    it, looks = await post(house), list[float]()

    def counted(*arguments: object) -> object:
        looks.append(time.monotonic())
        return seen(*arguments)

    seen = vars(sentry)["read_screen"]
    monkeypatch.setattr(sentry, "read_screen", counted)
    it.show("working")
    await it.comes("working")
    looks.clear()
    began = time.monotonic()
    for number in range(120):
        it.pane.terminal.write(b"\x1b]2;" + "⠂⠐"[number % 2].encode() + b" Stub title\a\x1b[9;1H%d" % number)
        await asyncio.sleep(0.008)
    assert 2 <= len(looks) <= 2 + (time.monotonic() - began) / sentry.EVERY


@pytest.mark.parametrize("cli", ["claude-code", "codex", "gemini", "opencode", "copilot", "qwen"])
async def test_a_dialog_is_seen_half_a_second_after_it_was_drawn(house: House, cli: str) -> None:
    it = await post(house, cli)
    it.show("working")
    await it.comes("working")
    it.show("permission")
    await it.comes("waiting")
    assert time.time() - it.pane.heard_at < 0.5
    assert it.agent.verdict.wait == "permission"


async def test_a_hook_is_believed_at_once(house: House) -> None:
    it = await post(house)
    it.show("idle")
    await it.comes("idle")
    it.hook("prompted")
    assert it.state == "working"
    it.hook("asks", "Bash")
    assert (it.state, it.agent.verdict.wait) == ("waiting", "permission")


async def test_after_escape_time_alone_makes_it_idle(house: House) -> None:
    it = await post(house)
    it.show("working")
    await it.comes("working")
    it.hook("tool", "Bash")
    it.show("after-esc")
    await until(lambda: it.agent.heard.title.startswith("✳"), "the title")
    assert it.state == "working"
    await it.comes("idle", "done")
    assert time.time() - it.agent.heard.title_at < 2


async def test_what_it_finished_is_done_until_somebody_looks(house: House) -> None:
    it = await post(house)
    it.show("idle")
    await it.comes("idle")
    it.hook("prompted")
    it.hook("turn-ended")
    assert it.state == "done"
    assert it.sentry.look(it.pane.id).state == "done"
    it.sentry.finished_seen(it.pane.id)
    assert (it.state, it.told[-1]) == ("idle", "idle")
    assert it.sentry.look(it.pane.id).state == "idle"
    it.sentry.finished_seen("p99")


async def test_without_trusted_hooks_work_that_was_seen_is_done(house: House) -> None:
    it = await post(house, "copilot")
    it.show("idle")
    await it.comes("idle")
    it.show("working")
    await it.comes("working")
    it.show("idle")
    await it.comes("done")


async def test_a_state_has_one_beginning(house: House) -> None:
    it = await post(house)
    it.show("permission")
    await it.comes("waiting")
    since = it.agent.verdict.since
    it.show("permission", rows=b"\x1b[24;1H")
    assert it.sentry.look(it.pane.id).since == since


async def test_a_limit_keeps_its_end_however_often_it_is_drawn_until_it_works_again(house: House) -> None:
    it = await post(house, "codex")
    _, shown = captured("codex/idle")
    lines = [
        line.replace("  Worked for", "■ You've hit your usage limit. Try again in 75 minutes.") for line in shown.lines
    ]
    limit = picture(Heard(title="work"), Shown(tuple(lines)))
    it.pane.terminal.write(limit)
    await it.comes("limited")
    ends, drawn = it.agent.verdict.resets_at, it.pane.heard_at
    it.pane.terminal.write(limit)
    await until(lambda: it.pane.heard_at > drawn, "the same picture")
    assert it.sentry.look(it.pane.id).resets_at == ends > time.time()
    it.show("working")
    await it.comes("working")
    it.pane.terminal.write(b"\x1b]7501;state=done\a" + limit)
    await it.comes("limited")
    assert it.agent.verdict.resets_at > ends


async def test_what_worked_is_never_starting_again(house: House) -> None:
    it = await post(house, "qwen")
    it.agent.spawned_at = time.time()
    assert it.sentry.look(it.pane.id).state == "starting"
    it.show("working")
    await it.comes("working")
    it.pane.terminal.write(b"\x1b[H\x1b[2Jsomething else")
    await it.comes("unknown")
    assert it.told[-2:] == ["working", "unknown"]


async def test_a_picture_half_drawn_says_nothing(house: House) -> None:
    it = await post(house, "qwen")
    it.show("idle")
    await it.comes("idle")
    it.pane.terminal.write(b"\x1b[H\x1b[2Jsomething else")
    await house.shows(it.pane.id, "something else")
    it.sentry._glance(it.pane.id)
    assert it.state == "idle"
    assert it.sentry.look(it.pane.id).state == "unknown"


async def test_a_synchronized_picture_is_waited_for(house: House) -> None:
    it = await post(house, "qwen")
    it.show("idle")
    await it.comes("idle")
    await it.settled()
    it.pane.terminal.write(b"\x1b[?2026h\x1b[H\x1b[2J [y/n]")
    await house.shows(it.pane.id, "[y/n]")
    it.sentry._glance(it.pane.id)
    assert it.state == "idle"
    await it.comes("unknown")


async def test_a_killed_program_is_known_at_once_and_the_next_one_starts_anew(house: House) -> None:
    it = await post(house, "qwen")
    it.show("idle")
    await it.comes("idle")
    it.hook("asks", "Bash")
    os.kill(it.pane.pid, signal.SIGKILL)
    await until(lambda: house.happened(PaneEnded), "its end")
    assert (it.state, it.agent.verdict.words, it.told[-1]) == ("crashed", "killed by signal 9", "crashed")
    assert it.sentry.look(it.pane.id).state == "crashed"
    await house.panes.restart(it.pane)
    await until(lambda: it.state == "starting", "a beginning")
    await until(lambda: "ready" in sentry._of_this_program(it.pane.terminal.engine.lines()), "its first words")
    assert "Type your message" in "\n".join(it.pane.terminal.engine.lines())
    assert it.sentry.look(it.pane.id).state == "starting"
    it.show("permission")
    await it.comes("waiting")


async def test_what_another_host_left_is_looked_at(house: House) -> None:
    it = await post(house)
    house.services.listeners.remove(it.sentry.heard)
    house.panes.on_heard = lambda _pane: None
    it.show("idle")
    await house.shows(it.pane.id, "for shortcuts")
    assert it.state != "idle"
    it.sentry.learn()
    assert (it.state, it.agent.heard.title) == ("idle", "✳ Stub title")


async def test_announcements_are_kept(house: House) -> None:
    it = await post(house, "codex")
    it.show("permission")
    await it.comes("waiting")
    it.pane.terminal.write(b"\x1b]9;4;3\a\x1b]777;notify;codex;needs you\a\x1b]7501;state=clear\a\a")
    await until(lambda: it.agent.heard.notified == "codex needs you", "a notification")
    await until(lambda: it.agent.heard.progress == "indeterminate" and not it.agent.heard.program, "the rest")


async def test_what_is_gone_is_forgotten(house: House) -> None:
    it = await post(house)
    it.show("working")
    await it.comes("working")
    await house.panes.forget(it.pane)
    assert it.sentry._watches == {}
    it.sentry._glance(it.pane.id)
    assert it.sentry.look(it.pane.id) == it.agent.verdict
    it.sentry.seen("p99")
    it.sentry.stop()
