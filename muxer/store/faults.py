"""What an error of SQLite means: the file is broken, nothing can be written for now, or the work itself was wrong."""

import sqlite3

_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_OF_THE_FILE = _BROKEN | {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def is_of_the_file(error: sqlite3.Error) -> bool:
    """Whoever asked did nothing wrong: the same work may be done later."""
    return _code(error) in _OF_THE_FILE


def is_broken(error: sqlite3.Error) -> bool:
    """The file is no database, or not any more."""
    return _code(error) in _BROKEN


def in_words(error: sqlite3.Error) -> str:
    """What is wrong with the file, and what to do."""
    if is_broken(error):
        return f"{error}; start the host again, and it begins a new file"
    if _code(error) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return f"{error}; free some space"
    if is_of_the_file(error):
        return f"{error}; see who else has the file open, and whether it may be written"
    return str(error)
