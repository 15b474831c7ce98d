"""What two agents were told of their work, so that they are told once."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from time import time

from muxer.store.owed import Owed, owe


def tell_clash(
    connection: sqlite3.Connection, one: int, other: int, paths: Iterable[str],
    words: Callable[[tuple[str, ...]], Sequence[Owed]],
) -> Sequence[Owed]:  # fmt: skip
    """Both are told of these paths now: what that is, of those that they were not told of before, and is owed to them.

    Who is `one` does not matter.
    """
    first, second = sorted((one, other))
    fresh = tuple(
        path
        for path in paths
        if connection.execute(
            "INSERT INTO clashes (one, other, path, told_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (first, second, path, time()),
        ).rowcount
    )
    owed = words(fresh) if fresh else ()
    owe(connection, owed)
    return owed
