from hypothesis import given
from hypothesis import strategies as st

from muxer.config import Project
from muxer.fleet.housing import FIRST, LAST, free_block, setup_line


def test_the_first_room_between_others_is_taken() -> None:
    assert free_block(10, []) == (FIRST, 10)
    assert free_block(10, [(FIRST, 10), (FIRST + 25, 10)]) == (FIRST + 10, 10)
    assert free_block(10, [(FIRST, 10), (FIRST + 15, 10)]) == (FIRST + 25, 10)
    assert free_block(10, [(FIRST, 10)], wanted=FIRST + 50) == (FIRST + 50, 10)
    assert free_block(10, [(FIRST + 45, 10)], wanted=FIRST + 50) == (FIRST, 10)


def test_who_wants_none_and_who_comes_too_late_gets_none() -> None:
    assert free_block(0, []) == (0, 0)
    assert free_block(10, [(FIRST, LAST - FIRST - 5)]) == (0, 0)
    assert free_block(10, [(FIRST, LAST - FIRST - 9)]) == (LAST - 9, 10)


@given(rooms=st.lists(st.integers(0, 50), max_size=30), gone=st.sets(st.integers(0, 29)))
def test_no_two_ever_share_a_port(rooms: list[int], gone: set[int]) -> None:
    blocks: list[tuple[int, int]] = []
    for number, room in enumerate(rooms):
        blocks.append(free_block(room, blocks))
        if number in gone:
            blocks.pop(0)
    ports = [port for first, room in blocks for port in range(first, first + room)]
    assert len(ports) == len(set(ports))


def test_a_setup_of_words_is_a_line_too() -> None:
    assert setup_line(Project(setup=("npm", "ci", "a b"))) == "npm ci 'a b'"
    assert setup_line(Project(setup="npm ci && x")) == "npm ci && x"
