"""What a terminal says back: replies for its program, and notices for muxer.

Nothing that a program prints makes a mailbox grow without bound.
"""

import base64
import binascii
from typing import Literal

from muxer.terminal.engine import (
    CopyAsked,
    FolderSet,
    Notice,
    Notified,
    Progressed,
    Rang,
    TitleSet,
    UnknownSequence,
)

MAX_REPLIES = 1 << 20
MAX_NOTICES = 256
MAX_COPY = 1 << 20
MAX_UNKNOWN = 64 << 10
MAX_TEXT = 4096

OSC_99 = b"\x1b]99;"
_RENAMED = b"000"
"""libghostty knows OSC 99, does nothing with it and tells nobody. As OSC 99000 it does not know it, and tells us."""

_LATEST_COUNTS = (CopyAsked, FolderSet, Progressed, Rang, TitleSet)


class Mailbox:
    """The replies and notices of one terminal, and what its queries are answered with."""

    __slots__ = ("__weakref__", "_parts", "cols", "dark", "notices", "replies", "rows")

    def __init__(self) -> None:
        self.replies = bytearray()
        self.notices: list[Notice] = []
        self.cols, self.rows, self.dark = 80, 24, True
        self._parts: dict[str, tuple[str, str]] = {}

    def reply(self, data: bytes) -> None:
        """Tell the program something, unless it asks faster than it reads."""
        if len(self.replies) + len(data) <= MAX_REPLIES:
            self.replies += data

    def announce(self, notice: Notice) -> None:
        """Keep a notice. Of some kinds only the latest means anything, so a storm of them takes one place."""
        notices = self.notices
        if notices and type(notices[-1]) is type(notice) and isinstance(notice, _LATEST_COUNTS):
            notices.pop()
        elif isinstance(notice, CopyAsked):
            notices[:] = [kept for kept in notices if not isinstance(kept, CopyAsked)]
        elif len(notices) >= MAX_NOTICES:
            del notices[0]
        notices.append(notice)

    def unknown(self, kind: Literal["osc", "apc"], content: bytes) -> None:
        """Keep a sequence that libghostty does not know; OSC 99 is one that muxer does."""
        if kind == "osc" and content.startswith(b"99000;"):
            self._notified(content[6:].decode("utf-8", "replace"))
        else:
            self.announce(UnknownSequence(kind, content))

    def _notified(self, content: str) -> None:
        """One part of a kitty notification: `key=value:…;payload`, where d=0 says that more comes under the same i."""
        head, _, payload = content.partition(";")
        said = dict(pair.partition("=")[::2] for pair in head.split(":"))
        if said.get("e") == "1":
            try:
                payload = base64.b64decode(payload + "==").decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                return
        part, name = said.get("p", "title"), said.get("i", "")[:64]
        title, body = self._parts.pop(name, ("", ""))
        if part == "title":
            title = (title + payload)[:MAX_TEXT]
        elif part == "body":
            body = (body + payload)[:MAX_TEXT]
        if said.get("d") != "0":
            if title or body:
                self.announce(Notified(title, body))
        elif len(self._parts) < MAX_NOTICES:
            self._parts[name] = (title, body)


def rename_osc_99(data: bytes, start: bytes) -> bytes:
    """The output with OSC 99 under another number; `start` is its first four bytes, after the four before them."""
    cut = start.find(OSC_99)
    before = len(start) - min(4, len(data))
    renamed = data.replace(OSC_99, OSC_99[:-1] + _RENAMED + b";")
    if 0 <= cut < before:
        semicolon = cut + len(OSC_99) - 1 - before
        return renamed[:semicolon] + _RENAMED + renamed[semicolon:]
    return renamed
