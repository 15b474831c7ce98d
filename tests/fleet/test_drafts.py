"""What a person's keys tell of a composer."""

from muxer.fleet.drafts import SETTLED, Drafts


def test_text_stays_until_it_is_sent() -> None:
    drafts = Drafts()
    assert not drafts.wrote("p1")
    assert drafts.typed_at("p1") == 0
    drafts.typed("p1", "text", 1.0, asked=False)
    drafts.typed("p1", "other", 2.0, asked=False)
    assert drafts.wrote("p1")
    assert not drafts.wrote("p2")
    assert drafts.typed_at("p1") == 2.0
    drafts.typed("p1", "enter", 3.0, asked=False)
    assert not drafts.wrote("p1")
    assert drafts.sent_at("p1") == 3.0


def test_what_answers_a_question_is_no_draft_and_sends_none() -> None:
    drafts = Drafts()
    drafts.typed("p1", "text", 1.0, asked=True)
    assert not drafts.wrote("p1")
    drafts.typed("p1", "text", 2.0, asked=False)
    drafts.typed("p1", "enter", 3.0, asked=True)
    assert drafts.wrote("p1")
    assert drafts.sent_at("p1") == 0


def test_a_composer_that_is_seen_to_be_empty_is_believed_after_a_moment() -> None:
    drafts = Drafts()
    drafts.typed("p1", "text", 1.0, asked=False)
    assert drafts.wrote("p1", draft=False, now=1.0 + SETTLED / 2), "the screen may be older than the key"
    assert not drafts.wrote("p1", draft=False, now=1.0 + SETTLED)
    assert drafts.wrote("p1", draft=None, now=9.0)
    drafts.sent("p1")
    assert not drafts.wrote("p1")
    drafts.typed("p1", "text", 1.0, asked=False)
    drafts.forget("p1")
    assert not drafts.wrote("p1")
