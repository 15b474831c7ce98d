"""The portable engine's scrollback: rows in their written form, in blocks that can be made small.

Every block but the last holds exactly BLOCK rows, so that a row is found by counting.
"""

import zlib
from collections import deque
from collections.abc import Iterable, Iterator

BLOCK = 256


class History:
    """The newest rows that left the top of the screen, up to a limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._blocks: deque[list[str] | bytes] = deque([[]])
        self._dropped = 0
        self._count = 0
        self._opened: tuple[bytes, list[str]] = (b"", [])

    def __len__(self) -> int:
        return self._count

    def push(self, line: str) -> None:
        """Add the newest row; the oldest goes when there are too many."""
        if self._limit <= 0:
            return
        last = self._open(-1)
        if len(last) == BLOCK:
            last = []
            self._blocks.append(last)
        last.append(line)
        self._count += 1
        if self._count > self._limit:
            self._count -= 1
            self._dropped += 1
            if self._dropped == BLOCK:
                self._blocks.popleft()
                self._dropped = 0

    def pop(self) -> str:
        """Take the newest row back."""
        last = self._open(-1)
        line = last.pop()
        self._count -= 1
        if not last and len(self._blocks) > 1:
            self._blocks.pop()
        if not self._count:
            self.clear()
        return line

    def clear(self) -> None:
        """Forget everything."""
        self._blocks = deque([[]])
        self._dropped = self._count = 0

    def replace(self, lines: Iterable[str]) -> None:
        """Hold these rows and no others."""
        self.clear()
        for line in lines:
            self.push(line)

    def __getitem__(self, index: int) -> str:
        block, place = divmod(index + self._dropped, BLOCK)
        return self._peek(block)[place]

    def __iter__(self) -> Iterator[str]:
        for number in range(len(self._blocks)):
            yield from self._peek(number)[self._dropped if number == 0 else 0 :]

    def compress(self) -> None:
        """Make all blocks small, the last one too."""
        for number, block in enumerate(self._blocks):
            if isinstance(block, list) and block:
                self._blocks[number] = zlib.compress("\n".join(block).encode("utf-8", "surrogatepass"), 6)
        self._opened = (b"", [])

    def _peek(self, number: int) -> list[str]:
        """The rows of a block, which stays as small as it is."""
        block = self._blocks[number]
        if isinstance(block, list):
            return block
        if self._opened[0] is not block:
            self._opened = (block, _expanded(block))
        return self._opened[1]

    def _open(self, number: int) -> list[str]:
        """The rows of a block, to be changed."""
        block = self._blocks[number]
        if isinstance(block, list):
            return block
        self._blocks[number] = rows = _expanded(block)
        return rows


def _expanded(block: bytes) -> list[str]:
    return zlib.decompress(block).decode("utf-8", "surrogatepass").split("\n")
