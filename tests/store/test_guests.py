"""Guests as they are written down, and what the log says of them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from muxer.store.guests import Guest, add_guest, guest_of, living_guests, part_guest, return_guest
from muxer.store.log import newest
from tests.store.filled import in_memory

BOT = Guest(name="bot", cli="claude", circle="shop", folder="/srv/shop", token="t" * 32, joined_at=1.0)


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        yield connection


def test_a_guest_comes_goes_and_is_known_again(database: sqlite3.Connection) -> None:
    bot = add_guest(database, BOT)
    assert bot == replace(BOT, id=bot.id)
    assert bot.peer == f"g{bot.id}"
    assert living_guests(database) == [bot]
    part_guest(database, bot.id)
    assert living_guests(database) == []
    assert guest_of(database, bot.token) == bot
    assert guest_of(database, "another") is None
    return_guest(database, bot.id, "bot-2")
    assert living_guests(database) == [replace(bot, name="bot-2")]


def test_the_log_says_so_once(database: sqlite3.Connection) -> None:
    bot = add_guest(database, BOT)
    part_guest(database, bot.id)
    part_guest(database, bot.id)
    kinds = [(event.kind, event.subject) for event in newest(database, 9) if event.kind.startswith("guest.")]
    assert kinds == [("guest.joined", "bot"), ("guest.left", "bot")]


def test_no_two_have_one_token(database: sqlite3.Connection) -> None:
    add_guest(database, BOT)
    with pytest.raises(sqlite3.IntegrityError):
        add_guest(database, replace(BOT, name="thief"))
