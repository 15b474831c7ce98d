import time
from typing import get_args

import pytest
from rich.cells import cell_len

from muxer.model import State, Status, Verdict
from muxer.ui.states import SIGNS, UNREAD, Sight, as_judged, clock_time, glyph_of, plainly, settled_age, short_age


def test_every_state_has_a_glyph_of_one_cell_of_its_own_in_either_set() -> None:
    signs = [*SIGNS.values(), UNREAD]
    assert set(SIGNS) == set(get_args(State))
    assert len({sign.glyph for sign in signs}) == len({sign.plain for sign in signs}) == len(signs)
    assert {cell_len(sign.glyph) for sign in signs} == {1}
    assert all(sign.plain.isascii() and len(sign.plain) == 1 for sign in signs)
    assert glyph_of("waiting", plain=False) == "▲"
    assert glyph_of("waiting", plain=True) == "!"


@pytest.mark.parametrize(
    ("seconds", "age"),
    [(-1, "0s"), (0, "0s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"), (86_399, "23h"), (86_400, "1d"),
     (1e9, "99d")],
)  # fmt: skip
def test_an_age_has_three_cells_at_most(seconds: float, age: str) -> None:
    assert short_age(seconds) == age


RUNS = Status(state="working", note="as it was", evidence=("its process",))


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (None, RUNS),
        (Verdict(state="idle", evidence=("its title",)), Status(state="idle", evidence=("its title",))),
        (Verdict(state="waiting", wait="trust"), Status(state="waiting", note="waiting: trust")),
        (Verdict(state="waiting"), Status(state="waiting")),
        (Verdict(state="limited", wait="limit"), Status(state="limited")),
    ],
)
def test_a_verdict_goes_before_what_its_process_shows(verdict: Verdict | None, said: Status) -> None:
    assert as_judged(RUNS, verdict) == said


def test_what_stands_still_is_frozen_whatever_its_agent_asked() -> None:
    frozen = Status(state="frozen")
    assert as_judged(frozen, Verdict(state="waiting", wait="login")) == frozen


def test_when_a_limit_ends_is_a_time_and_a_day_where_that_is_another() -> None:
    later = time.mktime((2030, 1, 2, 16, 0, 0, 0, 0, -1))
    assert as_judged(RUNS, Verdict(state="limited", resets_at=later)).note == "limited until Wed 16:00"
    assert clock_time(time.time()) == time.strftime("%H:%M")


def test_an_age_that_needs_no_timer_of_seconds() -> None:
    assert [settled_age(seconds) for seconds in (0, 59.9, 60, 7200)] == ["", "", "1m", "2h"]


def test_words_of_its_own_can_be_plain() -> None:
    assert plainly("ctrl+b … ● · ▲", plain=True) == "ctrl+b .. * - !"
    assert plainly("ctrl+b …", plain=False) == "ctrl+b …"


def test_the_last_words_say_more_than_a_title() -> None:
    assert Sight(title="~", last="41 passed").about == "41 passed"
    assert Sight(title="~").about == "~"


@pytest.mark.parametrize(
    ("state", "note", "said"),
    [
        ("exited", "exited 1", "exited 1"),
        ("crashed", "gave up after 5 failures", "crashed · gave up after 5 failures"),
        ("starting", "again in 4s", "starting · again in 4s"),
        ("frozen", "", "frozen"),
    ],
)
def test_a_state_and_its_note_are_said_without_saying_anything_twice(state: State, note: str, said: str) -> None:
    assert Sight(state=state, note=note).said == said
