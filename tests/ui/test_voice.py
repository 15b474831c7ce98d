import asyncio

import pytest

from muxer.ui import voice
from muxer.settings.keymaps import read_keymap
from muxer.ui.voice import Voice


def speaking() -> tuple[Voice, list[int]]:
    said: list[int] = []
    return Voice(read_keymap("tmux"), lambda: said.append(1)), said


def test_it_says_the_prefix_and_what_may_follow_it() -> None:
    made, _ = speaking()
    assert made.words(prefixed=False) == ("ctrl+b …", "")
    words, role = made.words(prefixed=True)
    assert (words[:7], role) == ("% right", "accent")
    assert "d detach" in words


def test_a_question_stays_until_a_key_answers_it() -> None:
    made, said = speaking()
    answers: list[str] = []
    made.ask("close?\x1b[2J", answers.append)
    assert made.asking
    assert made.words(prefixed=True) == ("close?[2J", "wait")
    made.answer("y")
    assert answers == ["y"]
    assert not made.asking
    assert len(said) == 2


async def test_a_warning_goes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "WARNING", 0.01)
    monkeypatch.setattr(voice, "PER_CHARACTER", 0.0)
    gone = asyncio.Event()

    def changed() -> None:
        if made.words(prefixed=False) == ("ctrl+b …", ""):
            gone.set()

    made = Voice(read_keymap("tmux"), changed)
    made.warn("the disk is full")
    assert made.words(prefixed=False) == ("the disk is full", "bad")
    await asyncio.wait_for(gone.wait(), 5)
