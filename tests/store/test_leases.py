"""What the references of remotes pointed to is remembered, by repository."""

from pathlib import Path

from muxer.store.database import open_store
from muxer.store.leases import drop_lease, leases, note_lease


async def test_what_was_seen_is_known_to_the_next_host(tmp_path: Path) -> None:
    file = str(tmp_path / "facts.db")
    store, _ = await open_store(file, on_logged=lambda _: None, on_trouble=lambda _: None)
    store.note(note_lease, "/shop", "a", "1")
    store.note(note_lease, "/shop", "b", "2")
    store.note(note_lease, "/shop", "a", "3")
    store.note(note_lease, "/other", "a", "4")
    store.note(drop_lease, "/shop", "b")
    await store.close()
    store, _ = await open_store(file, on_logged=lambda _: None, on_trouble=lambda _: None)
    assert await store.read(leases, "/shop") == {"a": "3"}
    assert await store.read(leases, "/other") == {"a": "4"}
    await store.close()
