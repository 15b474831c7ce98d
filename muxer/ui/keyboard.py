"""One person's keyboard: what is a command after the prefix, what answers a question, and what goes to the program.

Each attached terminal has a keyboard of its own, so that nobody's prefix takes another's key.
"""

from typing import Protocol

from muxer.terminal.keys import Key
from muxer.terminal.outer import Pasted, Pressed, Typed
from muxer.ui.keymaps import Keymap, spoken

KeyToken = Typed | Pressed | Pasted


class Desk(Protocol):
    """What keys act on."""

    @property
    def asking(self) -> bool:
        """Is a question open? Then the next key answers it."""

    def answer(self, key: str) -> None:
        """A key for the open question."""

    def act(self, action: str) -> None:
        """Do an action."""

    def unbound(self, key: str) -> None:
        """A key after the prefix that does nothing."""

    def type_text(self, text: bytes) -> None:
        """Plain text for the program."""

    def press(self, key: Key) -> None:
        """A key for the program."""

    def paste(self, text: bytes) -> None:
        """A whole paste for the program."""


class Keyboard:
    """Turns tokens into what the desk does."""

    def __init__(self, keymap: Keymap, desk: Desk, *, read_only: bool = False) -> None:
        self._keymap = keymap
        self._desk = desk
        self._read_only = read_only
        self._pasted: list[bytes] = []
        self.prefixed = False
        """Was the prefix pressed, and the next key is a command?"""

    def take(self, token: KeyToken) -> None:
        """One token of what the person did."""
        match token:
            case Typed(text, raw):
                self._typed(text, raw)
            case Pressed(key):
                self._pressed(key)
            case Pasted(data, last):
                self.prefixed = False
                self._paste(data, last=last)

    def _paste(self, data: bytes, *, last: bool) -> None:
        if self._read_only or self._desk.asking:
            return
        self._pasted.append(data)
        if last:
            text = b"".join(self._pasted)
            self._pasted.clear()
            self._desk.paste(text)

    def _typed(self, text: str, raw: bytes) -> None:
        while text and (self.prefixed or self._wants(text[0])):
            self._pressed(Key(text[0], text=text[0]))
            raw = raw[len(text[0].encode()) :]
            text = text[1:]
        if text and not self._read_only:
            self._desk.type_text(raw)

    def _wants(self, character: str) -> bool:
        return self._desk.asking or character == self._keymap.prefix

    def _pressed(self, key: Key) -> None:
        name = spoken(key)
        if self.prefixed:
            self.prefixed = False
            self._command(name)
        elif self._desk.asking and not self._read_only:
            self._desk.answer(name)
        elif name == self._keymap.prefix:
            self.prefixed = True
        elif not self._read_only:
            self._desk.press(key)

    def _command(self, name: str) -> None:
        action = self._keymap.actions.get(name)
        if action is None:
            self._desk.unbound(name)
        elif not self._read_only or action.startswith("client."):
            self._desk.act(action)
