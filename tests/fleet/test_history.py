import os
import stat
from pathlib import Path

import pytest

from muxer.fleet import history
from muxer.fleet.history import History
from muxer.paths import HostPaths


class Kept:
    """A host's folders, and what its history says."""

    def __init__(self, folder: Path) -> None:
        self.paths = HostPaths("t", str(folder / "run"), str(folder / "state"))
        for made in (self.paths.panes, self.paths.state):
            os.makedirs(made)
        self.said: list[str] = []
        self.history = History(self.paths, say=self.said.append)

    def wrote(self, pane: str, content: bytes = b"screen") -> None:
        Path(self.paths.panes, f"{pane}.snapshot").write_bytes(content)

    def files(self) -> dict[str, bytes]:
        folder = Path(self.paths.history)
        return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


async def test_a_snapshot_is_copied_for_our_eyes_only(kept: Kept) -> None:
    kept.wrote("p1")
    kept.history.keep("p1")
    await kept.history.settled()
    assert kept.files() == {"p1.snapshot": b"screen"}
    copy = Path(kept.paths.history, "p1.snapshot")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    kept.history.forget("p1")
    assert kept.files() == {}


async def test_nothing_is_kept_unless_it_is_wanted(kept: Kept) -> None:
    kept.wrote("p1")
    kept.history.wanted = False
    kept.history.keep("p1")
    kept.history.keep_now("p1")
    await kept.history.settled()
    assert kept.files() == {}


def test_what_is_kept_can_be_taken_away(kept: Kept) -> None:
    kept.wrote("p1")
    kept.history.keep_now("p1")
    kept.history.forget_all()
    assert not os.path.exists(kept.paths.history)


def test_a_pane_that_was_closed_meanwhile_is_no_trouble(kept: Kept) -> None:
    kept.history.keep_now("p7")
    assert kept.said == []
    assert kept.files() == {}


def test_a_large_one_is_left_out_and_the_oldest_make_room(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LARGEST", 10)
    monkeypatch.setattr(history, "TOGETHER", 20)
    for number in range(1, 4):
        kept.wrote(f"p{number}", b"x" * 8)
        kept.history.keep_now(f"p{number}")
        os.utime(f"{kept.paths.history}/p{number}.snapshot", (number, number))
    assert sorted(kept.files()) == ["p2.snapshot", "p3.snapshot"]
    kept.wrote("p2", b"y" * 9)
    kept.history.keep_now("p2")
    assert sorted(kept.files()) == ["p2.snapshot", "p3.snapshot"]
    kept.wrote("p9", b"x" * 11)
    kept.history.keep_now("p9")
    assert "p9.snapshot" not in kept.files()


def test_trouble_is_said_once_until_it_is_over(kept: Kept) -> None:
    kept.wrote("p1")
    Path(kept.paths.history).write_text("in the way")
    for _ in range(3):
        kept.history.keep_now("p1")
    assert len(kept.said) == 1
    assert kept.paths.history in kept.said[0]
    os.unlink(kept.paths.history)
    kept.history.keep_now("p1")
    assert len(kept.said) == 1
    assert list(kept.files()) == ["p1.snapshot"]


def test_a_copy_is_lent_unless_something_newer_is_there(kept: Kept) -> None:
    assert not kept.history.lend("p1")
    kept.wrote("p1", b"old")
    kept.history.keep_now("p1")
    kept.wrote("p1", b"new")
    assert kept.history.lend("p1")
    assert Path(kept.paths.panes, "p1.snapshot").read_bytes() == b"new"
    os.unlink(f"{kept.paths.panes}/p1.snapshot")
    assert kept.history.lend("p1")
    assert Path(kept.paths.panes, "p1.snapshot").read_bytes() == b"old"
    assert stat.S_IMODE(os.stat(f"{kept.paths.panes}/p1.snapshot").st_mode) & 0o077 == 0
