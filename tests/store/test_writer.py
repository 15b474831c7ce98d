import subprocess
import sys
from pathlib import Path

import pytest

from muxer.store import retention, writer
from muxer.store.log import last_id, since
from muxer.store.panes import close_pane, open_pane
from muxer.store.retention import Bound
from tests.store.filled import known_pane
from tests.store.test_database import keeping, send

ON_A_DISK_WITH_A_LIMIT = """
import asyncio, resource, sys
from pathlib import Path
from muxer.store import writer
from muxer.store.log import since
from tests.house import until
from tests.store.test_database import keeping, send

async def main() -> None:
    writer.TRY_AGAIN = 0.02
    async with keeping(Path(sys.argv[1])) as kept:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
        for number in range(200):
            kept.store.note(send, str(number))
            if number % 10 == 0:
                await kept.store.settled()
        await until(lambda: kept.store.trouble, "trouble")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await until(lambda: not kept.store.trouble, "its end")
        assert await kept.texts() == [str(number) for number in range(200)]
        assert [event.id for event in kept.logged] == list(range(1, 201))
        assert kept.logged == await kept.store.read(since, 0)
        print(kept.troubles)

asyncio.run(main())
"""


def test_a_disk_that_refuses_and_then_has_room_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The kernel refuses each byte past a limit, as it does on a full disk, in the middle of a page as well."""
    done = subprocess.run(
        [sys.executable, "-c", ON_A_DISK_WITH_A_LIMIT, str(tmp_path / "muxer.db")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "['nothing can be written down now: disk I/O error; free some space', '']\n"


async def test_what_is_too_much_goes_while_all_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "TIDY_EVERY", 20)
    monkeypatch.setattr(retention, "KEPT", (Bound("events", 50),))
    async with keeping(tmp_path / "muxer.db") as kept:
        for number in range(1, 301):
            await kept.store.ask(send, str(number))
        events = await kept.store.read(since, 0)
        assert 50 <= len(events) <= 70
        assert events[-1].id == 300
        assert [event.id for event in kept.logged] == list(range(1, 301))


async def test_what_is_too_much_goes_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with keeping(tmp_path / "muxer.db") as kept:
        for number in range(1, 101):
            kept.store.note(send, str(number))
    monkeypatch.setattr(retention, "KEPT", (Bound("events", 50),))
    async with keeping(tmp_path / "muxer.db") as kept:
        for _ in range(2):  # after the first it is tidied, and the second comes after that
            await kept.store.ask(last_id)
        assert [event.id for event in await kept.store.read(since, 0)] == list(range(51, 101))


async def test_a_tidying_that_fails_harms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "KEPT", (Bound("no_such_table", 1),))
    async with keeping(tmp_path / "muxer.db") as kept:
        await kept.store.ask(open_pane, known_pane())
        await kept.store.ask(close_pane, "p1")
        assert await kept.store.read(last_id) == 2
    assert [record.getMessage() for record in caplog.records] == [
        "old facts were not dropped: no such table: no_such_table"
    ]
