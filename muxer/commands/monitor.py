"""The verb that shows how the work of all agents stands, on the screen."""

from muxer.commands.table import ASKER, command
from muxer.errors import MuxerError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services


@command
async def monitor(services: "Services") -> None:
    """Show all agents' work and what happens, on the screen.

    Example:
        muxer monitor
    """
    if not services.is_person(ASKER.get()):
        raise MuxerError("only a person opens that on the screen: muxer status tells you the same")
    services.stage.act("monitor.open")
