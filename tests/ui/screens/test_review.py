"""The review, before somebody who reads, chooses and comments in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from muxer.errors import MuxerError
from muxer.events import AgentChanged
from muxer.model import AgentFacts
from muxer.ui.app import MuxerApp
from muxer.ui.screens.review import Review
from muxer.ui.screens.review_view import Lines
from muxer.work import Standing
from tests.ui.asking import Seated, seated
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until
from tests.ui.screens.reviewed import CODE, NOTES, TOOL, WORK, answer, file, hunk

SENT = {"note": 7, "now": "typed", "why": ""}
MADE = {"commit": "c" * 40, "message": "fix it"}


class Work:
    """What the verbs answer, while somebody sits there."""

    def __init__(self, seat: Seated) -> None:
        self.seat = seat
        self.said: dict[str, Any] = {"diff": WORK, "send": SENT, "part": MADE, "promote": {}}
        self.gate = asyncio.Event()
        self.gate.set()

    async def call(self, verb: str, **arguments: object) -> object:
        self.seat.runtime.called.append((verb, arguments))
        await self.gate.wait()
        if isinstance(self.said[verb], MuxerError):
            raise self.said[verb]
        return self.said[verb]

    async def opens(self) -> None:
        self.seat.glass.type(b"\x02D")
        await self.seat.glass.sees("q close")

    async def types(self, keys: bytes, *sees: str) -> None:
        self.seat.glass.type(keys)
        await self.seat.shows(*sees)

    @property
    def screen(self) -> Review:
        screen = self.seat.app.screen
        assert isinstance(screen, Review)
        return screen


@asynccontextmanager
async def reviewing(app: MuxerApp, runtime: StillRuntime, cols: int, rows: int = 24) -> AsyncIterator[Work]:
    runtime.agents["p1"] = AgentFacts(id=1, name="p1", pane="p1", cli="claude-code")
    async with seated(app, runtime, cols, rows) as seat:
        work = Work(seat)
        vars(runtime)["call"] = work.call
        yield work


@pytest.fixture
async def work(still: tuple[MuxerApp, StillRuntime]) -> AsyncIterator[Work]:
    async with reviewing(*still, 100) as made:
        yield made


async def test_it_opens_at_once_and_reads_in_the_background(work: Work) -> None:
    work.gate.clear()
    work.seat.glass.type(b"\x02D")
    await work.seat.shows("REVIEW  p1")
    await work.seat.shows("reading …")
    work.gate.set()
    await work.seat.shows("REVIEW  p1 · 3 files +4 −2 · muxer/kim/p1/work since bbbbbbb")
    await work.seat.shows(" M  src/code.py", "+2 −2", "@@ 1 class A:")
    await work.seat.shows(" A✎ notes.md", "+2 −0")
    await work.seat.shows("2 +    return 2")


async def test_a_narrow_terminal_shows_files_then_lines(still: tuple[MuxerApp, StillRuntime]) -> None:
    async with reviewing(*still, 80) as work:
        await work.opens()
        await work.seat.shows(" M  tool")
        assert not work.seat.row("return 1")
        await work.types(b"\r", "2    -    return 1")
        assert not work.seat.row(" M  tool")
        await work.types(b"h", " M  tool")


async def test_a_wide_terminal_shows_before_and_after(still: tuple[MuxerApp, StillRuntime]) -> None:
    async with reviewing(*still, 150) as work:
        await work.opens()
        await work.seat.shows("2 -    return 1", "│", "2 +    return 2")
        work.seat.glass.resize(110, 24)
        await work.seat.shows("2    -    return 1")
        assert not work.seat.row("│")


async def test_hunks_and_files_are_chosen_and_promoted_as_a_commit(work: Work) -> None:
    await work.opens()
    await work.types(b"y", "nothing is chosen: s chooses a hunk, S all of a file")
    await work.types(b"\rs", "● @@ 1 class A:")
    await work.types(b"", "○M  src/code.py")
    await work.types(b"NS", "●A✎ notes.md")
    await work.types(b"y", "fix it")
    await work.types(b" now\r", "promoted ccccccc fix it")
    await work.seat.calls("part", agent="p1", hunks=["h1", "h3"], message="fix it now")
    await work.seat.calls("promote", agent="p1", commit="c" * 40)
    await until(lambda: not work.seat.row("chosen"))


async def test_what_cannot_be_promoted_stays_chosen(work: Work) -> None:
    await work.opens()
    work.said["promote"] = MuxerError("trunk moved: try again")
    await work.types(b"sy\r", "trunk moved: try again")
    await work.seat.shows("2 chosen")
    work.said["part"] = MuxerError("git does not know who you are")
    await work.types(b"y\r", "git does not know who you are")
    assert len(work.seat.called("promote")) == 1


async def test_comments_are_kept_and_sent_together(work: Work) -> None:
    await work.opens()
    await work.types(b"\r" + b"jjvjc", "what to say about it")
    work.seat.glass.type(b"why so?\r")
    await work.seat.shows("1 comment to send")
    await work.types(b"nnjcand this\r", "2 comments to send")
    await work.types(b"C", "note 7 for p1: typed")
    text = (
        "2 comments on your changes:\n\nsrc/code.py:2-3 (removed)\n> -    return 1\n> -    # old\nwhy so?\n\n"
        "notes.md:1\n> +# Notes\nand this"
    )
    await work.seat.calls("send", pane="p1", text=text)
    assert not work.seat.row("to send")


async def test_what_is_chosen_and_commented_is_kept_for_the_next_time(work: Work) -> None:
    await work.opens()
    await work.types(b"\rsjcno\r", "1 chosen · 1 comment to send")
    work.said["send"] = MuxerError("p1 is gone")
    await work.types(b"C", "p1 is gone")
    await work.types(b"q", "kept for the next review of p1: 1 chosen and 1 comment")
    assert not work.seat.row("REVIEW")
    work.seat.glass.type(b"\x02D")
    await work.seat.shows("kept from before: 1 chosen and 1 comment · X drops that")
    await work.seat.shows("1 chosen · 1 comment to send")
    await work.seat.shows("○M  src/code.py")
    await work.types(b"X", "enter open")
    assert not work.seat.row("1 chosen")
    work.seat.glass.type(b"q")
    await until(lambda: not work.seat.row("REVIEW"))
    await work.opens()
    await work.seat.shows("enter open")


async def test_what_changed_meanwhile_is_chosen_no_longer(work: Work) -> None:
    await work.opens()
    await work.types(b"sjs", "3 chosen")
    work.seat.glass.type(b"q")
    await until(lambda: not work.seat.row("REVIEW"))
    work.said["diff"] = answer(CODE)
    work.seat.glass.type(b"\x02D")
    await work.seat.shows("1 of what you chose changed: it is chosen no longer")
    await work.seat.shows("2 chosen")


async def test_every_agent_has_its_own(work: Work) -> None:
    await work.opens()
    await work.types(b"s", "2 chosen")
    work.seat.glass.type(b"q")
    await until(lambda: not work.seat.row("REVIEW"))
    assert [*work.seat.app.lately.reviews] == ["p1"]
    work.seat.runtime.agents["p2"] = AgentFacts(id=2, name="p2", pane="p2", cli="claude-code")
    work.seat.glass.type(b"\x022")
    await until(lambda: work.seat.app.bench.focus == "p2")
    await work.opens()
    await work.seat.shows("REVIEW  p2 · 3 files")


async def test_where_there_is_no_line_nothing_is_commented(work: Work) -> None:
    await work.opens()
    await work.types(b"\rchm\r", "there is no line here: go to one, and comment that")


async def test_text_is_searched_in_all_files(work: Work) -> None:
    await work.opens()
    await work.types(b"/", "search in all files")
    await work.types(b"todo\r", "2 +todo")
    await until(lambda: work.screen._reading.page.cursor == 3)
    await work.types(b"/nowhere\r", "nowhere is nowhere in what changed")


async def test_it_follows_the_work(work: Work) -> None:
    await work.opens()
    await work.types(b"\rs", "● @@ 1 class A:")
    work.said["diff"] = answer(file("src/code.py", hunk("h5", "+other"), CODE["hunks"][1]), NOTES)
    work.seat.app.stage.heard(AgentChanged("p1"))
    work.seat.runtime.standings["p1"] = Standing(head="x")
    work.seat.app.stage.heard(AgentChanged("p1"))
    await work.seat.shows("1 of what you chose changed: it is chosen no longer")
    await work.seat.shows("1 +other")
    assert len(work.seat.called("diff")) == 2
    await work.types(b"r", "n p hunks")
    await until(lambda: len(work.seat.called("diff")) == 3)


async def test_what_cannot_be_read_is_said_and_read_again(work: Work) -> None:
    work.said["diff"] = MuxerError("~/w is gone: make it again")
    work.seat.glass.type(b"\x02D")
    await work.seat.shows("~/w is gone: make it again")
    work.said["diff"] = answer()
    await work.types(b"r", "p1 changed nothing yet")
    await work.types(b"jSyc", "p1 changed nothing yet")
    work.said["diff"] = answer(TOOL)
    await work.types(b"r", "modified, mode 100644 to 100755")
    work.seat.glass.type(b"\x1b")
    await until(lambda: not work.seat.row("REVIEW"))
    await until(lambda: work.seat.app.attention.watcher is None)


async def test_its_keys_are_shown(work: Work) -> None:
    await work.opens()
    await work.types(b"?", "KEYS OF THE REVIEW")
    await work.types(b"\x1b", "enter open")


async def test_hostile_text_is_shown_and_does_nothing(work: Work) -> None:
    work.said["diff"] = answer(file("a\x1b[2J\u202eb", hunk("h", "+x\x1b[31my\tz\u202e"), was="old\x07"))
    work.seat.glass.type(b"\x02D")
    await work.seat.shows("a\\x1b[2J\\u202eb")
    await work.seat.shows("+x\\x1b[31my", "z\\u202e")
    await work.seat.shows("was old\\x07")


async def test_long_and_wide_lines_are_cut_and_reached_sideways(work: Work) -> None:
    work.said["diff"] = answer(file("x", hunk("h", "+" + "漢" * 60 + "end")))
    work.seat.glass.type(b"\x02D")
    await work.seat.shows("漢漢漢", "›")
    await work.types(b"\r" + b"\x1b[C" * 9, "end")


async def test_only_what_is_seen_is_made(still: tuple[MuxerApp, StillRuntime]) -> None:
    async with reviewing(*still, 120, 50) as work:
        lines = [f"+value_{number} = {number}" for number in range(5000)]
        work.said["diff"] = answer(file("big.py", hunk("h", *lines), fate="added"))
        await work.opens()
        await work.types(b"\rG", "+value_4999 = 4999")
        colored = work.screen.query_one(Lines)._colored
        assert len(colored) <= 3
        await work.types(b"g", "+value_0 = 0")


async def test_the_mouse_goes_where_it_points(work: Work) -> None:
    await work.opens()
    await work.types(b"\x1b[<0;10;4M\x1b[<0;10;4m", "modified, mode 100644 to 100755")
    await work.types(b"\x1b[<0;10;2M\x1b[<0;10;2m", "return 2")
    work.seat.glass.type(b"\x1b[<0;50;5M\x1b[<0;50;5m")
    await until(lambda: work.screen._reading.inside and work.screen._reading.page.cursor == 3)
    await work.types(b"\x1b[<65;10;4M", "modified, mode 100644 to 100755")
