"""Screens of real programs, captured in each state (versions as their files say), and what each is to be taken for."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from muxer.agents.detect import judge, read_screen
from muxer.agents.reading import read_clis
from muxer.agents.signs import Heard, Reading, Shown, Told, status_fields
from muxer.agents.spec import Cli
from muxer.model import Verdict

SCREENS = Path(__file__).parent / "screens"
NOW = 1_000_000.0


class Expected(NamedTuple):
    """A line of the table; a dash is nothing."""

    screen: str
    state: str
    wait: str
    draft: str
    words: str


@cache
def clis() -> dict[str, Cli]:
    found, troubles = read_clis("/no/such/folder")
    assert not troubles
    return found


def table() -> Iterator[Expected]:
    for line in (SCREENS / "table.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            screen, state, wait, draft, *words = line.split(maxsplit=4)
            yield Expected(screen, state, wait, draft, *(words or [""]))


def captured(screen: str, *, ago: float = 5.0) -> tuple[Heard, Shown]:
    """What its terminal announced, and what it shows, for so many seconds."""
    head, _, rows = (SCREENS / f"{screen}.txt").read_text().partition("---\n")
    said = dict(line.partition(":")[::2] for line in head.splitlines())
    fields = status_fields(f"7501;{said.get('program', '').strip()}".encode()) or {}
    at = NOW - ago
    heard = Heard(title=said["title"].strip(), title_at=at, program=fields, program_at=at if fields else 0.0)
    return heard, Shown(tuple(rows.splitlines()), at=at)


def read(screen: str) -> Reading:
    heard, shown = captured(screen)
    return read_screen(clis()[screen.partition("/")[0]], shown, heard, NOW)


def judged(screen: str, *told: Told, ago: float = 5.0, now: float = NOW) -> Verdict:
    cli = clis()[screen.partition("/")[0]]
    heard, shown = captured(screen, ago=ago)
    reading = read_screen(cli, shown, heard, now)
    return judge(cli, told, heard, shown, reading, spawned_at=NOW - 30, now=now)


def picture(heard: Heard, shown: Shown) -> bytes:
    """What a program writes that shows and says that."""
    status = ":".join(f"{name}={value}" for name, value in heard.program.items())
    said = (f"\x1b]2;{heard.title}\a" if heard.title else "") + (f"\x1b]7501;{status}\a" if status else "")
    return (said + "\x1b[H\x1b[2J" + "\r\n".join(shown.lines)).encode()
