"""What a promotion would do, in words and in memory."""

from muxer.exchange.previewing import message_of, title_of
from muxer.work import Commit

ONE, TWO = Commit(sha="1" * 40, subject="fix\x1b[31m totals"), Commit(sha="2" * 40, subject="test them")


def test_what_it_is_about() -> None:
    assert title_of("Make totals right.\nSlowly.", [ONE, TWO]) == "Make totals right."
    assert title_of("Make totals right.", [ONE]) == "fix[31m totals"
    assert title_of("", [ONE, TWO]) == "test them"
    assert title_of("\x07", [ONE, TWO]) == "test them"
    long = title_of("word " * 100, [ONE, TWO])
    assert (len(long), long[-1]) == (72, "…")


def test_a_merge_says_whose_it_is() -> None:
    assert message_of("ada", "fix totals", "merge") == "Merge ada: fix totals\n"
    assert message_of("ada", "fix totals", "squash") == "fix totals\n"
