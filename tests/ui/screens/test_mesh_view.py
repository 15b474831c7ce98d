"""The mesh as it is laid out."""

from typing import Any

import pytest

from muxer.talk import YOU
from muxer.ui.screens.mesh_reading import Known, Reading
from muxer.ui.screens.mesh_threads import Filter
from muxer.ui.screens.mesh_view import Room, keys, listed, said, title
from tests.ui.screens.meshed import PEERS, PERSON, ask, message

ASKED = [message(n, "a1", YOU, f"may I {n}?", kind="ask", arrived_at=None) for n in range(1, 30)]
ROOM = Room(60, 20, ASKED[0].sent_at + 60, plain=False)


def reading(**known: Any) -> Reading:
    made = Reading()
    made.take(Known(PEERS, ASKED, [ask(one) for one in ASKED[:2]])._replace(**known))
    return made


def rows(read: Reading, room: Room = ROOM) -> list[str]:
    return [row.plain.rstrip() for row in said(read, room, spawns="ctrl+b A").rows]


@pytest.mark.parametrize("height", [6, 9, 20, 50])
def test_all_rows_are_used_and_no_more(height: int) -> None:
    for read in (reading(), reading(asks=()), reading(messages=()), reading(peers=(), messages=())):
        assert len(rows(read, ROOM._replace(rows=height))) == max(height, len(rows(read, ROOM._replace(rows=6))))


def test_waits_messages_and_what_is_under_the_bar_are_below_each_other() -> None:
    seen = rows(reading())
    assert seen[0] == " 1 all  2 asks  3 notes  4 mine"
    assert seen[1].startswith("ada → you   1m  may I 1?")
    assert seen[3] == "─" * 60
    assert "may I 29?" in seen[14]
    assert seen[15] == "─" * 60
    assert seen[16] == "may I 29?"


def test_a_click_is_in_what_it_seems_to_be_in() -> None:
    read = reading()
    picture = said(read, ROOM, spawns="")
    at = [picture.at(y) for y, row in enumerate(picture.rows) if "? may I" in row.plain]
    assert at == list(range(18, 29))
    assert [picture.at(y) for y in (0, 1, 3, 15, 16, 99)] == [-1] * 6
    peers = listed(read, Room(22, 4, 0.0, plain=False))
    assert [peers.at(0), peers.at(3), len(peers.rows)] == [0, 3, 4]
    read.enter(9)
    peers = listed(read, Room(22, 4, 0.0, plain=False))
    assert [peers.at(0), peers.at(3)] == [6, 9]


def test_where_nothing_is_to_be_seen_it_says_what_to_do() -> None:
    silent = rows(reading(messages=(), asks=()))
    assert silent[1:3] == ["Nobody has said anything yet.", "c writes to who is under the bar, a asks."]
    alone = rows(reading(peers=[PERSON], messages=(), asks=()))
    assert alone[1:3] == ["No agent is at work.", "ctrl+b A spawns one."]
    read = reading()
    read.choose(Filter(text="\x1b[2Jnowhere"))
    assert rows(read)[0].endswith("4 mine   only /[2Jnowhere")
    assert rows(read)[4:6] == ["Nothing of that was said.", "esc shows all."]


def test_what_is_said_below_is_counted() -> None:
    read = reading()
    read.step(-3)
    assert rows(read)[0].endswith("  3 below: end")
    read.choose(Filter(kind="mine", circle="", peer="a1"))
    assert rows(read, ROOM._replace(cols=90))[0].endswith("  3 below: end  only no circle, ada")


def test_the_title_counts_what_waits() -> None:
    read = reading()
    assert title(read, "default") == "MESH  5 peers · 2 asks open · 2 for you · 29 unread"
    read.mark()
    assert title(read, "desk") == "MESH  desk · 5 peers · 2 asks open · 2 for you · 29 unread · 5 marked"
    read = Reading()
    assert title(read, "default") == "MESH  0 peers"


def test_keys_are_those_of_where_one_is() -> None:
    read = reading()
    assert keys(read).startswith("r answer · enter read · c write · a ask · ? keys")
    read.inside = False
    read.enter(3)
    assert "enter only that · c write · a ask · space mark" in keys(read)
    read.choose(Filter(peer="a1"))
    assert "enter go to ada" in keys(read)
    assert "b brake ·" in keys(read)
    read = reading(braked=True, loops=[("a1", "a2")], asks=())
    assert "b brake off · L let go" in keys(read)
    assert "r answer" not in keys(read)
