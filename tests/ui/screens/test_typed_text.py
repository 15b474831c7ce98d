import pytest
from textual import events
from textual.app import App, ComposeResult

from muxer.ui.screens.typed_text import TypedText


class Page(App[None]):
    """One text; the dialog around it wants the key `f1`, letters while it is told so, and pastes that begin with !."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []
        self.greedy = False

    def compose(self) -> ComposeResult:
        yield TypedText("one", placeholder="…", take=self.take, take_paste=lambda text: text.startswith("!"))

    def take(self, key: str, letter: str) -> bool:
        if key == "f1" or (self.greedy and letter):
            self.taken.append(f"{self.query_one(TypedText).text}|{letter or key}")
            return True
        return False


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("x", "onex"),
        ("space x backspace backspace y", "oney"),
        ("alt+enter a ctrl+j b shift+enter", "one\na\nb\n"),
        ("home x end y ctrl+a z", "zxoney"),
        ("left left ctrl+k", "o"),
        ("ctrl+w x", "x"),
        ("ctrl+u a", "a"),
        ("alt+enter t w o up home 1 down end 2", "1one\ntwo2"),
        ("home delete ctrl+d", "e"),
    ],
)
async def test_keys_edit_in_their_order(keys: str, text: str) -> None:
    async with Page().run_test() as pilot:
        typed = pilot.app.query_one(TypedText)
        for key in keys.split():  # all at once, as somebody types who does not wait
            letter = " " if key == "space" else key if len(key) == 1 else None
            pilot.app.post_message(events.Key(key, letter))
        await pilot.pause()
        assert typed.text == text


async def test_what_the_dialog_takes_it_takes_in_its_turn() -> None:
    app = Page()
    async with app.run_test() as pilot:
        for key in ("a", "f1", "b"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        app.post_message(events.Paste("!no"))
        app.post_message(events.Paste("c\nd"))
        await pilot.pause()
        assert app.taken == ["onea|f1"]
        assert app.query_one(TypedText).text == "oneabc\nd"
        app.greedy = True
        await pilot.press("e")
        assert app.taken[1:] == ["oneabc\nd|e"]


async def test_what_is_only_read_stays() -> None:
    app = Page()
    async with app.run_test() as pilot:
        app.query_one(TypedText).rest()
        await pilot.press("x", "backspace", "ctrl+j", "ctrl+u")
        assert app.query_one(TypedText).text == "one"
