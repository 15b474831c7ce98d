"""What agents say through their hooks. It is logged as it came, if it is not too long, and nothing else is kept."""

import sqlite3
from time import time

from muxer.model import PaneId

LARGEST = 64 << 10
"""Characters of what is said that are kept: thousands of hooks are, and an agent may hand on a whole file."""


def log_hook(connection: sqlite3.Connection, pane: PaneId, name: str, data: str) -> None:
    """A hook was called in a pane; data that is no JSON is kept as text, and what is too long is left out."""
    if len(data) > LARGEST:
        data = f'{{"left_out": {len(data)}}}'
    connection.execute(
        "INSERT INTO events (at, kind, subject, data)"
        " VALUES (:at, :kind, :pane, iif(json_valid(:data), :data, json_quote(:data)))",
        {"at": time(), "kind": f"hook.{name}", "pane": pane, "data": data or "null"},
    )
