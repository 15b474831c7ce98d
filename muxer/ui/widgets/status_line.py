"""The last line of the screen: the host, its tabs, and what the keys would do now, or a question, or a warning."""

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from textual.geometry import Region as TextualRegion
from textual.strip import Strip
from textual.widget import Widget

from muxer.ui.look import Look
from muxer.ui.widgets.strip import Piece, RowStrip


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What it says."""

    host: str = ""
    tabs: tuple[str, ...] = ()
    shown: int = 0
    hint: str = ""
    loud: str = ""
    """A role for the hint: `wait` for a question, `bad` for a warning, `accent` after the prefix; quiet otherwise."""


class StatusLine(Widget):
    """Draws a Status."""

    DEFAULT_CSS = "StatusLine { dock: bottom; height: 1; width: 1fr; }"

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._status = Status()

    def show(self, status: Status) -> bool:
        """Say this; whether it says something else than before."""
        changed = status != self._status
        self._status = status
        return changed

    def pieces(self) -> list[Piece]:
        """The line as it stands."""
        status, look, cols = self._status, self._look, self.size.width
        words: list[tuple[str, str]] = []
        if status.host:
            words.append((look.ink("quiet", on="line"), f" {status.host} "))
        for at, name in enumerate(status.tabs):
            label = f" {at + 1} {name} " if name != str(at + 1) else f" {name} "
            ink = look.ink("line", on="accent", bold=True) if at == status.shown else look.ink("text", on="line")
            words.append((ink, label))
        hint = f" {status.hint} " if status.hint else ""
        room = cols - cell_len(hint)
        used, text = 0, []
        for ink, word in words:
            cells = cell_len(word)
            if used + cells > max(room, cols // 3):
                break
            text.append(ink + word)
            used += cells
        ink = look.ink(status.loud or "quiet", on="line", bold=bool(status.loud))
        hint = set_cell_size(hint, max(0, cols - used)) if cell_len(hint) > cols - used else hint
        gap = " " * max(0, cols - used - cell_len(hint))
        return [Piece(0, cols, "".join([*text, look.ink("quiet", on="line"), gap, ink, hint]))]

    def render_lines(self, crop: TextualRegion) -> list[Strip]:
        """Textual asks for the row."""
        row = RowStrip(self.pieces(), self.size.width, self.region.x)
        return [row.crop(crop.x, crop.right) for _ in range(crop.y, crop.bottom)]
