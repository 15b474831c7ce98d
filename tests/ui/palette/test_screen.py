import asyncio
from time import process_time
from typing import Any

import pytest
from textual.command import CommandList
from textual.pilot import Pilot

from muxer.errors import UsageError
from muxer.ui.palette.screen import HINT, Palette
from tests.ui.bare_desk import BareDesk
from tests.ui.glass import until
from tests.ui.stage import Stage, shown, text

OPEN = 0.5
"""Far above what it takes (see the benchmarks), far below what anybody would wait for; in seconds of the processor."""


async def opened(pilot: Pilot[None], bare: BareDesk, **how: Any) -> Palette:
    palette = Palette(bare.desk, **how)
    await pilot.app.push_screen(palette)
    await pilot.pause()
    return palette


async def typed(pilot: Pilot[None], keys: str) -> None:
    await pilot.press(*({" ": "space"}.get(key, key) for key in keys))
    await pilot.pause()


async def closed(pilot: Pilot[None]) -> None:
    await until(lambda: len(pilot.app.screen_stack) == 1, "the palette's end")


async def test_it_opens_with_everything_and_says_what_signs_mean() -> None:
    async with Stage().run_test() as pilot:
        palette = await opened(pilot, BareDesk("ada"))
        assert shown(palette)[0].startswith("attach")
        assert HINT in text(palette)
        assert "ctrl+b z" in text(palette)


async def test_an_action_is_done_once_the_palette_is_closed_and_is_first_the_next_time() -> None:
    bare = BareDesk("ada")
    async with Stage().run_test() as pilot:
        await opened(pilot, bare)
        await typed(pilot, "zoom the")
        await pilot.press("enter")
        await closed(pilot)
        await until(lambda: bare.done)
        assert bare.done == ["pane.zoom"]
        palette = await opened(pilot, bare)
        assert shown(palette)[0].startswith("zoom the pane")


async def test_enter_answers_the_whole_line_though_the_list_is_older() -> None:
    bare = BareDesk("ada")
    async with Stage().run_test() as pilot:
        await opened(pilot, bare)
        await pilot.press(*"zoom", "ctrl+u", *"rename", "space", *"the", "space", *"pane", "enter")
        await closed(pilot)
        await until(lambda: bare.done)
        assert bare.done == ["pane.rename"]


@pytest.mark.parametrize("key", ["escape", "ctrl+c", "ctrl+g"])
async def test_leaving_does_nothing_and_other_keys_are_only_keys(key: str) -> None:
    bare = BareDesk("ada")
    async with Stage().run_test() as pilot:
        palette = await opened(pilot, bare)
        await pilot.press("ctrl+q", "ctrl+b", "x")
        assert palette.is_current
        assert palette.line == "x"
        await pilot.press(key)
        await closed(pilot)
        assert bare.done == []
        assert bare.lately.chosen == ()


async def test_what_a_verb_refuses_is_said_and_the_line_stays() -> None:
    bare = BareDesk("ada")
    bare.runtime.answer = UsageError("no pane named 'x': did you mean ada?")
    async with Stage().run_test() as pilot:
        palette = await opened(pilot, bare, line=":")
        await typed(pilot, "kill x")
        await pilot.press("enter")
        await until(lambda: "did you mean ada?" in text(palette), "the refusal")
        assert palette.line == ":kill x"
        await typed(pilot, "y")
        assert HINT in text(palette)
        bare.runtime.answer = "closed"
        await pilot.press("enter")
        await closed(pilot)
        await until(lambda: bare.voice.words()[0] == "closed")
        assert bare.runtime.said == [("kill x", "/home/ada"), ("kill xy", "/home/ada")]


async def test_a_refusal_is_not_chosen() -> None:
    async with Stage().run_test() as pilot:
        palette = await opened(pilot, BareDesk("ada"))
        await typed(pilot, "@bob hi")
        await pilot.press("enter")
        await pilot.pause()
        assert palette.is_current
        assert palette.line == "@bob hi"
        assert "no pane named 'bob': did you mean ada?" in text(palette)


