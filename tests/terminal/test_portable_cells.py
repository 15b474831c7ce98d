import pytest

from muxer.terminal.portable_cells import (
    PLAIN,
    Cell,
    Row,
    Style,
    ansi,
    ansi_written,
    cluster_width,
    clusters,
    parameters,
    plain_written,
    read,
    styled,
    written,
)


def row_of(*cells: tuple[str, Style], wrapped: bool = False) -> Row:
    row = Row()
    for x, (data, style) in enumerate(cells):
        row[x] = Cell(data, style)
    row.wrapped = wrapped
    return row


RED = styled(PLAIN, "31")
LINK = RED._replace(link="http://e.x/a;b")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("", "0"),
        ("1;31", "0;1;31"),
        ("38;5;1", "0;38;5;1"),
        ("38:5:1", "0;38;5;1"),
        ("48:2::1:2:3", "0;48;2;1;2;3"),
        ("48:2:1:2:3", "0;48;2;1;2;3"),
        ("38;2;1;2;3;4", "0;4;38;2;1;2;3"),
        ("58;2;1;2;3", "0;58:2::1:2:3"),
        ("4:3;1", "0;1;4:3"),
        ("4:9", "0"),
        ("21", "0;4:2"),
        ("31;39;41;49", "0"),
        ("38;5;999", "0"),
        ("38;2;300;0;0;1", "0;1"),
        ("38;5", "0"),
        ("38", "0"),
        ("38:2:1", "0"),
        ("1;2;22", "0"),
        ("99999999999999999999;1", "0;1"),
    ],
)
def test_sgr(sent: str, kept: str) -> None:
    assert parameters(styled(PLAIN, sent)) == kept


def test_sgr_reset_keeps_what_is_no_sgr() -> None:
    style = Style(bold=True, protected=True, link="x")
    assert styled(style, "0") == Style(protected=True, link="x")


@pytest.mark.parametrize(
    "row",
    [
        row_of(),
        row_of(("a", PLAIN), ("b", RED), ("c", PLAIN)),
        row_of(("漢", RED), ("", RED), ("x", PLAIN)),
        row_of(("👩🏽‍💻", PLAIN), ("", PLAIN), ("e\u0301", PLAIN)),
        row_of(("l", LINK), ("k", LINK), ("!", RED)),
        row_of(("p", RED._replace(protected=True)), ("q", RED)),
        row_of((" ", styled(PLAIN, "44")), (" ", styled(PLAIN, "7"))),
        row_of(("a", PLAIN), (" ", PLAIN), wrapped=True),
    ],
    ids=range(8),
)
def test_a_written_row_reads_back(row: Row) -> None:
    again = read(written(row, 20))
    assert dict(again) == dict(row)
    assert again.wrapped == row.wrapped


def test_what_is_shown_holds_neither_links_nor_protection() -> None:
    row = row_of(("l", LINK._replace(protected=True)), ("x", RED), wrapped=True)
    assert ansi(row, 20) == "\x1b[0;31mlx\x1b[0m"
    assert plain_written(written(row, 20)) == "lx"
    assert "999" not in ansi_written(written(row, 20))
    assert "http" not in ansi_written(written(row, 20))


def test_a_crop_never_cuts_a_wide_character() -> None:
    row = row_of(("a", PLAIN), ("漢", PLAIN), ("", PLAIN), ("b", PLAIN))
    assert [ansi(row, columns) for columns in range(1, 5)] == ["a", "a", "a漢", "a漢b"]


def test_clusters() -> None:
    text = "a👨‍👩‍👧🇯🇵🇫🇷e\u0301漢1️⃣"
    assert list(clusters(text)) == ["a", "👨‍👩‍👧", "🇯🇵", "🇫🇷", "e\u0301", "漢", "1️⃣"]
    assert [cluster_width(cluster) for cluster in clusters(text)] == [1, 2, 2, 2, 1, 2, 2]
