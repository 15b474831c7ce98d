import asyncio
import time
from collections.abc import Collection
from pathlib import Path

import pytest

from muxer.fleet.lifecycle import Evidence, status
from muxer.model import Exit, PaneFacts, Status, Verdict
from muxer.terminal.terminal import Terminal
from muxer.ui import lookout as module
from muxer.ui.lookout import Lookout, in_order, last_words
from tests.ui.glass import until


class Ground:
    """A runtime with one pane."""

    def __init__(self, terminal: Terminal, cwd: str) -> None:
        self.terminals: dict[str, Terminal] = {"p1": terminal}
        self.exit: Exit | None = None
        self.again_at = 0.0
        self.frozen = False
        self.title = ""
        self.program = ""
        self.asked = 0
        self.cwd = cwd
        self.judged: Verdict | None = None

    def facts(self, pane: str) -> PaneFacts:
        self.asked += 1
        return PaneFacts(
            id=pane, name="sh", tab="1", pid=1, command=("/bin/sh",), cwd=self.cwd, cols=20, rows=5,
            state=self.exit.state if self.exit else "running", title=self.title, exit=self.exit,
            again_at=self.again_at, frozen=self.frozen,
        )  # fmt: skip

    def status(self, pane: str, *, waits: str = "") -> Status:
        return status(Evidence(facts=self.facts(pane), now=time.time(), busy=self.program, waits=waits))

    def verdict(self, pane: str) -> Verdict | None:
        del pane
        return self.judged

    def busy(self, pane: str) -> str:
        del pane
        return self.program


@pytest.fixture
def ground(terminal: Terminal, tmp_path: Path) -> Ground:
    return Ground(terminal, str(tmp_path))


class Watch(Lookout):
    """One that writes down what it tells."""

    def __init__(self, ground: Ground) -> None:
        self.told: list[set[str]] = []
        super().__init__(ground, self.tell)  # type: ignore[arg-type]  # as much of a runtime as it asks
        self.wanted = lambda: ("p1", "p2")

    def tell(self, panes: Collection[str]) -> None:
        self.told.append(set(panes))


async def test_a_pane_without_a_program_is_starting_until_it_has_one(ground: Ground) -> None:
    watch = Watch(ground)
    assert watch.sight("p2").state == "starting"
    ground.terminals["p2"] = ground.terminals["p1"]
    assert watch.sight("p2").state == "idle"


