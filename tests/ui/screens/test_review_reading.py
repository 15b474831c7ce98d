"""A person at work in a review, without a screen."""

import pytest

from muxer.ui.screens.review_page import files_of, picks
from muxer.ui.screens.review_reading import MOVES, Reading
from tests.ui.screens.reviewed import CODE, NOTES, TOOL, WORK, answer, file, hunk


@pytest.fixture
def reading() -> Reading:
    made = Reading()
    made.page.height = 20
    made.take(files_of(WORK), words="nothing")
    return made


def press(reading: Reading, *keys: str) -> None:
    for key in keys:
        MOVES[key](reading)


def at(reading: Reading) -> str:
    """The file and the row."""
    cell = next((cell for cell in reading.page.row.cells if cell), None)
    path = reading.file.path if reading.file else ""
    return f"{path}: {cell.text if cell else reading.page.row.words}"


def test_files_are_gone_through_and_entered(reading: Reading) -> None:
    press(reading, "j", "j", "j")
    assert at(reading).startswith("tool: ")
    press(reading, "k", "enter", "j", "j")
    assert at(reading) == "notes.md: # Notes"
    press(reading, "h", "k", "l", "down")
    assert at(reading) == "src/code.py: def one():"
    press(reading, "G")
    assert at(reading) == "src/code.py: y = 'new'"
    press(reading, "g")
    assert at(reading) == "src/code.py: @@ 1 class A:"


def test_hunks_are_gone_through_across_files(reading: Reading) -> None:
    press(reading, "n")
    assert at(reading) == "src/code.py: @@ 40"
    press(reading, "]")
    assert at(reading) == "notes.md: @@ 1"
    press(reading, "p")
    assert at(reading) == "src/code.py: @@ 40"
    press(reading, "[", "p", "p")
    assert at(reading) == "src/code.py: @@ 1 class A:"


def test_the_next_file_is_one_key_away_and_after_the_last_comes_the_first(reading: Reading) -> None:
    press(reading, "tab", "N", "N")
    assert at(reading).startswith("src/code.py")
    press(reading, "P")
    assert at(reading).startswith("tool")


def test_long_lines_are_seen_by_going_sideways(reading: Reading) -> None:
    press(reading, "left", "right", "right", "left")
    assert reading.page.left == 8
    press(reading, "tab")
    assert reading.page.left == 0


def test_a_hunk_a_file_and_lines_are_chosen(reading: Reading) -> None:
    press(reading, "s", "s", "enter", "j", "s")
    assert picks(reading.chosen) == ["h1"]
    press(reading, "S")
    assert picks(reading.chosen) == ["h1", "h2"]
    press(reading, "s", "j", "v", "j", "s")
    assert picks(reading.chosen) == ["h2", "h1:0+1"]
    assert reading.page.anchor is None
    press(reading, "tab", "tab", "s")
    assert picks(reading.chosen) == ["h2", "h1:0+1", "id-of-tool"]


def test_lines_of_several_hunks_are_chosen_at_once(reading: Reading) -> None:
    press(reading, "enter", *"jjjj", "v", "G", "s")
    assert picks(reading.chosen) == ["h1:2", "h2"]


def test_escape_leaves_what_is_selected_first(reading: Reading) -> None:
    press(reading, "enter", "v", "j", "escape")
    assert (reading.inside, reading.page.anchor) == (True, None)
    press(reading, "escape")
    assert not reading.inside


def test_what_is_said_about_lines_is_kept_and_dropped(reading: Reading) -> None:
    assert not reading.comment("among the files there is no line")
    press(reading, "enter")
    assert not reading.comment("nor here")
    press(reading, "j", "v", "j")
    assert reading.comment("hm")
    assert reading.comment("")
    assert [comment.lines for comment in reading.comments] == ["1"]
    assert reading.marks == {("h1", 0), ("h1", 1)}
    press(reading, "j", "x")
    assert reading.comments
    press(reading, "k", "x")
    assert reading.comments == []


def test_text_is_found_in_whichever_file(reading: Reading) -> None:
    assert reading.search("todo")
    assert at(reading) == "notes.md: todo"
    assert reading.search("return")
    assert at(reading) == "src/code.py:     return 1"
    assert reading.search("")
    assert at(reading) == "src/code.py:     return 2"
    assert not reading.search("nowhere")
    assert at(reading) == "src/code.py:     return 2"


def test_place_and_marks_stay_when_the_work_changes(reading: Reading) -> None:
    press(reading, "tab", "s", "P", "enter", "n", "s", "j", "j")
    changed = file("src/code.py", hunk("h9", "-gone", "-gone too"), CODE["hunks"][1])
    gone = reading.take(files_of(answer(file("a new one", hunk("h8", "+1")), changed, TOOL)), words="nothing")
    assert at(reading) == "src/code.py: y = 'new'"
    assert (gone, picks(reading.chosen)) == (1, ["h2"])
    reading.take(files_of(answer(NOTES)), words="nothing")
    assert reading.file
    assert reading.file.path == "notes.md"
    reading.take((), words="nothing")
    assert not reading.files
    assert (reading.page.row.words, reading.inside) == ("nothing", False)


def test_beside_each_other_or_not_the_cursor_stays_on_its_line(reading: Reading) -> None:
    press(reading, "enter", "n", "j", "j")
    reading.lay(paired=True)
    assert at(reading) == "src/code.py: y = 'new'"
    reading.lay(paired=False)
    assert at(reading) == "src/code.py: y = 'new'"
