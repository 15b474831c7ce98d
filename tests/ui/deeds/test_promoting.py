"""Opening the promote dialog."""

from muxer.model import AgentFacts
from muxer.ui.deeds.promoting import promote
from muxer.ui.screens.promote import Promote
from tests.conftest import Desk
from tests.ui.bare_desk import BareDesk


async def test_it_is_about_the_agent_in_focus() -> None:
    bare = BareDesk("sh")
    promote(bare.desk)
    assert bare.done == []
    assert bare.voice.words()[0] == "no agent works in this pane: go to one whose work is to be promoted"
    bare.runtime.agents["p1"] = AgentFacts(id=1, name="ada", pane="p1", cli="small")
    promote(bare.desk)
    assert isinstance(bare.done[-1], Promote)


async def test_without_a_pane_there_is_nothing_to_promote() -> None:
    bare = BareDesk()
    promote(bare.desk)
    assert bare.done == []
    assert "no agent works" in bare.voice.words()[0]


def test_a_shell_is_no_agent(desk: Desk) -> None:
    seat = desk.sit()
    seat.wait_for("$")
    seat.send("\x02P")
    seat.wait_for("no agent works in this pane")
    seat.send("echo $((40+2))\r")
    seat.wait_for("\n42")
