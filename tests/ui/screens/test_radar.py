"""The radar, before somebody who looks at it."""

from collections.abc import AsyncIterator

import pytest

from muxer.events import ClashesChanged
from muxer.model import AgentFacts
from muxer.ui.app import MuxerApp
from muxer.work import Clash, Standing, Touched
from tests.ui.asking import Seated, seated
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until

CLASH = Clash(one="p1", other="p3", paths=("a.py", "src/money.py"), conflicts=("src/money.py",))
SHARED = Clash(one="p2", other="p3", paths=("a.py",))


@pytest.fixture
async def seat(still: tuple[MuxerApp, StillRuntime]) -> AsyncIterator[Seated]:
    """Three agents at work; nobody looks at the third."""
    async with seated(*still) as sat:
        sat.app.stage.place("p3", tab="of-p3", way="none", show=False)
        for number, (pane, name) in enumerate((("p1", "ada"), ("p2", "bob"), ("p3", "cyd")), 1):
            sat.runtime.known[pane] = {"name": name}
            sat.runtime.agents[pane] = AgentFacts(id=number, name=name, pane=pane, cli="claude-code")
            sat.runtime.standings[pane] = Standing(touched=(Touched("a.py"),) * number)
        yield sat


def clash(seat: Seated, *clashes: Clash) -> None:
    """Just these clash from now on."""
    seat.runtime.clashing = list(clashes)
    seat.app.stage.heard(ClashesChanged(root="/api"))


async def opens(seat: Seated) -> None:
    seat.glass.type(b"\x02G")
    await seat.glass.sees("RADAR")


async def closed(seat: Seated) -> None:
    await until(lambda: not seat.row("RADAR"))


async def test_it_begins_with_what_would_conflict(seat: Seated) -> None:
    clash(seat, SHARED, CLASH)
    await opens(seat)
    await seat.glass.sees("RADAR  3 at work · 1 would conflict")
    await seat.shows("1 ada   1   ·   2‼")
    await seat.shows("2 bob   ·   2   1")
    await seat.glass.sees("ada and cyd both change 2 files: 1 would conflict")
    await seat.glass.sees("‼ src/money.py")
    await seat.glass.sees("enter go to ada · m write to both · D review · n next · ? keys · esc close")


async def test_keys_choose_another_pair(seat: Seated) -> None:
    clash(seat, CLASH, SHARED)
    await opens(seat)
    seat.glass.type(b"j")
    await seat.glass.sees("bob and cyd both change 1 file: all would merge")
    seat.glass.type(b"h")
    await seat.glass.sees("bob changes 2 files")
    seat.glass.type(b"\x1b[D\x1b[D\x1b[D")
    await seat.glass.sees("bob and ada change no file both")
    seat.glass.type(b"n")
    await seat.glass.sees("ada and cyd both change 2 files: 1 would conflict")
    seat.glass.type(b"\x1b[B\x1b[B\x1b[A\x1b[Ckk")
    await seat.glass.sees("ada and cyd both change 2 files: 1 would conflict")


async def test_what_changes_is_shown_and_the_pair_stays(seat: Seated) -> None:
    clash(seat, CLASH)
    await opens(seat)
    await seat.glass.sees("1 would conflict")
    clash(seat, SHARED)
    await seat.glass.sees("RADAR  3 at work · none would conflict")
    await seat.glass.sees("ada and cyd change no file both")
    seat.glass.type(b"n")
    await seat.glass.sees("bob and cyd both change 1 file")
    clash(seat, SHARED, CLASH)
    await seat.glass.sees("1 would conflict")
    await seat.glass.sees("bob and cyd both change 1 file")
    clash(seat)
    await seat.glass.sees("bob and cyd change no file both")
    del seat.runtime.standings["p2"]
    clash(seat)
    await seat.glass.sees("RADAR  2 at work")
    await seat.glass.sees("ada and cyd change no file both")


async def test_where_nobody_works_it_says_what_to_do(seat: Seated) -> None:
    seat.runtime.standings.clear()
    await opens(seat)
    await seat.glass.sees("No agent works in a git repository. ctrl+b A spawns one.")
    seat.glass.type(b"j")
    await closed(seat)


