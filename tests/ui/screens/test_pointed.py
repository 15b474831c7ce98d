"""Words that a mouse points at, on a real Textual screen."""

from collections.abc import AsyncIterator

import pytest
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot

from muxer.ui.screens.pointed import Pointed


class Glass(App[None], inherit_bindings=False):
    """Two rows, with blank columns at their sides."""

    CSS = "#words { height: 2; width: 20; padding: 0 2; }"

    def __init__(self) -> None:
        super().__init__()
        self.clicked: list[tuple[int, int, bool]] = []
        self.turned: list[int] = []

    def compose(self) -> ComposeResult:
        yield Pointed("words", click=lambda *at: self.clicked.append(at), turn=self.turned.append)


@pytest.fixture
async def seen() -> AsyncIterator[tuple[Glass, Pilot[None]]]:
    app = Glass()
    async with app.run_test() as pilot:
        yield app, pilot


async def test_a_click_is_told_by_its_place_among_the_words(seen: tuple[Glass, Pilot[None]]) -> None:
    app, pilot = seen
    await pilot.click("#words", offset=(5, 1))
    await pilot.click("#words", offset=(1, 1))
    assert app.clicked == [(3, 1, False)]


async def test_the_second_of_two_is_told_as_such(seen: tuple[Glass, Pilot[None]]) -> None:
    app, pilot = seen
    await pilot.click("#words", offset=(2, 0), times=2)
    assert app.clicked == [(0, 0, False), (0, 0, True)]


async def test_the_wheel_goes_down_and_up(seen: tuple[Glass, Pilot[None]]) -> None:
    app, pilot = seen
    await pilot._post_mouse_events([MouseScrollDown, MouseScrollUp], "#words")
    assert app.turned == [1, -1]
