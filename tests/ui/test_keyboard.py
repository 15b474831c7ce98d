from dataclasses import dataclass, field

import pytest

from muxer.config import Config
from muxer.settings.keymaps import Keymap
from muxer.settings.themes import read_theme
from muxer.terminal.keys import Key, parse_key
from muxer.terminal.outer import OuterDecoder, Pasted, Pressed, Typed
from muxer.ui.keyboard import Keyboard
from muxer.ui.look import Look

KEYMAP = Keymap(
    name="test",
    prefix="ctrl+b",
    keys={
        "d": "client.detach", "%": "split.right", "ctrl+b": "prefix.send", "left": "focus.left", " ": "layout.next",
        "r": "mode.resize", "é": "pane.zoom",
    },
    direct={"ctrl+alt+n": "focus.next", "ctrl+alt+q": "client.detach"},
    modes={
        "resize": {"h": "resize.left", "z": "pane.zoom", "t": "mode.tab", "q": "mode.leave"},
        "tab": {"n": "tab.next"},
        "lock": {"ctrl+g": "mode.leave", "alt+n": "focus.next", "alt+z": "pane.zoom"},
        "copy": {"j": "copy.down", "y": "copy.yank"},
    },
)  # fmt: skip


@dataclass
class Notes:
    """A receiver that writes down what happens to it."""

    asking: bool = False
    mode: str = ""
    seen: list[tuple[str, object]] = field(default_factory=list)

    def answer(self, key: str) -> None:
        self.asking = False
        self.seen.append(("answer", key))

    def answer_paste(self, text: str) -> None:
        self.seen.append(("answer paste", text))

    def act(self, action: str) -> None:
        self.seen.append(("act", action))
        if action == "mode.leave":
            self.mode = ""
        elif action.startswith("mode."):
            self.mode = action.removeprefix("mode.")

    def stray(self, mode: str, key: str) -> None:
        self.seen.append((f"stray in {mode}", key))

    def leave_mode(self) -> None:
        self.mode = ""
        self.seen.append(("leave", ""))

    def unbound(self, key: str) -> None:
        self.seen.append(("unbound", key))

    def type_text(self, text: bytes) -> None:
        self.seen.append(("type", text))

    def press(self, key: Key) -> None:
        self.seen.append(("press", key))

    def paste(self, text: bytes) -> None:
        self.seen.append(("paste", text))


def typed(
    data: bytes, *, read_only: bool = False, asking: bool = False, mode: str = "", keymap: Keymap = KEYMAP
) -> list[tuple[str, object]]:
    notes, decoder = Notes(asking, mode), OuterDecoder()
    keyboard = Keyboard(Look(config=Config(), keymap=keymap, theme=read_theme("night")), notes, read_only=read_only)
    for token in [*decoder.feed(data), *decoder.flush()]:
        assert isinstance(token, Typed | Pressed | Pasted)
        keyboard.take(token)
    return notes.seen


# ---- typing


def test_text_goes_to_the_program_as_it_came() -> None:
    assert typed("grüße 漢字".encode()) == [("type", "grüße 漢字".encode())]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"\x03", "ctrl+c"), (b"\x10", "ctrl+p"), (b"\x11", "ctrl+q"), (b"\t", "tab"), (b"\x1b[Z", "shift+tab"),
        (b"\x1b", "escape"), (b"\r", "enter"), (b"\x1b[A", "up"), (b"\x1bx", "alt+x"), (b"\x1b[1;5P", "ctrl+f1"),
    ],
)  # fmt: skip
def test_nothing_else_is_taken_from_the_program(data: bytes, key: str) -> None:
    assert typed(data) == [("press", parse_key(key))]


def test_what_an_input_method_made_is_text() -> None:
    assert typed(b"\x1b[0;;8364u") == [("type", "€".encode())]


# ---- the prefix


def test_the_key_after_the_prefix_is_a_command_and_what_follows_is_text() -> None:
    assert typed(b"a\x02%bc") == [("type", b"a"), ("act", "split.right"), ("type", b"bc")]


@pytest.mark.parametrize(
    ("data", "action"),
    [
        (b"\x02", "prefix.send"), (b"\x1b[D", "focus.left"), (b" ", "layout.next"), ("é".encode(), "pane.zoom"),
        (b"\x1b[37;2u", "split.right"),
    ],
)  # fmt: skip
def test_a_command_may_be_any_key(data: bytes, action: str) -> None:
    assert typed(b"\x02" + data) == [("act", action)]


def test_an_unbound_key_is_told_and_not_typed() -> None:
    assert typed(b"\x02xd") == [("unbound", "x"), ("type", b"d")]


