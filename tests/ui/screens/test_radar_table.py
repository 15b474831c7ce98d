"""The table of all agents against all, as lines."""

from rich.cells import cell_len

from muxer.ui.harmless import harmless
from muxer.ui.screens.radar_table import Chosen, Worker, ordered, pairs_of, paths, plan_of, said, table
from muxer.work import Clash

ADA, BOB, CYD = Worker("p1", "ada", 8), Worker("p2", "bob", 0), Worker("p3", "cyd", 12)
THREE = (ADA, BOB, CYD)
CLASH = Clash(one="p1", other="p3", paths=("a.py", "src/money.py", "b.py"), conflicts=("src/money.py",))
SHARED = Clash(one="p2", other="p3", paths=("c.py",))
PAIRS = pairs_of([CLASH, SHARED])


def text(workers: tuple[Worker, ...], at: Chosen, cols: int, rows: int, *, plain: bool = False) -> list[str]:
    plan = plan_of(workers, at, cols, rows, plain=plain)
    return [line.plain for line in table(workers, PAIRS, at, plan, plain=plain)]


def fleet(count: int) -> tuple[Worker, ...]:
    return tuple(Worker(f"p{n}", f"agent-{n}", n) for n in range(1, count + 1))


def test_each_pair_is_told_twice_and_conflicts_are_marked() -> None:
    assert text(THREE, Chosen(0, 2), 40, 9) == [
        "       ada bob cyd",
        "1 ada   8   ·   3‼",
        "2 bob   ·   ·   1 ",
        "3 cyd   3‼  1  12 ",
    ]
    assert text(THREE, Chosen(0, 0), 40, 9, plain=True)[1] == "1 ada   8   -   3!"


def test_the_chosen_pair_is_lit_with_both_names() -> None:
    plan = plan_of(THREE, Chosen(0, 2), 40, 9, plain=False)
    head, row, *others = table(THREE, PAIRS, Chosen(0, 2), plan, plain=False)
    lit = "bold $text-primary"
    assert [head.plain[span.start : span.end].strip() for span in head.spans if span.style == lit] == ["cyd"]
    assert [row.plain[span.start : span.end].strip() for span in row.spans if span.style == lit] == ["1 ada"]
    assert [str(span.style) for span in row.spans if "reverse" in str(span.style)] == ["bold $text-error reverse"]
    assert not any("reverse" in str(span.style) for line in others for span in line.spans)


def test_numbers_head_the_columns_where_names_have_no_room() -> None:
    lines = text(fleet(12), Chosen(0, 0), 76, 14)
    assert lines[0].split() == [str(n) for n in range(1, 13)]
    assert lines[12].startswith("12 agent-12 ")
    assert max(map(cell_len, lines)) <= 76
    assert text(fleet(40), Chosen(0, 0), 196, 41)[0].split()[-1] == "40"


def test_around_the_chosen_pair_is_shown_what_there_is_room_for() -> None:
    for at in (Chosen(0, 0), Chosen(39, 39), Chosen(20, 3)):
        lines = text(fleet(40), at, 76, 15)
        assert len(lines) == 15
        assert {cell_len(line) for line in lines} == {len(lines[0])}
        assert len(lines[0]) <= 76
        assert str(at.col + 1) in lines[0].split()
        assert any(line.split()[0] == str(at.row + 1) for line in lines[1:])


def test_a_place_on_the_screen_is_a_row_and_a_column() -> None:
    plan = plan_of(THREE, Chosen(0, 2), 40, 9, plain=False)
    row = text(THREE, Chosen(0, 2), 40, 9)[1]
    assert plan.under(row.index("3"), 1) == (0, 2)
    assert plan.under(row.index("8"), 1) == (0, 0)
    assert plan.under(2, 3) == (2, None)
    assert plan.under(row.index("3"), 0) == (None, 2)
    assert plan.under(39, 1) == plan.under(2, 9) == plan.under(0, 0) == (None, None)
    far = plan_of(fleet(40), Chosen(39, 39), 76, 15, plain=False)
    assert far.under(far.label, 14) == (39, far.across[0])


def test_hostile_and_wide_names_stay_in_their_columns() -> None:
    names = ("a\x1b[2Jb\u202e", "שלום", "漢字漢字漢字漢字", "👩‍💻🏽e\u0301", "x" * 40)
    wild = tuple(Worker(f"p{n}", harmless(name), n) for n, name in enumerate(names))
    for cols in (200, 40):
        lines = text(wild, Chosen(0, 0), cols, 9)
        assert all(line.isprintable() for line in lines)
        assert len({cell_len(line) for line in lines}) == 1
        assert cell_len(lines[0]) <= cols


def test_two_are_told_of_in_a_line() -> None:
    assert said(ADA, CYD, CLASH) == "ada and cyd both change 3 files: 1 would conflict"
    assert said(BOB, CYD, SHARED) == "bob and cyd both change 1 file: all would merge"
    assert said(ADA, BOB, None) == "ada and bob change no file both"
    assert said(ADA, ADA, None) == "ada changes 8 files"
    assert said(BOB, BOB, None) == "bob changes no files"


def test_what_would_conflict_comes_first_and_the_last_line_counts_the_rest() -> None:
    assert ordered(CLASH) == ["src/money.py", "a.py", "b.py"]
    assert [line.plain for line in paths(CLASH, 0, 40, 3, plain=False)] == ["‼ src/money.py", "  a.py", "  b.py"]
    assert [line.plain for line in paths(CLASH, 0, 40, 2, plain=False)] == ["‼ src/money.py", "  … 2 more"]
    assert [line.plain for line in paths(CLASH, 1, 40, 2, plain=False)] == ["  a.py", "  b.py"]
    assert paths(None, 0, 40, 2, plain=False) == []


def test_paths_are_cut_and_harmless() -> None:
    wild = Clash(one="p1", other="p2", paths=("a\x1b[2J/very/long/folder/of/files/name.py",))
    assert [line.plain for line in paths(wild, 0, 24, 2, plain=False)] == ["  a[2J/very/lon…/name.py"]
