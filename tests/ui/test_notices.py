import pytest

from muxer.terminal.engine import Notified, Progressed, Rang, TitleSet
from muxer.ui.notices import AGAIN_AFTER, BELL, BURST, KEPT, LONG_WORK, LONGEST, ONE, Notices


def say(notices: Notices, pane: str, words: str, now: float, *, seen: bool = False) -> None:
    if not notices.again(pane, words, now, seen=seen):
        notices.add(pane, f"name of {pane}", words, now, seen=seen)


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (Rang(), BELL),
        (Notified("Claude", "needs you"), "Claude: needs you"),
        (Notified("", "only this"), "only this"),
        (Notified("a title", ""), "a title"),
        (Notified("", ""), "wants attention"),
        (Notified("", "two\r\nlines\x1b[31m red"), "two lines[31m red"),
        (TitleSet("x"), ""),
        (Progressed("error", 4), "stopped with an error"),
        (Progressed("paused", 4), "paused"),
        (Progressed("set", 4), ""),
    ],
)
def test_an_announcement_becomes_one_harmless_line(notice: object, words: str) -> None:
    assert Notices().hear("p1", notice, 0.0) == words


def test_words_have_an_end() -> None:
    assert len(Notices().hear("p1", Notified("", "x" * 100_000), 0.0)) == LONGEST


def test_work_that_took_its_time_is_told_when_it_is_done() -> None:
    notices = Notices()
    for state in ("indeterminate", "set", "set"):
        assert notices.hear("p1", Progressed(state, 1), 10.0) == ""
    assert notices.hear("p1", Progressed("none", None), 85.0) == "finished after 1m"
    assert notices.hear("p1", Progressed("none", None), 200.0) == ""
    notices.hear("p1", Progressed("set", 1), 300.0)
    assert notices.hear("p1", Progressed("none", None), 300.0 + LONG_WORK / 2) == ""


def test_a_pane_waits_from_its_first_unseen_word_until_it_is_looked_at() -> None:
    changed: list[str] = []
    notices = Notices(changed.append)
    say(notices, "p2", "first", 1.0)
    say(notices, "p1", "second", 2.0)
    say(notices, "p2", "third", 9.0)
    say(notices, "p3", "read at once", 9.0, seen=True)
    assert list(notices.waiting) == ["p2", "p1"]
    assert (notices.reason("p2"), notices.since("p2")) == ("third", 1.0)
    assert (notices.waits("p3"), notices.reason("p3"), notices.since("p3")) == (False, "", 0.0)
    assert [said.words for said in notices.lately] == ["read at once", "third", "second", "first"]
    assert notices.look("p2")
    assert not notices.look("p2")
    assert list(notices.waiting) == ["p1"]
    assert [said.seen for said in notices.lately] == [True, True, False, True]
    assert changed == ["p2", "p1", "p2"]


def test_the_same_again_and_what_comes_in_one_breath_is_one_notice() -> None:
    notices = Notices()
    say(notices, "p1", "needs you", 1.0)
    say(notices, "p1", BELL, 1.0 + ONE / 2)
    say(notices, "p1", "needs you", 100.0)
    assert [(said.words, said.times, said.when, said.last) for said in notices.lately] == [("needs you", 3, 1.0, 100.0)]
    say(notices, "p1", "something else", 200.0)
    assert [said.words for said in notices.lately] == ["something else", "needs you"]
    notices.look("p1")
    say(notices, "p1", "something else", 201.0)
    assert [said.seen for said in notices.lately] == [False, True, True]


def test_a_flood_pushes_nobody_out() -> None:
    notices = Notices()
    say(notices, "p2", "quiet one", 1.0)
    for n in range(10_000):
        say(notices, "p1", f"line {n}", 1.0 + n / 1000)
    assert [said.words for said in notices.lately] == ["line 9999", "quiet one"]
    for n in range(2 * KEPT):
        say(notices, "p1", f"slow {n}", 100.0 * n)
    assert len(notices.lately) == KEPT
    assert "p2" in notices.waiting


def test_a_pane_calls_a_few_times_and_then_now_and_then() -> None:
    notices = Notices()
    assert sum(notices.may_announce("p1", 0.0) for _ in range(1000)) == BURST
    assert notices.may_announce("p2", 0.0)
    assert sum(notices.may_announce("p1", n / 100) for n in range(3000)) == 30 // AGAIN_AFTER - 1


def test_a_muted_pane_is_heard_but_never_waits() -> None:
    notices = Notices()
    say(notices, "p1", "before", 1.0)
    assert notices.mute("p1")
    assert notices.muted("p1")
    assert list(notices.waiting) == []
    say(notices, "p1", "meanwhile", 50.0)
    assert list(notices.waiting) == []
    assert not notices.may_announce("p1", 50.0)
    assert notices.lately[0].words == "meanwhile"
    assert not notices.mute("p1")
    say(notices, "p1", "after", 99.0)
    assert list(notices.waiting) == ["p1"]


def test_what_is_gone_waits_no_more_but_stays_to_be_read() -> None:
    notices = Notices()
    say(notices, "p1", "last words", 1.0)
    notices.forget("p1")
    notices.forget("p1")
    notices.warned("the disk\nis full", 2.0)
    notices.warned("the disk\nis full", 3.0)
    assert list(notices.waiting) == []
    assert [(said.pane, said.words) for said in notices.lately] == [
        ("", "the disk is full"), ("", "the disk is full"), ("p1", "last words"),
    ]  # fmt: skip
