from time import process_time

import pytest

from muxer.ui.fuzzy import ALL, find


def score(query: str, text: str) -> float:
    match = find(query, text)
    assert match is not None, (query, text)
    return match.score


def letters(query: str, text: str) -> str:
    match = find(query, text)
    assert match is not None, (query, text)
    return "".join(text[at] for at in match.at)


def test_nothing_asked_is_answered_by_everything() -> None:
    assert find("", "split") is ALL
    assert find("   ", "") is ALL


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("split", "split: a shell below", "split"),
        ("SPL", "split", "spl"),
        ("spl", "SPLIT", "SPL"),
        ("below spl", "split: a shell below", "splbelow"),
        ("sr", "split right", "sr"),
        ("spri", "split right", "spri"),
        ("hell", "a shell", "hell"),
        ("ü", "Übung", "Ü"),
    ],
)
def test_finds_words_parts_and_beginnings(query: str, text: str, marked: str) -> None:
    assert letters(query, text) == marked


@pytest.mark.parametrize(
    ("query", "text"), [("zz", "zoom"), ("splitx", "split"), ("split zoom", "split"), ("pt", "split"), ("x", "")]
)
def test_every_word_must_be_there(query: str, text: str) -> None:
    assert find(query, text) is None


def test_the_better_answer_has_the_better_score() -> None:
    assert score("tab", "tab 2") > score("tab", "a shell in a new tab") > score("tab", "stable")
    assert score("stable", "stable") > score("sb", "stay behind")
    assert score("go", "go") > score("go", "go to the pane")
    assert 0 <= score("sr", "split right") < score("tab", "tab") <= 1.1


def test_a_letter_that_changes_length_does_not_move_the_marks() -> None:
    assert letters("b", "İİ b") == "b"


def test_a_thousand_long_texts_are_looked_through_in_a_moment() -> None:
    texts = [f"pane-{n} " + "a-b " * 40 for n in range(1000)]
    began = process_time()
    for text in texts:
        find("abba baab", text)
    assert process_time() - began < 1
