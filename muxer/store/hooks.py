"""What agents say through their hooks. It is logged as it came, and nothing else is kept of it."""

import sqlite3
from time import time

from muxer.model import PaneId


def log_hook(connection: sqlite3.Connection, pane: PaneId, name: str, data: str) -> None:
    """A hook was called in a pane; data that is no JSON is kept as text."""
    connection.execute(
        "INSERT INTO events (at, kind, subject, data)"
        " VALUES (:at, :kind, :pane, iif(json_valid(:data), :data, json_quote(:data)))",
        {"at": time(), "kind": f"hook.{name}", "pane": pane, "data": data or "null"},
    )
