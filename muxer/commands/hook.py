"""The verb that an agent's hooks call from inside a pane."""

from functools import lru_cache

from muxer.commands.kinds import HookName, PaneName
from muxer.commands.table import ASKER, command

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services


@command
async def hook(
    services: "Services", cli: HookName, event: HookName, *, pane: PaneName = "", token: str = "", data: str = ""
) -> str:
    """Hear what an agent's hook says; for its settings.

    Without options it reads stdin, MUXER_PANE and MUXER_TOKEN, and is silent whatever is wrong.

    Arguments:
        cli: whose hook it is, as muxer cli ls calls it
        event: what happened, as that calls it: Stop, SessionStart …
        pane: the agent's, else the one it is called in
        token: what the agent proves itself with, else MUXER_TOKEN
        data: JSON, else what stdin holds, up to 4 MB

    Example:
        echo '{"tool_name": "Bash"}' | muxer hook claude-code PreToolUse
    """
    from time import time

    from muxer.agents.telling import payload, told_by
    from muxer.errors import MuxerError
    from muxer.fleet.descent import is_of_another
    from muxer.store.hooks import log_hook

    agent = services.agents.by_token(token) if token else None
    if agent is None:
        found = services.panes.find(pane)
        if token or services.agents.of(found.id):
            _say_once(found.id, f"a hook ({cli} {event}) in {found.name} did not prove to be its agent's: ignored")
            raise MuxerError(f"only the agent of {found.name} may say that: its MUXER_TOKEN is another")
        services.store.note(log_hook, found.id, event, data)
        return ""
    own = services.panes.living.get(agent.pane)
    if own and is_of_another(ASKER.get() or 0, own.pid):
        return ""  # what another CLI does, which the agent runs as a tool, is not what the agent does
    services.store.note(log_hook, agent.pane, event, data)
    told = told_by(agent.cli, event, payload(data), time()) if cli == agent.cli.name else None
    return services.hooked(agent, told) if told else ""


@lru_cache(maxsize=1000)
def _say_once(_pane: str, words: str) -> None:
    """Whoever goes on trying does not fill the log."""
    import logging

    logging.getLogger(__name__).warning("%s", words)
