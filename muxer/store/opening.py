"""Opens the file: made or brought to the newest schema, put aside when it is broken, left alone when it is newer.

Where there can be no file, what happens is kept in memory: muxer works on, and says so.
"""

import os
import sqlite3
from contextlib import closing, suppress
from urllib.parse import quote

from muxer.errors import StoreTrouble
from muxer.paths import homely
from muxer.store.faults import is_broken
from muxer.store.schema import STEPS

Connection = sqlite3.Connection

_SETTINGS = (
    "PRAGMA auto_vacuum = INCREMENTAL",  # before anything is written: it cannot be changed later
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 4194304",
)
_WAL_BEGINS = (b"", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


class _Broken(Exception):
    """No database, or not ours."""


def open_file(file: str) -> tuple[Connection, Connection, str]:
    """A connection that writes and one that reads, and what a person should know. Raises StoreTrouble."""
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        try:
            return *_on_disk(file), ""
        except _Broken as error:
            aside = _put_aside(file)
            said = f"{homely(file)} was broken ({error}): it lies in {homely(aside)} now, and a new one was begun"
            return *_on_disk(file), said
    except (OSError, sqlite3.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        place = homely(os.path.dirname(file))
        said = f"what happens is kept in memory only ({why}): see that {place} can be written, and start the host again"
        return *_in_memory(), said


def migrate(connection: Connection) -> None:
    """Bring the file to the newest schema, one step a transaction."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number in range(version, len(STEPS)):
        connection.executescript(f"BEGIN IMMEDIATE; {STEPS[number]} PRAGMA user_version = {number + 1}; COMMIT;")


def read_only(file: str) -> Connection:
    """A connection that changes nothing."""
    return sqlite3.connect(f"file:{quote(file)}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)


def _on_disk(file: str) -> tuple[Connection, Connection]:
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        _look_first(file)
        for each in _parts(file):
            with suppress(FileNotFoundError):
                os.chmod(each, 0o600)
        return _made(file), read_only(file)
    except sqlite3.Error as error:
        if is_broken(error):
            raise _Broken(error) from error
        raise


def _look_first(file: str) -> None:
    """Without a change to it. Raises StoreTrouble for one that a newer muxer wrote."""
    if os.path.exists(f"{file}-journal"):  # who made the file was killed: only who may write takes back what it began
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("SELECT 1 FROM sqlite_schema")
    with suppress(FileNotFoundError), open(f"{file}-wal", "rb") as wal:
        if wal.read(4) not in _WAL_BEGINS:
            raise _Broken("its last changes cannot be read")
    with closing(read_only(file)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(STEPS):
            raise StoreTrouble(
                f"{homely(file)} was written by a newer muxer (schema {version}, this one knows {len(STEPS)}): "
                "start that one, or move the file away"
            )
        if not version and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
            raise _Broken("its tables are not ours")
        if (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise _Broken(found.splitlines()[-1])


def _made(file: str, *, uri: bool = False) -> Connection:
    connection = sqlite3.connect(file, uri=uri, isolation_level=None, check_same_thread=False)
    try:
        for setting in _SETTINGS:
            connection.execute(setting)
        migrate(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _in_memory() -> tuple[Connection, Connection]:
    name = f"file:/{os.urandom(8).hex()}?vfs=memdb"
    reader = sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False)
    return _made(name, uri=True), reader


def _parts(file: str) -> list[str]:
    return [file, f"{file}-journal", f"{file}-wal", f"{file}-shm"]


def _put_aside(file: str) -> str:
    """Where it is now."""
    aside, number = f"{file}.broken", 1
    while any(os.path.lexists(part) for part in _parts(aside)):
        number += 1
        aside = f"{file}.broken-{number}"
    for part, new in zip(_parts(file), _parts(aside), strict=True):
        with suppress(FileNotFoundError):
            os.rename(part, new)
    return aside
