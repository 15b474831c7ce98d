"""What was copied, pasted into the program in focus."""

from muxer.ui.deeds.copying import focused_view, left
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.chooser import Chooser

_SHOWN = 60
NOTHING = "nothing was copied yet"


def _paste(desk: Desk, text: str) -> None:
    """Pasting is typing: copy mode is left."""
    view = focused_view(desk)
    if view is None or view.terminal is None:
        return
    left(desk)
    view.terminal.paste(text.encode("utf-8", "replace"))
    desk.typed_into(view.pane)
    desk.runtime.human_typed(view.pane, "text")


@does("buffer.paste")
def paste(desk: Desk) -> None:
    """What was copied last."""
    if desk.buffers.top:
        _paste(desk, desk.buffers.top)
    else:
        desk.voice.tell(NOTHING)


@does("buffer.choose")
def choose(desk: Desk) -> None:
    """One of the texts that were copied."""
    texts = desk.buffers.all
    if not texts:
        desk.voice.tell(NOTHING)
        return
    entries: list[tuple[str, str, object]] = [(_label(text), _size(text), text) for text in texts]
    desk.show_screen(Chooser("Paste", entries, lambda text: _paste(desk, str(text))))


def _label(text: str) -> str:
    """Its beginning, in one line."""
    line = harmless(" ".join(text.split()))
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _size(text: str) -> str:
    lines = text.count("\n") + 1
    return f"{lines} lines" if lines > 1 else f"{len(text)} characters"
