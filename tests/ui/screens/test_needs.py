import time
from typing import Any

import pytest
from rich.cells import cell_len

from muxer.model import Choice, Need, Note
from muxer.ui.screens.needs import answers, bottom_of, by_key, rows_of, text_of, words_of

NOW = 1_000.0


def need(**given: Any) -> Need:
    usual: dict[str, Any] = {"pane": "p1", "name": "cyd", "kind": "permission", "words": "Bash: ls", "since": 940.0}
    return Need(**(usual | given))


def plainly(*needs: Need, cols: int = 76, plain: bool = False) -> list[str]:
    return [row.plain for row in rows_of(needs, cols, now=NOW, plain=plain)]


def test_rows_line_up_and_say_it_all() -> None:
    done = need(name="dorothea", kind="done", words="It is all there", since=280.0)
    assert plainly(need(), done) == [
        "▲ cyd        1m  permission  Bash: ls",
        "◆ dorothea  12m  turn done   It is all there",
    ]
    assert plainly(need(), plain=True) == ["! cyd   1m  permission  Bash: ls"]
    assert plainly(need(since=0.0, kind="crashed", words="")) == ["✕ cyd       crashed  its pane says what"]
    assert plainly() == []


@pytest.mark.parametrize("cols", [1, 12, 40, 76, 200])
def test_a_row_is_never_wider_than_its_place_nor_steered_by_its_words(cols: int) -> None:
    (row,) = plainly(need(name="n\x1b" * 40, words="漢\x1b[2J\n字 " * 99), cols=cols)
    assert "\x1b" not in row
    assert "\n" not in row
    assert cell_len(row) <= cols


def test_what_is_held_and_until_when() -> None:
    notes = (Note(id=1, agent=1, pane="p1", sender="", text="x", state="held"),)
    assert words_of(need(kind="held", words="you have a draft", notes=notes)) == "1 note held: you have a draft"
    assert words_of(need(notes=notes * 2)) == "Bash: ls · 2 notes held"
    later = time.mktime((2030, 1, 2, 16, 0, 0, 0, 0, -1))
    assert words_of(need(kind="limit", words="", resets_at=later)) == "until Wed 16:00"


def test_the_bottom_of_a_screen() -> None:
    lines = ["one", "", "two\x1b[2J", "x" * 50, "", "  "]
    assert bottom_of(lines, 3, 12, plain=False) == "│ \n│ two[2J\n│ xxxxxxxxx…"
    assert bottom_of(lines, 1, 12, plain=True) == "| xxxxxxxx.."
    assert bottom_of(["", ""], 3, 12, plain=False) == ""


def test_what_a_peer_says_is_shown_from_its_beginning() -> None:
    words = "which port?\n\n8080 or\t9090\x1b[2J"
    assert text_of(words, 9, 12, plain=False) == "│ which\n│ port?\n│ \n│ 8080 or\n│ 9090[2J"
    assert text_of(words, 3, 12, plain=False) == "│ which\n│ port?\n│ …"
    assert text_of("漢字漢字漢字", 9, 10, plain=False) == "│ 漢字漢字\n│ 漢字"
    assert text_of(words, 1, 12, plain=True) == "| .."
    assert text_of("", 3, 12, plain=False) == ""
    assert plainly(need(kind="asked"), need(kind="told")) == [
        "▲ cyd   1m  asks you  Bash: ls",
        "◆ cyd   1m  wrote     Bash: ls",
    ]


def test_the_key_of_an_answer_is_what_its_program_shows_or_else_its_number() -> None:
    choices = (Choice("y\r", "yes"), Choice("\x1b[B\r", "always"), Choice("\x1b", "no"), Choice("1", "one"))
    assert {key: choice.label for key, choice in by_key(choices).items()} == {
        "y": "yes", "2": "always", "3": "no", "1": "one",
    }  # fmt: skip
    assert answers(choices).plain == "y yes   2 always   3 no   1 one"
    many = [Choice(f"\x1b[{n}B\r", f"{n}") for n in range(12)]
    assert list(by_key(many)) == list("123456789")
    assert by_key([Choice(" ", "toggle"), Choice("2", "two")]) == {"1": Choice(" ", "toggle"), "2": Choice("2", "two")}
