from dataclasses import dataclass, field

from muxer.terminal.keys import Key, parse_key
from muxer.terminal.outer import OuterDecoder, Pasted, Pressed, Typed
from muxer.ui.keyboard import Keyboard
from muxer.settings.keymaps import Keymap

KEYMAP = Keymap(
    "test", "ctrl+b", {"d": "client.detach", "%": "split.right", "ctrl+b": "prefix.send", "left": "focus.left"}
)


@dataclass
class Notes:
    """A desk that writes down what happens to it."""

    asking: bool = False
    seen: list[tuple[str, object]] = field(default_factory=list)

    def answer(self, key: str) -> None:
        self.asking = False
        self.seen.append(("answer", key))

    def act(self, action: str) -> None:
        self.seen.append(("act", action))

    def unbound(self, key: str) -> None:
        self.seen.append(("unbound", key))

    def type_text(self, text: bytes) -> None:
        self.seen.append(("type", text))

    def press(self, key: Key) -> None:
        self.seen.append(("press", key))

    def paste(self, text: bytes) -> None:
        self.seen.append(("paste", text))


def typed(data: bytes, *, read_only: bool = False, asking: bool = False) -> list[tuple[str, object]]:
    desk = Notes(asking)
    keyboard = Keyboard(KEYMAP, desk, read_only=read_only)
    for token in OuterDecoder().feed(data):
        assert isinstance(token, Typed | Pressed | Pasted)
        keyboard.take(token)
    return desk.seen


def test_text_goes_to_the_program_as_it_came() -> None:
    assert typed("grüße 漢字".encode()) == [("type", "grüße 漢字".encode())]


def test_a_key_goes_to_the_program() -> None:
    assert typed(b"\x03") == [("press", parse_key("ctrl+c"))]


def test_the_key_after_the_prefix_is_a_command_and_what_follows_is_text() -> None:
    assert typed(b"a\x02%bc") == [("type", b"a"), ("act", "split.right"), ("type", b"bc")]


def test_the_prefix_twice_sends_it() -> None:
    assert typed(b"\x02\x02") == [("act", "prefix.send")]


def test_a_command_may_be_a_key_with_a_name() -> None:
    assert typed(b"\x02\x1b[D") == [("act", "focus.left")]


def test_an_unbound_key_is_told_and_not_typed() -> None:
    assert typed(b"\x02q") == [("unbound", "q")]


def test_the_key_of_a_kitty_terminal_is_the_same_command() -> None:
    assert typed(b"\x1b[98;5u%") == [("act", "split.right")]


def test_a_question_takes_one_key() -> None:
    assert typed(b"ync", asking=True) == [("answer", "y"), ("type", b"nc")]


def test_a_question_is_not_answered_by_a_paste() -> None:
    assert typed(b"\x1b[200~y\x1b[201~", asking=True) == []


def test_who_may_only_look_may_only_leave() -> None:
    assert typed(b"abc\x03\x02%\x1b[200~x\x1b[201~\x02d", read_only=True) == [("act", "client.detach")]


def test_a_paste_forgets_the_prefix() -> None:
    assert typed(b"\x02\x1b[200~d\x1b[201~d") == [("paste", b"d"), ("type", b"d")]
