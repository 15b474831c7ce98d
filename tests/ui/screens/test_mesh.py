"""The mesh, before somebody who looks at it and writes there."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from muxer.events import AgentChanged, AskChanged, MessagePassed, PeersChanged
from muxer.model import Note
from muxer.talk import YOU, Ask, Message
from muxer.ui.app import MuxerApp
from muxer.ui.screens.mesh import Mesh
from tests.ui.asking import Seated, seated
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until
from tests.ui.screens.meshed import ADA, BOB, PEERS, PERSON, ask, message

UP, DOWN, HOME, END, PAGE_UP = b"\x1b[A", b"\x1b[B", b"\x1b[H", b"\x1b[F", b"\x1b[5~"


@pytest.fixture
async def seat(still: tuple[MuxerApp, StillRuntime]) -> AsyncIterator[Seated]:
    """Two circles of peers, who said nothing yet; ada and bob are in panes that can be seen."""
    async with seated(*still, cols=100, rows=30) as sat:
        sat.runtime.met = list(PEERS)
        yield sat


def passes(seat: Seated, one: Message, **fate: Any) -> None:
    """It is said, and heard of; an ask, if it has a fate."""
    seat.runtime.talk.append(one)
    if one.kind == "ask":
        becomes(seat, one, **fate)
    seat.app.stage.heard(MessagePassed(one))


def becomes(seat: Seated, one: Message, **fate: Any) -> None:
    asked: Ask = ask(one, **fate)
    seat.runtime.asked = [*(other for other in seat.runtime.asked if other.id != one.id), asked]
    seat.app.stage.heard(AskChanged(asked))


async def opens(seat: Seated) -> None:
    seat.glass.type(b"\x02m")
    await seat.glass.sees("MESH")
    await seat.glass.sees("q close")


async def closed(seat: Seated) -> None:
    await until(lambda: not seat.row("MESH"))


async def hidden(seat: Seated, text: str) -> None:
    await until(lambda: not seat.row(text), f"{text} hidden")


def click(seat: Seated, text: str) -> None:
    """The left button, where that is seen."""
    [(x, y), *_] = [(row.index(text), y) for y, row in enumerate(seat.glass.screen()) if text in row]
    seat.glass.type(b"\x1b[<0;%d;%dM\x1b[<0;%d;%dm" % (x + 1, y + 1, x + 1, y + 1))


async def test_who_there_is_and_what_is_said_is_shown_as_it_happens(seat: Seated) -> None:
    await opens(seat)
    await seat.glass.sees("MESH  desk · 5 peers")
    await seat.shows("● ada", "claude-code")
    await seat.shows("gus", "guest opencode")
    await seat.glass.sees("Nobody has said anything yet.")
    asked = message(1, "a1", "a2", "which \x1b[2Jendpoints?", kind="ask")
    passes(seat, asked)
    await seat.shows("ada → bob", "? which [2Jendpoints?", "waiting")
    await seat.glass.sees("MESH  desk · 5 peers · 1 ask open")
    await until(lambda: sum("ada → bob" in row for row in seat.glass.screen()) == 2, "a line says who waits")
    becomes(seat, asked, outcome="answered", answered_at=asked.sent_at + 5)
    passes(seat, message(2, "a2", "a1", "GET /orders", kind="reply", reply_to=1))
    await seat.shows("? which [2Jendpoints?", "answered 5s")
    await seat.shows("└ bob → ada", "GET /orders")
    seat.runtime.met = [PERSON, BOB]
    seat.app.stage.heard(PeersChanged(""))
    await seat.glass.sees("MESH  desk · 1 peer")


async def test_what_waits_for_an_agent_is_counted_and_gone_when_it_is_typed(seat: Seated) -> None:
    note = Note(id=1, agent=1, pane="p1", text="x", state="queued", sender="bob")
    seat.runtime.noted = [note]
    seat.runtime.talk = [message(1, "a2", "a1", "look", arrived_at=None)]
    await opens(seat)
    await seat.shows("● ada", "•1")
    await seat.shows("bob → ada", "look", "waits")
    seat.runtime.noted = []
    seat.runtime.talk = [message(1, "a2", "a1", "look")]
    seat.app.stage.heard(AgentChanged("p1"))
    await hidden(seat, "waits")
    await hidden(seat, "•1")


async def test_what_is_said_to_the_person_is_read_and_marked_until_the_bar_was_there(seat: Seated) -> None:
    passes(seat, message(1, "a1", YOU, "first", arrived_at=None))
    passes(seat, message(2, "a1", YOU, "second", arrived_at=None))
    await opens(seat)
    await seat.glass.sees("2 unread")
    await seat.calls("read-inbox")
    seat.runtime.talk = [message(1, "a1", YOU, "first"), message(2, "a1", YOU, "second")]
    seat.glass.type(b"k")
    await seat.glass.sees("1 unread")
    seat.glass.type(b"j")
    await hidden(seat, "unread")
    assert len(seat.called("read-inbox")) == 1


async def test_the_newest_is_followed_unless_one_has_gone_back(seat: Seated) -> None:
    for number in range(1, 41):
        passes(seat, message(number, "a1", "a2", f"say {number}."))
    await opens(seat)
    await seat.glass.sees("say 40.")
    passes(seat, message(41, "a1", "a2", "say 41."))
    await seat.glass.sees("say 41.")
    seat.glass.type(PAGE_UP + UP + b"k")
    await seat.glass.sees("12 below: end")
    passes(seat, message(42, "a1", "a2", "say 42."))
    await seat.glass.sees("13 below: end")
    seat.glass.type(HOME)
    await seat.glass.sees("say 1.")
    seat.glass.type(END)
    await seat.glass.sees("say 42.")
    await hidden(seat, "below: end")
    seat.glass.type(b"\x1b[<64;60;10M")
    await seat.glass.sees("3 below: end")
    seat.glass.type(b"\x1b[<65;60;10M")
    await hidden(seat, "below: end")


async def test_a_message_is_read_whole(seat: Seated) -> None:
    text = "\n".join(f"line {n} \x1b[2J" for n in range(40))
    passes(seat, message(7, "a1", "a2", text, kind="ask", files=("/spool/a.log",)), outcome="failed", reason="gone")
    await opens(seat)
    await seat.glass.sees("… enter reads all of it")
    seat.glass.type(b"\r")
    await seat.glass.sees("ASK 7  ada to bob  failed: gone")
    seat.glass.type(b"G")
    await seat.glass.sees("line 39 [2J")
    await seat.glass.sees("file /spool/a.log")
    seat.glass.type(b"q")
    await seat.glass.sees("MESH")


async def test_a_peer_filters_and_again_leads_to_its_pane(seat: Seated) -> None:
    passes(seat, message(1, "a1", "a2", "between two"))
    passes(seat, message(2, "a3", "g1", "elsewhere"))
    await opens(seat)
    await seat.glass.sees("elsewhere")
    seat.glass.type(b"hjjjj\r")
    await hidden(seat, "elsewhere")
    await seat.glass.sees("only bob")
    await seat.glass.sees("enter go to bob")
    seat.glass.type(b"\r")
    await closed(seat)
    await until(lambda: seat.app.bench.focus == "p2")


async def test_circles_kinds_and_words_filter_and_escape_shows_all(seat: Seated) -> None:
    asked = message(1, "a1", "a2", "which endpoints?", kind="ask", circle="api")
    passes(seat, asked)
    passes(seat, message(2, "a3", "g1", "the page is ready", circle="web"))
    await opens(seat)
    await seat.glass.sees("page is ready")
    seat.glass.type(b"2")
    await hidden(seat, "page is ready")
    seat.glass.type(b"\x1b")
    await seat.glass.sees("page is ready")
    seat.glass.type(b"\tjj\r")
    await seat.glass.sees("only circle api")
    await hidden(seat, "page is ready")
    seat.glass.type(b"kk\r")
    await seat.glass.sees("page is ready")
    seat.glass.type(b"/PAGE")
    await seat.glass.sees("only /PAGE")
    await until(lambda: not any("? which" in row for row in seat.glass.screen()))
    seat.glass.type(b"\r")
    await seat.glass.sees("? keys")
    assert seat.row("only /PAGE")
    seat.glass.type(b"/x\x1b")
    await seat.shows("? which endpoints?")
    seat.glass.type(b"\x1b")
    await closed(seat)


async def test_one_several_a_circle_and_all_are_written_to(seat: Seated) -> None:
    await opens(seat)
    seat.glass.type(b"hjjjc")
    await seat.glass.sees("to ada")
    seat.glass.type(b"commit what you have q\r")
    await seat.calls("notify", peer="a1", text="commit what you have q")
    await hidden(seat, "to ada")
    seat.glass.type(b" j c")
    await seat.glass.sees("to ada, bob")
    seat.glass.type(b"rebase\r")
    await seat.calls("notify", peer="a1", text="rebase")
    await seat.calls("notify", peer="a2", text="rebase")
    seat.glass.type(b"k j kkc")
    await seat.glass.sees("to circle api: ada, bob")
    seat.glass.type(b"hear\x0ame\r")
    await seat.calls("notify", peer="a2", text="hear\nme")
    seat.glass.type(HOME + b"c")
    await seat.glass.sees("to ada, bob, orc and 2 more")
    seat.glass.type(b"all\r")
    await until(lambda: [said["peer"] for said in seat.called("notify")][-5:] == ["a1", "a2", "a4", "a3", "g1"])
    seat.glass.type(b"ja")
    await seat.glass.sees("go to a peer first")
    seat.glass.type(b"jja")
    await seat.glass.sees("ask ada")
    seat.glass.type(b"why?\r")
    await seat.calls("ask", peer="a1", text="why?")


async def test_what_is_not_sent_is_there_the_next_time(seat: Seated) -> None:
    await opens(seat)
    seat.glass.type(b"hjjjc")
    await seat.glass.sees("to ada")
    seat.glass.type(b"\r")
    await seat.glass.sees("nothing is written yet")
    seat.glass.type(b"c")
    await seat.glass.sees("to ada")
    seat.glass.type(b"half a thou\x1b")
    await seat.glass.sees("? keys")
    assert not seat.row("half a thou")
    seat.runtime.refuses = "ada is gone\x1b[2J: spawn it again"
    seat.glass.type(b"c")
    await seat.glass.sees("half a thou")
    seat.glass.type(b"ght\r")
    await seat.glass.sees("ada is gone[2J: spawn it again")
    assert not seat.row("half a")
    seat.runtime.refuses = ""
    seat.glass.type(b"c")
    await seat.glass.sees("half a thought")
    seat.glass.type(b"\r")
    await hidden(seat, "to ada")
    assert len(seat.called("notify")) == 2
    seat.glass.type(b"c")
    await seat.glass.sees("to ada")
    assert not seat.row("half a thought")


async def test_an_ask_to_the_person_is_gone_to_and_answered(seat: Seated) -> None:
    await opens(seat)
    await seat.glass.sees("Nobody has said")
    seat.glass.type(b"r")
    await seat.glass.sees("nobody waits for an answer of yours")
    passes(seat, message(4, "a1", YOU, "may I\ndrop it?", kind="ask", arrived_at=None))
    passes(seat, message(5, "a2", "a1", "later"))
    await seat.glass.sees("1 for you")
    seat.glass.type(b"r")
    await seat.glass.sees("1 below: end")
    seat.glass.type(b"r")
    await seat.glass.sees("answer ada: may I drop it?")
    seat.glass.type(b"yes, both\r")
    await seat.calls("reply", ask=4, text="yes, both")


async def test_an_open_ask_is_called_off_when_it_is_said_twice(seat: Seated) -> None:
    asked = message(4, "a1", "a2", "are you there?", kind="ask")
    passes(seat, asked)
    passes(seat, message(5, "a2", "a1", "later"))
    await opens(seat)
    await seat.glass.sees("later")
    seat.glass.type(b"x")
    await seat.glass.sees("no open ask is under the bar")
    seat.glass.type(b"kx")
    await seat.glass.sees("x again calls off what ada asked bob")
    seat.glass.type(b"jkx")
    await seat.glass.sees("x again calls off what ada asked bob")
    assert not seat.called("cancel-ask")
    seat.glass.type(b"x")
    await seat.calls("cancel-ask", ask=4)


async def test_the_brake_and_loops_are_loud_and_let_go(seat: Seated) -> None:
    await opens(seat)
    seat.glass.type(b"b")
    await seat.calls("brake", off=False)
    seat.runtime.braked, seat.runtime.looping = True, [("a1", "a2")]
    seat.app.stage.heard(PeersChanged(""))
    await seat.glass.sees("BRAKE  what agents say to each other waits")
    await seat.glass.sees("LOOP  ada and bob write to each other without end")
    seat.glass.type(b"L")
    await seat.calls("brake", release=["a1", "a2"])
    seat.glass.type(b"b")
    await seat.calls("brake", off=True)
    seat.runtime.braked, seat.runtime.looping = False, []
    seat.app.stage.heard(PeersChanged(""))
    await hidden(seat, "BRAKE  what")
    await hidden(seat, "LOOP")


async def test_a_click_goes_there_and_a_second_one_enters(seat: Seated) -> None:
    passes(seat, message(1, "a1", "a2", "between two"))
    passes(seat, message(2, "a3", "g1", "elsewhere"))
    await opens(seat)
    await seat.glass.sees("elsewhere")
    click(seat, "between two")
    await seat.glass.sees("1 below: end")
    click(seat, "between two")
    await seat.glass.sees("NOTE 1  ada to bob")
    seat.glass.type(b"q")
    await seat.glass.sees("MESH")
    click(seat, "guest opencode")
    await seat.glass.sees("gus · guest · opencode")
    click(seat, "guest opencode")
    await seat.glass.sees("only gus")


async def test_what_cannot_be_read_is_said(seat: Seated) -> None:
    passes(seat, message(1, "a1", YOU, "unread", arrived_at=None))
    seat.runtime.refuses = "the file is gone: muxer doctor"
    seat.glass.type(b"\x02m")
    await seat.glass.sees("the file is gone: muxer doctor")


async def test_keys_are_explained(seat: Seated) -> None:
    await opens(seat)
    seat.glass.type(b"?")
    await seat.glass.sees("KEYS OF THE MESH")
    await seat.shows("space", "mark a peer")
    seat.glass.type(b"\x1b")
    await hidden(seat, "KEYS OF THE MESH")
    await seat.glass.sees("MESH")


@pytest.mark.parametrize("key", [b"q", b"\x1b", b"\x03"])
async def test_it_is_left_and_nobody_listens_then(seat: Seated, key: bytes) -> None:
    await opens(seat)
    assert seat.app.attention.watcher is not None
    seat.glass.type(key)
    await closed(seat)
    await until(lambda: seat.app.attention.watcher is None)
    assert seat.app.bench.focus == "p1"


async def test_there_is_one_however_often_it_is_asked_for(seat: Seated) -> None:
    await opens(seat)
    seat.app.stage.act("mesh.open")
    await until(lambda: len(seat.app.screen_stack) == 2)
    seat.glass.type(b"h")
    await seat.glass.sees("space mark")
    seat.glass.type(b"q")
    await closed(seat)


async def test_it_fits_small_and_large_terminals(seat: Seated) -> None:
    passes(seat, message(1, "a1", YOU, "hello", kind="ask", arrived_at=None))
    await opens(seat)
    seat.glass.resize(40, 10)
    await until(lambda: seat.row("MESH") and seat.row("hello"))
    seat.glass.type(b"c")
    await seat.glass.sees("to ada")
    seat.glass.type(b"\x1b")
    seat.glass.resize(200, 50)
    await seat.shows("ada → you", "ask 1", "hello", "waiting")


async def test_without_agents_it_says_what_to_do(seat: Seated) -> None:
    seat.runtime.met = [PERSON]
    await opens(seat)
    await seat.glass.sees("No agent is at work.")
    await seat.glass.sees("ctrl+b A spawns one.")
    seat.glass.type(b"jkxh\r \r")
    await seat.glass.sees("MESH")
    assert ADA not in seat.runtime.met


async def test_what_happens_while_it_goes_disturbs_nobody(seat: Seated) -> None:
    await opens(seat)
    screen = seat.app.screen
    assert isinstance(screen, Mesh)
    await screen.remove_children()
    screen.on_resize()
    seat.app.pop_screen()
