"""A text is known again on a screen, whatever breaks its lines there."""

import re

from muxer.agents.spec import Composer
from muxer.fleet.marks import composed, may_hide_more, times

COMPOSER = Composer(row=re.compile(r"^─{10,}\n> ?(?P<draft>.*)$", re.MULTILINE))
RULE = "─" * 20


def test_broken_lines_and_frames_do_not_matter() -> None:
    lines = [" ┃ look at th", " ┃ e tests of the house", "", "look at the tests of it"]
    assert times("look at the tests of the house", lines) == 2
    assert times("look elsewhere", lines) == 0


def test_what_was_framed_is_known_by_its_number() -> None:
    lines = ["[from bob, circle api,", " note 7]", "hello"]
    assert times("[from bob, circle api, note 7]\nhello\n[end of note 7]", lines) == 1
    assert times("[from bob, circle api, note 8]\nhello\n[end of note 8]", lines) == 0
    asked = ["[from bob, ask 7]", "hello"]
    assert times("[from bob, ask 7]\nhello\n[end of ask 7: answer]", asked) == 1
    assert times("[from bob, ask 8]\nhello\n[end of ask 8: answer]", asked) == 0


def test_a_composer_is_read_up_to_its_frame() -> None:
    lines = ["> an older one", "", RULE, "> hello", "  there", RULE, "? for shortcuts"]
    assert composed(lines, COMPOSER) == ">hellothere"
    assert composed([RULE, "> ", RULE], COMPOSER) == ""
    assert composed(["no composer"], COMPOSER) == ""
    assert composed(lines, None) == ""


def test_an_end_without_its_beginning_may_hide_more() -> None:
    text = "a beginning and then " + "much more " * 9
    assert may_hide_more(text, "muchmore" * 4)
    assert not may_hide_more(text, ">" + "".join(text.split()))
    assert not may_hide_more(text, ">[pasted90letters]")
