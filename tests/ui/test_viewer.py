from collections.abc import AsyncIterator

import pytest

from muxer.terminal.outer import Pressed, Token, Typed
from muxer.ui.depth import Depth
from muxer.ui.viewer import CONTROLS, ENTER, SYNC_OFF, SYNC_ON, Viewer
from muxer.wire import frames
from tests.ui.glass import Glass, until


class Notes:
    """What a viewer tells its owner."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.changes: list[str] = []

    def view(self, glass: Glass) -> Viewer:
        return Viewer(
            glass.line,
            glass.hello,
            on_token=lambda _, token: self.tokens.append(token),
            on_change=lambda _: self.changes.append("changed"),
            on_room=lambda _: self.changes.append("room"),
            on_gone=lambda _: self.changes.append("gone"),
        )


@pytest.fixture
async def glass() -> AsyncIterator[Glass]:
    made = Glass()
    yield made
    made.hang_up()


@pytest.fixture
async def mute() -> AsyncIterator[Glass]:
    """A terminal that answers no query."""
    made = Glass(answers=False)
    yield made
    made.hang_up()


async def test_its_first_bytes_set_the_modes(glass: Glass) -> None:
    Notes().view(glass)
    await until(lambda: glass.raw)
    assert glass.raw.startswith(ENTER)


@pytest.mark.parametrize(
    ("said", "size"), [((0, 0), (80, 24)), ((100, 30), (100, 30)), ((9999, 1), (2000, 1)), ((0, 30), (80, 30))]
)
async def test_a_size_that_cannot_be_is_mended(glass: Glass, said: tuple[int, int], size: tuple[int, int]) -> None:
    glass.hello |= {"cols": said[0], "rows": said[1]}
    viewer = Notes().view(glass)
    assert viewer.size == size
    assert (viewer.facts.cols, viewer.facts.rows) == size


async def test_frames_are_held_together_only_where_the_terminal_can(glass: Glass, mute: Glass) -> None:
    seeing, silent = Notes().view(glass), Notes().view(mute)
    await until(lambda: glass.line.open and seeing._sync)
    for viewer in (seeing, silent):
        viewer.frame(b"picture", whole=True)
    await until(lambda: b"picture" in glass.raw and b"picture" in mute.raw)
    assert glass.raw.endswith(SYNC_ON + b"picture" + SYNC_OFF)
    assert mute.raw.endswith(ENTER[-4:] + mute.raw[len(ENTER) : -len(b"picture")] + b"picture")
    assert SYNC_ON not in mute.raw


async def test_changes_mean_nothing_to_a_stale_screen(glass: Glass) -> None:
    viewer = Notes().view(glass)
    viewer.frame(b"some change")
    viewer.control(b"\x07")
    await until(lambda: b"\x07" in glass.raw)
    assert b"some change" not in glass.raw
    assert viewer.stale


async def test_a_busy_terminal_gets_no_second_frame_and_asks_for_a_whole_one(glass: Glass) -> None:
    notes = Notes()
    viewer = notes.view(glass)
    await until(lambda: glass.raw)
    glass.go_deaf()
    glass.blind = True
    viewer.frame(b"a" * (1 << 20), whole=True)
    assert not viewer.ready
    waiting = glass.line.busy
    viewer.frame(b"b" * (1 << 20), whole=True)
    assert glass.line.busy == waiting
    assert viewer.stale
    notes.changes.clear()
    glass.listen()
    await until(lambda: notes.changes, "being asked for a frame")
    assert viewer.ready
    assert b"b" not in glass.raw


async def test_what_must_not_be_lost_waits_for_a_busy_terminal_but_not_without_end(glass: Glass) -> None:
    viewer = Notes().view(glass)
    await until(lambda: glass.raw)
    glass.go_deaf()
    glass.blind = True
    viewer.frame(b"." * (1 << 20), whole=True)
    for _ in range(3 * CONTROLS):
        viewer.control(b"\x07")
    glass.listen()
    await until(lambda: viewer.ready)
    viewer.frame(b"next", whole=True)
    await until(lambda: b"next" in glass.raw)
    assert glass.raw.count(b"\x07") == CONTROLS


async def test_it_has_the_colours_that_its_terminal_has(glass: Glass) -> None:
    glass.hello["env"] = {"TERM": "linux"}
    viewer = Notes().view(glass)
    assert viewer.depth is Depth.SIXTEEN
    viewer.frame(b"\x1b[38;2;255;0;0mred", whole=True)
    await until(lambda: b"red" in glass.raw)
    assert b"\x1b[91mred" in glass.raw


async def test_keys_come_as_tokens_and_an_escape_after_a_moment(glass: Glass) -> None:
    notes = Notes()
    notes.view(glass)
    glass.type("ä".encode()[:1])
    glass.type("ä".encode()[1:])
    glass.type(b"\x1b")
    await until(lambda: any(isinstance(token, Pressed) for token in notes.tokens))
    keys = [token for token in notes.tokens if isinstance(token, Typed | Pressed)]
    assert [type(token) for token in keys] == [Typed, Pressed]
    assert isinstance(keys[0], Typed)
    assert keys[0].text == "ä"


async def test_its_size_changes_and_makes_it_stale(glass: Glass) -> None:
    notes = Notes()
    viewer = notes.view(glass)
    viewer.frame(b"x", whole=True)
    glass.say(frames.RESIZE, b"nonsense")
    glass.say(frames.RESIZE, b"50 20")
    await until(lambda: notes.changes)
    assert viewer.size == (50, 20)
    assert viewer.stale


async def test_suspended_it_gets_nothing_until_it_asks_and_then_its_modes_first(glass: Glass) -> None:
    notes = Notes()
    viewer = notes.view(glass)
    viewer.suspend()
    viewer.frame(b"lost", whole=True)
    await until(lambda: frames.SUSPEND in glass.kinds)
    before = len(glass.raw)
    glass.say(frames.REPAINT)
    await until(lambda: notes.changes)
    assert not viewer.suspended
    await until(lambda: len(glass.raw) > before)
    assert glass.raw[before:].startswith(ENTER)
    assert b"lost" not in glass.raw


async def test_it_leaves_when_the_person_does_and_is_told_why_when_the_host_says_so(glass: Glass) -> None:
    notes = Notes()
    notes.view(glass)
    glass.say(frames.LEAVE)
    await until(lambda: glass.frames and glass.frames[-1] == (frames.EXIT, b"detached"))
    assert notes.changes == ["gone"]


async def test_nothing_is_left_of_one_that_is_hung_up_on_in_the_middle_of_a_key(glass: Glass) -> None:
    notes = Notes()
    viewer = notes.view(glass)
    glass.line.on_frame(frames.INPUT, b"\x1b[")
    timer = viewer._flusher
    assert timer
    glass.hang_up()
    assert timer.cancelled()
    assert notes.changes == ["gone"]
