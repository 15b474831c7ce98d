"""A mesh for tests and pictures: two circles, an orchestrator, a guest and a person, who said a few things."""

import time
from typing import Any

from muxer.talk import YOU, Ask, Message, Peer

NAMES = {YOU: "you", "a1": "ada", "a2": "bob", "a3": "cyd", "a4": "orc", "g1": "gus"}
PERSON = Peer(id=YOU, name="you", kind="person")
ADA = Peer(
    id="a1", name="ada", kind="agent", circle="api", cli="claude-code", project="api", branch="muxer/kim/ada/work",
    pane="p1", state="working", description="owns the order routes", task="fix order total rounding",
)  # fmt: skip
BOB = Peer(id="a2", name="bob", kind="agent", circle="api", cli="codex", project="api", pane="p2", state="idle")
CYD = Peer(id="a3", name="cyd", kind="agent", circle="web", cli="claude-code", project="web", pane="p3")
ORC = Peer(id="a4", name="orc", kind="agent", rank="orchestrator", cli="gemini", pane="p4", state="waiting")
GUS = Peer(id="g1", name="gus", kind="guest", cli="opencode", circle="web", folder="/home/gus")
PEERS = [PERSON, ADA, BOB, ORC, CYD, GUS]


def message(number: int, sender: str, recipient: str, text: str, **more: Any) -> Message:
    """One that has arrived."""
    now = time.time()
    given: dict[str, Any] = {"kind": "note", "sent_at": now - 600 + number, "arrived_at": now} | more
    return Message(
        id=number, sender=sender, sender_name=NAMES[sender], recipient=recipient, recipient_name=NAMES[recipient],
        text=text, **given,
    )  # fmt: skip


def ask(of: Message, **more: Any) -> Ask:
    """What became of that message."""
    return Ask(
        id=of.id, asker=of.sender, asker_name=of.sender_name, answerer=of.recipient, answerer_name=of.recipient_name,
        text=of.text, asked_at=of.sent_at, deadline_at=0.0, **more,
    )  # fmt: skip
