"""What the references of remotes pointed to when they were seen there last."""

import sqlite3
from time import time


def leases(connection: sqlite3.Connection, root: str) -> dict[str, str]:
    """Of a repository: each reference, and the commit."""
    return dict(connection.execute("SELECT ref, sha FROM leases WHERE root = ? ORDER BY ref", (root,)).fetchall())


def note_lease(connection: sqlite3.Connection, root: str, ref: str, sha: str) -> None:
    """It was seen there."""
    connection.execute(
        "INSERT INTO leases (root, ref, sha, seen_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET sha = excluded.sha, seen_at = excluded.seen_at",
        (root, ref, sha, time()),
    )


def drop_lease(connection: sqlite3.Connection, root: str, ref: str) -> None:
    """It is not there any more."""
    connection.execute("DELETE FROM leases WHERE root = ? AND ref = ?", (root, ref))
