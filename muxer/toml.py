"""TOML files that people write: read whole or refused in one line, and where in the text each key stands.

Nothing here blocks or takes long, whatever lies where the file should be: a folder, a pipe, a gigabyte.
"""

import errno
import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from muxer.errors import UsageError

LARGEST = 1_000_000
"""No settings of a person's have so many bytes."""

Path = tuple[str, ...]

_BLANK = re.compile(r"[ \t]*")
_BLANK_LINES = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_WORD = re.compile(r'[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_TEXT = re.compile(r'"""(?:[^\\]|\\[\s\S])*?"{3,5}|\'\'\'[\s\S]*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_PLAIN = re.compile(r"[^,\]}#\n]+")


def read_toml(file: str) -> tuple[str, dict[str, Any]]:
    """A file's text and its data; nothing where there is no file. Raises UsageError with file and line."""
    text = _text(file)
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", str(error), re.DOTALL)
        line = (said[2] or len(text.splitlines()) or 1) if said else 1
        raise UsageError(f"{file}:{line}: {(said[1] if said else str(error)).lower()}") from None
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, lists in lists in lists
        raise UsageError(f"{file}: {str(error).splitlines()[0]}") from None


def _text(file: str) -> str:
    try:
        data = _bytes(file)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    if len(data) > LARGEST:
        raise UsageError(f"{file}: more than {LARGEST // 1_000_000} MB cannot be settings; it was left alone")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UsageError(f"{file}:{line}: not UTF-8: save it as such") from None


def _bytes(file: str) -> bytes:
    # A pipe would wait for its writer.
    opened = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        kind = os.fstat(opened).st_mode
        if not stat.S_ISREG(kind):
            raise OSError(errno.EINVAL, "it is a folder" if stat.S_ISDIR(kind) else "it is no file")
        with open(opened, "rb", closefd=False) as source:
            return source.read(LARGEST + 1)
    finally:
        os.close(opened)


def line_of(text: str, path: list[str]) -> int:
    """The line on which a key of a TOML text first stands, or else the table that it would stand in."""
    lines = key_lines(text)
    return next((lines[tuple(path[:n])] for n in range(len(path), 0, -1) if tuple(path[:n]) in lines), 1)


def key_lines(text: str) -> dict[Path, int]:
    """The line on which every key of a valid TOML text first stands; a list's members are keys named by number."""
    scan = _Scan(text)
    try:
        scan.document()
    except (AssertionError, IndexError, RecursionError):  # not TOML, or deeper than anybody writes
        return scan.lines
    return scan.lines


class _Scan:
    """Goes over a text once; it relies on tomllib for what is valid."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._at = 0
        self._counted = (0, 1)
        self.lines: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        listed: dict[Path, int] = {}
        self._skip(_BLANK_LINES)
        while self._at < len(self._text):
            if self._text.startswith("[[", self._at):
                *above, last = self._header(2)
                name = (*_living_in(above, listed), last)
                listed[name] = listed.get(name, -1) + 1
                table = (*name, str(listed[name]))
                self._note(table)
            elif self._text[self._at] == "[":
                table = _living_in(self._header(1), listed)
                self._note(table)
            else:
                self._pair(table)
            self._skip(_BLANK_LINES)

    def _header(self, brackets: int) -> Path:
        """A table's name as it is written, and its brackets."""
        self._at += brackets
        path = tuple(self._words())
        self._at += brackets
        return path

    def _skip(self, blank: re.Pattern[str]) -> str:
        """Go over what is blank; the character after it."""
        found = blank.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _note(self, path: Path) -> None:
        """It is here, and so is all that it lies in and that was not anywhere before."""
        at, line = self._counted
        self._counted = self._at, line + self._text.count("\n", at, self._at)
        for parts in range(1, len(path) + 1):
            self.lines.setdefault(path[:parts], self._counted[1])

    def _words(self) -> Iterator[str]:
        """The parts of a dotted key."""
        while True:
            self._skip(_BLANK)
            word = _WORD.match(self._text, self._at)
            assert word is not None, "tomllib found a key here"
            self._at = word.end()
            yield _unquoted(word[0])
            if self._skip(_BLANK) != ".":
                return
            self._at += 1

    def _pair(self, table: Path) -> None:
        path = (*table, *self._words())
        self._note(path)
        self._at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
        first = self._skip(_BLANK)
        if first == "{":
            self._members("}", lambda _: self._pair(path))
        elif first == "[":
            self._members("]", lambda n: self._member((*path, str(n))))
        else:
            found = (_TEXT if first in "\"'" else _PLAIN).match(self._text, self._at)
            assert found is not None, "tomllib found a value here"
            self._at = found.end()

    def _member(self, path: Path) -> None:
        self._note(path)
        self._value(path)

    def _members(self, close: str, one: Callable[[int], None]) -> None:
        self._at += 1
        count = 0
        while (here := self._skip(_BLANK_LINES)) != close:
            if here == ",":
                self._at += 1
                continue
            if not here:
                raise IndexError
            one(count)
            count += 1
        self._at += 1


def _living_in(name: Iterable[str], listed: Mapping[Path, int]) -> Path:
    """A table's path, through the last member of every list on the way."""
    path: Path = ()
    for part in name:
        path = (*path, part)
        if path in listed:
            path = (*path, str(listed[path]))
    return path


def _unquoted(word: str) -> str:
    if word[0] == "'":
        return word[1:-1]
    return str(tomllib.loads(f"k = {word}")["k"]) if word[0] == '"' else word
