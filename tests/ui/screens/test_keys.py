"""The list of all keys, in a plain Textual app."""

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from muxer.settings.actions import ACTIONS
from muxer.settings.keymaps import Keymap, read_keymap
from muxer.ui.screens.keys import KeysScreen, lines_of


class Shown(App[None]):
    """Nothing but the list."""

    def __init__(self, keymap: str = "tmux") -> None:
        super().__init__()
        self.chosen: list[str] = []
        self.keys = KeysScreen(read_keymap(keymap), self.chosen.append)

    def on_mount(self) -> None:
        self.push_screen(self.keys)

    def rows(self) -> list[str]:
        """Every row, blanks between words and keys made one."""
        return [" ".join(str(option.prompt).split()) for option in self.keys.query_one(OptionList).options]

    def under_the_bar(self) -> str | None:
        listed = self.keys.query_one(OptionList)
        return None if listed.highlighted is None else listed.get_option_at_index(listed.highlighted).id


async def write(pilot: Pilot[None], text: str) -> None:
    for character in text:
        await pilot.press({" ": "space", "+": "plus", "%": "percent_sign"}.get(character, character))
    await pilot.pause()


async def test_every_action_is_listed_in_groups_with_its_keys() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows = app.rows()
        assert rows[0] == "First"
        assert "split: a shell to the right ctrl+b % v" in rows
        assert "pane mode palette" in rows
        listed = app.keys.query_one(OptionList)
        assert {option.id for option in listed.options if option.id} == set(ACTIONS)
        assert app.under_the_bar() == "pane.attach"


@pytest.mark.parametrize(
    ("typed", "action"),
    [
        ("split right", "split.right"), ("undo", "layout.undo"), ("ctrl+b %", "split.right"), ("%", "split.right"),
        ("zoom", "pane.zoom"), ("detach", "client.detach"),
    ],
)  # fmt: skip
async def test_typing_words_or_a_key_finds_it_and_enter_does_it(typed: str, action: str) -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await write(pilot, typed)
        assert app.under_the_bar() == action
        await pilot.press("enter")
        await pilot.pause()
        assert app.chosen == [action]
        assert len(app.screen_stack) == 1


async def test_what_nothing_answers_is_said_and_enter_does_nothing() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await write(pilot, "xyzzy")
        assert app.rows() == ["no action or key is named 'xyzzy'"]
        await pilot.press("enter")
        assert app.chosen == []
        assert app.screen is app.keys


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_it_is_left_without_doing_anything(key: str) -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert (app.chosen, len(app.screen_stack)) == ([], 1)


async def test_the_bar_goes_over_headings_and_keys_stay_with_the_line() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(8):
            await pilot.press("down")
        assert app.under_the_bar() == "split.right"
        await pilot.press("up", "z")
        await pilot.pause()
        assert app.keys.query_one(Input).value == "z"


async def test_the_first_heading_is_seen_again_at_the_top() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("pagedown", "pagedown")
        for _ in range(60):
            await pilot.press("up")
            if app.under_the_bar() == "pane.attach":
                break
        await pilot.press("up")
        await pilot.pause()
        assert app.keys.query_one(OptionList).scroll_offset.y == 0
        assert app.under_the_bar() == "pane.attach"


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 10)])
async def test_no_row_is_wider_than_the_panel(size: tuple[int, int]) -> None:
    app = Shown("zellij")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        listed = app.keys.query_one(OptionList)
        widths = {option.prompt.cell_length for option in listed.options if option.id}  # type: ignore[union-attr]
        assert len(widths) == 1
        assert max(widths) <= listed.size.width
        assert listed.region.bottom <= size[1]
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert {option.prompt.cell_length for option in listed.options if option.id} == {56}  # type: ignore[union-attr]


def test_a_keymap_without_keys_still_lists_everything() -> None:
    lines = lines_of(Keymap(name="none"))
    assert [line.action.id for line in lines if line.keys] == []
    assert {line.action.id for line in lines} == set(ACTIONS)
