"""Brakes that hold what peers say: a person's on everything, and one on two that wrote to each other without end."""

import sqlite3
from time import time

from muxer.talk import PeerId


def pull_brake(connection: sqlite3.Connection, one: PeerId = "", other: PeerId = "") -> None:
    """What the two say to each other is held from now on; without any, what all say."""
    if (one, other) not in pulled_brakes(connection):
        connection.execute("INSERT INTO brakes (one, other, pulled_at) VALUES (?, ?, ?)", (one, other, time()))


def release_brake(connection: sqlite3.Connection, one: PeerId = "", other: PeerId = "") -> None:
    """It is not held any more."""
    connection.execute(
        "UPDATE brakes SET released_at = ? WHERE one = ? AND other = ? AND released_at IS NULL", (time(), one, other)
    )


def pulled_brakes(connection: sqlite3.Connection) -> list[tuple[PeerId, PeerId]]:
    """Those that hold now."""
    return [*connection.execute("SELECT one, other FROM brakes WHERE released_at IS NULL ORDER BY id")]
