"""One person's keyboard: what is a command, what answers a question, and what goes to the program.

Each attached terminal has a keyboard of its own, so that nobody's prefix takes another's key. Modes belong to the
screen, which all of them share. The prefix waits for its key as long as it takes, and whoever may only look changes
nothing, modes included.
"""

from typing import Protocol

from muxer.settings.actions import ACTIONS
from muxer.settings.keymaps import spoken
from muxer.terminal.keys import Key, character_key
from muxer.terminal.outer import Pasted, Pressed, Typed
from muxer.ui.look import Look

KeyToken = Typed | Pressed | Pasted

LOCK = "lock"
"""The mode in which everything but its own keys goes to the program, prefix and direct keys included."""
COPY = "copy"
"""The mode that knows itself when it is over, and what to do with keys that no keymap names."""


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
            case Typed(text):
                self._typed(text)
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

    def _typed(self, text: str) -> None:
        while text:
            plain = 0 if self.prefixed else self._plain_until(text)
            if plain and not self._read_only:
                self._receiver.type_text(text[:plain].encode())
            if plain < len(text):
                self._pressed(character_key(text[plain]))
            text = text[plain + 1 :]

    def _plain_until(self, text: str) -> int:
        """How many characters go to the program in one piece, since none of them means something here."""
        receiver, keymap = self._receiver, self._look.keymap
        mode = receiver.mode
        if receiver.asking or mode not in ("", LOCK):
            return 0
        own = keymap.modes.get(LOCK, {}) if mode == LOCK else (keymap.prefix, *keymap.direct)
        return min((at for key in own if len(key) == 1 and (at := text.find(key)) >= 0), default=len(text))

    def _pressed(self, key: Key) -> None:
        """A prefix counts in every mode but lock; so do direct keys, unless the mode has another use for them."""
        name, keymap = spoken(key), self._look.keymap
        if self._read_only:
            self._looked_on(name)
        elif self.prefixed:
            self._command(name)
        elif self._receiver.asking:
            self._receiver.answer(name)
        elif name == keymap.prefix and self._receiver.mode != LOCK:
            self.prefixed = True
        else:
            self._plain(name, key)

    def _plain(self, name: str, key: Key) -> None:
        """A key that no prefix or question claims."""
        receiver, keymap = self._receiver, self._look.keymap
        mode = receiver.mode
        if name in keymap.modes.get(mode, ()):
            self._in_mode(mode, keymap.modes[mode][name])
        elif mode != LOCK and name in keymap.direct:
            receiver.act(keymap.direct[name])
        elif mode not in ("", LOCK):
            self._outside_mode(mode, name)
        else:
            receiver.press(key)

    def _looked_on(self, name: str) -> None:
        """The key of somebody who may only look: nothing of it reaches a program, a question or a mode."""
        keymap = self._look.keymap
        if self.prefixed:
            self.prefixed = False
            action = keymap.keys.get(name, "")
        elif name == keymap.prefix:
            self.prefixed = True
            return
        else:
            action = keymap.direct.get(name, "")
        if action.startswith("client."):
            self._receiver.act(action)

    def _command(self, name: str) -> None:
        self.prefixed = False
        action = self._look.keymap.keys.get(name)
        if action is not None:
            self._receiver.act(action)
        elif name != "escape":
            self._receiver.unbound(name)

    def _in_mode(self, mode: str, action: str) -> None:
        """A mode is left after an action that nobody does twice in a row, unless that led to another mode."""
        self._receiver.act(action)
        stays = ACTIONS[action].repeats or mode in (COPY, LOCK)
        if self._receiver.mode == mode and not stays:
            self._receiver.leave_mode()

    def _outside_mode(self, mode: str, name: str) -> None:
        if mode != COPY and name in ("escape", "enter"):
            self._receiver.leave_mode()
        else:
            self._receiver.stray(mode, name)
