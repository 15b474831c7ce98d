"""What two agents were told of their work, so that they are told once."""

import sqlite3
from collections.abc import Iterable
from time import time


def tell_clash(connection: sqlite3.Connection, one: int, other: int, paths: Iterable[str]) -> tuple[str, ...]:
    """Both are told of these paths now; those that they were not told of before. Who is `one` does not matter."""
    first, second = sorted((one, other))
    return tuple(
        path
        for path in paths
        if connection.execute(
            "INSERT INTO clashes (one, other, path, told_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (first, second, path, time()),
        ).rowcount
    )