@pytest.mark.parametrize("key", ["tab", "enter"])
async def test_a_line_is_completed(key: str) -> None:
    bare = BareDesk("ada", "bob")
    async with Stage().run_test() as pilot:
        palette = await opened(pilot, bare)
        await typed(pilot, "@b")
        await pilot.press(key)
        assert palette.line == "@bob "
        await typed(pilot, "hi")
        await pilot.press("enter")
        await closed(pilot)
        assert bare.runtime.said == [("send", {"pane": "p2", "text": "hi", "enter": True})]


async def test_a_verbs_line_is_completed_word_by_word() -> None:
    bare = BareDesk("ada", "my pane")
    async with Stage().run_test() as pilot:
        palette = await opened(pilot, bare, line=":")
        await typed(pilot, "ne")
        await pilot.press("tab", *"--sp", "tab")
        assert palette.line == ":new --split "
        await pilot.press("d", "tab")
        assert palette.line == ":new --split down "
        await pilot.press("ctrl+u", *":kill", "space", "m", "tab")
        assert palette.line == ":kill 'my pane' "
        await pilot.press("tab")
        assert palette.line == ":kill 'my pane' "
        await pilot.press("enter")
        await closed(pilot)
        assert bare.runtime.said == [("kill 'my pane'", "/home/my pane")]


async def test_what_takes_long_does_not_hold_the_palette() -> None:
    bare = BareDesk("ada")
    bare.runtime.gate = asyncio.Event()
    async with Stage().run_test() as pilot:
        await opened(pilot, bare, line=":")
        await typed(pilot, "ls")
        await pilot.press("enter")
        await closed(pilot)
        bare.runtime.answer = "late"
        bare.runtime.gate.set()
        await until(lambda: bare.voice.words()[0] == "late")


async def test_a_click_chooses_and_a_deed_that_is_refused_is_said() -> None:
    bare = BareDesk("ada")

    def refuse(action: str) -> None:
        raise UsageError(f"{action} is not possible now")

    bare.act = refuse  # type: ignore[method-assign]
    async with Stage().run_test() as pilot:
        await opened(pilot, bare)
        await pilot.click(CommandList, offset=(4, 0))
        await closed(pilot)
        await until(lambda: bare.voice.words()[1] == "bad")
        assert pilot.app.is_running


async def test_places_only() -> None:
    async with Stage().run_test() as pilot:
        palette = await opened(pilot, BareDesk("ada"), places_only=True)
        assert shown(palette)[0].startswith("ada")
        assert not any("zoom" in row for row in shown(palette))


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 12), (12, 6)])
async def test_rows_fit_every_size_and_follow_it(size: tuple[int, int]) -> None:
    async with Stage().run_test(size=(100, 30)) as pilot:
        palette = await opened(pilot, BareDesk("ada"))
        await pilot.resize_terminal(*size)
        await pilot.pause()
        room = max(10, min(80, size[0]) - 4)
        await until(lambda: max(map(len, shown(palette))) <= room, "narrower rows")
        await pilot.pause()
        height = max(1, min(20, size[1] // 2, size[1] - 8))
        assert palette.query_one(CommandList).size.height == height
        assert palette.query_one("#--container").size.height == min(height + 6, size[1] - 2)


async def test_it_opens_at_once_with_200_panes() -> None:
    bare = BareDesk()
    for number in range(200):
        bare.add(f"p{number}", f"agent-{number}", tab=f"t{number // 4}")
    async with Stage().run_test() as pilot:
        took = []
        for _ in range(3):
            began = process_time()
            palette = await opened(pilot, bare)
            took.append(process_time() - began)
            assert HINT in text(palette)
            await pilot.press("escape")
            await closed(pilot)
        assert min(took) < OPEN
