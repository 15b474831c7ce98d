"""Asks and what became of them, as it is written down."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from muxer.errors import UsageError
from muxer.store.asks import (
    End,
    add_asks,
    answer_ask,
    answer_of,
    ask_numbered,
    asks_keyed,
    asks_numbered,
    end_ask,
    newest_asks,
    remind_asks,
    reminders,
    tell_ask,
    unsettled_asks,
)
from muxer.store.log import newest
from muxer.store.messages import add_messages
from muxer.talk import Ask, Message
from tests.store.filled import in_memory, insert

ASKED = Message(
    id=1, kind="ask", sender="a1", sender_name="ada", recipient="a2", recipient_name="bob", text="?", sent_at=5.0
)
ANSWER = Message(
    id=9, kind="reply", sender="a2", sender_name="bob", recipient="a1", recipient_name="ada", text="!", sent_at=7.0,
    reply_to=1,
)  # fmt: skip


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        add_messages(connection, [ASKED], "talk:1", partial(add_asks, deadline_at=60.0, waits=True))
        yield connection


def found(database: sqlite3.Connection, number: int = 1) -> Ask:
    ask = ask_numbered(database, number)
    assert ask
    return ask


def answer(database: sqlite3.Connection) -> None:
    add_messages(database, [ANSWER], also=partial(answer_ask, ask=1, by="turn"))


def test_one_is_open_until_it_is_answered(database: sqlite3.Connection) -> None:
    asked = Ask(
        id=1, asker="a1", asker_name="ada", answerer="a2", answerer_name="bob", text="?", asked_at=5.0, deadline_at=60.0
    )
    assert found(database) == asked
    answer(database)
    answered = replace(asked, outcome="answered", ended_at=7.0, answered_at=7.0, answer="!", by="turn")
    assert found(database) == answered
    assert answer_of(database, 1) == 9
    tell_ask(database, 1, read=False)
    told = found(database)
    assert told == replace(answered, told_at=told.told_at)
    assert told.told_at
    assert ask_numbered(database, 2) is None
    assert answer_of(database, 2) is None


def test_it_is_answered_once(database: sqlite3.Connection) -> None:
    answer(database)
    with pytest.raises(UsageError, match="needs no answer any more"):
        answer_ask(database, [replace(ANSWER, id=10)], ask=1, by="reply")
    end_ask(database, 1, "cancelled", "late")
    assert found(database).outcome == "answered"


@pytest.mark.parametrize("end", ["expired", "cancelled", "failed"])
def test_it_ends_once_and_the_log_says_how(database: sqlite3.Connection, end: End) -> None:
    end_ask(database, 1, end, "because")
    end_ask(database, 1, "failed", "no, because")
    ended = found(database)
    assert (ended.outcome, ended.reason) == (end, "because")
    assert ended.ended_at
    logged = [event for event in newest(database, 9) if event.kind.startswith("ask.")]
    assert [(event.kind, event.subject, event.data["reason"]) for event in logged] == [(f"ask.{end}", "bob", "because")]


@pytest.mark.parametrize("end", ["expired", "failed"])
def test_a_late_answer_has_to_be_told_anew(database: sqlite3.Connection, end: End) -> None:
    end_ask(database, 1, end)
    tell_ask(database, 1, read=True)
    assert unsettled_asks(database) == []
    answer(database)
    (late,) = unsettled_asks(database)
    assert (late.ask.outcome, late.ask.answer, late.ask.told_at, late.answer) == (end, "!", None, 9)


def test_an_answer_to_what_was_cancelled_is_refused(database: sqlite3.Connection) -> None:
    end_ask(database, 1, "cancelled")
    with pytest.raises(UsageError, match="needs no answer"):
        answer_ask(database, [ANSWER], ask=1, by="reply")


def test_who_fetches_the_answer_has_read_it(database: sqlite3.Connection) -> None:
    answer(database)
    tell_ask(database, 1, read=True)
    assert database.execute("SELECT read_at FROM messages WHERE id = 9").fetchone() != (None,)
    before = found(database)
    tell_ask(database, 1, read=True)
    assert found(database) == before, "it was told then, and not now"


def test_several_belong_together_and_are_known_by_their_key(database: sqlite3.Connection) -> None:
    several = [replace(ASKED, id=number, recipient=f"a{number}") for number in (2, 3)]
    add_messages(database, several, "talk:2", partial(add_asks, deadline_at=0.0, waits=False))
    assert [(ask.id, ask.many, ask.waits) for ask in asks_keyed(database, "a1", "talk:2")] == [
        (2, 2, False),
        (3, 2, False),
    ]
    assert asks_keyed(database, "a2", "talk:2") == asks_keyed(database, "a1", "") == []
    assert [ask.id for ask in asks_numbered(database, [3, 1, 7])] == [3, 1]
    assert found(database).many is None
    assert [ask.id for ask in newest_asks(database, 2)] == [2, 3]
    assert [ask.id for ask in newest_asks(database, 9, peer="a3")] == [3]


def test_how_often_somebody_was_reminded_is_known_until_it_is_over(database: sqlite3.Connection) -> None:
    assert reminders(database) == {}
    remind_asks(database, [1])
    remind_asks(database, [1, 7])
    assert reminders(database) == {1: 2}
    tell_ask(database, 1, read=False)
    assert reminders(database) == {}


def test_what_is_unsettled_knows_its_notes(database: sqlite3.Connection) -> None:
    insert(database, "panes", name="x", command="[]", cwd="/", shell=0, policy="never", opened_at=1.0)
    (bare,) = unsettled_asks(database)
    assert (bare.typed, bare.lost, bare.noted, bare.answer) == (False, "", False, None)
    note = insert(database, "inbox", pane=1, message=1, text="?", queued_at=5.0, reason="it works")
    assert unsettled_asks(database) == [bare], "it may still go in"
    database.execute("UPDATE inbox SET failed_at = 6.0, reason = 'its pane is gone' WHERE id = ?", (note,))
    assert unsettled_asks(database) == [replace(bare, lost="its pane is gone")]
    database.execute("UPDATE inbox SET failed_at = NULL, cancelled_at = 6.0, reason = '' WHERE id = ?", (note,))
    assert unsettled_asks(database) == [replace(bare, lost="the note that bore it was cancelled")]
    database.execute("UPDATE inbox SET cancelled_at = NULL, submitted_at = 6.0 WHERE id = ?", (note,))
    assert unsettled_asks(database) == [replace(bare, typed=True)]
    answer(database)
    assert [(one.answer, one.noted) for one in unsettled_asks(database)] == [(9, False)]
    insert(database, "inbox", pane=1, message=9, text="!", queued_at=8.0)
    assert [(one.answer, one.noted) for one in unsettled_asks(database)] == [(9, True)]
