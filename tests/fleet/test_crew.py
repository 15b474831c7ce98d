"""The agents of a host, wired: what a person answers reaches just what is asked, and hooks reach everybody."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from muxer.agents.signs import Told
from muxer.fleet.agent import Agent
from muxer.model import Need
from muxer.store.agents import KnownAgent, add_agent
from tests.agents.seeing import captured, clis, picture
from tests.fleet.test_sentry import ECHO
from tests.house import House, house_in, until


class Asking:
    """An agent whose pane shows a question, and echoes what is typed."""

    def __init__(self, house: House, agent: Agent) -> None:
        self.house, self.agent, self.crew = house, agent, house.services.crew

    async def shows(self, screen: str, wait: str | None) -> list[Need]:
        heard, shown = captured(f"claude-code/{screen}")
        self.house.panes.terminals[self.agent.pane].write(picture(heard, shown))
        await until(lambda: self.agent.verdict.wait == wait, f"{wait}, not {self.agent.verdict}")
        return self.crew.needs()

    def screen(self) -> str:
        return "\n".join(self.house.panes.terminals[self.agent.pane].engine.lines())


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    async with house_in() as house:
        pane = await house.services.open_pane(ECHO, name="ada")
        await until(lambda: "ready" in pane.terminal.engine.lines()[0])
        agent = Agent(1, pane.id, clis()["claude-code"], token="t", folder="/", spawned_at=time.time() - 100)
        house.services.agents.join(agent, "ada")
        yield Asking(house, agent)


async def test_an_answer_is_typed_to_what_is_asked(asking: Asking) -> None:
    (need,) = await asking.shows("permission", "permission")
    assert need.choices
    assert asking.crew.answer(need, "§") == ""
    await until(lambda: "§" in asking.screen(), "the answer")


async def test_nothing_is_typed_once_something_else_is_asked(asking: Asking) -> None:
    (need,) = await asking.shows("permission", "permission")
    await asking.shows("idle", None)
    assert asking.crew.answer(need, "§") == "ada asks something else now: look again"
    assert "§" not in asking.screen()


async def test_nothing_is_typed_to_what_asks_nothing(asking: Asking) -> None:
    need = Need(pane=asking.agent.pane, name="ada", kind="done")
    assert asking.crew.answer(need, "§") == "ada asks nothing now"
    assert asking.crew.answer(Need(pane="p99", name="bob", kind="trust"), "§") == "bob asks nothing now"


async def test_the_hook_at_a_turns_end_is_handed_what_waits(asking: Asking) -> None:
    store = asking.house.stores[-1]
    known = KnownAgent(name="ada", pane=asking.agent.pane, cli="claude-code", token="t", folder="/")
    assert await store.ask(add_agent, known) == asking.agent.id
    await asking.shows("working", None)
    await asking.crew.inbox.put(asking.agent, "look at the tests", sender="bob")
    await store.settled()
    now = time.time()
    assert asking.crew.hooked(asking.agent, Told(kind="tool", at=now, event="PreToolUse")) == ""
    said = asking.crew.hooked(asking.agent, Told(kind="turn-ended", at=now, event="Stop", session="s1"))
    assert "look at the tests" in said
    assert asking.agent.session == "s1"
    assert asking.crew.hooked(asking.agent, Told(kind="turn-ended", at=now, event="Stop")) == ""


async def test_b18_an_agent_that_goes_on_at_the_end_of_its_turn_does_not_rest(asking: Asking) -> None:
    await asking.shows("working", None)
    await until(lambda: asking.agent.verdict.state == "working")
    states: list[str] = []
    asking.house.services.listeners.append(lambda _event: states.append(asking.agent.verdict.state))
    heard: list[Told] = []
    asking.crew.on_hooked = lambda _agent, told: heard.append(told)
    asking.crew.reminder = lambda _agent: "ask 12 waits"
    end = Told(kind="turn-ended", at=time.time(), event="Stop", answer="Done.")
    assert "ask 12 waits" in asking.crew.hooked(asking.agent, end)
    assert asking.agent.verdict.state == "working"
    assert set(states) <= {"working"}
    asking.crew.reminder = lambda _agent: ""
    last = replace(end, at=time.time())
    assert asking.crew.hooked(asking.agent, last) == ""
    assert asking.agent.verdict.state in ("idle", "done")
    assert heard == [end, last]
    assert [told.answer for told in asking.agent.told] == ["", ""]


async def test_what_can_be_spawned_has_what_is_installed_first(asking: Asking) -> None:
    asking.crew.clis = clis()
    offered = asking.crew.offered({"PATH": "/nowhere", "SHELL": "/bin/sh"})
    assert offered[0].name == "shell"
    assert not any(one.program for one in offered[1:])


async def test_a_line_of_text_has_its_enter_after_it(asking: Asking) -> None:
    (need,) = await asking.shows("permission", "permission")
    assert asking.crew.answer(need, "later\r") == ""
    await until(lambda: "later" in asking.screen(), "the text")
    engine = asking.house.panes.terminals[asking.agent.pane].engine

    def returned() -> bool:
        cursor = engine.frame().cursor
        return cursor is not None and cursor.x == 0

    await until(returned, "its Enter")
