"""A disk that fills, a folder that cannot be written, a damaged file, a huge one: what a person sees of it."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.conftest import HOST, Desk
from tests.waiting import until

pytestmark = pytest.mark.timeout(120)


@contextmanager
def disk(place: Path, size: str) -> Iterator[None]:
    """A disk of its own, as small as that."""
    place.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    made = subprocess.run(mount, check=False, capture_output=True)
    if made.returncode:
        pytest.skip("mounting a small disk takes more rights than there are here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def database(desk: Desk) -> Path:
    return Path(desk.env["XDG_STATE_HOME"], "muxer", HOST, "muxer.db")


def stop(desk: Desk) -> None:
    host = desk.host()
    desk.run("stop")
    until(lambda: not psutil.pid_exists(host), "the host's end")


def names_in_log(desk: Desk) -> list[str]:
    with sqlite3.connect(database(desk)) as connection:
        rows = connection.execute("SELECT json_extract(data, '$.name') FROM events WHERE kind = 'pane.opened'")
        return [name for (name,) in rows]


def test_a_disk_that_fills_is_told_and_nothing_is_lost(desk: Desk) -> None:
    place = Path(desk.env["XDG_STATE_HOME"])
    with disk(place, "3m"):
        desk.new("cat", name="before")
        seat = desk.sit(cols=160)
        seat.wait_for("before")
        filler = place / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        meanwhile = [desk.new("cat", name=f"meanwhile {n}")["name"] for n in range(3)]
        seat.wait_for("disk is full")
        assert set(meanwhile) <= set(desk.panes())
        filler.unlink()
        seat.wait_for("facts are written down again")
        until(lambda: names_in_log(desk) == ["before", *meanwhile], "what happened meanwhile, in the log")
        stop(desk)


def test_a_folder_that_cannot_be_written_is_one_line(desk: Desk) -> None:
    place = Path(desk.env["XDG_STATE_HOME"])
    with disk(place, "3m"):
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        told = desk.run("new", "--no-attach", "--", "cat", check=False)
        assert told.returncode == 1
        assert told.stderr.count("\n") == 1
        assert "XDG_STATE_HOME" in told.stderr


@pytest.mark.parametrize("damage", [b"this is no database" * 100, b""])
def test_a_damaged_file_is_put_aside_and_every_pane_is_there(desk: Desk, damage: bytes) -> None:
    desk.new("cat", name="a")
    desk.new("cat", name="b", split="down")
    host = psutil.Process(desk.host())
    host.kill()
    host.wait(20)
    for file in database(desk).parent.glob("muxer.db*"):
        file.unlink()
    database(desk).write_bytes(damage)
    seat = desk.sit(cols=160)
    if damage:
        seat.wait_for("muxer.db.broken")
    seat.wait_for("b")
    assert sorted(desk.panes()) == ["a", "b"]
    assert desk.new("cat", name="c")["id"] == "p3"


def test_a_newer_file_is_left_alone_and_told(desk: Desk) -> None:
    desk.new("cat", name="a")
    stop(desk)
    with sqlite3.connect(database(desk)) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = database(desk).read_bytes()
    told = desk.run("new", "--no-attach", "--", "cat", check=False)
    assert told.returncode == 1
    assert told.stderr.count("\n") == 1
    assert "newer muxer" in told.stderr
    assert database(desk).read_bytes() == before


def test_an_inbox_of_fifty_thousand_rows_keeps_nobody_waiting(desk: Desk) -> None:
    desk.new("cat", name="a")
    stop(desk)
    with sqlite3.connect(database(desk)) as connection:
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
            " INSERT INTO inbox (pane, text, queued_at) SELECT 1, 'note ' || i, i FROM n"
        )
    connection.close()
    assert desk.new("cat", name="b")["id"] == "p2"
    checks = desk.run("doctor", "--json", check=False).stdout
    assert '"database"' in checks
    with sqlite3.connect(database(desk)) as connection:
        ((reasons, left),) = connection.execute(
            "SELECT group_concat(DISTINCT reason), sum(failed_at IS NULL) FROM inbox"
        ).fetchall()
        assert (reasons, left) == ("its pane is gone", 0)
    assert os.path.getsize(database(desk)) > 1 << 20
