"""Ready-made layouts, and going back and forth between layouts as they were."""

from functools import partial

from muxer.errors import UsageError
from muxer.ui import arranging
from muxer.ui.deeds.panes import in_layout
from muxer.ui.deeds.table import DEEDS, does
from muxer.ui.desk import Desk
from muxer.ui.presets import PRESETS


def _cycle(desk: Desk, *, steps: int) -> None:
    if in_layout(desk) and arranging.cycle(desk.bench, steps, desk.panes_room):
        desk.arranged()


def _choose(desk: Desk, *, preset: str) -> None:
    try:
        changed = in_layout(desk) and arranging.choose(desk.bench, preset, desk.panes_room)
    except UsageError as error:
        desk.voice.warn(str(error))
        return
    if changed:
        desk.arranged()


DEEDS["layout.next"] = partial(_cycle, steps=1)
DEEDS["layout.previous"] = partial(_cycle, steps=-1)
for _preset in PRESETS:
    DEEDS[f"layout.{_preset}"] = partial(_choose, preset=_preset)


@does("layout.undo")
def undo(desk: Desk) -> None:
    """Back to the layout before."""
    if arranging.undo(desk.bench):
        desk.arranged()
    else:
        desk.voice.tell("no change of the layout to undo")


@does("layout.redo")
def redo(desk: Desk) -> None:
    """Forward again."""
    if arranging.redo(desk.bench):
        desk.arranged()
    else:
        desk.voice.tell("nothing to do again")
