"""One person's keyboard: what is a command, what answers a question, and what goes to the program.

Each attached terminal has a keyboard of its own, so that nobody's prefix takes another's key. Modes belong to the
screen, which all of them share.
"""

from typing import Protocol

from muxer.settings.actions import ACTIONS
from muxer.settings.keymaps import spoken
from muxer.terminal.keys import Key
from muxer.terminal.outer import Pasted, Pressed, Typed
from muxer.ui.look import Look

KeyToken = Typed | Pressed | Pasted

LOCK = "lock"
"""The mode in which everything but its own keys goes to the program, prefix and direct keys included."""


class Receiver(Protocol):
    """What keys act on."""

    @property
    def asking(self) -> bool:
        """Is a question open? Then the next key answers it."""

    @property
    def mode(self) -> str:
        """The mode that the screen is in; nothing while people type."""

    def answer(self, key: str) -> None:
        """A key for the open question."""

    def answer_paste(self, text: str) -> None:
        """A paste for the open question."""

    def act(self, action: str) -> None:
        """Do an action."""

    def stray(self, mode: str, key: str) -> None:
        """A key that the mode does not know; the mode may have a use for it, such as a count."""

    def leave_mode(self) -> None:
        """Back to typing."""

    def unbound(self, key: str) -> None:
        """A key after the prefix that does nothing."""

    def type_text(self, text: bytes) -> None:
        """Plain text for the program."""

    def press(self, key: Key) -> None:
        """A key for the program."""

    def paste(self, text: bytes) -> None:
        """A whole paste for the program."""


class Keyboard:
    """Turns tokens into what the receiver does."""

    def __init__(self, look: Look, receiver: Receiver, *, read_only: bool = False) -> None:
        self._look = look
        self._receiver = receiver
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
        if self._read_only:
            return
        self._pasted.append(data)
        if not last:
            return
        text = b"".join(self._pasted)
        self._pasted.clear()
        if self._receiver.asking:
            self._receiver.answer_paste(text.decode("utf-8", "replace"))
        elif self._receiver.mode in ("", LOCK):
            self._receiver.paste(text)

    def _typed(self, text: str, raw: bytes) -> None:
        while text and (self.prefixed or self._wants(text[0])):
            self._pressed(Key(text[0], text=text[0]))
            raw = raw[len(text[0].encode()) :]
            text = text[1:]
        if text and not self._read_only:
            self._receiver.type_text(raw)

    def _wants(self, character: str) -> bool:
        """Text goes to the program in one piece, unless a character of it means something here."""
        receiver, keymap = self._receiver, self._look.keymap
        if receiver.asking or receiver.mode not in ("", LOCK):
            return True
        return receiver.mode != LOCK and (character == keymap.prefix or character in keymap.direct)

    def _pressed(self, key: Key) -> None:
        name, receiver, keymap = spoken(key), self._receiver, self._look.keymap
        mode = receiver.mode
        if self.prefixed:
            self.prefixed = False
            self._command(name)
        elif receiver.asking and not self._read_only:
            receiver.answer(name)
        elif name in keymap.modes.get(mode, ()):
            self._in_mode(keymap.modes[mode][name])
        elif mode != LOCK and name == keymap.prefix:
            self.prefixed = True
        elif mode != LOCK and name in keymap.direct:
            self._act(keymap.direct[name])
        elif mode not in ("", LOCK):
            self._outside_mode(mode, name)
        elif not self._read_only:
            receiver.press(key)

    def _command(self, name: str) -> None:
        action = self._look.keymap.keys.get(name)
        if action is None:
            self._receiver.unbound(name)
        else:
            self._act(action)

    def _in_mode(self, action: str) -> None:
        mode = self._receiver.mode
        self._act(action)
        if self._receiver.mode == mode and mode != "copy" and not ACTIONS[action].repeats:
            self._receiver.leave_mode()

    def _outside_mode(self, mode: str, name: str) -> None:
        if name == "escape" or (name == "enter" and mode != "copy"):
            self._receiver.leave_mode()
        else:
            self._receiver.stray(mode, name)

    def _act(self, action: str) -> None:
        if not self._read_only or action.startswith("client."):
            self._receiver.act(action)
