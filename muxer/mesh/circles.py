"""Who may see and reach whom: pure. A circle is a word that peers share; the empty one is a circle, too."""

from muxer.talk import Peer


def sees(one: Peer, other: Peer) -> bool:
    """Is it told of the other? The person sees everybody, and is seen by all."""
    if one.id == other.id:
        return False
    return "person" in (one.kind, other.kind) or one.rank == "orchestrator" or one.circle == other.circle


def barrier(one: Peer, other: Peer, *, replies: bool = False, spoken: bool = False) -> str:
    """Why it may say nothing to the other, in one line; empty if it may.

    It `replies` to a question of the other's, or was `spoken` to by it.
    """
    if one.id == other.id:
        return f"{one.name} is you: say it to somebody else"
    if replies or one.kind == "person":
        return ""
    if one.rank == "observer":
        return "you are an observer: you may read, and answer what you are asked"
    if sees(one, other) or (spoken and other.rank == "orchestrator"):
        return ""
    own = f"circle {one.circle}" if one.circle else "the circle without a name"
    return f"{other.name} is not in {own}, where you are: list_peers shows whom you reach"
