"""What an agent, or anything that an agent started, may not have done: that is for a person, or for another agent."""

from muxer.commands.table import ASKER
from muxer.errors import MuxerError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.fleet.pane import Pane
    from muxer.services import Services


def must_be_a_person(services: "Services", deed: str, *, here: bool = False) -> None:
    """Raises MuxerError. `here`: not over the network either, where nobody can tell who asks."""
    asker = ASKER.get()
    if (asker != 0 or here) and not services.is_person(asker):
        raise MuxerError(f"only a person {deed}: ask yours for it")


def must_be_no_other_agents(services: "Services", pane: "Pane") -> None:
    """Raises MuxerError where an agent would do something to the pane of another: it may only write to it."""
    from muxer.fleet.descent import is_anyone

    asker, agent = ASKER.get(), services.agents.of(pane.id)
    if not asker or agent is None:
        return
    if not is_anyone(asker) or services.agents.behind(asker) not in (agent, None):
        raise MuxerError(f"{pane.name} is another agent's pane: muxer send says something to it")


def must_be_seen(services: "Services", pane: "Pane") -> None:
    """Raises MuxerError where an agent would read the screen of one that it does not see."""
    agent, asker = services.agents.of(pane.id), ASKER.get()
    speaker = services.agents.behind(asker) if asker and agent else None
    if speaker is None or agent is None or speaker is agent:
        return
    peers = services.mesh.peers
    if not peers.sees(peers.of_agent(speaker), peers.of_agent(agent)):
        raise MuxerError(f"{pane.name} is in another circle than you: list_peers shows whom you see")