async def test_more_paths_are_looked_through(seat: Seated) -> None:
    clash(seat, Clash(one="p1", other="p2", paths=tuple(f"f{n}.py" for n in range(30))))
    await opens(seat)
    await seat.glass.sees("… 19 more")
    seat.glass.type(b"\x1b[6~")
    await seat.glass.sees("… 16 more")
    assert not seat.row("f0.py")
    seat.glass.type(b"\x1b[5~")
    await seat.glass.sees("f0.py")


def press(col: int, row: int) -> bytes:
    """A click there; counted from 1."""
    return b"\x1b[<0;%d;%dM\x1b[<0;%d;%dm" % (col, row, col, row)


async def test_a_click_chooses_two(seat: Seated) -> None:
    clash(seat, CLASH, SHARED)
    await opens(seat)
    await seat.glass.sees("ada and cyd")
    seat.glass.type(press(19, 4))
    await seat.glass.sees("bob and cyd both change 1 file")
    seat.glass.type(press(60, 4))
    seat.glass.type(press(11, 3))
    await seat.glass.sees("ada changes 1 file")


@pytest.mark.parametrize("places", [[(11, 4), (11, 4)], [(5, 4)], [(15, 2)]])
async def test_two_clicks_or_one_on_a_name_go_to_the_pane(seat: Seated, places: list[tuple[int, int]]) -> None:
    await opens(seat)
    await seat.shows("2 bob")
    seat.glass.type(b"".join(press(*place) for place in places))
    await closed(seat)
    await until(lambda: seat.app.bench.focus == "p2")


async def test_the_wheel_goes_through_rows_and_files(seat: Seated) -> None:
    clash(seat, Clash(one="p1", other="p2", paths=tuple(f"f{n}.py" for n in range(30))))
    await opens(seat)
    await seat.glass.sees("… 19 more")
    seat.glass.type(b"\x1b[<65;10;9M")
    await seat.glass.sees("… 16 more")
    seat.glass.type(b"\x1b[<64;10;9M")
    await seat.glass.sees("… 19 more")
    seat.glass.type(b"\x1b[<65;10;3M")
    await seat.glass.sees("bob changes 2 files")
    seat.glass.type(b"\x1b[<64;10;3M")
    await seat.glass.sees("ada and bob both change 30 files")


async def test_one_key_goes_to_either_end_and_one_shows_all_keys(seat: Seated) -> None:
    clash(seat, SHARED)
    await opens(seat)
    seat.glass.type(b"G")
    await seat.glass.sees("cyd changes 3 files")
    seat.glass.type(b"\x1b[H")
    await seat.glass.sees("ada and cyd change no file both")
    seat.glass.type(b"?")
    await seat.glass.sees("KEYS OF THE RADAR")
    seat.glass.type(b"\x1b")
    await until(lambda: not seat.row("KEYS OF"))
    assert seat.row("RADAR")


async def test_a_hostile_name_is_shown_and_does_nothing(seat: Seated) -> None:
    seat.runtime.known["p2"] = {"name": "b\x1b[2J\u202e漢👩‍💻"}
    clash(seat, Clash(one="p1", other="p2", paths=("a\x1b[2J\u202e.py",)))
    await opens(seat)
    await seat.shows("2 b[2J漢")
    await seat.shows("a[2J.py")


async def test_enter_goes_to_the_pane(seat: Seated) -> None:
    clash(seat, SHARED)
    await opens(seat)
    await seat.glass.sees("enter go to bob")
    seat.glass.type(b"\r")
    await closed(seat)
    await until(lambda: seat.app.bench.focus == "p2")


async def test_both_are_written_to(seat: Seated) -> None:
    clash(seat, Clash(one="p1", other="p2", paths=("a.py",)))
    await opens(seat)
    await seat.glass.sees("m write to both")
    seat.glass.type(b"m")
    await seat.glass.sees("BROADCAST")
    await seat.glass.sees("to ada, bob")


async def test_escape_and_q_leave_it_and_nobody_listens_then(seat: Seated) -> None:
    for key in (b"\x1b", b"q", b"\x03"):
        await opens(seat)
        assert seat.app.attention.watcher is not None
        seat.glass.type(key)
        await closed(seat)
        await until(lambda: seat.app.attention.watcher is None)
    assert seat.app.bench.focus == "p1"
