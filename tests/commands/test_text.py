from muxer.commands.text import aligned, plain


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert aligned([["a", "bbb", 1], ["cccc", "d"], ["e"]]) == "a     bbb  1\ncccc  d\ne"


def test_wide_and_combining_letters_count_by_their_cells() -> None:
    assert aligned([["日本", "x"], ["e\u0301abc", "y"]]) == "日本  x\ne\u0301abc  y"


def test_a_cell_cannot_steer_the_terminal_or_break_its_line() -> None:
    assert aligned([["a\x1b[2J\nb", "\x9b31mc"]]) == "a[2Jb  31mc"


def test_nothing_is_no_text() -> None:
    assert plain(None) == ""
    assert aligned([]) == ""
    assert plain([]) == ""


def test_text_is_left_as_it_is() -> None:
    assert plain("\x1b[1mbold\x1b[0m\n") == "\x1b[1mbold\x1b[0m\n"


def test_rows_get_a_heading_of_all_their_names() -> None:
    rows = [{"id": "w1", "read_only": True}, {"id": "w22", "title": None, "size": 1.5}]
    assert plain(rows).splitlines() == [
        "ID   READ ONLY  TITLE  SIZE",
        "w1   yes        -      -",
        "w22  -          -      1.5",
    ]


def test_a_record_is_a_line_for_each_name() -> None:
    assert plain({"id": 1, "panes": ["é", {"x": 2}]}) == 'id     1\npanes  ["é", {"x": 2}]'


def test_anything_else_is_a_line_each() -> None:
    assert plain(["a", 1, {"b": False}]) == 'a\n1\n{"b": false}'
    assert plain(False) == "no"
