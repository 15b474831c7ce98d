"""What a person's keys tell of a composer."""

from muxer.fleet.drafts import Drafts


def test_text_stays_until_it_is_sent() -> None:
    drafts = Drafts()
    assert not drafts.wrote("p1")
    assert drafts.typed_at("p1") == 0
    drafts.typed("p1", "text", 1.0, asked=False)
    drafts.typed("p1", "other", 2.0, asked=False)
    assert drafts.wrote("p1")
    assert drafts.wrote_at("p1") == 1.0
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


def test_a_composer_is_believed_to_be_empty_once_it_was_drawn_so_after_the_last_letter() -> None:
    drafts = Drafts()
    drafts.typed("p1", "text", 1.0, asked=False)
    drafts.typed("p1", "other", 2.0, asked=False)
    assert drafts.wrote("p1", draft=False, heard_at=0.9), "the screen is older than the letter"
    assert not drafts.wrote("p1", draft=False, heard_at=1.1)
    assert drafts.wrote("p1", draft=None, heard_at=9.0)


def test_what_is_written_after_another_text_was_sent_is_still_there() -> None:
    drafts = Drafts()
    drafts.typed("p1", "text", 1.0, asked=False)
    drafts.sent("p1", 0.5)
    assert drafts.wrote("p1")
    drafts.sent("p1", 1.5)
    assert not drafts.wrote("p1")
    drafts.typed("p1", "text", 2.0, asked=False)
    drafts.forget("p1")
    assert not drafts.wrote("p1")
