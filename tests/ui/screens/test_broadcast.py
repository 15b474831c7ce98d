from typing import Any

import pytest
from textual.widgets import OptionList

from muxer.ui.arrival import Arrival
from muxer.ui.layout import Region
from muxer.ui.screens.broadcast import Broadcast, Target
from muxer.ui.screens.typed_text import TypedText
from tests.ui.bare_desk import BareDesk
from tests.ui.stage import Stage, shown, text

NOW, HELD = Arrival("now"), Arrival("held", "it asks for permission")
TARGETS = [
    Target("p1", "ada", "tab 1", True, NOW),
    Target("p2", "bob", "tab 2 · fix the tests", False, HELD),
    Target("p3", "sh", "tab 1", True),
]


class Opener:
    """Whoever opens it."""

    def __init__(self, targets: list[Target] | None = None) -> None:
        self.bare = BareDesk("ada")
        self.targets = TARGETS if targets is None else targets
        self.kept: list[str] = []
        self.sent: list[tuple[str, list[str]]] = []
        self.synced: list[list[str]] = []

    def send(self, said: str, targets: list[Target]) -> None:
        self.sent.append((said, [target.name for target in targets]))

    def dialog(self, *, draft: str = "", **more: Any) -> Broadcast:
        return Broadcast(
            self.bare.desk,
            lambda: list(self.targets),
            draft=draft,
            on_leave=self.kept.append,
            on_send=self.send,
            on_sync=self.synced.append,
            **more,
        )


async def test_what_becomes_of_it_is_shown_and_agents_get_it() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = opener.dialog(draft="one")
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        rows = shown(dialog)
        assert [row[:5] for row in rows] == ["■ ada", "□ bob", "■ sh "]
        assert rows[0].endswith("now")
        assert rows[1].endswith("held: it asks for permission")
        assert rows[2].endswith("no agent: typed into only")
        await pilot.press("alt+enter", *"two")
        await pilot.pause()
        assert "to ada · 2 lines, 7 characters · not to sh" in text(dialog)
        await pilot.press("tab", "down", "space", "enter")
        await pilot.pause()
        assert opener.sent == [("one\ntwo", ["ada", "bob"])]
        assert opener.kept == []
        assert len(pilot.app.screen_stack) == 1
        assert opener.bare.desk.attention.watcher is None


async def test_nothing_is_sent_without_words_or_agents() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = opener.dialog()
        await pilot.app.push_screen(dialog)
        await pilot.press("enter")
        await pilot.pause()
        assert "nothing is written yet" in text(dialog)
        await pilot.press("x", "tab", "space", "enter")
        await pilot.pause()
        assert "pick an agent: tab, then space" in text(dialog)
        await pilot.press("a", "enter")
        await pilot.pause()
        assert opener.sent == [("x", ["ada", "bob"])]


async def test_the_draft_is_kept() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = opener.dialog(draft="one")
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        await pilot.press(*"two", "escape")
        await pilot.pause()
        assert opener.kept == ["onetwo"]
        assert len(pilot.app.screen_stack) == 1
        dialog._take("escape", "")  # a second Escape was on its way to it
        dialog._take("enter", "")
        assert (opener.kept, opener.sent) == (["onetwo"], [])


async def test_what_changes_meanwhile_is_shown_and_who_is_picked_stays_so() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = opener.dialog(draft="one")
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        opener.targets = [TARGETS[0]._replace(arrival=HELD), TARGETS[1]._replace(picked=True)]
        watcher = opener.bare.desk.attention.watcher
        assert watcher
        watcher()
        await pilot.pause()
        assert [row[:5] for row in shown(dialog)] == ["■ ada", "□ bob"]
        assert shown(dialog)[0].endswith("held: it asks for permission")


async def test_panes_are_picked_by_key_and_by_mouse_and_synced() -> None:
    opener = Opener()
    async with Stage().run_test() as pilot:
        dialog = opener.dialog()
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        await pilot.press("tab", "down", "space", "up", "space")
        await pilot.pause()
        assert [row[:5] for row in shown(dialog)] == ["□ ada", "■ bob", "■ sh "]
        await pilot.click(OptionList, offset=(3, 0))
        await pilot.pause()
        assert "to ada, bob · nothing written yet · not to sh" in text(dialog)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert opener.synced == [["p1", "p2", "p3"]]
        assert opener.kept == [""]


async def test_tab_turns_and_ctrl_q_does_not_quit() -> None:
    async with Stage().run_test() as pilot:
        dialog = Opener().dialog()
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        await pilot.press("tab", "x")
        assert dialog.has_class("-picks")
        await pilot.press("shift+tab", "ctrl+q", "y")
        await pilot.pause()
        assert dialog.query_one(TypedText).text == "y"
        assert pilot.app.is_running


@pytest.mark.parametrize("targets", [[], [Target(f"p{n}", f"agent-{n}", "tab 1", True, NOW) for n in range(200)]])
@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 12)])
async def test_none_and_many(targets: list[Target], size: tuple[int, int]) -> None:
    opener = Opener(targets)
    opener.bare.look.plain = True
    async with Stage().run_test(size=size) as pilot:
        dialog = opener.dialog()
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        first = "[x] agent-0" if targets else "no pane is open to write to"
        assert shown(dialog)[0].startswith(first)
        assert "BROADCAST" in text(dialog)
        if size[1] >= 24:
            assert "esc close" in text(dialog)


async def test_it_lies_beside_the_pane() -> None:
    opener = Opener()
    opener.bare.places["p1"] = Region(0, 0, 100, 49)
    async with Stage().run_test(size=(200, 50)) as pilot:
        dialog = opener.dialog()
        await pilot.app.push_screen(dialog)
        await pilot.pause()
        rows = text(dialog).splitlines()
        assert next(row for row in rows if "BROADCAST" in row).index("BROADCAST") > 100
