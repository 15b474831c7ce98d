"""Links on the screen: what a click on plain text means, and what opens it.

Only kinds of address that a browser or a mail program takes are opened; anything else, which a program may have put
there to run something, is copied.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from rich.cells import cell_len

_URL = re.compile(r"(?:https?://|ftp://|mailto:|www\.)[^\s<>\"'`{}|\\^\x00-\x1f]+")
_OPENED = re.compile(r"(?:https?|ftp)://|mailto:")
_TRAILING = ".,;:!?…"
_PAIRS = {")": "(", "]": "["}


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence that it stands in."""
    while url and (url[-1] in _TRAILING or (url[-1] in _PAIRS and url.count(url[-1]) > url.count(_PAIRS[url[-1]]))):
        url = url[:-1]
    return url


def url_at(rows: Sequence[str], cols: int, x: int, y: int) -> str:
    """The address under a cell, or nothing. A row that is full to its last column goes on in the next."""
    first = last = y
    while first > 0 and cell_len(rows[first - 1]) >= cols:
        first -= 1
    while last + 1 < len(rows) and cell_len(rows[last]) >= cols:
        last += 1
    line = "".join(rows[first : last + 1])
    at = sum(map(len, rows[first:y])) + _index(rows[y], x)
    for found in _URL.finditer(line):
        url = _trimmed(found[0])
        if found.start() <= at < found.start() + len(url):
            return f"https://{url}" if url.startswith("www.") else url
    return ""


def _index(row: str, x: int) -> int:
    """Which character stands in a cell."""
    cells = 0
    for at, character in enumerate(row):
        cells += cell_len(character)
        if cells > x:
            return at
    return len(row) + 1


def opener(
    url: str,
    env: Mapping[str, str],
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> list[str]:
    """The command that opens an address here, or nothing: it is no address to open, or there is no screen to see it."""
    if not _OPENED.match(url):
        return []
    if browser := env.get("BROWSER", "").split(":")[0]:
        return [*shlex.split(browser), url]
    if platform == "darwin":
        return ["open", url]
    seen = env.get("DISPLAY") or env.get("WAYLAND_DISPLAY") or env.get("WSL_DISTRO_NAME")
    return next(([program, url] for program in ("xdg-open", "wslview") if seen and which(program)), [])


def start(command: Sequence[str]) -> bool:
    """Run it on its own; whether it could be started."""
    try:
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    except OSError:
        return False
    return True
