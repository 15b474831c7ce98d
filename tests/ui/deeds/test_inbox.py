from muxer.model import AgentFacts
from muxer.ui.deeds.inbox import inbox
from muxer.ui.screens.inbox import InboxList
from tests.ui.bare_desk import BareDesk


async def test_it_opens_for_the_agent_in_focus() -> None:
    bare = BareDesk("sh", "ada")
    bare.runtime.agents["p2"] = AgentFacts(id=1, name="ada", pane="p2", cli="claude-code")
    inbox(bare.desk)
    assert isinstance(bare.done.pop(), InboxList)


async def test_what_has_none_is_said() -> None:
    bare = BareDesk()
    inbox(bare.desk)
    assert bare.voice.words()[0] == "no pane is open"
    bare.add("p1", "sh")
    inbox(bare.desk)
    assert bare.voice.words()[0] == "sh is no agent: nothing waits for it, what you type goes straight in"
    assert bare.done == []
