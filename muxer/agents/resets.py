"""When a usage limit ends, as CLIs say it: `3pm (Europe/Berlin)`, `16:00`, `in 2h 5m`, `Oct 9, 5am`, seconds. Pure."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from muxer.agents.signs import Limit

LONGEST = 32 * 86_400.0
"""No limit lasts longer."""
AGREES = 120.0
"""What is left of a limit is told in minutes, rounded as one likes: ends so far apart are one."""
_EPOCH = 1_000_000_000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|m|s)(?:ays?|ours?|rs?|in(?:ute)?s?|ec(?:ond)?s?)?(?![a-z])", re.IGNORECASE)
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_EXACT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_NUMBER = re.compile(r"\s*(\d+)\s*")
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?)?\s*(?:(?P<half>[ap])\.?m\b|(?<=:\d\d)\b)",
    re.IGNORECASE,
)
_DAY = re.compile(
    rf"\b(?P<month>{'|'.join(_MONTHS)})[a-z]*\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>\d{{4}})\b)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\b(UTC|GMT|[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)+)\b")


def limit_shown(said: str, reset: str, before: Limit | None, at: float, now: float) -> Limit:
    """The limit that is shown since `at`, 0 where nobody knows since when; the one before, if it is still that."""
    if before is not None and said == before.said:
        return before
    ends = reset_at(reset, at or now, fresh=bool(at))
    if before is not None and not before.is_over(now) and ends and abs(ends - before.resets_at) <= AGREES:
        return before._replace(said=said)
    return Limit(said, ends)


def reset_at(text: str, now: float, *, fresh: bool = True) -> float:
    """That moment as time.time(); 0 where the words say none. What is not fresh may have been said a day ago."""
    moment = _moment(" ".join(text.split()), now, fresh=fresh)
    return moment if now - LONGEST < moment < now + LONGEST else 0.0


def _moment(text: str, now: float, *, fresh: bool) -> float:
    if number := _NUMBER.fullmatch(text):
        said = float(number[1][:15])
        return said / (1000 if said > _EPOCH * 100 else 1) if said > _EPOCH else now + said
    if exact := _EXACT.search(text):
        return _exact(exact[0])
    if clock := _CLOCK.search(text):
        there = datetime.fromtimestamp(now, _zone(text))
        day = _DAY.search(text)
        return _on(day, clock, there) if day else _nearest(clock, there, fresh=fresh)
    spans = _SPAN.findall(text)
    return now + sum(float(count) * _SECONDS[unit.lower()] for count, unit in spans) if spans else 0.0


def _exact(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _zone(text: str) -> tzinfo | None:
    """The time zone that is named; else that of this machine."""
    if not (named := _ZONE.search(text)):
        return None
    try:
        return UTC if named[1] in ("UTC", "GMT") else ZoneInfo(named[1])
    except (KeyError, ValueError, OSError):
        return None


def _on(day: re.Match[str], clock: re.Match[str], now: datetime) -> float:
    """When the clock says so on that day; of the year that is nearest, if none is named."""
    then, month = _at(clock, now), _MONTHS.index(day["month"].lower()) + 1
    try:
        then = then and then.replace(year=int(day["year"] or now.year), month=month, day=int(day["day"]))
        if then and not day["year"] and then < now - timedelta(days=180):
            then = then.replace(year=then.year + 1)
    except ValueError:
        return 0.0
    return then.timestamp() if then else 0.0


def _nearest(clock: re.Match[str], now: datetime, *, fresh: bool) -> float:
    """When the clock says so next. Of words that may be old, the time that is nearest: it may be over."""
    if (then := _at(clock, now)) is None:
        return 0.0
    if fresh and not clock["second"] and then <= now < then + timedelta(minutes=1):
        return (then + timedelta(minutes=1)).timestamp()  # seconds are left out
    days = range(2) if fresh else range(-1, 2)
    moments = [then + timedelta(days=day) for day in days]
    return min((one for one in moments if one > now or not fresh), key=lambda one: abs(one - now)).timestamp()


def _at(clock: re.Match[str], now: datetime) -> datetime | None:
    """Today when the clock says so; None where no clock does."""
    half, hour = (clock["half"] or "").lower(), int(clock["hour"])
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second = int(clock["minute"] or 0), int(clock["second"] or 0)
    try:
        return now.replace(hour=hour, minute=minute, second=second, microsecond=0)
    except ValueError:
        return None
