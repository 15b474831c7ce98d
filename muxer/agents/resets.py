"""When a usage limit ends, as CLIs say it: `3pm (Europe/Berlin)`, `16:00`, `in 2h 5m`, `Oct 9 at 5am`, seconds."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

LONGEST = 32 * 86_400.0
"""No limit lasts longer."""
_EPOCH = 1_000_000_000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|m|s)(?:ays?|ours?|rs?|in(?:ute)?s?|ec(?:ond)?s?)?(?![a-z])", re.IGNORECASE)
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_EXACT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_NUMBER = re.compile(r"\s*(\d+)\s*")
_CLOCK = re.compile(r"\b(\d{1,2})(?::(\d\d))?(?::\d\d)?\s*([ap])\.?m\b|\b(\d{1,2}):(\d\d)\b", re.IGNORECASE)
_DAY = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?\b", re.IGNORECASE)
_ZONE = re.compile(r"\b(UTC|GMT|[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)+)\b")


def reset_at(text: str, now: float) -> float:
    """That moment as time.time(); 0 where the words say none."""
    moment = _moment(text, now)
    return moment if now - LONGEST < moment < now + LONGEST else 0.0


def _moment(text: str, now: float) -> float:
    if number := _NUMBER.fullmatch(text):
        said = float(number[1][:15])
        return said / (1000 if said > _EPOCH * 100 else 1) if said > _EPOCH else now + said
    if exact := _EXACT.search(text):
        return _exact(exact[0])
    if clock := _CLOCK.search(text):
        return _next(clock, _DAY.search(text), datetime.fromtimestamp(now, _zone(text)))
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


def _next(clock: re.Match[str], day: re.Match[str] | None, now: datetime) -> float:
    """The next time that the clock says so, on that day if one is named."""
    half = (clock[3] or "").lower()
    hour, minute = int(clock[1] or clock[4]), int(clock[2] or clock[5] or 0)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if day:
            then = then.replace(month=_MONTHS.index(day[1].lower()) + 1, day=int(day[2]))
            return (then.replace(year=then.year + 1) if then < now - timedelta(days=180) else then).timestamp()
    except ValueError:
        return 0.0
    return (then if then > now else then + timedelta(days=1)).timestamp()
