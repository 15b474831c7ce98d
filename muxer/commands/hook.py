"""The verb that an agent's hooks call from inside a pane: what they say is logged."""

from muxer.commands.kinds import HookName, PaneName
from muxer.commands.table import command

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services


@command
async def hook(services: "Services", name: HookName, *, pane: PaneName = "", data: str = "") -> None:
    """Log what a hook of an agent says; for its settings.

    Without options it reads stdin and MUXER_PANE, and is silent whatever is wrong.

    Arguments:
        name: what happened: Stop, SessionStart …
        pane: the agent's, else the one it is called in
        data: JSON, else what stdin holds, up to 1 MB

    Example:
        echo '{"tool": "Bash"}' | muxer hook Stop
    """
    from muxer.store.hooks import log_hook

    services.store.note(log_hook, services.panes.find(pane).id, name, data)
