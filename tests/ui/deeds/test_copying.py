"""Copy mode's keys, pressed by a person; the selections that they make are in tests/e2e."""

from tests.conftest import Desk
from tests.reading import SOME, HasCopied, at, begin

KEYS = (
    ("gfs", (3, 1)), ("gtl;", (5, 1)), ("g$Fi", (7, 1)), ("g$Fi;", (1, 1)), ("g$Fi;,", (7, 1)), ("2Gwl", (9, 2)),
    ("2G3lk", (3, 1)), ("2G3l0", (0, 2)), ("5kg10l0", (0, 1)), ("g}", (0, 3)), ("g}}", (8, 6)), ("gjjk", (0, 2)),
    ("g$j", (15, 2)), ("gL", (0, 22)), ("gLH", (0, 1)), ("gM", (0, 11)), ("gwn", (6, 1)), ("gw*", (12, 2)),
    ("2G12l#", (6, 1)), ("12G", (0, 12)), ("12gg", (0, 12)), ("12ggg", (0, 1)), ("Ggg", (0, 1)),
    ("g\x1b[B\x1b[C", (1, 2)), ("g\x1b[F", (9, 1)), ("G2k$", (0, 20)),
)  # fmt: skip
"""Keys in copy mode, and where the cursor is after them."""


def test_keys(desk: Desk) -> None:
    seat = begin(desk, SOME)
    for keys, cursor in KEYS:
        seat.send("\x02[")
        seat.wait_for("copy 6/")
        seat.wait_for(at(8, 6))
        seat.send(keys)
        seat.wait_for(at(*cursor))
        seat.send("q")
        seat.wait_for(lambda s: "copy " not in s.text)


def test_the_selection_is_seen_and_given_up_before_the_mode(desk: Desk) -> None:
    seat = begin(desk, SOME)
    seat.send("\x02[gvl")
    seat.wait_for("copy 1/")
    seat.wait_for(at(1, 1))
    seat.send("y")
    seat.wait_for(HasCopied("fi"))
    seat.send("\x02[gv2l/line\r")
    seat.wait_for('1/2 "line"')
    seat.send("\x1b")
    seat.wait_quiet()
    seat.send("y")
    seat.wait_for("nothing is selected")
    seat.send("\x1b")
    seat.wait_for(lambda s: '"line"' not in s.text)
    seat.wait_for("copy 1/")
    seat.send("\x1b")
    seat.wait_for(lambda s: "copy 1/" not in s.text)


def test_a_needle_that_is_not_there_leaves_all_as_it_was(desk: Desk) -> None:
    seat = begin(desk, SOME)
    seat.send("\x02[g/word")
    seat.wait_for('1/1 "word"')
    seat.wait_for("/ word")
    seat.send("s")
    seat.wait_for('no hits "words"')
    seat.send("\r")
    seat.wait_for("words is not in this pane's history")
    seat.wait_for("copy 1/")
    seat.send("/sec\x1b")
    seat.wait_for("copy 1/")
    seat.wait_for(at(0, 1))
