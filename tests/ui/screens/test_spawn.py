import re
from typing import Any

import pytest
from textual import events
from textual.widgets import Static, TextArea

from muxer.errors import MuxerError
from muxer.model import CliFacts
from muxer.ui.screens.spawn import Spawn
from muxer.ui.screens.spawn_form import SpawnForm
from tests.ui.bare_desk import BareDesk
from tests.ui.screens.test_spawn_form import AIDER, CLAUDE, CODEX
from tests.ui.stage import Stage, text


class Opener:
    """Whoever opens it, in a host with two projects."""

    def __init__(self, *, clis: tuple[CliFacts, ...] = (CLAUDE, CODEX, AIDER)) -> None:
        self.bare = BareDesk("ada")
        self.bare.runtime.answer = {"projects": [{"name": "web", "folder": "/src/web"}]}  # type: ignore[assignment]
        self.form = SpawnForm(clis, "~/src/api", {})
        self.spawned: list[dict[str, object]] = []
        self.kept: list[str] = []

    def begin(self, form: SpawnForm, prompt: str) -> None:
        self.spawned.append(form.arguments(prompt))

    def dialog(self, draft: str = "") -> Spawn:
        return Spawn(self.bare.desk, self.form, draft=draft, on_spawn=self.begin, on_leave=self.kept.append)


async def opened(pilot: Any, opener: Opener, draft: str = "") -> Spawn:
    dialog = opener.dialog(draft)
    await pilot.app.push_screen(dialog)
    await pilot.pause()
    return dialog


def row(screen: Spawn, label: str) -> str:
    found = (re.search(rf"  ({label}\b.*)", line) for line in text(screen).splitlines())
    return next((line[1].strip() for line in found if line), "")


async def test_enter_spawns_the_first_that_is_installed() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, opener)
        assert row(dialog, "agent") == "agent       ‹ Claude Code ›"
        await pilot.press("enter")
        await pilot.pause()
        assert opener.spawned == [{"cli": "claude-code", "n": 1, "restart": "never"}]
        assert len(pilot.app.screen_stack) == 1
        dialog._take("enter", "")  # a second Enter was on its way to it
        assert len(opener.spawned) == 1


async def test_rows_are_chosen_and_written_in() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, opener)
        await pilot.press("right", "down", *"dot", "backspace", "c", "down", "w", "down", "right")
        await pilot.pause()
        assert row(dialog, "agent") == "agent         Codex"
        assert row(dialog, "name") == "name          doc"
        assert row(dialog, "project") == "project       web"
        assert row(dialog, "workspace") == "workspace   ‹ worktree ›"
        assert "a branch and a folder of its own" in text(dialog)
        await pilot.press("tab", *"fix it", "ctrl+j", *"now", "enter")
        await pilot.pause()
        assert opener.spawned == [
            {"cli": "codex", "name": "doc", "project": "web", "workspace": "worktree", "n": 1, "restart": "never",
             "prompt": "fix it\nnow"}
        ]  # fmt: skip


async def test_what_is_not_installed_is_not_spawned_and_the_line_that_installs_it_is_shown() -> None:
    opener = Opener(clis=(AIDER,))
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, opener)
        await pilot.press("enter")
        await pilot.pause()
        assert "Aider is not installed: uv tool install aider-chat" in text(dialog)
        assert dialog.query_one("#words", Static).has_class("-wrong")
        assert opener.spawned == []
        await pilot.press("left")
        await pilot.pause()
        assert not dialog.query_one("#words", Static).has_class("-wrong")
        await pilot.press("down", *"make test", "enter")
        await pilot.pause()
        assert opener.spawned == [{"exec": "make test", "n": 1, "restart": "never"}]


async def test_escape_keeps_the_prompt() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, opener, "begun")
        assert "begun" in text(dialog)
        await pilot.press("shift+tab", "end", *", mor", "backspace", "r", "e", "escape")
        await pilot.pause()
        assert opener.kept == ["begun, more"]
        assert len(pilot.app.screen_stack) == 1
        assert opener.spawned == []


async def test_a_paste_goes_where_one_writes() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, opener)
        pilot.app.post_message(events.Paste("lost on a choice"))
        await pilot.press("down")
        pilot.app.post_message(events.Paste("ada\x1b[2J\nsecond line"))
        await pilot.pause()
        assert row(dialog, "name").startswith("name          ada[2J")
        await pilot.press("tab")
        pilot.app.post_message(events.Paste("one\ntwo"))
        await pilot.pause()
        assert dialog.query_one(TextArea).text == "one\ntwo"


async def test_the_mouse_chooses_and_closes() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, opener)
        place = next(y for y, line in enumerate(text(dialog).splitlines()) if line.strip().startswith("restart"))
        await pilot.click(offset=(20, place))
        await pilot.click(offset=(20, place))
        await pilot.pause()
        assert row(dialog, "restart") == "restart     ‹ on failure ›"
        await pilot.click(offset=(0, 0))
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 16)])
@pytest.mark.parametrize("plain", [False, True])
async def test_it_fits(size: tuple[int, int], plain: bool) -> None:
    opener = Opener()
    opener.bare.look.plain = plain
    async with Stage().run_test(size=size) as pilot:
        dialog = await opened(pilot, opener)
        await pilot.press("right")  # all rows
        await pilot.pause()
        assert "SPAWN AN AGENT" in text(dialog)
        assert "esc close" in text(dialog)
        assert ("< Codex >" if plain else "‹ Codex ›") in text(dialog)
        if size[1] >= 24:
            assert row(dialog, "restart")
        await pilot.press("up")  # round to the last row, which scrolls into view
        await pilot.pause()
        assert row(dialog, "restart")


@pytest.mark.parametrize("answer", ["no table of projects", MuxerError("the disk is full")])
async def test_projects_that_cannot_be_asked_for_leave_the_folder(answer: str | MuxerError) -> None:
    opener = Opener()
    opener.bare.runtime.answer = answer
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, opener)
        await pilot.press("down", "down", "right")
        await pilot.pause()
        assert row(dialog, "project") == "project     ‹ here ›"
