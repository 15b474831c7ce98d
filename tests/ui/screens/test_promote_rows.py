"""How a promotion is written."""

import pytest
from rich.cells import cell_len

from muxer.ui.screens.promote_rows import commit_row, facts_of, named, output_of, title_of
from muxer.work import Trial

ONE = {
    "sha": "1" * 40,
    "subject": "fix \x1b[31mtotals 日本",
    "added": 14,
    "removed": 3,
    "files": ["a.py", "b.py", "c.py"],
}
SAID = {"left_out": [], "conflicts": [], "clashes": [], "check": "make", "after": []}


@pytest.mark.parametrize("cols", [10, 20, 40, 60, 76, 180])
def test_a_row_fits_and_says_as_much_as_it_can(cols: int) -> None:
    row = commit_row(ONE, cols, mark="■ ", plain=False).plain
    assert cell_len(row) <= cols
    assert row.startswith("■ 1111111"[:cols])
    assert "\x1b" not in row
    if cols >= 40:
        assert cell_len(row) == cols
        assert row.endswith("+14    −3")
    if cols >= 76:
        assert "fix [31mtotals 日本" in row
        assert "a.py and 2 more" in row


@pytest.mark.parametrize("wild", ["a\x1b[2Jb\u202e\n", "שלום", "漢字" * 40, "👩‍💻🏽e" + "\u0301" * 30])
def test_hostile_words_are_harmless_and_stay_in_their_columns(wild: str) -> None:
    row = commit_row({**ONE, "subject": wild, "files": [wild]}, 60, mark="", plain=False).plain
    assert row.isprintable()
    assert cell_len(row) == 60
    said = {**SAID, "left_out": [wild], "clashes": [[wild, [wild]]], "after": [[wild, ""], [wild, wild]], "check": wild}
    trial = Trial(pane="p1", result="r", state="red", why=wild, lines=(wild,))
    lines = facts_of(said, trial, 60, now=0.0, plain=False).plain.split("\n")
    lines += [output_of(trial, 1, 60, plain=False), title_of(wild, {"trunk": wild}, plain=False)]
    assert len(lines) == 6
    assert all(line.isprintable() for line in lines)
    assert max(map(cell_len, lines[:5])) <= 60


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        (None, "make"),
        (Trial(pane="p1", result="r", state="waits", began_at=90.0), "make  waits for another check 10s"),
        (Trial(pane="p1", result="r", state="runs", began_at=88.0), "make  runs 12s"),
        (Trial(pane="p1", result="r", state="green"), "make  green"),
        (Trial(pane="p1", result="r", state="red", why="exited 1"), "make  red: exited 1"),
        (Trial(pane="p1", result="r", state="stopped", why="it was stopped"), "make  stopped: it was stopped"),
    ],
)
def test_what_a_check_does(trial: Trial | None, words: str) -> None:
    lines = facts_of(SAID, trial, 60, now=100.0, plain=False).plain.splitlines()
    assert lines == ["conflicts     trunk none", f"check         {words}"]


def test_its_last_lines_are_seen_while_they_matter() -> None:
    lines = ("one", "", "\x1b[31mtwo", "three" * 40)
    runs = Trial(pane="p1", result="r", state="runs", lines=lines)
    assert output_of(runs, 2, 10, plain=False).splitlines() == ["[31mtwo", "threethre…"]
    assert output_of(runs, 0, 10, plain=False) == ""
    assert output_of(Trial(pane="p1", result="r", state="green", lines=lines), 2, 10, plain=False) == ""
    assert output_of(None, 2, 10, plain=False) == ""


def test_names() -> None:
    assert named(["a", "b", "c"], 2) == "a, b and 1 more"
    assert named(["a"], 2) == "a"
    assert title_of("ada", {"trunk": "t"}, plain=True) == "PROMOTE  ada > t"
