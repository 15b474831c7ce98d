"""The monitor, before somebody who looks at it."""

import time
from collections.abc import AsyncIterator

import pytest

from muxer.events import WorkChanged
from muxer.model import AgentFacts, Logged, Verdict
from muxer.ui.app import MuxerApp
from muxer.ui.screens.monitor import Monitor
from muxer.work import Clash, Commit, Standing
from tests.ui.asking import Seated, seated
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until

LAST = Commit(sha="3f9c2ab0123", subject="fix \x1b[2Jtotals", at=time.time() - 9000)


@pytest.fixture
async def seat(still: tuple[MuxerApp, StillRuntime]) -> AsyncIterator[Seated]:
    """Two agents at work."""
    async with seated(*still) as sat:
        for number, (pane, name, state) in enumerate((("p1", "ada", "working"), ("p2", "bob", "idle")), 1):
            sat.runtime.known[pane] = {"name": name}
            sat.runtime.agents[pane] = AgentFacts(id=number, name=name, pane=pane, cli="codex", workspace="worktree")
            sat.runtime.verdicts[pane] = Verdict(state=state, since=time.time())  # type: ignore[arg-type]
            sat.app._captions.lookout.look_again(pane)
        sat.runtime.standings["p1"] = Standing(head=LAST.sha, branch="muxer/kim/ada/work", ahead=3, behind=1, last=LAST)
        sat.runtime.standings["p2"] = Standing(head=LAST.sha, branch="muxer/kim/bob/work", untracked=("a", "b"))
        yield sat


async def opens(seat: Seated) -> None:
    seat.glass.type(b"\x02V")
    await seat.glass.sees("MONITOR")


async def closed(seat: Seated) -> None:
    await until(lambda: not seat.row("MONITOR"))


async def test_all_agents_are_listed_and_the_one_in_focus_is_told_of(seat: Seated) -> None:
    seat.runtime.pendings["p2"] = "it works"
    seat.runtime.clashing = [Clash(one="p1", other="p9", paths=("a",), conflicts=("a",))]
    await opens(seat)
    await seat.glass.sees("MONITOR  desk · 2 agents · 1 would conflict")
    await seat.shows("● ada  working  +3 −1", "‼")
    await seat.shows("○ bob  idle     +0 −0  ✎2", "sync")
    await seat.shows("│ ada  codex · working · worktree")
    await seat.shows("│ branch  muxer/kim/ada/work +3 −1")
    await seat.shows("│ last    3f9c2ab fix [2Jtotals (2h)")
    seat.glass.type(b"j")
    await seat.shows("│ sync    waits: it works")
    await seat.shows("│ last    nothing of its own yet")
    seat.glass.type(b"j")
    await seat.shows("│ ada  codex")
    seat.glass.type(b"\x1b[A")
    await seat.shows("│ bob  codex")


async def test_what_changes_is_shown(seat: Seated) -> None:
    await opens(seat)
    seat.runtime.standings["p1"] = Standing(upset="gone", why="the folder is gone: bring it back")
    seat.app.stage.heard(WorkChanged("p1"))
    await seat.shows("│ branch  (gone)")
    await seat.shows("│ wrong   the folder is gone: bring")


async def test_what_its_pane_shows_is_seen_live(seat: Seated) -> None:
    await opens(seat)
    await seat.glass.sees(" 1 activity  2 events")
    seat.runtime.living["p1"].engine.feed(b"41 passed\r\n\r\n")
    seat.app.stage.output("p1")
    await seat.shows("│ 41 passed")
    seat.glass.type(b"k")
    await until(lambda: not seat.row("41 passed"))


async def test_events_are_told_newest_first_and_live(seat: Seated) -> None:
    def event(number: int, subject: str, **data: object) -> Logged:
        return Logged(id=number, at=time.time(), kind=f"kind.{number}", subject=subject, data=data)

    seat.runtime.logged.put_nowait([event(1, "p1"), event(2, "p9", status=1, said="a\x1b[2Jb", more=["x"])])
    await opens(seat)
    seat.glass.type(b"2")
    await seat.shows("kind.2", "p9  status 1  said")
    order = [row.partition("kind.")[2][:1] for row in seat.glass.screen() if "kind." in row]
    assert order == ["2", "1"]
    seat.runtime.logged.put_nowait([event(3, "p2")])
    await seat.shows("kind.3")
    order = [row.partition("kind.")[2][:1] for row in seat.glass.screen() if "kind." in row]
    assert order == ["3", "2", "1"]


@pytest.mark.parametrize(("there", "back"), [(b"2", b"1"), (b"\t", b"\t"), (b"l", b"h"), (b"\x1b[C", b"\x1b[D")])
async def test_the_tabs_are_turned(seat: Seated, there: bytes, back: bytes) -> None:
    seat.runtime.living["p1"].engine.feed(b"41 passed\r\n")
    await opens(seat)
    await seat.shows("│ 41 passed")
    seat.glass.type(there)
    await until(lambda: not seat.row("41 passed"))
    seat.glass.type(back)
    await seat.shows("│ 41 passed")


async def test_its_keys_are_shown(seat: Seated) -> None:
    await opens(seat)
    seat.glass.type(b"?")
    await seat.shows("KEYS OF THE MONITOR")
    seat.glass.type(b"\x1b")
    await until(lambda: not seat.row("KEYS OF"))
    await seat.shows("MONITOR  desk")


