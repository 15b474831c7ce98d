"""Pull requests that muxer opened, or found open."""

import sqlite3
from time import time


def note_pull(connection: sqlite3.Connection, *, project: int, agent: int, number: int, url: str, head: str) -> None:
    """That one is open, with that commit as its last."""
    connection.execute(
        "INSERT INTO pulls (project, agent, number, url, head, opened_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (project, number) DO UPDATE SET agent = excluded.agent, url = excluded.url, head = excluded.head",
        (project, agent, number, url, head, time()),
    )
