"""Where a shell's prompts and its commands' output stand, read off the marks of rows. Pure functions.

A shell marks them with OSC 133; without these there are none.
"""

from muxer.terminal.engine import RowMark


def prompts(marks: bytes) -> list[int]:
    """The rows on which a prompt begins."""
    return [row for row, mark in enumerate(marks) if mark & RowMark.PROMPT]


def last_output(marks: bytes) -> tuple[int, int] | None:
    """The rows (end exclusive) that the last finished command wrote; those that wrote nothing do not count."""
    starts = prompts(marks)
    for prompt, following in zip(reversed(starts[:-1]), reversed(starts), strict=False):
        first = prompt + 1
        while first < following and marks[first] & RowMark.COMMAND:
            first += 1
        if first < following:
            return first, following
    return None
