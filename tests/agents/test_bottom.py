import re

import pytest

from muxer.agents.bottom import asks_something, choices, one_line, rows_of, written
from muxer.agents.shelf import Shelf
from muxer.agents.spec import Composer, Picks
from muxer.model import Choice

BOX = Composer(row=re.compile(r"^> ?(?P<draft>.*)$", re.MULTILINE), empty=re.compile("Say .*"))


@pytest.mark.parametrize(
    "rows",
    [
        ["Select a model", "❯ 1. big", "  2. small"],
        ["│ ● 1. Allow    │", "│   2. Refuse   │", "╰───────────────╯"],
        ["Which?", "  a) one", "> b) two"],
        ["Overwrite it? [y/N]"],
        ["Continue (yes/no): "],
        ["Ready to install", "Press Enter to continue"],
    ],
)
def test_a_question_is_known_by_its_shape(rows: list[str]) -> None:
    assert asks_something(rows)
    assert not asks_something([*rows, *["then it went on"] * 20])


@pytest.mark.parametrize(
    "rows",
    [[], ["$ "], ["1. first do this", "2. then that"], ["> 1. a draft of mine"], ["I pressed (y/n) once", "and then"]],
)
def test_prose_is_no_question(rows: list[str]) -> None:
    assert not asks_something(rows)


def test_the_last_composer_counts() -> None:
    assert written("> old text\nanswer\n>", BOX) == (False, 1, ())
    assert written("> old text\nanswer\n> half a\n  draft", BOX) == (True, 16, ("  draft",))
    assert written("> Say something", BOX) == (False, 15, ())
    assert written("no composer", BOX) is None
    assert written("> x", None) is None


def test_choices_are_those_shown_or_those_known() -> None:
    picks = Picks(row=re.compile(r"^[❯ ]*(?P<key>\d)\. (?P<label>.*)$", re.MULTILINE), keys={"2": "n", "yes": "y"})
    assert choices("❯ 1. Yes\n  2. No │", picks) == (Choice("1", "Yes"), Choice("n", "No"))
    assert choices("Sure?", picks) == (Choice("y", "yes"),)
    assert choices("Sure?", Picks(keys={"cancel": "x"})) == ()


def test_words_are_harmless_and_short() -> None:
    assert one_line("╭──╮\n│ rm \x1b[2J\u202e-rf\n x │\n╰──╯") == "rm [2J -rf x"
    assert len(one_line("x" * 10_000)) == 300
    assert rows_of(["", "a", "  ", "\xa0", "b"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("cli", "words"),
    [
        ("claude-code", 'Try "edit <file'), ("codex", "Ask Codex to do a"), ("gemini", "Type your message or"),
        ("opencode", 'Ask anything... "Fix a'), ("qwen", "Type your message"),
    ],
)  # fmt: skip
def test_what_a_cli_invites_with_is_no_draft_in_a_narrow_pane_either(cli: str, words: str) -> None:
    composer = Shelf()[cli].composer
    assert composer is not None
    assert composer.empty is not None
    assert composer.empty.fullmatch(words)
    assert not composer.empty.fullmatch(f"please {words}")
