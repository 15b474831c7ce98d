from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.agents.resets import LONGEST, reset_at

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
        ("16:00 UTC", at(2026, 11, 20, 16)),
        ("3pm (Europe/Berlin)", at(2026, 11, 20, 14)),
        ("9am (America/New_York)", at(2026, 11, 20, 14)),
        ("Nov 24 at 5am (UTC)", at(2026, 11, 24, 5)),
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
