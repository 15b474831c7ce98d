from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.agents.resets import LONGEST, limit_shown, reset_at
from muxer.agents.signs import Limit

NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC).timestamp()


def at(*when: int) -> float:
    return datetime(*when, tzinfo=UTC).timestamp()  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("3pm (UTC)", at(2026, 11, 20, 15)),
        ("3 PM (UTC)", at(2026, 11, 20, 15)),
        ("1:05pm (UTC)", at(2026, 11, 21, 13, 5)),
        ("12am (UTC)", at(2026, 11, 21)),
        ("3:20:45 pm (UTC)", at(2026, 11, 20, 15, 20, 45)),
        ("15:04:05 UTC", at(2026, 11, 20, 15, 4, 5)),
        ("1:30pm (UTC)", at(2026, 11, 20, 13, 31)),
        ("3:20\u202fPM\n     (UTC)", at(2026, 11, 20, 15, 20)),
        ("16:00 UTC", at(2026, 11, 20, 16)),
        ("3pm (Europe/Berlin)", at(2026, 11, 20, 14)),
        ("9am (America/New_York)", at(2026, 11, 20, 14)),
        ("Nov 24 at 5am (UTC)", at(2026, 11, 24, 5)),
        ("Nov 27, 8am (UTC)", at(2026, 11, 27, 8)),
        ("Nov 27, 8:30pm (UTC)", at(2026, 11, 27, 20, 30)),
        ("Nov 29th, 2026 12:55 AM UTC", at(2026, 11, 29, 0, 55)),
        ("Dec 9, 2026, 8am (UTC)", at(2026, 12, 9, 8)),
        ("Dec 1st, 10:30 AM UTC", at(2026, 12, 1, 10, 30)),
        ("2026-11-20T18:00:00Z", at(2026, 11, 20, 18)),
        ("in 2 hours 5 minutes", NOW + 7500),
        ("2h 5m", NOW + 7500),
        ("1 day 3 hours", NOW + 27 * 3600),
        ("300", NOW + 300),
        ("45s", NOW + 45),
        (str(int(NOW) + 60), NOW + 60),
        (f"{int(NOW) + 60}000", NOW + 60),
    ],
)
def test_a_moment_is_understood(said: str, moment: float) -> None:
    assert reset_at(said, NOW) == moment


@pytest.mark.parametrize(
    "said", ["", "soon", "99pm", "25:70", "Feb 30 at 1pm", "2026-99-99 10:00", "9999-01-01T00:00Z", "9" * 400]
)
def test_what_is_no_moment_is_none(said: str) -> None:
    assert reset_at(said, NOW) == 0


def test_an_unknown_zone_is_that_of_this_machine() -> None:
    assert reset_at("3pm (Mars/Olympus)", NOW) == reset_at("3pm", NOW) > 0


@given(st.text(alphabet="0123456789:apmhds -TZ/()NovDecUTC", max_size=40))
def test_nothing_breaks_it_and_no_limit_is_for_ever(said: str) -> None:
    moment = reset_at(said, NOW)
    assert moment == 0 or abs(moment - NOW) < LONGEST


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("1pm (UTC)", at(2026, 11, 20, 13)),
        ("1:30pm (UTC)", at(2026, 11, 20, 13, 30)),
        ("3pm (UTC)", at(2026, 11, 20, 15)),
        ("1am (UTC)", at(2026, 11, 21, 1)),
        ("Nov 19, 8am (UTC)", at(2026, 11, 19, 8)),
        ("Nov 20th, 2025 8:00 AM UTC", 0.0),
    ],
)
def test_what_may_have_been_said_long_ago_names_the_moment_that_is_nearest(said: str, moment: float) -> None:
    assert reset_at(said, NOW, fresh=False) == moment


def test_a_limit_ends_when_it_was_understood_to_end_at_first() -> None:
    first = limit_shown("resets in 5m", "5m", None, NOW, NOW)
    assert first == Limit("resets in 5m", NOW + 300)
    assert limit_shown("resets in 5m", "5m", first, NOW + 250, NOW + 250) is first
    assert limit_shown("resets in 4m", "4m", first, NOW + 100, NOW + 100) == Limit("resets in 4m", NOW + 300)
    clock = limit_shown("resets 3pm (UTC)", "3pm (UTC)", None, NOW, NOW)
    late = at(2026, 11, 20, 15, 1)
    assert limit_shown("resets 3pm (UTC)", "3pm (UTC)", clock, late, late).is_over(late)


def test_another_end_is_another_limit() -> None:
    first = Limit("session limit", NOW + 300)
    assert limit_shown("resets in 8m", "8m", first, NOW, NOW).resets_at == NOW + 480
    assert limit_shown("resets in 1m", "1m", first, NOW + 301, NOW + 301).resets_at == NOW + 361
    assert limit_shown("weekly limit", "", first, NOW, NOW) == Limit("weekly limit", 0.0)


def test_a_limit_of_unknown_age_may_be_over_when_it_is_seen() -> None:
    late = at(2026, 11, 20, 15, 1)
    assert limit_shown("x", "3pm (UTC)", None, 0.0, late).is_over(late)
    assert not limit_shown("x", "3pm (UTC)", None, late, late).is_over(late)
    assert not Limit("x", 0.0).is_over(late)
