"""What a person writes on the mesh screen: a message, an answer, words to search for. Also every key comes this way."""

from collections.abc import Callable
from typing import NamedTuple

from muxer.ui.screens.panel import PADDING
from muxer.ui.screens.typed_text import LEAVE, TypedText


class Purpose(NamedTuple):
    """What is written, and for what."""

    label: str
    draft: str
    """Under this name it is kept if it is not sent."""
    send: Callable[[str], None]
    rows: int = 4
    live: bool = False
    """Is it looked at with every letter?"""


class Pen(TypedText):
    """It always has the focus; while nothing is written, keys are all the screen's, in the order in which they came."""

    DEFAULT_CSS = f"""
    Pen, Pen:focus {{ height: 0; margin: 0; padding: 0 {PADDING}; border: none; background: $panel; }}
    """

    def __init__(self, pressed: Callable[[str, str], None], left: Callable[[Purpose, str], None]) -> None:
        super().__init__("", take=self._take_key, take_paste=lambda _text: self.purpose is None)
        self._pressed, self._left = pressed, left
        self.purpose: Purpose | None = None

    def on_mount(self) -> None:
        """Nothing is written yet."""
        self.rest()

    def open(self, purpose: Purpose, text: str) -> None:
        """That is written from now on."""
        self.purpose = purpose
        self.styles.height = purpose.rows
        self.rest(resting=False)
        self.text = text
        self.move_cursor(self.document.end)

    @property
    def rows(self) -> int:
        """How much of the screen it takes."""
        return self.purpose.rows if self.purpose else 0

    def _take_key(self, key: str, letter: str) -> bool:
        purpose, text = self.purpose, self.text
        if purpose is None:
            self._pressed(key, letter)
        elif key in LEAVE or key == "enter":
            self._close()
            purpose.send(text) if key == "enter" else self._left(purpose, text)
        else:
            return False
        return True

    def _close(self) -> None:
        self.purpose = None
        self.styles.height = 0
        self.text = ""
        self.rest()
