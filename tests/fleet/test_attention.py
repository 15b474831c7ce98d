import pytest

from muxer.fleet.attention import Watched, needs, said_to_person
from muxer.model import Choice, Note, NoteState, State, Verdict, Wait
from muxer.talk import YOU, Ask, Message, MessageKind

YES = (Choice("1", "Yes"),)


def note(number: int, state: NoteState = "held", *, at: float = 50.0, muted: bool = False) -> Note:
    return Note(
        id=number, agent=1, pane="p1", sender="", text="go on", state=state, reason="you have a draft", queued_at=at,
        muted=muted,
    )  # fmt: skip


def seen(state: State, *notes: Note, wait: Wait | None = None, since: float = 10.0, pane: str = "p1") -> Watched:
    verdict = Verdict(state=state, wait=wait, words="what", choices=YES, since=since, resets_at=900.0)
    return Watched(pane, f"name of {pane}", verdict, notes)


@pytest.mark.parametrize(
    ("state", "wait", "kind"),
    [
        ("waiting", "permission", "permission"), ("waiting", "trust", "trust"), ("waiting", None, "question"),
        ("limited", None, "limit"), ("limited", "limit", "limit"), ("done", None, "done"), ("crashed", None, "crashed"),
    ],
)  # fmt: skip
def test_what_an_agent_that_stopped_needs(state: State, wait: Wait | None, kind: str) -> None:
    (need,) = needs([seen(state, wait=wait)])
    assert (need.pane, need.name, need.kind, need.words, need.since) == ("p1", "name of p1", kind, "what", 10.0)
    assert need.resets_at == 900.0
    assert need.choices == (() if kind in ("done", "crashed") else YES)


@pytest.mark.parametrize("state", ["starting", "working", "idle", "frozen", "exited", "unknown"])
def test_who_goes_on_needs_nobody(state: State) -> None:
    assert needs([seen(state, note(1, "queued"), note(2, "submitted"), note(3, muted=True))]) == []


def test_held_text_is_a_need_of_its_own_unless_an_answer_lets_it_in() -> None:
    (held,) = needs([seen("idle", note(2, at=60.0), note(1), note(3, "queued", at=1.0))])
    assert (held.kind, held.words, held.since) == ("held", "you have a draft", 50.0)
    assert [one.id for one in held.notes] == [2, 1]
    (asked,) = needs([seen("waiting", note(1), wait="permission")])
    assert (asked.kind, [one.id for one in asked.notes]) == ("permission", [1])
    done, held = needs([seen("done", note(1))])
    assert (done.kind, done.notes, held.kind) == ("done", (), "held")


def test_the_longest_waits_first_and_what_has_time_last() -> None:
    found = needs(
        [
            seen("idle", note(1, at=1.0), pane="p1"), seen("limited", since=2.0, pane="p2"),
            seen("done", since=30.0, pane="p3"), seen("waiting", wait="question", since=20.0, pane="p4"),
        ]
    )  # fmt: skip
    assert [need.pane for need in found] == ["p4", "p3", "p1", "p2"]


def ask(number: int, *, by: str = "a1", at: float = 5.0) -> Ask:
    return Ask(
        id=number, asker=by, asker_name=f"name of {by}", answerer=YOU, answerer_name=YOU, text="which port?",
        asked_at=at, deadline_at=0.0,
    )  # fmt: skip


def message(number: int, words: str, *, by: str = "a1", kind: MessageKind = "note") -> Message:
    return Message(
        id=number, kind=kind, sender=by, sender_name=f"name of {by}", recipient=YOU, recipient_name=YOU, text=words,
        sent_at=float(number),
    )  # fmt: skip


def test_each_question_of_a_peer_is_a_need_and_all_else_it_says_is_one() -> None:
    """B20: nothing that is said to a person is out of sight."""
    panes = {"a1": "p1", "a2": "p2"}
    unread = [
        message(3, "first"), message(4, "for all", by="g1", kind="broadcast"), message(9, "last", kind="reply"),
        message(10, "which port?", kind="ask"),
    ]  # fmt: skip
    found = list(said_to_person([ask(10), ask(6, by="a2", at=2.0)], unread, lambda peer: panes.get(peer, "")))
    assert [(one.pane, one.name, one.kind, one.words, one.since, one.ask) for one in found] == [
        ("p1", "name of a1", "asked", "which port?", 5.0, 10), ("p2", "name of a2", "asked", "which port?", 2.0, 6),
        ("p1", "name of a1", "told", "last", 3.0, 0), ("", "name of g1", "told", "for all", 4.0, 0),
    ]  # fmt: skip
    queue = needs([seen("waiting", wait="question", since=4.5, pane="p4")], found)
    assert [(need.pane, need.kind) for need in queue] == [
        ("p2", "asked"), ("p1", "told"), ("", "told"), ("p4", "question"), ("p1", "asked"),
    ]  # fmt: skip
