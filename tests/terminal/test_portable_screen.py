from muxer.terminal.portable_cells import Row, written
from muxer.terminal.portable_screen import Screen


def test_only_whole_rows_off_the_top_become_history() -> None:
    gone: list[str] = []
    screen = Screen(12, 4, lambda row: gone.append(written(row, 12)))
    for text in "abcdef":
        screen.draw(text)
        screen.index()
        screen.carriage_return()
    assert gone == ["a", "b", "c"]
    screen.set_region(1, 3)
    screen.scroll_up(2)
    screen.set_region(0, 3)
    screen.sides = (2, 5)
    screen.scroll_up(1)
    screen.sides = (0, 11)
    screen.keeps_history = False
    screen.scroll_up(1)
    assert gone == ["a", "b", "c"]


def test_dirty_rows_are_the_ones_that_changed() -> None:
    screen = Screen(12, 5, lambda _: None)
    screen.dirty.clear()
    screen.draw("x")
    assert screen.dirty == {0}
    screen.dirty.clear()
    screen.move(0, 2)
    screen.step(3, 1)
    assert screen.dirty == set()
    screen.set_region(1, 3)
    screen.insert_lines(1)
    assert screen.dirty == {3}
    screen.dirty.clear()
    screen.shift(1, 3, 1)
    assert screen.dirty == {1, 2, 3}
    screen.dirty.clear()
    screen.erase_in_display(1)
    assert screen.dirty == {0, 1, 2, 3}


def test_a_wrapped_row_says_so_until_its_end_is_erased() -> None:
    screen = Screen(12, 4, lambda _: None)
    screen.draw("x" * 15)
    assert [row.wrapped for row in screen.buffer] == [True, False, False, False]
    screen.move(3, 0)
    screen.erase_in_line(1)
    assert screen.buffer[0].wrapped
    screen.erase_in_line(0)
    assert not screen.buffer[0].wrapped
    assert isinstance(screen.buffer[0], Row)
