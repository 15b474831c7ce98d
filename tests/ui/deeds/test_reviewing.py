from muxer.model import AgentFacts
from muxer.ui.deeds.reviewing import review
from muxer.ui.screens.review import Review
from tests.ui.bare_desk import BareDesk


async def test_it_opens_for_the_agent_in_focus() -> None:
    bare = BareDesk("sh", "ada")
    bare.runtime.agents["p2"] = AgentFacts(id=1, name="ada", pane="p2", cli="claude-code")
    review(bare.desk)
    screen = bare.done.pop()
    assert isinstance(screen, Review)
    await screen._promote("abc")
    assert bare.runtime.said == [("promote", {"agent": "p2", "commit": "abc"})]


async def test_what_has_nothing_to_review_is_said() -> None:
    bare = BareDesk()
    review(bare.desk)
    assert bare.voice.words()[0] == "no pane is open to review"
    bare.add("p1", "sh")
    review(bare.desk)
    assert bare.voice.words()[0] == "sh is no agent: there is nothing of its to review"
    assert bare.done == []
