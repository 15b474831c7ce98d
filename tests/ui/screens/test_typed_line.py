import asyncio

import pytest
from textual import events
from textual.app import App, ComposeResult

from muxer.ui.screens.typed_line import TypedLine


class Desk(App[None], inherit_bindings=False):
    """A line, alone."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def compose(self) -> ComposeResult:
        yield TypedLine(
            "", placeholder="", commands={"enter": lambda: self.done.append(self.query_one(TypedLine).value)}
        )


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["a", "b", "backspace", "c", "enter"], "ac"),
        (["a", "b", "ctrl+u", "c", "enter"], "c"),
        (["a", "space", "b", "ctrl+w", "c", "enter"], "a c"),
        (["a", "b", "home", "c", "end", "d", "enter"], "cabd"),
        (["a", "b", "left", "c", "ctrl+k", "enter"], "ac"),
        (["a", "b", "ctrl+a", "delete", "ctrl+b", "ctrl+f", "c", "enter"], "bc"),
    ],
)
async def test_keys_do_their_work_in_the_order_in_which_they_were_typed(keys: list[str], line: str) -> None:
    app = Desk()
    async with app.run_test() as pilot:
        for key in keys:  # all at once, as a paste or a hurried hand sends them
            character = {"space": " "}.get(key, key if len(key) == 1 else None)
            app.post_message(events.Key(key, character))
        await pilot.pause()
        await asyncio.sleep(0)
        assert app.done == [line]
