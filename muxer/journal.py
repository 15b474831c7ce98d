"""What a host writes down of itself: JSON lines without secrets, in a file that is put aside when it is large.

Several processes may write at once (a host is renewed while it runs), so every line is one write to a file opened for
it. Lines that are not JSON (what a library or the interpreter itself said last) are read as mistakes.
"""

import fcntl
import json
import logging
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import IO, Literal

LIMIT = 1 << 20
"""Bytes of one file."""
KEPT = 3
"""Files: the one that is written, and those put aside."""
LONGEST = 1 << 15
"""Characters of a text, and of a traceback."""

HIDDEN = "[hidden]"

Level = Literal["info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("info", "warning", "error")

_SECRET = re.compile(
    r"""(?P<kept>(?i: authorization["']?\s*[:=]\s*["']?))[^"'\r\n]+
    | (?P<said>(?i: \bbearer\s+
        | \b[\w-]*(?: token | secret | passw(?:or)?d | api[_-]?key )["']?\s*[:=]\s*["']? )
        | \b[A-Z0-9_]+_KEY["']?\s*[:=]\s*["']? ) [^\s"',;&]+
    | (?<=://) [^\s/:@]+:[^\s/@]+ (?=@)
    | \b sk-[\w-]{8,} | \b gh[a-z]_\w{8,} | \b github_pat_\w{8,} | \b xox[a-z]-[\w-]{8,} | \b AKIA[0-9A-Z]{12,}""",
    re.VERBOSE,
)
_SECRET_NAME = re.compile(r"(?i:TOKEN|KEY|SECRET|PASSWORD)$")
_SHORT = 8
"""A value of fewer characters may be part of any word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was written down."""

    at: float
    level: Level
    logger: str
    text: str
    trace: str = ""


def redacted(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """The text without what looks like a secret, or is one by the name of a variable."""
    for name, value in environment.items():
        if len(value) >= _SHORT and _SECRET_NAME.search(name):
            text = text.replace(value, HIDDEN)
    return _SECRET.sub(lambda found: f"{found['kept'] or found['said'] or ''}{HIDDEN}", text)


class Journal(logging.Handler):
    """Writes records down, and disturbs nobody where it cannot."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file

    def emit(self, record: logging.LogRecord) -> None:
        """Write it down."""
        try:
            entry = _entry(record)
        except (TypeError, ValueError):  # its words do not fit its arguments
            self.handleError(record)
            return
        said = {name: value for name, value in asdict(entry).items() if value != ""}
        try:
            _append(self._file, json.dumps(said).encode() + b"\n")
        except OSError:  # a full disk; whoever works here is not to blame
            return


def keep_journal(file: str) -> None:
    """From here on every logger of this process writes there."""
    logging.basicConfig(level=logging.INFO, handlers=[Journal(file)], force=True)


def _entry(record: logging.LogRecord) -> Entry:
    trace = logging.Formatter().formatException(record.exc_info) if record.exc_info and record.exc_info[0] else ""
    return Entry(
        at=record.created,
        level=LEVELS[min(2, max(0, record.levelno // 10 - 2))],
        logger=record.name,
        text=redacted(record.getMessage())[:LONGEST],
        trace=redacted(trace)[-LONGEST:],
    )


def _append(file: str, line: bytes) -> None:
    opened = _open(file)
    try:
        if os.fstat(opened).st_size + len(line) > LIMIT and _put_aside(file, opened):
            os.close(opened)
            opened = _open(file)
        before = os.fstat(opened).st_size
        if os.write(opened, line) < len(line):
            os.ftruncate(opened, before)  # half a line would spoil the next
    finally:
        os.close(opened)


def _open(file: str) -> int:
    return os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _put_aside(file: str, opened: int) -> bool:
    """Make room for a new one, unless another process is at it; the oldest goes."""
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(opened), os.stat(file)):
            return True
    except (BlockingIOError, FileNotFoundError):
        return False
    older = _files(file)
    for number in range(KEPT - 1, 0, -1):
        if os.path.exists(older[number - 1]):
            os.replace(older[number - 1], older[number])
    return True


def _files(file: str) -> list[str]:
    """The newest first."""
    return [file, *(f"{file}.{number}" for number in range(1, KEPT))]


# ---- reading


class Reading:
    """What is in a journal and is written to it from now on, each entry once, however often it is put aside."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._opened: IO[bytes] | None = None
        self._begun = b""

    def close(self) -> None:
        """Nothing more is read."""
        if self._opened is not None:
            self._opened.close()

    def earlier(self) -> list[Entry]:
        """What was put aside before. To be asked first."""
        self._open()
        found: list[Entry] = []
        for file in reversed(_files(self._file)[1:]):
            try:
                with open(file, "rb") as opened:
                    if self._opened is None or not os.path.sameopenfile(opened.fileno(), self._opened.fileno()):
                        found += _entries(opened, opened.read().splitlines())
            except FileNotFoundError:
                continue
        return found

    def fresh(self) -> list[Entry]:
        """What came since the last time."""
        self._open()
        found: list[Entry] = []
        while self._opened is not None:
            *lines, self._begun = (self._begun + self._opened.read()).split(b"\n")
            found += _entries(self._opened, lines)
            if self._is_current(self._opened):
                break
            self._opened.close()
            self._opened = None
            self._open()
        return found

    def _open(self) -> None:
        if self._opened is None:
            try:
                self._opened = open(self._file, "rb")  # noqa: SIM115 - it is read for as long as somebody follows
            except FileNotFoundError:
                return

    def _is_current(self, opened: IO[bytes]) -> bool:
        try:
            return os.path.samestat(os.fstat(opened.fileno()), os.stat(self._file))
        except FileNotFoundError:
            return True


def _entries(opened: IO[bytes], lines: Iterable[bytes]) -> list[Entry]:
    written = os.fstat(opened.fileno()).st_mtime
    return [_read(line, written, os.path.basename(opened.name)) for line in lines if line.strip()]


def _read(line: bytes, written: float, source: str) -> Entry:
    """An entry of a line; one that is no entry was said by a process that had nothing better to say it with."""
    try:
        return Entry(**json.loads(line))
    except (ValueError, TypeError):
        return Entry(at=written, level="error", logger=source, text=redacted(line.decode("utf-8", "replace")))
