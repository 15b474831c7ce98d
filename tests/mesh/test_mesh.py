"""The parts of the mesh hear each other, and what happens to agents."""

from pathlib import Path

from muxer.agents.signs import Told
from muxer.fleet.agent import Agent
from muxer.talk import Ask
from tests.fleet.toys import spawned
from tests.house import House, until


async def asked(house: House, shop: Path) -> tuple[Agent, Ask]:
    """A guest waits for an agent whose text is held."""
    mesh = house.services.mesh
    agent = await spawned(house, shop, name="ada")
    house.services.inbox.mute(agent, muted=True)
    guest = await mesh.guests.join("gus", circle=agent.circle)
    gus = mesh.peers.by_id(guest.peer)
    assert gus
    return agent, await mesh.asks.ask(gus, mesh.peers.of_agent(agent), "which port?")


async def outcome(house: House, ask: Ask) -> Ask:
    mesh = house.services.mesh
    asker = mesh.peers.by_id(ask.asker)
    assert asker
    return await mesh.asks.outcome(ask.id, asker)


async def test_an_agent_that_goes_answers_nothing_any_more(house: House, shop: Path) -> None:
    agent, ask = await asked(house, shop)
    await house.services.close_pane(house.panes.living[agent.pane])
    assert (await outcome(house, ask)).outcome == "failed"


async def test_a_question_that_a_person_takes_out_of_an_inbox_is_not_waited_for(house: House, shop: Path) -> None:
    agent, ask = await asked(house, shop)
    (note,) = house.services.inbox.waiting(agent.pane)
    await house.services.inbox.cancel(note.id)
    assert (await outcome(house, ask)).outcome == "failed"


async def test_the_end_of_a_turn_that_it_opened_alone_answers_it(house: House, shop: Path) -> None:
    agent, ask = await asked(house, shop)
    (note,) = house.services.inbox.waiting(agent.pane)
    text = house.services.inbox._text([note], opens=True)
    house.services.hooked(agent, Told(kind="prompted", at=1.0, prompt=text))
    house.services.hooked(agent, Told(kind="turn-ended", at=2.0, answer="8080"))
    answered = await outcome(house, ask)
    assert (answered.outcome, answered.answer, answered.by) == ("answered", "8080", "turn")


async def test_what_is_open_is_told_at_the_end_of_another_turn(house: House, shop: Path) -> None:
    agent, ask = await asked(house, shop)
    await until(lambda: house.services.mesh.asks.open_to(f"a{agent.id}"), "that it is open")
    assert str(ask.id) not in house.services.hooked(agent, Told(kind="turn-ended", at=1.0, answer="something"))
