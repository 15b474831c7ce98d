import dataclasses
from typing import get_args

import pytest

from muxer import talk
from muxer.talk import Ask, Message, Outcome, Peer


def test_an_ask_is_open_until_something_ended_it() -> None:
    ask = Ask(
        id=1, asker="a1", asker_name="ada", answerer=talk.YOU, answerer_name="you", text="?", asked_at=1.0,
        deadline_at=2.0,
    )  # fmt: skip
    assert ask.outcome == get_args(Outcome)[0] == "open"
    assert dataclasses.replace(ask, outcome="failed").answered_at is None


@pytest.mark.parametrize("noun", [Ask, Message, Peer])
def test_what_is_said_never_changes_under_who_reads_it(noun: type) -> None:
    assert vars(noun)["__dataclass_params__"].frozen
    assert "__dict__" not in vars(noun)
