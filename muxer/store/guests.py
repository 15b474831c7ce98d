"""Guests: agents that were started elsewhere and came by themselves."""

import sqlite3
from dataclasses import dataclass, replace
from time import time

from muxer.talk import PeerId

_COLUMNS = "SELECT id, name, cli, circle, folder, token, joined_at FROM guests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One of them. Times are time.time()."""

    id: int = 0
    name: str
    cli: str = ""
    circle: str = ""
    folder: str = ""
    token: str
    """What its connections prove themselves with."""
    joined_at: float
    description: str = ""
    """What it says of itself; that is not written down."""
    described_at: float = 0.0

    @property
    def peer(self) -> PeerId:
        """What it is known by among peers."""
        return f"g{self.id}"


def add_guest(connection: sqlite3.Connection, guest: Guest) -> Guest:
    """It came for the first time."""
    added = connection.execute(
        "INSERT INTO guests (name, cli, circle, folder, token, joined_at) VALUES (?, ?, ?, ?, ?, ?)",
        (guest.name, guest.cli, guest.circle, guest.folder, guest.token, guest.joined_at),
    ).lastrowid
    assert added
    return replace(guest, id=added)


def guest_of(connection: sqlite3.Connection, token: str) -> Guest | None:
    """Who proved itself with that once, also if it left."""
    row = connection.execute(f"{_COLUMNS} WHERE token = ?", (token,)).fetchone()
    return _guest(row) if row else None


def return_guest(connection: sqlite3.Connection, guest: int, name: str) -> None:
    """It came back, and is called so."""
    connection.execute("UPDATE guests SET name = ?, left_at = NULL WHERE id = ?", (name, guest))


def part_guest(connection: sqlite3.Connection, guest: int) -> None:
    """It is gone."""
    connection.execute("UPDATE guests SET left_at = ? WHERE id = ? AND left_at IS NULL", (time(), guest))


def living_guests(connection: sqlite3.Connection) -> list[Guest]:
    """Those that did not leave, oldest first."""
    return [_guest(row) for row in connection.execute(f"{_COLUMNS} WHERE left_at IS NULL ORDER BY id")]


def _guest(row: tuple[int, str, str, str, str, str, float]) -> Guest:
    number, name, cli, circle, folder, token, joined_at = row
    return Guest(id=number, name=name, cli=cli, circle=circle, folder=folder, token=token, joined_at=joined_at)
