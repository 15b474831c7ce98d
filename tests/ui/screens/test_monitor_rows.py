"""The monitor's rows, as lines."""

import time

from rich.cells import cell_len

from muxer.model import Logged
from muxer.ui.harmless import harmless
from muxer.ui.screens.monitor_rows import Watched, known, listed, told
from muxer.ui.states import Sight
from muxer.work import Standing

ADA = Watched(
    "p1",
    Sight(name="ada", state="working"),
    Standing(head="3f", branch="muxer/kim/ada/work", ahead=12, uncommitted=("a",)),
    clashes=True,
)
BOB = Watched("p2", Sight(name="a-very-long-name", state="crashed", note="crashed 1"), None, pending="it works")


def text(watched: list[Watched], cols: int, rows: int = 9, *, bar: int = 0, plain: bool = False) -> list[str]:
    lines = [line.plain for line in listed(watched, bar, cols, rows, plain=plain)]
    assert {cell_len(line) for line in lines} == {cols}
    return [line.rstrip() for line in lines]


def test_columns_are_as_wide_as_they_must_be() -> None:
    assert text([ADA, BOB], 80) == [
        "● ada             working    +12 −0  ✎1  ‼        muxer/kim/ada/work",
        "✕ a-very-long-n…  crashed 1                 sync",
    ]
    assert text([ADA], 60) == ["● ada  working  +12 −0  ✎1  ‼  muxer/kim/ada/work"]
    assert text([ADA], 60, plain=True) == ["* ada  working  +12 -0  ~1  !  muxer/kim/ada/work"]


def test_a_branch_and_then_names_give_way() -> None:
    assert text([ADA, BOB], 50) == [
        "● ada             working    +12 −0  ✎1  ‼",
        "✕ a-very-long-n…  crashed 1                 sync",
    ]
    assert text([ADA], 46) == ["● ada  working  +12 −0  ✎1  ‼"]
    assert text([ADA, BOB], 42)[1] == "✕ a-very-…  crashed 1                 sync"
    assert text([ADA, BOB], 38)[1] == "✕ a-ver…  crashe…                 sync"


def test_a_long_state_takes_no_room_from_what_is_told_of_the_work() -> None:
    cyd = ADA._replace(sight=Sight(name="cyd", state="waiting", note="waiting: permission"))
    assert text([cyd], 50) == ["▲ cyd  waiting: permission  +12 −0  ✎1  ‼"]
    assert text([cyd, ADA], 36) == ["▲ cyd  waiting  +12 −0  ✎1  ‼", "● ada  working  +12 −0  ✎1  ‼"]
    odd = ADA._replace(sight=Sight(name="odd", state="crashed", note="crashed by a very long signal"))
    assert text([odd], 36) == ["✕ odd  crashed by a…   +12 −0  ✎1  ‼"]


def test_hostile_names_and_words_stay_in_their_columns() -> None:
    names = ("a\x1b[2Jb\u202e", "שלום", "漢字漢字", "👩‍💻🏽e\u0301", "x" * 40)
    fleet = [Watched("p1", Sight(name=harmless(name), state="idle"), ADA.standing) for name in names]
    for cols in (80, 36):
        lines = text(fleet, cols)
        assert "\x1b" not in "".join(lines)
        assert len({cell_len(line.partition("idle")[0]) for line in lines}) == 1
    events = [Logged(id=1, at=1.0, kind="k", subject=f"p{n}", data={"w": name}) for n, name in enumerate(names)]
    lines = [line.plain for line in told(events, {f"p{n}": name for n, name in enumerate(names)}, 80, plain=False)]
    assert all(line.isprintable() and cell_len(line) <= 80 for line in lines)
    assert len({cell_len(line.partition("  w ")[0]) for line in lines}) == 1


def test_the_bar_is_always_seen() -> None:
    fleet = [Watched(f"p{n}", Sight(name=f"agent-{n}", state="idle"), None) for n in range(40)]
    for bar in (0, 20, 39):
        lines = text(fleet, 40, 10, bar=bar)
        assert len(lines) == 10
        assert any(line.startswith(f"○ agent-{bar} ") for line in lines)


def test_what_is_wrong_comes_before_what_waits() -> None:
    gone = BOB._replace(standing=Standing(upset="gone", why="its folder is gone: bring it back"))
    lines = [line.plain for line in known(gone, None, 60, now=0.0, plain=False)]
    assert lines == [
        "a-very-long-name  crashed 1",
        "branch  (gone)",
        "last    nothing of its own yet",
        "wrong   its folder is gone: bring it back",
    ]
    assert known(BOB, None, 60, now=0.0, plain=False)[3].plain == "sync    waits: it works"
    assert [cell_len(line.plain) <= 20 for line in known(gone, None, 20, now=0.0, plain=False)] == [True] * 4


def test_events_stand_in_columns_and_are_harmless() -> None:
    at = time.mktime((2026, 3, 1, 14, 2, 7, 0, 0, -1))
    happened = [
        Logged(id=2, at=at, kind="run.ended", subject="p1", data={"status": 1, "why": None, "pane": "p1"}),
        Logged(id=1, at=at, kind="hook", subject="3f" * 20, data={"said\x07": ["y\x07", "z", {"a": 1}]}),
    ]
    assert [line.plain for line in told(happened, {"p1": "ada"}, 80, plain=False)] == [
        "14:02:07 run.ended  ada      status 1  pane ada",
        "14:02:07 hook       3f3f3f3  said y z {'a': 1}",
    ]
    short = told(happened[:1], {"p1": "ada"}, 30, plain=False)
    assert [line.plain for line in short] == ["14:02 run.ended  ada  status…"]
    assert told([], {}, 30, plain=False) == []
