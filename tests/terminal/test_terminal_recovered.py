"""What a host that died left is followed by the next one's terminal."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from muxer.terminal import choice
from muxer.terminal.engine import SCROLLBACK, CopyAsked, Rang
from muxer.terminal.recovery import READ_MAX
from tests.terminal.desks import Desk, desk_in, ends_with, shown, until


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_in(tmp_path) as made:
        yield made


@pytest.fixture(params=["ghostty", "portable"], autouse=True)
def engine_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(choice.VARIABLE, request.param)
    return str(request.param)


async def test_a_killed_host_is_followed_without_a_gap(desk: Desk) -> None:
    first = desk.fresh()
    first.start()
    desk.say(b"\x1b]2;the title\x07\x1b[31mone\r\n\x1b[6n\x07")
    await until(lambda: "one" in shown(first))
    await desk.hears(b"\x1b[2;1R")
    first.resize(30, 8)
    desk.say(b"two\r\n" + b"z" * 30 + b"\x1b[0G\x1b[K\x1b[3")
    await until(lambda: shown(first) == "one\ntwo")
    desk.kill(first)
    desk.say(b"2mthree")
    desk.notices.clear()
    second = desk.recovered(30, 8)
    assert (second.title, second.cwd) == ("the title", "")
    second.start()
    await until(lambda: "three" in shown(second))
    assert shown(second) == "one\ntwo\nthree"
    assert second.engine.lines(ansi=True)[2].startswith("\x1b[")
    # Old bells are not rung again, old queries not answered again.
    assert desk.notices == []
    second.write(b"nothing before this")
    await desk.hears(b"nothing before this")
    assert not second.trouble


async def test_what_the_dead_host_did_not_answer_is_answered(desk: Desk) -> None:
    first = desk.fresh()
    first.start()
    desk.say(b"\x1b[5n")
    await desk.hears(b"\x1b[0n")
    # It was killed after a read and before it fed what it read.
    output = b"abc\x1b[6n\x07\x1b]52;c;aGVsbG8=\x07"
    first._ring.room()[: len(output)] = output
    first._ring.took(len(output))
    desk.kill(first)
    second = desk.recovered()
    second.start()
    await desk.hears(b"\x1b[1;4R")
    assert desk.notices == [Rang(), CopyAsked("hello")]
    # Now they are answered.
    desk.kill(second)
    third = desk.recovered()
    third.start()
    third.write(b"nothing before this")
    await desk.hears(b"nothing before this")
    assert len(desk.notices) == 2


async def test_history_comes_back_through_snapshots(desk: Desk, engine_name: str) -> None:
    count = 20_000 if engine_name == "ghostty" else 3_000
    first = desk.fresh(capacity=READ_MAX)
    first.start()
    for sent in range(0, count, 100):
        desk.say(b"".join(b"this is line number %d\r\n" % n for n in range(sent, sent + 100)))
        last = f"line number {sent + 99}"
        await until(partial(ends_with, first, last))
    assert (desk.folder / "p.snapshot").exists()
    before = first.engine.lines(history=True)[-min(count, SCROLLBACK) :]
    desk.kill(first)
    second = desk.recovered()
    assert second.engine.lines(history=True)[-len(before) :] == before
    assert not second.trouble


async def test_sizes_are_replayed_where_they_changed(desk: Desk) -> None:
    first = desk.fresh(80, 10)
    first.start()
    desk.say(b"x" * 60 + b"\x1b[2;70Hwide")
    await until(lambda: "wide" in shown(first))
    first.resize(90, 12)
    desk.say(b"\x1b[12;85Hlast")
    await until(lambda: "last" in shown(first))
    before = shown(first)
    desk.kill(first)
    # The next host has another size already when it starts, and is killed before anything more is said.
    second = desk.recovered(100, 14)
    assert (second.engine.cols, second.engine.rows) == (90, 12)
    assert shown(second) == before
    second.start()
    desk.say(b"\x1b[14;96Hmore")
    await until(lambda: "more" in shown(second))
    picture = shown(second)
    desk.kill(second)
    third = desk.recovered(100, 14)
    assert shown(third) == picture
    assert (third.engine.cols, third.engine.rows) == (100, 14)


async def test_a_save_starts_the_next_recovery_there(desk: Desk) -> None:
    first = desk.fresh()
    first.start()
    desk.say(b"\x1b]2;kept\x07hello\x1b[?2004h")
    await until(lambda: first.title)
    first.save()
    desk.kill(first)
    second = desk.recovered(20, 5)
    assert second.title == "kept"
    assert second.engine.modes().bracketed_paste
    second.start()
    assert shown(second) == "hello"
    assert (second.engine.cols, second.engine.rows) == (20, 5)


async def test_a_quiet_terminal_wakes_up_again(desk: Desk) -> None:
    first = desk.fresh()
    first.start()
    desk.say(b"before ")
    await until(lambda: "before" in shown(first))
    first.quiet()
    assert (desk.folder / "p.snapshot").exists()
    desk.say(b"after")
    await until(lambda: "after" in shown(first))
    desk.kill(first)
    second = desk.recovered()
    assert shown(second) == "before after"
    assert not second.trouble


async def test_a_snapshot_that_is_damaged_or_of_another_engine_is_told(
    desk: Desk, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desk.fresh()
    first.start()
    desk.say(b"saved ")
    await until(lambda: "saved" in shown(first))
    first.save()
    desk.say(b"replayed")
    await until(lambda: "replayed" in shown(first))
    desk.kill(first)
    other = {"ghostty": "portable", "portable": "ghostty"}[engine_name]
    monkeypatch.setenv(choice.VARIABLE, other)
    second = desk.recovered()
    second.start()
    assert second.engine.name == other
    assert shown(second) == "replayed"
    (line,) = second.trouble
    assert line.startswith("p could not be brought back whole: ")
    assert "\n" not in line
    # What could be saved is safe now.
    desk.kill(second)
    third = desk.recovered()
    assert shown(third) == "replayed"
    assert not third.trouble
    desk.kill(third)
    (desk.folder / "p.snapshot").write_bytes(b"junk" * 100)
    (desk.folder / "p.ring").unlink()
    fourth = desk.recovered()
    fourth.start()
    assert shown(fourth) == ""
    desk.say(b"it goes on")
    await until(lambda: shown(fourth) == "it goes on")
    assert fourth.protected


async def test_a_full_disk_is_told(desk: Desk) -> None:
    terminal = desk.fresh()
    told: list[str] = []
    terminal.on_trouble = told.append
    terminal.start()
    shutil.rmtree(desk.folder)
    terminal.save()
    assert not terminal.protected
    assert len(told) == 1
    desk.say(b"alive")
    await until(lambda: shown(terminal) == "alive")
    terminal.quiet()
    assert list(terminal.trouble) == told
