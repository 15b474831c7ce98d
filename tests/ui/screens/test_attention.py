"""The queue, before somebody who answers in it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from muxer.model import Choice, Need, Note
from muxer.ui.app import MuxerApp
from muxer.ui.screens import attention as module
from tests.ui.asking import Seated, asked, finished, permission, seated, told
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until


@pytest.fixture
async def seat(still: tuple[MuxerApp, StillRuntime]) -> AsyncIterator[Seated]:
    async with seated(*still) as sat:
        yield sat


NOTES = tuple(Note(id=n, agent=1, pane="p1", sender="", text="go on", state="held") for n in (7, 8))


async def test_it_shows_who_waits_the_bottom_of_the_pane_and_the_answers(seat: Seated) -> None:
    seat.runtime.living["p1"].engine.feed(b"Do you want to proceed?\r\n> 1. Yes\x07\r\n  3. No\r\n\r\n")
    seat.need(permission(), finished())
    await seat.opens()
    await seat.glass.sees("NEEDS YOU  2 · longest wait ")
    await seat.shows("▲ p1", "permission  Bash: alembic upgrade head")
    await seat.shows("◆ p2", "turn done   It is all there")
    await seat.shows("│ > 1. Yes")
    await seat.shows("1 Yes   2 Yes, and don't ask again   3 No")
    await seat.shows("1 2 3 answer · enter go there · e explain · s snooze · esc close")


async def test_a_key_is_the_answer_that_its_program_wants(seat: Seated) -> None:
    seat.need(permission())
    await seat.opens()
    seat.glass.type(b"3")
    await seat.calls("answer", pane="p1", keys="\x1b")
    await seat.glass.sees("p1: No")


async def test_what_is_not_asked_any_more_is_not_answered_and_says_so(seat: Seated) -> None:
    seat.need(permission())
    seat.runtime.refuses = "p1 asks something else now: look again"
    await seat.opens()
    seat.glass.type(b"1")
    await seat.glass.sees("p1 asks something else now: look again")
    seat.runtime.refuses = ""
    seat.glass.type(b"1")
    await seat.glass.sees("p1: Yes")


async def test_one_question_is_not_answered_twice(seat: Seated) -> None:
    seat.need(permission())
    await seat.opens()
    seat.glass.type(b"11")
    await seat.glass.sees("that is answered: its program has to take it in")
    assert len(seat.called("answer")) == 1


async def test_a_question_that_came_by_itself_is_looked_at_first(seat: Seated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETTLED", 60.0)
    seat.need(permission(), permission("p2", "Bash: rm -r build"))
    await seat.opens()
    seat.need(permission("p2", "Bash: rm -r build"))
    await seat.glass.sees("NEEDS YOU  1")
    seat.glass.type(b"1")
    await seat.glass.sees("that came up just now: look at it first")
    assert not seat.called("answer")
    monkeypatch.setattr(module, "SETTLED", 0.0)
    seat.glass.type(b"1")
    await seat.calls("answer", pane="p2", keys="1")


async def test_another_question_of_the_same_agent_is_looked_at_first_too(
    seat: Seated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SETTLED", 60.0)
    await seat.opens()
    await seat.glass.sees("Nobody waits for you.")
    seat.need(permission())
    await seat.glass.sees("alembic")
    seat.glass.type(b"1")
    await seat.glass.sees("that came up just now: look at it first")
    seat.glass.type(b"\x1b")
    await until(lambda: not seat.row("NEEDS YOU") and not seat.row("esc close"))
    await seat.opens()
    await seat.glass.sees("alembic")
    seat.need(permission(words="Bash: rm -r build"))
    await seat.glass.sees("rm -r build")
    seat.glass.type(b"1")
    await seat.glass.sees("that came up just now: look at it first")
    assert not seat.called("answer")


async def test_where_a_person_moves_the_bar_a_key_counts_at_once(seat: Seated, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETTLED", 60.0)
    seat.need(permission(), permission("p2", "Bash: rm -r build"))
    await seat.opens()
    seat.glass.type(b"j2")
    await seat.calls("answer", pane="p2", keys="2")


async def test_the_bar_stays_on_what_it_is_on(seat: Seated) -> None:
    seat.need(permission("p2"))
    await seat.opens()
    seat.need(permission("p1", "Bash: make"), permission("p2"))
    await seat.glass.sees("NEEDS YOU  2")
    seat.glass.type(b"1")
    await seat.calls("answer", pane="p2", keys="1")


async def test_what_its_program_writes_is_seen_while_the_queue_is_open(seat: Seated) -> None:
    seat.need(permission())
    await seat.opens()
    seat.runtime.living["p1"].engine.feed(b"one more line")
    seat.app.stage.output("p1")
    await seat.glass.sees("│ one more line")


async def test_keys_that_its_program_shows_are_its_own(seat: Seated) -> None:
    choices = (Choice("e\r", "edit it"), Choice("s", "skip"), Choice("n", "no"))
    seat.need(permission(choices=choices))
    await seat.opens()
    await seat.shows("e s n answer · enter go there · esc close")
    seat.glass.type(b"e")
    await seat.calls("answer", pane="p1", keys="e\r")
    assert not seat.row("snooze")


async def test_a_question_is_answered_with_a_line_of_text(seat: Seated) -> None:
    seat.need(Need(pane="p1", name="p1", kind="question", words="Which port?", since=100.0))
    await seat.opens()
    seat.glass.type(b"m8080j\r")
    await seat.calls("answer", pane="p1", keys="8080j\r")


async def test_an_agent_that_is_done_is_written_to_through_its_inbox(seat: Seated) -> None:
    seat.need(finished())
    await seat.opens()
    seat.glass.type(b"tgo on with the rest\r")
    await seat.calls("send", pane="p2", text="go on with the rest")


async def test_what_a_peer_asks_is_read_whole_and_answered_in_place(seat: Seated) -> None:
    """B20: a question to a person waits where they look, whoever asks it."""
    seat.runtime.living["p2"].engine.feed(b"its screen")
    seat.need(asked(words="Which port?\x1b[2J\n\n8080 or 9090"), asked("", words="And which host?", ask=8))
    await seat.opens()
    await seat.shows("▲ p2", "asks you  Which port?[2J 8080 or 9090")
    await seat.shows("▲ gus", "asks you  And which host?")
    await seat.shows("│ Which port?[2J")
    await seat.shows("│ 8080 or 9090")
    await seat.shows("enter answer · x refuse · g go there · s snooze · esc close")
    assert not seat.row("its screen")
    seat.glass.type(b"\r8080\r")
    await seat.calls("reply", ask=7, text="8080")
    seat.glass.type(b"jx")
    await seat.calls("cancel-ask", ask=8, why="no answer is given")
    assert len(seat.app.screen_stack) == 2


async def test_what_a_peer_tells_is_answered_or_has_been_seen(seat: Seated) -> None:
    seat.need(told())
    await seat.opens()
    await seat.shows("◆ p2", "wrote  It is merged")
    await seat.shows("enter go there · x seen · m write to it · s snooze")
    seat.glass.type(b"mgood\r")
    await seat.calls("notify", peer="p2", text="good")
    seat.need(told(), told("p1", "so is mine"))
    await seat.glass.sees("so is mine")
    seat.glass.type(b"j")
    while not seat.called("read-inbox"):  # at first it is too soon to have been meant
        seat.glass.type(b"x")
        await asyncio.sleep(0.05)


async def test_the_bar_stays_on_one_of_two_questions_of_the_same_peer(seat: Seated) -> None:
    seat.need(asked(), asked(words="And which host?", ask=8))
    await seat.opens()
    seat.glass.type(b"j")
    await seat.glass.sees("│ And which host?")
    seat.need(asked(words="What now?", ask=6), asked(), asked(words="And which host?", ask=8))
    await seat.glass.sees("NEEDS YOU  3")
    seat.glass.type(b"mhere\r")
    await seat.calls("reply", ask=8, text="here")


async def test_a_line_that_is_left_is_not_sent(seat: Seated) -> None:
    seat.need(finished())
    await seat.opens()
    seat.glass.type(b"mgo")
    await seat.glass.sees("go")
    seat.glass.type(b"\x1b")
    await until(lambda: not seat.app.screen.query("_Line.-open"))
    seat.glass.type(b"\x1b")
    await until(lambda: len(seat.app.screen_stack) == 1)
    assert not seat.called("send")


async def test_no_text_goes_to_a_permission(seat: Seated) -> None:
    seat.need(permission())
    await seat.opens()
    await seat.shows("1 2 3 answer · enter go there · e explain")
    seat.glass.type(b"m1")
    await seat.calls("answer", pane="p1", keys="1")


async def test_held_text_is_sent_now_or_dropped(seat: Seated) -> None:
    seat.need(Need(pane="p1", name="p1", kind="held", words="you have a draft in its prompt", since=1.0, notes=NOTES))
    await seat.opens()
    await seat.shows("‖ p1", "2 notes held: you have a draft in its prompt")
    seat.glass.type(b"\r")
    await seat.calls("inbox", agent="p1", now=7)
    await seat.calls("inbox", agent="p1", now=8)
    seat.need(Need(pane="p1", name="p1", kind="held", words="you have a draft", since=1.0, notes=NOTES[1:]))
    await seat.glass.sees("1 note held")
    seat.glass.type(b"kx")
    await seat.calls("inbox", agent="p1", cancel=8)


async def test_enter_goes_there(seat: Seated) -> None:
    seat.need(permission("p2"))
    await seat.opens()
    seat.glass.type(b"\r")
    await until(lambda: seat.app.bench.focus == "p2")
    assert len(seat.app.screen_stack) == 1


async def test_why_it_is_said_can_be_asked(seat: Seated) -> None:
    seat.need(permission())
    await seat.opens()
    seat.glass.type(b"e")
    await until(lambda: seat.called("explain p1"))


async def test_what_is_snoozed_leaves_until_it_is_another(seat: Seated) -> None:
    seat.need(permission())
    await seat.opens()
    seat.glass.type(b"s")
    await seat.glass.sees("Nobody waits for you.")
    await until(lambda: "▲" not in seat.last)
    seat.need(permission(words="Bash: rm -r build", since=300.0))
    await seat.glass.sees("NEEDS YOU  1")
    await until(lambda: "▲ 1" in seat.last)


async def test_an_empty_queue_says_so_and_what_to_press(seat: Seated) -> None:
    await seat.opens()
    await seat.glass.sees("Nobody waits for you.")
    await seat.shows("ctrl+b i opens this again")
    seat.glass.type(b"\x1b")
    await until(lambda: len(seat.app.screen_stack) == 1)
    await until(lambda: seat.app.attention.watcher is None)


@pytest.mark.parametrize(("cols", "rows"), [(80, 24), (200, 50), (40, 10), (24, 6)])
async def test_many_needs_and_hostile_words_fit(still: tuple[MuxerApp, StillRuntime], cols: int, rows: int) -> None:
    async with seated(*still, cols, rows) as seat:
        words = "\x1b[2J\x07Bash: " + "漢字 " * 60
        many = [permission(f"p{n}", words, name="\x1b]2;x\x07" + "n" * 40, choices=()) for n in range(1, 30)]
        seat.need(*many)
        seat.glass.type(b"\x02i")
        await seat.glass.sees("NEEDS YOU  29"[: cols - 4])
        for row in seat.glass.screen():
            assert "\x1b" not in row
        if rows >= 24:
            assert seat.row("esc close")
        seat.glass.type(b"k")
        await until(lambda: seat.app.screen._bar == many[-1])  # type: ignore[attr-defined]


async def test_the_queue_lies_beside_the_pane_that_it_speaks_about(still: tuple[MuxerApp, StillRuntime]) -> None:
    async with seated(*still, 200, 50) as seat:
        seat.app.show_sidebar(wish=False)
        seat.app.stage.place("p3", tab="of-p1", way="right", show=True)
        await until(lambda: seat.app.place_of("p1") is not None)
        seat.need(permission())
        await seat.opens()
        region = seat.app.place_of("p1")
        assert region is not None
        assert seat.row("NEEDS YOU").index("NEEDS YOU") > region.x + region.cols
