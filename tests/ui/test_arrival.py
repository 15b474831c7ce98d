import pytest

from muxer.model import Note, State
from muxer.ui.arrival import Arrival, arrival, held_words


def note(number: int = 1, *, state: str = "held", reason: str = "", muted: bool = False) -> Note:
    return Note(id=number, agent=1, pane="p1", sender="", text="x", state=state, reason=reason, muted=muted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "hold", "said"),
    [
        ("idle", "", "now"),
        ("working", "", "now"),
        ("working", "it works", "queued: it works"),
        ("starting", "it is starting", "queued: it is starting"),
        ("idle", "you have a draft in its prompt", "held: you have a draft in its prompt"),
        ("waiting", "it waits for you: rm -r", "held: it waits for you: rm -r"),
    ],
)
def test_what_keeps_it_back_decides(state: State, hold: str, said: str) -> None:
    assert str(arrival(state, hold, [])) == said


def test_what_waits_already_goes_first() -> None:
    assert arrival("idle", "", [note(state="queued")]) == Arrival("queued", "behind others")
    assert arrival("idle", "", [note(reason="you type")]) == Arrival("held", "you type")


def test_what_is_held_is_counted_with_its_reason() -> None:
    assert held_words([]) == ""
    assert held_words([note(state="submitted")]) == ""
    assert held_words([note(state="queued")]) == "1 note queued"
    assert held_words([note(), note(2, reason="you have a draft"), note(3, state="queued")]) == (
        "2 notes held: you have a draft"
    )
