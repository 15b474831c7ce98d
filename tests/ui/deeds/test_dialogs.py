"""The broadcast dialog, as a person uses it: the real program at a real terminal."""

from typing import Any, cast

from muxer.model import AgentFacts, Note, Verdict
from muxer.ui.arrival import Arrival
from muxer.ui.deeds.dialogs import broadcast
from muxer.ui.screens.broadcast import Broadcast
from tests.conftest import Desk
from tests.ui.bare_desk import BareDesk


def staffed() -> BareDesk:
    """A shell and three agents: one in the tab shown, one that works elsewhere, one that asks."""
    bare = BareDesk("sh", "ada")
    bare.add("p3", "bob", tab="two")
    bare.add("p4", "cyd", tab="two")
    bare.bench.show(1)
    states = Verdict(state="idle"), Verdict(state="working"), Verdict(state="waiting", wait="permission")
    for number, verdict in enumerate(states, 2):
        pane = f"p{number}"
        bare.runtime.agents[pane] = AgentFacts(id=number, name="", pane=pane, cli="claude-code")
        bare.runtime.verdicts[pane] = verdict
    bare.runtime.holds = {"p3": "it works", "p4": "it asks for permission"}
    for view in bare.views.values():
        cast("Any", view).terminal = bare.runtime.terminals["p1"]
    cast("Any", bare.runtime.terminals["p1"]).ended = False
    return bare


async def test_agents_come_first_with_what_becomes_of_it() -> None:
    bare = staffed()
    broadcast(bare.desk)
    dialog = cast("Broadcast", bare.done[-1])
    assert [(target.name, target.picked, str(target.arrival)) for target in dialog._targets] == [
        ("ada", True, "now"),
        ("bob", False, "queued: it works"),
        ("cyd", False, "held: it asks for permission"),
        ("sh", True, "None"),
    ]
    bare.runtime.noted = [Note(id=1, agent=1, pane="p2", sender="", text="", state="held", reason="you type")]
    assert dialog._look()[0].arrival == Arrival("held", "you type")


async def test_what_is_sent_goes_through_the_inboxes_and_the_draft_is_gone() -> None:
    bare = staffed()
    bare.lately.drafts["broadcast"] = "stop"
    broadcast(bare.desk)
    dialog = cast("Broadcast", bare.done[-1])
    assert dialog._draft == "stop"
    dialog._send("stop now", dialog._targets[:3])
    assert bare.runtime.said == [("broadcast", {"text": "stop now", "to": ["p2", "p3", "p4"]})]
    assert bare.voice.words()[0] == "sent to 3: 1 now, 1 queued, 1 held"
    assert bare.lately.drafts["broadcast"] == ""


def test_broadcast_keeps_its_draft_and_writes_into_no_pane_without_an_agent(desk: Desk) -> None:
    seat = desk.sit()
    seat.wait_for("$")
    desk.new("cat", name="cat", tab="other")
    seat.send("\x021\x02bhello all of you")
    seat.wait_for("to no agent · 1 line, 16 characters · not to sh")
    seat.wait_for("□ cat")
    seat.send("\r")
    seat.wait_for("pick an agent: tab, then space")
    seat.send("\x1b")
    seat.wait_for(lambda s: "BROADCAST" not in s.text)
    assert "hello" not in desk.run("capture", "sh").stdout + desk.run("capture", "cat").stdout
    seat.send("\x02b")
    seat.wait_for("hello all of you")
    seat.send("\x1b\r, \nagain")
    seat.wait_for("3 lines, 25 characters")


def test_broadcast_begins_synced_typing(desk: Desk) -> None:
    seat = desk.sit()
    seat.wait_for("$")
    desk.new("cat", name="cat")
    seat.wait_for("cat")
    seat.send("\x02b")
    seat.wait_for("not to sh, cat")
    seat.send("\x13")
    seat.wait_for(lambda s: "BROADCAST" not in s.text)
    seat.wait_for("SYNC 2 panes")
    seat.send("both of them")
    seat.wait_for(lambda _: "both of them" in desk.run("capture", "sh").stdout)
    seat.wait_for(lambda _: "both of them" in desk.run("capture", "cat").stdout)
