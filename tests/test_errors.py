import inspect
import re

import pytest

from muxer import errors
from muxer.errors import MuxerError, UnknownName, UsageError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_one_that_a_person_can_read(kind: type[Exception]) -> None:
    assert issubclass(kind, MuxerError)
    assert kind.__doc__


def test_the_tree_in_the_docstring_is_the_whole_tree() -> None:
    drawn = re.findall(r"^(?:[├└]── )?(\w+)(?: {2,}|$)", (errors.__doc__ or "").split("\n\n")[1], re.MULTILINE)
    assert sorted(drawn) == sorted(kind.__name__ for kind in KINDS)


@pytest.mark.parametrize(
    ("name", "known", "message"),
    [
        ("captrue", ["capture", "attach", "keys"], "no verb named 'captrue': did you mean capture?"),
        ("w", ["w2", "w1", "w1"], "no verb named 'w': did you mean w2, w1?"),
        ("zzz", list("gfedcba"), "no verb named 'zzz': did you mean a, b, c, d, e?"),
        ("x\x1b\n", [], "no verb named 'x\\x1b\\n': there is no verb yet"),
    ],
)
def test_an_unknown_name_gives_the_nearest_ones(name: str, known: list[str], message: str) -> None:
    assert str(UnknownName("verb", name, known)) == message


def test_words_that_are_off_can_be_told_from_what_went_wrong() -> None:
    assert not issubclass(UnknownName, UsageError)
