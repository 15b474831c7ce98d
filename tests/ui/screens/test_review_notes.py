"""Comments, as an agent gets them."""

from muxer.ui.screens.review_notes import QUOTED, comment_on, note_of
from muxer.ui.screens.review_page import files_of, rows_of
from tests.ui.screens.reviewed import WORK, answer, file, hunk

CODE = files_of(WORK)[0]
ROWS = rows_of(CODE, paired=False)


def test_a_comment_says_where_and_quotes() -> None:
    comment = comment_on("src/code.py", ROWS[4:5], "why 2?")
    assert comment
    assert comment.marks == {("h1", 3)}
    assert note_of([comment]) == "A comment on your changes:\n\nsrc/code.py:2\n> +    return 2\nwhy 2?"


def test_several_are_one_note() -> None:
    two = [comment_on("src/code.py", rows, text) for rows, text in ((ROWS[1:6], "all"), (ROWS[2:4], "keep these"))]
    assert note_of([comment for comment in two if comment]) == (
        "2 comments on your changes:\n\n"
        "src/code.py:1-3\n>  def one():\n> -    return 1\n> -    # old\n> +    return 2\n>  # end\nall\n\n"
        "src/code.py:2-3 (removed)\n> -    return 1\n> -    # old\nkeep these"
    )


def test_lines_beside_each_other_are_both_meant() -> None:
    comment = comment_on("src/code.py", rows_of(CODE, paired=True)[1:3], "hm")
    assert comment
    assert comment.quoted == (" def one():", "-    return 1", "+    return 2")


def test_what_has_no_line_cannot_be_commented() -> None:
    assert comment_on("src/code.py", ROWS[:1], "hm") is None


def test_very_much_is_quoted_in_part() -> None:
    [long] = files_of(answer(file("x", hunk("h", *(f"+{number}" for number in range(50))))))
    comment = comment_on("x", rows_of(long, paired=False), "all of it")
    assert comment
    assert comment.lines == "1-50"
    assert (len(comment.quoted), comment.quoted[-1]) == (QUOTED + 1, "…")
