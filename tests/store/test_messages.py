"""What peers said to each other, as it is written down."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from muxer.store.asks import add_asks, answer_ask, tell_ask
from muxer.store.log import newest
from muxer.store.messages import (
    add_messages,
    last_message,
    message_numbered,
    messages_unread,
    newest_messages,
    read_messages,
)
from muxer.talk import Message
from tests.store.filled import in_memory, insert

HELLO = Message(
    id=1, kind="note", sender="a1", sender_name="ada", recipient="g2", recipient_name="bob", text="hello", sent_at=5.0,
    circle="shop", files=("/spool/one", "/spool/two"),
)  # fmt: skip


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        yield connection


def test_one_is_known_as_it_was_said(database: sqlite3.Connection) -> None:
    assert last_message(database) == 0
    assert add_messages(database, [HELLO]) == [HELLO]
    back = replace(HELLO, id=2, kind="reply", sender="g2", recipient="a1", reply_to=1, files=())
    add_messages(database, [back])
    assert [message_numbered(database, number) for number in (1, 2, 3)] == [HELLO, back, None]
    assert last_message(database) == 2
    (logged, _) = newest(database, 2)
    assert (logged.kind, logged.subject, logged.data["sender"]) == ("message.sent", "bob", "ada")


def test_a_request_that_comes_again_is_the_same_message(database: sqlite3.Connection) -> None:
    both = [HELLO, replace(HELLO, id=2, recipient="g3")]
    told: list[Sequence[Message]] = []

    def also(_: sqlite3.Connection, fresh: Sequence[Message]) -> None:
        told.append(fresh)

    add_messages(database, both, "talk:1", also)
    again = [replace(message, id=message.id + 2, text="?") for message in both]
    assert add_messages(database, again, "talk:1", also) == both
    other = replace(HELLO, id=5, sender="a9")
    assert add_messages(database, [other], "talk:1", also) == [other], "another's request"
    assert add_messages(database, [replace(HELLO, id=6)]) == [replace(HELLO, id=6)], "without a key nothing is the same"
    assert told == [both, [other]]


def test_what_was_read_is_not_unread(database: sqlite3.Connection) -> None:
    add_messages(database, [HELLO, replace(HELLO, id=2), replace(HELLO, id=3, recipient="a1")])
    read_messages(database, [1])
    assert [message.id for message in messages_unread(database, "g2")] == [2]
    found = message_numbered(database, 1)
    assert found
    assert found.arrived_at
    read_messages(database, [1])
    assert message_numbered(database, 1) == found


def test_what_was_typed_has_arrived(database: sqlite3.Connection) -> None:
    add_messages(database, [HELLO])
    insert(database, "panes", name="x", command="[]", cwd="/", shell=0, policy="never", opened_at=1.0)
    note = insert(database, "inbox", pane=1, message=1, text="hello", queued_at=5.0)
    assert message_numbered(database, 1) == HELLO
    database.execute("UPDATE inbox SET submitted_at = 9.0 WHERE id = ?", (note,))
    assert message_numbered(database, 1) == replace(HELLO, arrived_at=9.0)


def test_an_answer_that_a_call_may_fetch_is_not_unread_yet(database: sqlite3.Connection) -> None:
    asked = replace(HELLO, kind="ask")
    add_messages(database, [asked], also=partial(add_asks, deadline_at=0.0, waits=False))
    answer = replace(HELLO, id=2, kind="reply", sender="g2", recipient="g1", reply_to=1)
    add_messages(database, [answer], also=partial(answer_ask, ask=1, by="reply"))
    assert messages_unread(database, "g1") == []
    tell_ask(database, 1, read=False)
    assert messages_unread(database, "g1") == [answer]


def test_the_newest_are_told_oldest_first(database: sqlite3.Connection) -> None:
    others = [replace(HELLO, id=number, sender=f"a{number}") for number in range(2, 6)]
    add_messages(database, [HELLO, *others])
    assert [message.id for message in newest_messages(database, 2)] == [4, 5]
    assert [message.id for message in newest_messages(database, 9, after=3)] == [4, 5]
    assert [message.id for message in newest_messages(database, 9, peer="a3")] == [3]
    assert len(newest_messages(database, 9, peer="g2")) == 5
