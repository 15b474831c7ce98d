"""The verb that shows how the work of all agents stands, on the screen."""

from muxer.commands.table import command

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services


@command
async def monitor(services: "Services") -> None:
    """Show all agents' work and what happens, on the screen.

    Example:
        muxer monitor
    """
    services.stage.act("monitor.open")
