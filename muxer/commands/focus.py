"""The verb that goes to a pane, on the screen of whoever is attached."""

from muxer.commands.kinds import PaneName
from muxer.commands.table import ASKER, command
from muxer.errors import MuxerError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services


@command
async def focus(services: "Services", pane: PaneName) -> None:
    """Go to a pane, in the terminals that are attached.

    Arguments:
        pane: its id or name

    Example:
        muxer focus ada
    """
    found = services.panes.find(pane)
    if not services.is_person(ASKER.get()):
        raise MuxerError("keys go where the focus is, and only a person may move it: tell somebody to look there")
    if not services.stage.clients():
        raise MuxerError(f"no terminal is attached to show {found.name} in: muxer attaches this one")
    services.stage.focus(found.id)
