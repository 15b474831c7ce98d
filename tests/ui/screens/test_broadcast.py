from typing import Any

import pytest
from textual.widgets import OptionList, TextArea

from muxer.ui.layout import Region
from muxer.ui.screens.broadcast import Broadcast, Target
from tests.ui.stage import Stage, shown, text

TARGETS = [Target("p1", "ada", "tab 1", picked=True), Target("p2", "bob", "tab 2 · vim", picked=False)]


class Opener:
    """Whoever opens it."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.synced: list[list[str]] = []

    def dialog(self, targets: list[Target] | None = None, *, draft: str = "", **more: Any) -> Broadcast:
        given: dict[str, Any] = {"pane": None, "plain": False, "sync_way": "ctrl+b y"} | more
        return Broadcast(
            TARGETS if targets is None else targets,
            draft=draft,
            on_leave=self.kept.append,
            on_sync=self.synced.append,
            **given,
        )


async def test_it_says_plainly_that_it_cannot_send_and_keeps_the_draft() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = opener.dialog(draft="one")
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        assert "Sending comes with a later version." in text(dialog)
        assert "ctrl+b y" in text(dialog)
        await pilot.press("enter", *"two")
        await pilot.pause()
        assert "to ada · 2 lines, 7 characters" in text(dialog)
        await pilot.press("escape")
        await pilot.pause()
        assert opener.kept == ["one\ntwo"]
        assert len(pilot.app.screen_stack) == 1
        dialog.action_leave()  # a second Escape was on its way to it
        assert opener.kept == ["one\ntwo"]


async def test_panes_are_picked_by_key_and_by_mouse() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = opener.dialog()
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        assert [row[:5] for row in shown(dialog)] == ["■ ada", "□ bob"]
        await pilot.press("tab", "down", "space", "up", "space")
        await pilot.pause()
        assert [row[:5] for row in shown(dialog)] == ["□ ada", "■ bob"]
        await pilot.click(OptionList, offset=(3, 0))
        await pilot.pause()
        assert "to ada, bob · nothing written yet" in text(dialog)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert opener.synced == [["p1", "p2"]]
        assert opener.kept == [""]


async def test_tab_turns_and_ctrl_q_does_not_quit() -> None:
    async with Stage().run_test() as pilot:
        dialog = Opener().dialog()
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        await pilot.press("tab")
        assert dialog.query_one(OptionList).has_focus
        await pilot.press("shift+tab", "ctrl+q")
        assert dialog.query_one(TextArea).has_focus
        assert pilot.app.is_running


@pytest.mark.parametrize("targets", [[], [Target(f"p{n}", f"agent-{n}", "tab 1", picked=True) for n in range(200)]])
@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 12)])
async def test_none_and_many(targets: list[Target], size: tuple[int, int]) -> None:
    async with Stage().run_test(size=size) as pilot:
        dialog = Opener().dialog(targets, plain=True)
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        first = "[x] agent-0" if targets else "no pane is open to write to"
        assert shown(dialog)[0].startswith(first)
        assert "BROADCAST" in text(dialog)
        if size[1] >= 24:
            assert "esc close" in text(dialog)


async def test_it_lies_beside_the_pane() -> None:
    async with Stage().run_test(size=(200, 50)) as pilot:
        dialog = Opener().dialog(pane=Region(0, 0, 100, 49))
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        rows = text(dialog).splitlines()
        assert next(row for row in rows if "BROADCAST" in row).index("BROADCAST") > 100
