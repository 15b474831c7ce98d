"""Reads the database of another program, as it is, and leaves no trace in it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any
from urllib.parse import quote

from muxer.errors import MuxerError

PATIENCE = 1.0
"""How long its owner may keep us waiting, in seconds."""


def foreign_row(file: str, query: str, **values: str) -> Sequence[Any]:
    """The first row of an answer; values by the names that the query has for them. Raises MuxerError."""
    try:
        with closing(sqlite3.connect(f"file:{quote(file)}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            row = connection.execute(query, values).fetchone()
    except sqlite3.Error as error:
        raise MuxerError(f"{file} cannot be read: {error}") from None
    return row or ()
