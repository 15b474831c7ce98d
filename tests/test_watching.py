import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from muxer.watching import STEP, Watcher


class Seen:
    """Counts calls, and waits for one more."""

    def __init__(self) -> None:
        self.calls = 0
        self._more = asyncio.Event()

    def __call__(self) -> None:
        self.calls += 1
        self._more.set()

    async def more(self) -> None:
        await asyncio.wait_for(self._more.wait(), 10)
        self._more.clear()

    async def quiet(self) -> bool:
        """Does nothing come for three steps?"""
        self._more.clear()
        try:
            await asyncio.wait_for(self._more.wait(), 3 * STEP / 1000)
        except TimeoutError:
            return True
        return False

    async def settled(self) -> None:
        while not await self.quiet():
            pass


@asynccontextmanager
async def watching(*folders: Path) -> AsyncIterator[Seen]:
    seen = Seen()
    watcher = Watcher(lambda: [str(folder) for folder in folders], seen)
    task = asyncio.ensure_future(watcher.run())
    try:
        await seen.more()
        assert seen.calls == 1
        yield seen
    finally:
        watcher.stop()
        await asyncio.wait_for(task, 10)


def save(file: Path) -> None:
    """As editors do: a new file takes the old one's place."""
    new = file.with_name("4913")
    new.write_text("saved")
    os.replace(new, file)


def write(file: Path) -> None:
    file.write_text("written")


@pytest.mark.parametrize("how", [save, write, Path.unlink])
async def test_a_saved_file_is_noticed(tmp_path: Path, how: Callable[[Path], None]) -> None:
    (tmp_path / "config.toml").touch()
    async with watching(tmp_path) as seen:
        how(tmp_path / "config.toml")
        await seen.more()


async def test_other_files_are_nobody_s_concern(tmp_path: Path) -> None:
    folder = tmp_path / "muxer"
    (folder / "deep" / "er").mkdir(parents=True)
    async with watching(folder) as seen:
        for name in (".config.toml.swp", "4913", "config.toml~", "deep/x.toml", "deep/er/x.toml", "../x.toml"):
            (folder / name).write_text("x")
        assert await seen.quiet()


async def test_a_folder_that_comes_later_is_watched_then(tmp_path: Path) -> None:
    folder, other = tmp_path / "a" / "muxer", tmp_path / "a" / "muxer" / "themes"
    async with watching(folder, other) as seen:
        other.mkdir(parents=True)
        await seen.settled()
        for place in (folder, other):
            save(place / "x.toml")
            await seen.more()
            await seen.settled()


async def test_a_file_in_a_folder_that_came_with_it_is_not_missed(tmp_path: Path) -> None:
    folder = tmp_path / "muxer"
    async with watching(folder) as seen:
        folder.mkdir()
        await asyncio.sleep(0)
        (folder / "config.toml").touch()
        await seen.more()


async def test_a_folder_that_was_replaced_is_watched_again(tmp_path: Path) -> None:
    folder = tmp_path / "muxer"
    folder.mkdir()
    async with watching(folder) as seen:
        shutil.rmtree(folder)
        folder.mkdir()
        await seen.settled()
        save(folder / "config.toml")
        await seen.more()


async def test_a_linked_folder_is_watched_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "muxer").symlink_to("dotfiles")
    async with watching(tmp_path / "muxer") as seen:
        save(tmp_path / "dotfiles" / "config.toml")
        await seen.more()


async def test_watching_takes_no_time(tmp_path: Path) -> None:
    async with watching(tmp_path) as seen:
        began = os.times()
        assert [await seen.quiet() for _ in range(4)] == [True] * 4
        ended = os.times()
        used = ended.user + ended.system - began.user - began.system
        assert used < 0.02 * (ended.elapsed - began.elapsed)


ALONE = """
import asyncio, sys
from muxer.errors import MuxerError
from muxer.watching import Watcher
try:
    asyncio.run(Watcher(lambda: sys.argv[1:], lambda: None).run())
except MuxerError as error:
    print(error)
"""


@pytest.mark.parametrize("room", ["watches", "instances"])
def test_without_room_it_says_so_and_what_to_do(tmp_path: Path, room: str) -> None:
    apart = ("unshare", "-Ur", "sh", "-c", f'echo 0 > /proc/sys/user/max_inotify_{room} && exec "$@"', "sh")
    if subprocess.run([*apart, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody have less")
    done = subprocess.run(
        [*apart, sys.executable, "-c", ALONE, str(tmp_path)], check=False, capture_output=True, text=True, timeout=30
    )
    [said] = done.stdout.splitlines()
    assert said.startswith("saved settings are not noticed by themselves, for the system lets us watch nothing more (")
    assert "the palette reads settings, themes and keymaps again; sysctl fs.inotify.max_user" in said