def test_escape_after_the_prefix_cancels_quietly() -> None:
    assert typed(b"\x02\x1b") == []
    assert typed(b"\x02\x1b[27ud") == [("type", b"d")]


@pytest.mark.parametrize("data", [b"\x1b[98;5u%", b"\x1b[1080::98;5u%", b"\x1b[27;5;98~%"])
def test_the_prefix_is_known_however_a_terminal_reports_it(data: bytes) -> None:
    assert typed(data) == [("act", "split.right")]


def test_a_paste_forgets_the_prefix() -> None:
    assert typed(b"\x02\x1b[200~d\x1b[201~d") == [("paste", b"d"), ("type", b"d")]


def test_a_prefix_that_is_text_is_found_within_text() -> None:
    keymap = Keymap(name="tick", prefix="`", keys={"`": "prefix.send", "d": "client.detach"})
    assert typed(b"ab`dc``", keymap=keymap) == [
        ("type", b"ab"), ("act", "client.detach"), ("type", b"c"), ("act", "prefix.send"),
    ]  # fmt: skip


def test_a_chord_acts_at_once() -> None:
    assert typed(b"a\x1b\x0eb") == [("type", b"a"), ("act", "focus.next"), ("type", b"b")]


# ---- questions


def test_a_question_takes_one_key() -> None:
    assert typed(b"ync", asking=True) == [("answer", "y"), ("type", b"nc")]


def test_a_question_may_be_answered_by_a_paste_that_no_program_gets() -> None:
    assert typed(b"\x1b[200~y\x1b[201~", asking=True) == [("answer paste", "y")]


def test_the_prefix_answers_too() -> None:
    assert typed(b"\x02", asking=True) == [("answer", "ctrl+b")]


# ---- modes


def test_a_mode_stays_while_borders_move_and_is_left_after_what_is_done_once() -> None:
    assert typed(b"\x02rhhzx") == [
        ("act", "mode.resize"), ("act", "resize.left"), ("act", "resize.left"), ("act", "pane.zoom"), ("leave", ""),
        ("type", b"x"),
    ]  # fmt: skip


def test_a_mode_may_lead_to_another() -> None:
    assert typed(b"tn", mode="resize") == [("act", "mode.tab"), ("act", "tab.next")]


@pytest.mark.parametrize("data", [b"\r", b"\x1b[27u"])
def test_a_mode_is_left_by_escape_or_enter(data: bytes) -> None:
    assert typed(data + b"h", mode="resize") == [("leave", ""), ("type", b"h")]


def test_a_mode_has_its_own_word_for_leaving() -> None:
    assert typed(b"qh", mode="resize") == [("act", "mode.leave"), ("type", b"h")]


def test_what_a_mode_does_not_know_is_said_and_reaches_no_program() -> None:
    assert typed(b"xh", mode="resize") == [("stray in resize", "x"), ("act", "resize.left")]


def test_prefix_and_chords_work_in_a_mode() -> None:
    assert typed(b"\x02%h\x1b\x0e", mode="resize") == [
        ("act", "split.right"), ("act", "resize.left"), ("act", "focus.next"),
    ]  # fmt: skip


def test_copy_mode_knows_itself_when_it_is_over() -> None:
    assert typed(b"jy5\x1b[27u\r", mode="copy") == [
        ("act", "copy.down"), ("act", "copy.yank"), ("stray in copy", "5"), ("stray in copy", "escape"),
        ("stray in copy", "enter"),
    ]  # fmt: skip


def test_a_paste_into_a_mode_goes_nowhere() -> None:
    assert typed(b"\x1b[200~hh\x1b[201~", mode="resize") == []


def test_locked_everything_but_its_own_keys_goes_to_the_program() -> None:
    assert typed(b"\x02%\x1b\x0e\x1b[200~x\x1b[201~\x1bn\x1bz\x07\x02%", mode="lock") == [
        ("press", parse_key("ctrl+b")), ("type", b"%"), ("press", parse_key("ctrl+alt+n")), ("paste", b"x"),
        ("act", "focus.next"), ("act", "pane.zoom"), ("act", "mode.leave"), ("act", "split.right"),
    ]  # fmt: skip


# ---- who may only look


def test_who_may_only_look_may_only_leave() -> None:
    assert typed(b"abc\x03\x02%\x1b[200~x\x1b[201~\x02d", read_only=True) == [("act", "client.detach")]
    assert typed(b"\x1b\x0e\x1b\x11", read_only=True) == [("act", "client.detach")]


@pytest.mark.parametrize("mode", ["resize", "copy", "lock"])
def test_who_may_only_look_changes_no_mode_and_answers_nothing(mode: str) -> None:
    assert typed(b"hzq\x1b[27u\x07", mode=mode, read_only=True) == []
    assert typed(b"y", asking=True, read_only=True) == []
