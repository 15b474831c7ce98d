"""Commits, written into a repository as objects that no reference points to yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import localtime, time
from typing import Any

import pygit2

from muxer.errors import MuxerError
from muxer.workspaces.repository import opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who makes a commit."""

    name: str
    email: str

    def __bytes__(self) -> bytes:
        """As a commit says it, with the time that it is now."""
        now = time()
        minutes = localtime(now).tm_gmtoff // 60
        zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
        return f"{_plain(self.name)} <{_plain(self.email)}> {int(now)} {zone}".encode(errors="replace")


def who_of(folder: str) -> Who:
    """Whom git takes the person for there. Raises MuxerError where it does not know."""
    who = known_in(opened(folder))
    if who is None:
        raise MuxerError('git does not know who you are: git config --global user.name "NAME", and user.email as well')
    return who


def known_in(repository: pygit2.Repository) -> Who | None:
    """The same; None where git does not know."""
    try:
        return Who(name=repository.config["user.name"] or "", email=repository.config["user.email"] or "")
    except KeyError:
        return None


def write(
    repository: pygit2.Repository, tree: str, parents: Sequence[str], message: bytes, *, author: bytes, committer: bytes
) -> str:
    """A new commit."""
    head = [
        f"tree {tree}".encode(),
        *(f"parent {parent}".encode() for parent in parents),
        b"author " + author,
        b"committer " + committer,
    ]
    return _object(repository, head, message)


def write_again(repository: pygit2.Repository, commit: Any, tree: str, parent: str, who: Who | None) -> str:
    """The same commit elsewhere: whose it is, when it was written and what it says stay, byte by byte.

    A signature would be wrong. Where git does not know who does it, whoever committed it last does it again.
    """
    head = [
        f"tree {tree}".encode(),
        f"parent {parent}".encode(),
        b"author " + said(commit, b"author "),
        b"committer " + (bytes(who) if who else said(commit, b"committer ")),
    ]
    if encoding := said(commit, b"encoding "):
        head.append(b"encoding " + encoding)
    return _object(repository, head, commit.read_raw().partition(b"\n\n")[2])


def said(commit: Any, name: bytes) -> bytes:
    """A line of a commit's head, without its name."""
    head = commit.read_raw().partition(b"\n\n")[0]
    return next((line.removeprefix(name) for line in head.split(b"\n") if line.startswith(name)), b"")


def subject(commit: Any) -> str:
    """The first line of what its author says, without anything that a terminal would obey."""
    line = commit.raw_message.strip().partition(b"\n")[0].decode(errors="replace")
    return "".join(filter(str.isprintable, line))


def _object(repository: pygit2.Repository, head: Sequence[bytes], message: bytes) -> str:
    return str(repository.write(pygit2.enums.ObjectType.COMMIT, b"\n".join(head) + b"\n\n" + message))


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable() and letter not in "<>")
