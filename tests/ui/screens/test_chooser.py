from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from muxer.ui.screens.chooser import Chooser
from tests.ui.stage import Stage, shown, text

ENTRIES: list[tuple[str, str, object]] = [
    ("night", "dark", 1),
    ("day", "light", 2),
    ("contrast", "dark, the greatest", 3),
]


class Asked:
    """Whoever asked."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def chooser(self, entries: list[tuple[str, str, object]] | None = None, start: int = 0) -> Chooser:
        return Chooser(
            "theme",
            ENTRIES if entries is None else entries,
            lambda value: self.said.append(("chose", value)),
            on_highlight=lambda value: self.said.append(("saw", value)),
            on_leave=lambda: self.said.append(("left", None)),
            start=start,
        )


async def opened(pilot: Pilot[None], chooser: Chooser) -> Chooser:
    await pilot.app.push_screen(chooser)
    await pilot.pause()
    return chooser


async def test_moving_tells_and_enter_chooses() -> None:
    asked = Asked()
    async with Stage().run_test() as pilot:
        chooser = await opened(pilot, asked.chooser(start=1))
        assert [row.split()[0] for row in shown(chooser)] == ["night", "day", "contrast"]
        assert {len(row) for row in shown(chooser)} == {76}
        await pilot.press("down", "down", "up")
        await pilot.press("enter")
        await pilot.pause()
        assert asked.said == [("saw", 2), ("saw", 3), ("saw", 1), ("saw", 3), ("chose", 3)]
        assert len(pilot.app.screen_stack) == 1


@pytest.mark.parametrize("key", ["escape", "ctrl+c", "ctrl+g"])
async def test_leaving_chooses_nothing(key: str) -> None:
    asked = Asked()
    async with Stage().run_test() as pilot:
        await opened(pilot, asked.chooser())
        await pilot.press("down", key)
        await pilot.pause()
        assert asked.said[-1] == ("left", None)
        assert "chose" not in dict(asked.said)
        assert pilot.app.is_running
        assert len(pilot.app.screen_stack) == 1


async def test_typing_narrows_and_enter_does_not_wait_for_the_list() -> None:
    asked = Asked()
    async with Stage().run_test() as pilot:
        chooser = await opened(pilot, asked.chooser())
        await pilot.press(*"dark")
        await pilot.pause()
        assert [row.split()[0] for row in shown(chooser)] == ["night", "contrast"]
        await pilot.press("ctrl+u", *"day", "enter")
        await pilot.pause()
        assert asked.said[-1] == ("chose", 2)


@pytest.mark.parametrize(("entries", "words"), [([], "nothing here yet"), (ENTRIES, "nothing here is named 'qq'")])
async def test_an_empty_list_says_so_and_is_left(entries: list[tuple[str, str, object]], words: str) -> None:
    asked = Asked()
    async with Stage().run_test() as pilot:
        chooser = await opened(pilot, asked.chooser(entries))
        await pilot.press("q", "q")
        await pilot.pause()
        assert shown(chooser) == [words if entries else "nothing here yet"]
        await pilot.press("enter", "down", "pagedown")
        assert chooser.is_current
        await pilot.press("escape")
        await pilot.pause()
        assert asked.said[-1] == ("left", None)


async def test_a_click_chooses_and_a_click_beside_leaves() -> None:
    asked = Asked()
    async with Stage().run_test() as pilot:
        await opened(pilot, asked.chooser())
        await pilot.click(OptionList, offset=(4, 1))
        await pilot.pause()
        assert asked.said[-1] == ("chose", 2)
        await opened(pilot, asked.chooser())
        await pilot.click(offset=(0, 23))
        await pilot.pause()
        assert asked.said[-1] == ("left", None)


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 12), (20, 6)])
async def test_it_is_whole_in_every_size(size: tuple[int, int]) -> None:
    many: list[tuple[str, str, object]] = [(f"a theme with a long name, number {n}", "help", n) for n in range(50)]
    async with Stage().run_test(size=size) as pilot:
        chooser = await opened(pilot, Asked().chooser(many))
        rows = text(chooser).splitlines()
        assert "THEME" in rows[2]
        assert {len(row) for row in shown(chooser)} <= {*range(1, min(80, size[0]) - 3)}
        if size[1] >= 24:
            assert any("esc close" in row for row in rows)


async def test_another_size_makes_other_rows() -> None:
    async with Stage().run_test(size=(80, 24)) as pilot:
        chooser = await opened(pilot, Asked().chooser())
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        assert {len(row) for row in shown(chooser)} == {36}
