import sqlite3

import pytest

from muxer.store.faults import in_words, is_broken, is_of_the_file


def fault(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("it went wrong")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "of_the_file", "broken", "remedy"),
    [
        (sqlite3.SQLITE_FULL, True, False, "; free some space"),
        (sqlite3.SQLITE_IOERR_FSYNC, True, False, "; free some space"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True, False, "; see who else has the file open, and whether it may be written"),
        (sqlite3.SQLITE_READONLY, True, False, "; see who else has the file open, and whether it may be written"),
        (sqlite3.SQLITE_CORRUPT_INDEX, True, True, "; start the host again, and it begins a new file"),
        (sqlite3.SQLITE_NOTADB, True, True, "; start the host again, and it begins a new file"),
        (sqlite3.SQLITE_ERROR, False, False, ""),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, False, False, ""),
        (sqlite3.SQLITE_TOOBIG, False, False, ""),
    ],
)
def test_whose_fault_it_is(code: int, remedy: str, *, of_the_file: bool, broken: bool) -> None:
    error = fault(code)
    assert (is_of_the_file(error), is_broken(error)) == (of_the_file, broken)
    assert in_words(error) == f"it went wrong{remedy}"


def test_one_that_python_raised_is_of_the_work() -> None:
    error = sqlite3.ProgrammingError("wrong number of bindings")
    assert not is_of_the_file(error)
    assert in_words(error) == "wrong number of bindings"
