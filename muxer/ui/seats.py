"""The terminals in front of the screen: each has its keyboard, and what any of them sends is understood here."""

from collections.abc import Callable

from muxer.settings.keymaps import spoken
from muxer.terminal.outer import Focused, Moused, Pasted, Pressed, Reported, Token, Typed
from muxer.ui.desk import Desk
from muxer.ui.hands import Hands
from muxer.ui.herald import Herald
from muxer.ui.keyboard import LOCK, Keyboard
from muxer.ui.mouse import Pointer
from muxer.ui.picture import Picture
from muxer.ui.viewer import Viewer
from muxer.ui.which_key import WhichKey


class Seats:
    """What the driver asks of the app."""

    def __init__(
        self,
        desk: Desk,
        *,
        hands: Hands,
        pointer: Pointer,
        picture: Picture,
        herald: Herald,
        which_key: WhichKey,
        on_change: Callable[[], None],
    ) -> None:
        self._desk, self._hands, self._pointer = desk, hands, pointer
        self._picture, self._herald, self._which_key = picture, herald, which_key
        self._on_change = on_change
        self._keyboards: dict[Viewer, Keyboard] = {}

    @property
    def prefixed(self) -> bool:
        """Has somebody pressed the prefix?"""
        return any(keyboard.prefixed for keyboard in self._keyboards.values())

    # ---- what the driver draws

    def rows(self) -> list[str] | None:
        """The whole picture as bytes, row by row, while nothing lies over it."""
        return self._picture.rows()

    def room(self) -> None:
        """A terminal that was busy can take a frame again."""
        self._picture.clock.wake()

    def before_paint(self) -> None:
        """The driver is about to paint everything."""
        self._picture.before_paint()

    # ---- what people send

    def take(self, viewer: Viewer, token: Token) -> bool:
        """A token from a terminal; False leaves it to Textual's widgets."""
        keyboard = self._keyboards.get(viewer)
        if keyboard is None:
            keyboard = self._keyboards[viewer] = Keyboard(self._desk.look, self._hands, read_only=viewer.read_only)
        match token:
            case Reported(raw):
                self._picture.tints.heard(viewer, raw)
            case Focused(gained):
                viewer.focused = gained
                self._picture.move_focus()
            case Moused(mouse):
                if self._picture.covered:
                    return viewer.read_only
                if not viewer.read_only and not self._herald.pressed(mouse):
                    self._pointer.take(mouse)
            case Typed() | Pressed() | Pasted():
                return self._keyed(viewer, keyboard, token)
        return True

    def _keyed(self, viewer: Viewer, keyboard: Keyboard, token: Typed | Pressed | Pasted) -> bool:
        if isinstance(token, Typed) and len(token.text) > 1 and self._commands(keyboard):
            text = token.text
            while text and self._commands(keyboard):  # what follows may be for a screen that this one opens
                self._desk.driver.type(viewer, text[0])
                text = text[1:]
            if text:
                self._desk.driver.type(viewer, text)
            return True
        if self._picture.covered and (viewer.read_only or not self._picture.gives_way(_name_of(token))):
            return viewer.read_only
        before = keyboard.prefixed
        keyboard.take(token)
        self._which_key.pressed(prefixed=keyboard.prefixed, mode=self._desk.mode)
        if keyboard.prefixed != before:
            self._desk.say_again()
        return True

    def _commands(self, keyboard: Keyboard) -> bool:
        """Is the next character for muxer, rather than for a program?"""
        return keyboard.prefixed or self._desk.voice.asking or self._desk.mode not in ("", LOCK)

    def viewers_changed(self) -> None:
        """Somebody came or went."""
        here = self._desk.driver.viewers
        self._keyboards = {viewer: keyboard for viewer, keyboard in self._keyboards.items() if viewer in here}
        self._picture.move_focus()
        self._picture.outside.forget_unless(here)
        self._picture.tints.dress()
        self._on_change()


def _name_of(token: Typed | Pressed | Pasted) -> str:
    """A key as keymaps name it; text as it is."""
    return spoken(token.key) if isinstance(token, Pressed) else token.text if isinstance(token, Typed) else ""
