import pytest

from muxer.terminal.portable_history import BLOCK, History


def filled(limit: int, count: int) -> History:
    history = History(limit)
    for number in range(count):
        history.push(str(number))
    return history


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
@pytest.mark.parametrize("limit", [1, BLOCK, 2 * BLOCK + 3, 10_000])
@pytest.mark.parametrize("compressed", [False, True])
def test_the_newest_rows_are_kept(limit: int, count: int, *, compressed: bool) -> None:
    history = filled(limit, count)
    if compressed:
        history.compress()
    expected = [str(number) for number in range(count)][-limit:]
    assert len(history) == len(expected)
    assert list(history) == expected
    assert [history[at] for at in range(len(history))] == expected


def test_rows_are_taken_back_newest_first() -> None:
    history = filled(10_000, 2 * BLOCK + 1)
    history.compress()
    assert [history.pop() for _ in range(BLOCK + 3)] == [str(n) for n in range(2 * BLOCK, BLOCK - 3, -1)]
    history.push("again")
    assert list(history) == [*(str(n) for n in range(BLOCK - 2)), "again"]


def test_pushing_after_compressing_changes_the_small_block() -> None:
    history = filled(3 * BLOCK, 3)
    history.compress()
    assert history[2] == "2"
    history.push("3")
    assert [history[at] for at in range(4)] == ["0", "1", "2", "3"]


def test_taking_everything_back_and_starting_over() -> None:
    history = filled(5, 9)
    assert [history.pop() for _ in range(5)] == ["8", "7", "6", "5", "4"]
    assert len(history) == 0
    history.replace(["a", "b"])
    assert list(history) == ["a", "b"]
    history.clear()
    assert list(history) == []


def test_a_limit_of_nothing_keeps_nothing() -> None:
    assert list(filled(0, 3)) == []
