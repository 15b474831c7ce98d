import asyncio

import pytest

from muxer.ui import voice
from muxer.ui.voice import Voice


def speaking() -> tuple[Voice, list[int]]:
    said: list[int] = []
    return Voice(lambda: said.append(1)), said


def test_a_question_stays_until_a_key_answers_it() -> None:
    made, said = speaking()
    answers: list[str] = []
    made.ask("close?\x1b[2J", answers.append)
    assert made.asking
    assert made.words() == ("close?[2J", "wait")
    made.answer("y")
    assert answers == ["y"]
    assert not made.asking
    assert made.words() == ("", "")
    assert len(said) == 2


def test_an_answer_may_be_another_question() -> None:
    made, _ = speaking()
    made.ask("close?", lambda _: made.ask("really?", lambda _: None))
    made.answer("y")
    assert made.words() == ("really?", "wait")
    made.answer("y")
    assert not made.asking


@pytest.mark.parametrize("role", ["bad", "text"])
async def test_what_is_said_goes_by_itself(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "WARNING", 0.01)
    monkeypatch.setattr(voice, "PER_CHARACTER", 0.0)
    gone = asyncio.Event()

    def changed() -> None:
        if made.words() == ("", ""):
            gone.set()

    made = Voice(changed)
    (made.warn if role == "bad" else made.tell)("the disk\x07 is full")
    assert made.words() == ("the disk is full", role)
    await asyncio.wait_for(gone.wait(), 5)


async def test_a_question_goes_before_a_warning() -> None:
    made, _ = speaking()
    made.warn("the disk is full")
    made.ask("close?", lambda _: None)
    assert made.words() == ("close?", "wait")
    made.answer("n")
    assert made.words() == ("the disk is full", "bad")
