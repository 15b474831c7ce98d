"""What agents' hooks say, as it stands in the log."""

from pathlib import Path

import pytest

from muxer.model import Logged
from muxer.store.database import Store, open_store
from muxer.store.hooks import log_hook
from muxer.store.log import since


async def logged(file: Path, *calls: tuple[str, str]) -> tuple[list[Logged], list[Logged]]:
    """What was told, and what stands there."""
    told: list[Logged] = []
    store: Store
    store, _ = await open_store(str(file), on_logged=told.extend, on_trouble=lambda _: None)
    for name, data in calls:
        store.note(log_hook, "p1", name, data)
    await store.settled()
    kept = await store.read(since, 0)
    await store.close()
    return told, kept


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ('{"tool": "Bash", "n": [1, null]}\n', {"tool": "Bash", "n": [1, None]}),
        ("", None),
        ("done", "done"),
        ('{"half": ', '{"half": '),
        ("[NaN]", "[NaN]"),
        ("[" * 5000, "[" * 5000),
        ("x" * 70_000, {"left_out": 70_000}),
        ('"\\ud800"', "\ud800"),
        ("'; DROP TABLE events; --", "'; DROP TABLE events; --"),
    ],
)
async def test_json_is_kept_as_such_and_all_else_as_text(tmp_path: Path, data: str, value: object) -> None:
    told, kept = await logged(tmp_path / "db", ("Stop", data), ("after", "1"))
    assert [(event.kind, event.subject, event.data) for event in kept] == [
        ("hook.Stop", "p1", value),
        ("hook.after", "p1", 1),
    ]
    assert told == kept
