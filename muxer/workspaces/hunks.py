"""A patch as git writes it: taken apart into files and hunks, and put together again from those that were chosen.

Text stays as it was, byte for byte; what is chosen is named by what it changes, not by where it stands.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha1
from itertools import groupby, zip_longest
from typing import Literal

Fate = Literal["added", "deleted", "renamed", "modified"]
Picks = Mapping[str, frozenset[int] | None]
"""What was chosen, by its id: all of it, or of a hunk only some of the lines that it changes, counted from 0."""

_FILE, _HUNK = re.compile(r"^(?=diff --git )", re.MULTILINE), re.compile(r"^(?=@@ )", re.MULTILINE)
_BINARY = re.compile(r"^(?:Binary files |GIT binary patch)", re.MULTILINE)
_PLACE = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)")
_ESCAPED = re.compile(r"\\([0-7]{3}|.)")
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_END = "\\"
"""Begins what git says of a line without an end, which belongs to the line before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Lines that change together, with those around them."""

    id: str
    old: int
    new: int
    """The numbers of its first line, before and after."""
    heading: str
    lines: tuple[str, ...]
    """Each after a sign: a blank, - or +."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """What becomes of one file."""

    id: str
    """For what has no hunks: a mode, a name, or what is not text."""
    path: str
    was: str
    """Its path before; the same, unless it was renamed."""
    fate: Fate
    modes: tuple[str, str]
    """Before and after; empty where that stays, or where there is none."""
    binary: bool
    head: str
    """All that git says before the first hunk."""
    hunks: tuple[Hunk, ...]

    @property
    def added(self) -> int:
        """Lines."""
        return self._count("+")

    @property
    def removed(self) -> int:
        """Lines."""
        return self._count("-")

    def _count(self, sign: str) -> int:
        return sum(line.startswith(sign) for hunk in self.hunks for line in hunk.lines)


# ---- taken apart


def files_of(patch: str) -> tuple[FilePatch, ...]:
    """The files of a patch, in its order."""
    return tuple(_file(part) for part in _FILE.split(patch) if part.startswith("diff --git "))


def _file(text: str) -> FilePatch:
    head, *hunks = _HUNK.split(text)
    meta, *binary = _BINARY.split(head, maxsplit=1)
    said = meta.split("\n")
    after, before = _after(said, "new file mode ", "new mode "), _after(said, "deleted file mode ", "old mode ")
    path, was = _paths(said)
    return FilePatch(
        id=_digest(meta),
        path=path,
        was=was,
        fate=_fate(said),
        modes=(before, after),
        binary=bool(binary),
        head=head,
        hunks=tuple(_hunks(path, hunks)),
    )


def _hunks(path: str, texts: Iterable[str]) -> Iterator[Hunk]:
    seen: dict[str, int] = {}
    for text in texts:
        place, *lines = text.split("\n")
        lines = [line for line in lines if line.startswith((" ", "+", "-", _END))]
        found = _PLACE.match(place)
        assert found
        changed = "\n".join(line for line in lines if not line.startswith(" "))
        seen[changed] = seen.get(changed, -1) + 1
        yield Hunk(
            id=_digest(path, changed, str(seen[changed])),
            old=int(found[1]),
            new=int(found[2]),
            heading=found[3],
            lines=tuple(lines),
        )


def _fate(said: list[str]) -> Fate:
    fates: tuple[tuple[str, Fate], ...] = (("new file", "added"), ("deleted", "deleted"), ("rename to", "renamed"))
    return next((fate for words, fate in fates if _after(said, f"{words} ")), "modified")


def _after(said: list[str], *words: str) -> str:
    return next((line.removeprefix(word) for word in words for line in said if line.startswith(word)), "")


def _paths(said: list[str]) -> tuple[str, str]:
    """After and before. Where no line has one alone, the first has the same one twice."""
    if now := _after(said, "rename to "):
        return _plain(now), _plain(_after(said, "rename from "))
    names = [_plain(_after(said, sign).rstrip("\t")) for sign in ("+++ ", "--- ")]
    twice = said[0].removeprefix("diff --git ")
    path = next((name[2:] for name in names if name not in ("", "/dev/null")), _plain(twice[: len(twice) // 2])[2:])
    return path, path


def _plain(name: str) -> str:
    """A name that git put in quotes, without them."""
    if not name.startswith('"'):
        return name
    return _ESCAPED.sub(lambda found: _letter(found[1]), name[1:-1])


def _letter(escaped: str) -> str:
    return chr(int(escaped, 8)) if len(escaped) == 3 else _LETTERS.get(escaped, escaped)


def _digest(*parts: str) -> str:
    return sha1("\0".join(parts).encode(errors="surrogateescape"), usedforsecurity=False).hexdigest()[:12]


# ---- put together


def ids_of(files: Iterable[FilePatch]) -> frozenset[str]:
    """All that can be chosen."""
    return frozenset(one.id for file in files for one in file.hunks or (file,))


def taken(files: Iterable[FilePatch], picks: Picks) -> str:
    """A patch that does only what was chosen."""
    return "".join(_taken(file, picks) for file in files)


def _taken(file: FilePatch, picks: Picks) -> str:
    if not file.hunks:
        return file.head if file.id in picks else ""
    grown, text, whole = 0, [], True
    for hunk in file.hunks:
        lines = [*_chosen(hunk, picks[hunk.id])] if hunk.id in picks else []
        if not any(line.startswith(("+", "-")) for line in lines):
            whole = False
            continue
        old, new = (sum(line.startswith((" ", sign)) for line in lines) for sign in "-+")
        whole = whole and (not new or file.fate != "deleted")
        begin = hunk.old + grown + (not old) - (not new)
        text += [f"@@ -{hunk.old},{old} +{max(0, begin)},{new} @@", *lines]
        grown += new - old
    if not text:
        return ""
    head = file.head if whole or file.fate != "deleted" else _staying(file.head)
    return head + "\n".join(text) + "\n"


def _staying(head: str) -> str:
    """Of a file that is deleted, as long as not all of it goes."""
    lines = head.split("\n")
    before = next(line for line in lines if line.startswith("--- "))
    return "\n".join([lines[0], before, f"+++ {before.removeprefix('--- ').replace('a/', 'b/', 1)}", ""])


def _chosen(hunk: Hunk, chosen: frozenset[int] | None) -> Iterator[str]:
    """Its lines, as if only the chosen ones were changed.

    The first new line follows the first old one, the second the second: that is how they are meant, mostly.
    """
    if chosen is None:
        yield from hunk.lines
        return
    lines: list[str] = []
    for changes, group in groupby(_numbered(hunk), key=lambda line: line[0] >= 0):
        run = [*group]
        if not changes:
            lines += (text for _, text in run)
            continue
        old = [text if at in chosen else f" {text[1:]}" for at, text in run if text.startswith("-")]
        new = [text if at in chosen else "" for at, text in run if text.startswith("+")]
        lines += (text for pair in zip_longest(old, new, fillvalue="") for text in pair if text)
    yield from _ended(lines)


def _ended(lines: list[str]) -> Iterator[str]:
    """A line without an end gets one where another follows it now."""
    for at, line in enumerate(lines):
        text, _, unended = line.partition("\n")
        if not unended or line.startswith("-") or not any(after.startswith(("+", " ")) for after in lines[at + 1 :]):
            yield line
        elif line.startswith("+"):
            yield text
        else:
            yield f"-{line[1:]}"
            yield f"+{text[1:]}"


def _numbered(hunk: Hunk) -> list[tuple[int, str]]:
    """Its lines, those that change something counted, the others -1."""
    numbered: list[tuple[int, str]] = []
    count = 0
    for line in hunk.lines:
        if line.startswith(_END):
            at, text = numbered.pop()
            numbered.append((at, f"{text}\n{line}"))
            continue
        changes = not line.startswith(" ")
        numbered.append((count if changes else -1, line))
        count += changes
    return numbered
