"""Promotions, as they are written down."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from muxer.store.agents import KnownAgent, add_agent, drop_agent
from muxer.store.log import newest
from muxer.store.promotions import Promotion, add_promotion, end_promotion, last_promotion
from tests.store.filled import in_memory

ONE = Promotion(agent=1, name="ada", root="/shop", trunk="t", before="a", after="b", subject="s", promoted_at=1.0)


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(in_memory()) as connection:
        add_agent(connection, KnownAgent(name="ada", cli="toy"))
        yield connection


def test_the_last_one_that_stands_is_known(database: sqlite3.Connection) -> None:
    assert last_promotion(database, "/shop", "t") is None
    first = add_promotion(database, ONE)
    assert add_promotion(database, ONE) == first, "said twice, it is one"
    second = add_promotion(database, replace(ONE, before="b", after="c", checked="make"))
    add_promotion(database, replace(ONE, root="/other"))
    add_promotion(database, replace(ONE, trunk="u"))
    assert last_promotion(database, "/shop", "t") == replace(ONE, id=second, before="b", after="c", checked="make")
    end_promotion(database, second)
    end_promotion(database, second)
    assert last_promotion(database, "/shop", "t") == replace(ONE, id=first)
    assert add_promotion(database, replace(ONE, before="b", after="c")) > second, "promoted again, it is another"
    kinds = [event.kind for event in newest(database, 9)]
    assert (kinds.count("work.promoted"), kinds.count("promotion.undone")) == (5, 1)


def test_it_outlives_its_agent(database: sqlite3.Connection) -> None:
    add_promotion(database, ONE)
    drop_agent(database, 1)
    known = last_promotion(database, "/shop", "t")
    assert known is not None
    assert (known.agent, known.name) == (None, "ada")
    add_promotion(database, replace(ONE, after="c"))
    known = last_promotion(database, "/shop", "t")
    assert known is not None
    assert known.agent is None