@pytest.mark.parametrize(("last", "first"), [(b"G", b"g"), (b"\x1b[F", b"\x1b[H")])
async def test_one_key_goes_to_either_end(seat: Seated, last: bytes, first: bytes) -> None:
    await opens(seat)
    seat.glass.type(last)
    await seat.shows("│ bob  codex")
    seat.glass.type(first)
    await seat.shows("│ ada  codex")


async def test_older_events_are_scrolled_to(seat: Seated) -> None:
    events = [Logged(id=n, at=time.time(), kind=f"kind.{n}", subject="p1") for n in range(1, 41)]
    seat.runtime.logged.put_nowait(events)
    await opens(seat)
    seat.glass.type(b"2")
    await seat.shows("kind.40")
    seat.glass.type(b"\x1b[6~\x1b[6~\x1b[6~\x1b[6~")
    await seat.shows("kind.1 ")
    assert not seat.row("kind.40")
    seat.glass.type(b"\x1b[<64;60;10M")
    await until(lambda: not seat.row("kind.1 "))
    seat.glass.type(b"\x1b[5~\x1b[5~\x1b[5~\x1b[5~")
    await seat.shows("kind.40")


async def test_more_of_a_screen_is_scrolled_to(seat: Seated) -> None:
    terminal = seat.runtime.living["p1"]
    terminal.engine.resize(20, 40)
    terminal.engine.feed(b"".join(b"line %d\r\n" % n for n in range(1, 40)))
    await opens(seat)
    await seat.shows("│ line 39")
    seat.glass.type(b"\x1b[5~\x1b[5~\x1b[5~")
    await seat.shows("│ line 1")
    assert not seat.row("│ line 39")
    seat.glass.type(b"\x1b[6~\x1b[6~\x1b[6~")
    await seat.shows("│ line 39")


def press(col: int, row: int) -> bytes:
    """A click there; counted from 1."""
    return b"\x1b[<0;%d;%dM\x1b[<0;%d;%dm" % (col, row, col, row)


async def test_a_click_chooses_and_two_go_there(seat: Seated) -> None:
    await opens(seat)
    seat.glass.type(press(10, 3))
    await seat.shows("│ bob  codex")
    seat.glass.type(press(10, 9) + press(60, 15))
    seat.glass.type(press(10, 2))
    await seat.shows("│ ada  codex")
    seat.glass.type(press(5, 3) + press(5, 3))
    await closed(seat)
    await until(lambda: seat.app.bench.focus == "p2")


async def test_the_mouse_turns_tabs_and_goes_by_the_name(seat: Seated) -> None:
    seat.runtime.living["p1"].engine.feed(b"41 passed\r\n")
    await opens(seat)
    await seat.shows("2 events")
    col, row = next(
        (text.index("2 events") + 2, n) for n, text in enumerate(seat.glass.screen(), 1) if "2 events" in text
    )
    seat.glass.type(press(col, row))
    await until(lambda: not seat.row("41 passed"))
    seat.glass.type(press(col - 14, row))
    await seat.shows("│ 41 passed")
    seat.glass.type(press(10, 3))
    await seat.shows("│ bob  codex")
    seat.glass.type(press(col, 2))
    await closed(seat)
    await until(lambda: seat.app.bench.focus == "p2")


async def test_the_wheel_moves_the_bar_and_stops_at_the_ends(seat: Seated) -> None:
    await opens(seat)
    seat.glass.type(b"\x1b[<65;10;10M" * 3)
    await seat.shows("│ bob  codex")
    seat.glass.type(b"\x1b[<64;10;10M")
    await seat.shows("│ ada  codex")


@pytest.mark.parametrize("key", [b"\r", b"a"])
async def test_it_goes_to_the_pane(seat: Seated, key: bytes) -> None:
    await opens(seat)
    seat.glass.type(b"j" + key)
    await closed(seat)
    await until(lambda: seat.app.bench.focus == "p2")


@pytest.mark.parametrize("key", [b"q", b"\x1b", b"\x03"])
async def test_it_is_left_and_nobody_listens_then(seat: Seated, key: bytes) -> None:
    await opens(seat)
    assert seat.app.attention.watcher is not None
    seat.glass.type(key)
    await closed(seat)
    await until(lambda: seat.app.attention.watcher is None)
    assert seat.app.bench.focus == "p1"


async def test_it_is_drawn_again_when_asked(seat: Seated) -> None:
    await opens(seat)
    seat.app.attention.watcher = None
    await seat.shows("+3 −1")
    seat.runtime.standings["p1"] = Standing(head=LAST.sha, ahead=7)
    seat.glass.type(b"r")
    await seat.shows("+7 −0")


async def test_there_is_one_however_often_it_is_asked_for(seat: Seated) -> None:
    await opens(seat)
    seat.app.stage.act("monitor.open")
    await until(lambda: len(seat.app.screen_stack) == 2)
    seat.glass.type(b"j")
    await seat.shows("│ bob  codex")
    seat.glass.type(b"q")
    await closed(seat)


async def test_without_agents_it_says_what_to_do(seat: Seated) -> None:
    seat.runtime.agents.clear()
    await opens(seat)
    await seat.glass.sees("No agent is at work.")
    await seat.glass.sees("ctrl+b A spawns one.")
    seat.glass.type(b"jk\r")
    await closed(seat)
    assert seat.app.bench.focus == "p1"


async def test_what_happens_while_it_goes_disturbs_nobody(seat: Seated) -> None:
    await opens(seat)
    screen = seat.app.screen
    assert isinstance(screen, Monitor)
    await screen.remove_children()
    screen.on_resize()
    seat.app.pop_screen()
