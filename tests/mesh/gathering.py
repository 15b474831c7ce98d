"""The peers of a house, by name."""

from muxer.fleet.agent import Agent
from muxer.talk import Peer
from tests.house import House


class Gathering:
    """Those of one host."""

    def __init__(self, house: House) -> None:
        mesh = house.services.mesh
        self.peers, self.guests, self.hiring = mesh.peers, mesh.guests, mesh.hiring

    def named(self, name: str) -> Peer:
        return next(one for one in self.peers.everybody() if one.name == name)

    def of(self, agent: Agent) -> Peer:
        return self.peers.of_agent(agent)
