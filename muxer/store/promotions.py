"""Promotions as they are written down: what moved trunk from where to where, and what was taken back."""

import sqlite3
from dataclasses import dataclass
from time import time

_FIELDS = "id, agent, name, root, trunk, before, after, subject, checked, promoted_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One that landed."""

    id: int = 0
    agent: int | None
    """Whose work it was; None where nothing is known of that agent any more."""
    name: str
    root: str
    trunk: str
    before: str
    after: str
    subject: str
    checked: str = ""
    """The check that was green; empty where there was none."""
    promoted_at: float = 0.0


def add_promotion(connection: sqlite3.Connection, promotion: Promotion) -> int:
    """It landed; its number. Said twice, it is one."""
    known = connection.execute(
        "SELECT id FROM promotions WHERE (root, trunk, after) = (?, ?, ?) AND undone_at IS NULL",
        (promotion.root, promotion.trunk, promotion.after),
    ).fetchone()
    if known:
        return int(known[0])
    one = promotion
    added = connection.execute(
        "INSERT INTO promotions (agent, name, root, trunk, before, after, subject, checked, promoted_at)"
        " VALUES ((SELECT id FROM agents WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.agent,
            one.name,
            one.root,
            one.trunk,
            one.before,
            one.after,
            one.subject,
            one.checked,
            one.promoted_at or time(),
        ),
    ).lastrowid
    assert added
    return added


def last_promotion(connection: sqlite3.Connection, root: str, trunk: str) -> Promotion | None:
    """The last one there that stands."""
    found = connection.execute(
        f"SELECT {_FIELDS} FROM promotions WHERE root = ? AND trunk = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1",  # noqa: S608 - our own words
        (root, trunk),
    ).fetchone()
    return Promotion(**dict(zip(_FIELDS.split(", "), found, strict=True))) if found else None


def end_promotion(connection: sqlite3.Connection, number: int) -> None:
    """It was taken back."""
    connection.execute("UPDATE promotions SET undone_at = ? WHERE id = ? AND undone_at IS NULL", (time(), number))
