import asyncio
from typing import cast

import pytest

from muxer.model import Need, NeedKind
from muxer.ui import attention as module
from muxer.ui.attention import Attention, announced
from muxer.ui.notices import Notices
from muxer.ui.runtime import Runtime
from tests.ui.asking import asked, finished, permission, told
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until


class Counter:
    """A runtime with two panes, what was said in them, and how often the count was another."""

    def __init__(self) -> None:
        self.runtime, self.notices, self.changes = StillRuntime(), Notices(), 0
        self.runtime.terminals = dict.fromkeys(("p1", "p2", "p3"))  # type: ignore[assignment]  # only who lives
        self.attention = Attention(cast(Runtime, self.runtime), self.notices, self.changed)

    def changed(self) -> None:
        self.changes += 1

    @property
    def panes(self) -> list[tuple[str, str]]:
        return [(need.pane, need.kind) for need in self.attention.needs]


def limit(pane: str, kind: NeedKind = "limit") -> Need:
    return Need(pane=pane, name=pane, kind=kind)


async def test_panes_that_called_come_after_agents_that_ask_and_before_what_has_time() -> None:
    counter = Counter()
    counter.notices.add("p3", "p3", "rang the bell", asyncio.get_running_loop().time(), seen=False)
    counter.runtime.needed = [permission("p1"), limit("p2"), limit("p1", "held")]
    assert counter.panes == [("p1", "permission"), ("p3", "called"), ("p2", "limit"), ("p1", "held")]
    assert list(counter.attention.waiting) == ["p1", "p3"]
    assert counter.attention.needs[1].words == "rang the bell"


async def test_a_pane_is_counted_once_and_one_that_is_gone_not_at_all() -> None:
    counter = Counter()
    for pane in ("p1", "p9"):
        counter.notices.add(pane, pane, "rang the bell", 0.0, seen=False)
    counter.runtime.needed = [permission("p1"), finished("p1")]
    assert [kind for _, kind in counter.panes] == ["permission", "done"]
    assert counter.attention.waiting == {"p1": permission("p1")}
    assert counter.attention.asked("p1") == permission("p1")
    assert counter.attention.asked("p2") is None


async def test_what_is_snoozed_is_back_when_it_is_another_or_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = Counter()
    counter.runtime.needed = [permission("p1")]
    counter.attention.snooze(permission("p1"))
    assert (counter.panes, counter.changes) == ([], 1)
    counter.runtime.needed = [permission("p1", since=101.0)]
    assert counter.panes == [("p1", "permission")]
    monkeypatch.setattr(module, "SNOOZE", 0.02)
    counter.attention.snooze(counter.runtime.needed[0])
    assert counter.panes == []
    await until(lambda: counter.changes == 3)
    assert counter.panes == [("p1", "permission")]


async def test_what_peers_say_is_counted_and_two_questions_of_one_are_two() -> None:
    counter = Counter()
    counter.runtime.needed = [asked("p1"), asked("p1", ask=8), asked(""), told("p1")]
    assert list(counter.attention.waiting) == ["p1", "@gus"]
    counter.attention.snooze(asked("p1"))
    assert [need.ask for need in counter.attention.needs] == [8, 7, 0]
    counter.attention.snooze(asked("p1", ask=8))
    assert [(need.pane, need.ask) for need in counter.attention.needs] == [("", 7), ("p1", 0)]


async def test_a_call_that_is_snoozed_is_seen() -> None:
    counter = Counter()
    counter.notices.add("p1", "p1", "rang the bell", 0.0, seen=False)
    counter.attention.snooze(counter.attention.needs[0])
    assert not counter.notices.waits("p1")


async def test_whoever_watches_is_told_of_many_changes_at_once() -> None:
    counter, told = Counter(), []
    counter.attention.stir()
    counter.attention.watcher = lambda: told.append(1)
    for _ in range(9):
        counter.attention.stir()
    await until(lambda: told)
    assert told == [1]


async def test_whoever_shows_what_peers_say_knows_that_they_spoke() -> None:
    counter, told = Counter(), []
    counter.attention.watcher = lambda: told.append(counter.attention.talk)
    counter.attention.stir()
    await until(lambda: told)
    counter.attention.talked()
    counter.attention.talked()
    await until(lambda: len(told) == 2)
    assert told == [0, 2]


@pytest.mark.parametrize(
    ("need", "words"),
    [
        (permission(words="Bash: rm \x1b[2J\n-r"), "asks for permission: Bash: rm [2J -r"),
        (finished(words=""), "is done"),
        (limit("p1"), "reached its limit"),
        (asked(words="Which\x1b[2J port?"), "asks you: Which[2J port?"),
        (told(), "tells you: It is merged"),
    ],
)
def test_what_is_said_to_whoever_looks_elsewhere(need: Need, words: str) -> None:
    assert announced(need) == words
