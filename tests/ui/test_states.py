import pytest
from rich.cells import cell_len

from muxer.model import Exit, PaneFacts
from muxer.ui.states import SIGNS, UNREAD, Sight, glyph_of, plainly, settled_age, short_age, state_of


def facts(how: Exit | None = None) -> PaneFacts:
    return PaneFacts(
        id="p1", name="api", tab="1", pid=1, command=("sh",), cwd="/", cols=80, rows=24,
        state=how.state if how else "running", title="", exit=how,
    )  # fmt: skip


def test_every_state_has_a_glyph_of_one_cell_of_its_own_in_either_set() -> None:
    signs = [*SIGNS.values(), UNREAD]
    assert len({sign.glyph for sign in signs}) == len({sign.plain for sign in signs}) == len(signs)
    assert {cell_len(sign.glyph) for sign in signs} == {1}
    assert all(sign.plain.isascii() and len(sign.plain) == 1 for sign in signs)
    assert glyph_of("waiting", plain=False) == "▲"
    assert glyph_of("waiting", plain=True) == "!"


def test_it_says_only_what_can_be_seen() -> None:
    assert state_of(None, busy=False, waits=True) == "starting"
    assert state_of(facts(), busy=True, waits=False) == "working"
    assert state_of(facts(), busy=False, waits=False) == "idle"
    assert state_of(facts(), busy=True, waits=True) == "waiting"
    assert state_of(facts(Exit(status=0)), busy=False, waits=True) == "exited"
    assert state_of(facts(Exit(signal=9)), busy=False, waits=False) == "crashed"
    assert state_of(facts(Exit()), busy=False, waits=False) == "unknown"


@pytest.mark.parametrize(
    ("seconds", "age"),
    [(-1, "0s"), (0, "0s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (86_399, "23h"), (86_400, "1d"),
     (1e9, "99d")],
)  # fmt: skip
def test_an_age_has_three_cells_at_most(seconds: float, age: str) -> None:
    assert short_age(seconds) == age


def test_an_age_that_needs_no_timer_of_seconds() -> None:
    assert [settled_age(seconds) for seconds in (0, 59.9, 60, 7200)] == ["", "", "1m", "2h"]


def test_words_of_its_own_can_be_plain() -> None:
    assert plainly("ctrl+b … ● · ▲", plain=True) == "ctrl+b .. * - !"
    assert plainly("ctrl+b …", plain=False) == "ctrl+b …"


def test_the_last_words_say_more_than_a_title() -> None:
    assert Sight(title="~", last="41 passed").about == "41 passed"
    assert Sight(title="~").about == "~"
