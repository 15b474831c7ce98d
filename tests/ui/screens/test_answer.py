import pytest
from textual.containers import VerticalScroll

from muxer.ui.screens.answer import Answer
from tests.ui.stage import Stage, text


@pytest.mark.parametrize("key", ["escape", "q", "enter", "ctrl+c"])
async def test_it_is_read_and_closed(key: str) -> None:
    async with Stage().run_test() as pilot:
        answer = Answer(":ls", "ID  NAME\np1  \x1b[31mada\x1b[0m\tx")
        await pilot.app.push_screen(answer)
        await pilot.pause()
        assert ":ls" in text(answer)
        assert "p1  [31mada[0m" in text(answer)
        await pilot.press(key)
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1


async def test_a_long_one_is_scrolled() -> None:
    async with Stage().run_test() as pilot:
        answer = Answer(":capture", "\n".join(f"row {n}." for n in range(200)))
        await pilot.app.push_screen(answer)
        await pilot.pause()
        page = answer.query_one(VerticalScroll)
        for key, row in (("j", 1), ("k", 0), ("end", 200 - page.size.height), ("home", 0)):
            await pilot.press(key)
            await pilot.pause()
            assert page.scroll_offset.y == row, key
            assert f"row {row}." in text(answer)