async def test_news_is_looked_at_soon_and_told_once(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", 0.02)
    monkeypatch.setattr(module, "SETTLED", 0.01)
    watch = Watch(ground)
    watch.attend(attended=True, seen=["p1"])
    assert watch.sight("p1").state == "idle"
    ground.program = "make"
    ground.terminals["p1"].engine.feed(b"compiling\r\n3 of 7\r\n")
    for _ in range(100):
        watch.output("p1")
    assert watch.told == []
    await until(lambda: watch.told, "a word of it")
    sight = watch.sight("p1")
    assert (sight.state, sight.title, sight.last, sight.project) == ("working", "make", "3 of 7", ground.cwd)
    await until(lambda: watch._timer is None, "rest")
    watch.output("p1")
    await until(lambda: watch._timer is None, "rest")
    assert watch.told == [{"p1"}]


async def test_looking_waits_for_an_echo_but_not_for_ever(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", 0.01)
    watch = Watch(ground)
    watch.attend(attended=True, seen=["p1"])
    watch.sight("p1")
    ground.program = "make"
    watch._looked = watch._loop.time()
    watch.output("p1")
    watch.typed()
    watch._look()
    assert watch.told == []
    watch._looked = 0.0
    watch._look()
    assert watch.told == [{"p1"}]
    watch.stop()


async def test_without_news_nothing_is_asked_and_no_timer_runs(ground: Ground) -> None:
    watch = Watch(ground)
    watch.attend(attended=True, seen=["p1"])
    watch.sight("p1")
    asked = ground.asked
    for _ in range(10):
        watch.sight("p1")
        watch.attend(attended=True, seen=["p1"])
    assert ground.asked == asked
    assert watch._timer is None


async def test_while_nobody_is_here_nothing_is_looked_at(ground: Ground) -> None:
    watch = Watch(ground)
    watch.output("p1")
    assert watch._timer is None
    watch.attend(attended=True, seen=[])
    assert watch._timer is not None
    watch.attend(attended=False, seen=[])
    assert watch._timer is None
    watch.attend(attended=True, seen=[])
    watch.stop()
    assert watch._timer is None


async def test_what_comes_into_view_is_shown_as_it_is(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETTLED", 0.0)
    watch = Watch(ground)
    watch.sight("p1")
    watch.wanted = lambda: ()
    ground.program = "make"
    watch.output("p1")
    watch.attend(attended=True, seen=[])
    assert watch.sight("p1").state == "idle"
    watch.wanted = lambda: ("p1",)
    watch.attend(attended=True, seen=["p1"])
    assert watch.sight("p1").state == "working"
    assert watch._timer is None


async def test_what_nobody_sees_is_unread_until_somebody_does(ground: Ground) -> None:
    watch = Watch(ground)
    watch.attend(attended=True, seen=["p1"])
    watch.output("p1")
    assert not watch.unread("p1")
    watch.attend(attended=True, seen=["p2"])
    watch.output("p1")
    assert watch.unread("p1")
    watch.attend(attended=True, seen=["p1"])
    assert not watch.unread("p1")
    watch.attend(attended=False, seen=["p1"])
    watch.output("p1")
    assert watch.unread("p1")
    watch.forget("p1")
    assert not watch.unread("p1")
    watch.stop()


async def test_an_end_and_a_wait_are_seen_at_once(ground: Ground) -> None:
    watch = Watch(ground)
    watch.sight("p1")
    watch.waits = lambda _pane: "may I?"
    watch.look_again("p1")
    assert (watch.sight("p1").state, watch.sight("p1").about) == ("waiting", "may I?")
    ground.exit = Exit(signal=9)
    watch.look_again("p1")
    assert (watch.sight("p1").state, watch.sight("p1").note) == ("crashed", "killed by signal 9")


async def test_a_countdown_goes_on_while_somebody_sees_it(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COUNT", 0.01)
    watch = Watch(ground)
    ground.exit, ground.again_at = Exit(status=1), time.time() + 9
    assert (watch.sight("p1").state, watch.sight("p1").note) == ("starting", "again in 9s")
    assert watch.sight("p1").ended
    watch.attend(attended=True, seen=["p1"])
    ground.again_at -= 5
    await until(lambda: watch.told, "a word of it")
    assert watch.sight("p1").note == "again in 4s"
    watch.wanted = lambda: ()
    await until(lambda: watch._count_soon is None, "rest")
    watch.wanted = lambda: ("p1",)
    watch.attend(attended=True, seen=["p1"])
    assert watch._count_soon is not None
    watch.attend(attended=False, seen=[])
    assert watch._count_soon is None


async def test_a_countdown_that_may_not_move_says_when_it_ends(ground: Ground) -> None:
    watch = Watch(ground)
    watch.may_count = lambda: False
    ground.exit, ground.again_at = Exit(status=1), time.mktime((2030, 1, 2, 3, 4, 5, 0, 0, -1))
    assert watch.sight("p1").note == "again at 03:04:05"
    watch.attend(attended=True, seen=["p1"])
    assert watch._count_soon is None


async def test_a_pane_that_turned_is_told_from_one_with_another_title(ground: Ground) -> None:
    watch = Watch(ground)
    watch.sight("p1")
    ground.title = "vim"
    assert not watch.turned("p1")
    ground.frozen = True
    assert watch.turned("p1")
    assert not watch.any_frozen
    watch.look_again("p1")
    assert watch.any_frozen
    assert not watch.turned("p1")
    ground.frozen, ground.exit = False, Exit(status=1)
    assert watch.turned("p1")
    watch.forget("p1")
    assert not watch.any_frozen


async def test_a_state_has_an_age_that_other_news_leave_alone(ground: Ground) -> None:
    watch = Watch(ground)
    ground.program = "make"
    watch.output("p1")
    first = watch.sight("p1").since
    await asyncio.sleep(0.01)
    watch.output("p1")
    watch.look_again("p1")
    assert watch.sight("p1").since == first
    ground.program = ""
    watch.look_again("p1")
    assert watch.sight("p1").since > first


async def test_of_an_agent_its_verdict_is_shown(ground: Ground) -> None:
    watch = Watch(ground)
    ground.program, ground.title = "claude", "fix the total"
    ground.judged = Verdict(state="working", since=time.time() - 100)
    sight = watch.sight("p1")
    assert (sight.state, sight.said, sight.title) == ("working", "working", "fix the total")
    assert asyncio.get_running_loop().time() - sight.since == pytest.approx(100, abs=5)
    watch.look_again("p1")
    assert watch.sight("p1") == sight, "its age moves by itself"
    ground.judged = Verdict(state="waiting", wait="permission", words="Bash: rm\x1b[2J", since=time.time())
    watch.look_again("p1")
    sight = watch.sight("p1")
    assert (sight.state, sight.said, sight.title) == ("waiting", "waiting: permission", "Bash: rm[2J")
    ground.exit = Exit(status=1)
    watch.look_again("p1")
    assert watch.sight("p1").said == "exited 1", "it asks nothing any more"


async def test_what_was_said_of_an_agent_that_waits_does_not_hide_its_verdict(ground: Ground) -> None:
    watch = Watch(ground)
    watch.waits = lambda _pane: "rang the bell"
    ground.judged = Verdict(state="done", words="It is all there")
    sight = watch.sight("p1")
    assert (sight.state, sight.about) == ("done", "It is all there")


def test_the_last_words() -> None:
    assert last_words(["one", "two  words", "", "  "], prompts=False) == "two words"
    assert last_words(["41 passed", "$ "], prompts=True) == "41 passed"
    assert last_words(["$ "], prompts=True) == ""
    assert last_words([], prompts=False) == ""
    assert last_words(["a\x1b[2Jb"], prompts=False) == "a[2Jb"
    assert len(last_words(["x" * 1000], prompts=False)) == 200


def test_panes_are_in_the_order_in_which_they_were_made() -> None:
    assert in_order(["p10", "p2", "p1"]) == ["p1", "p2", "p10"]
