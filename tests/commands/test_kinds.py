import enum
from typing import Any, Literal, NewType, Optional

import pytest

from muxer.commands.kinds import KINDS, Kind, Size, as_json, kind_of


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"


PaneName = NewType("PaneName", str)
Level = Literal[1, 2, "max"]


@pytest.mark.parametrize(
    ("annotation", "word", "written", "value"),
    [
        (str, "", "", ""),
        (str, "-x é", "-x é", "-x é"),
        (PaneName, "w1", "w1", "w1"),
        (str | None, "x", "x", "x"),
        (Optional[int], "-7", -7, -7),  # noqa: UP045 - the old spelling must work too
        (float, "2.5", 2.5, 2.5),
        (float, "3", 3.0, 3.0),
        (bool, "true", True, True),
        (Level, "2", 2, 2),
        (Level, "max", "max", "max"),
        (Colour, "green", "green", Colour.GREEN),
        (Size, "80x24", "80x24", Size(80, 24)),
        (Size, "80×24", "80x24", Size(80, 24)),
    ],
)
def test_a_word_becomes_json_and_json_a_value(annotation: object, word: str, written: object, value: object) -> None:
    kind, several = kind_of(annotation)
    assert several is None
    assert kind.word(word) == written
    assert type(kind.word(word)) is type(written)
    assert kind.value(written) == value
    assert as_json(value) == written


@pytest.mark.parametrize(
    ("annotation", "word"),
    [
        (int, "1.5"),
        (int, "1_000"),
        (int, ""),
        (int, "9" * 5000),
        (float, "nan"),
        (float, "inf"),
        (float, "soon"),
        (bool, "yes"),
        (Level, "3"),
        (Colour, "RED"),
        (Size, "80"),
        (Size, "0x24"),
        (Size, "80x99999"),
        (Size, "80x24\n"),
    ],
)
def test_a_wrong_word_is_refused_with_the_word_in_the_message(annotation: object, word: str) -> None:
    with pytest.raises(ValueError, match="is not") as caught:
        kind_of(annotation)[0].word(word)
    assert repr(word) in str(caught.value)


@pytest.mark.parametrize(
    ("annotation", "given"),
    [
        (str, 1),
        (str, None),
        (int, "1"),
        (int, 1.0),
        (int, True),
        (float, "1"),
        (float, True),
        (float, float("nan")),
        (bool, 1),
        (bool, "true"),
        (Level, True),
        (Level, "1"),
        (Colour, ["red"]),
        (Size, [80, 24]),
    ],
)
def test_json_of_another_type_is_refused(annotation: object, given: object) -> None:
    with pytest.raises(ValueError, match="is not"):
        kind_of(annotation)[0].value(given)


def test_the_nearest_choice_is_named() -> None:
    with pytest.raises(ValueError, match=r"'gren' is not one of red, green: did you mean green\?"):
        kind_of(Colour)[0].word("gren")


@pytest.mark.parametrize(
    ("annotation", "several"), [(list[int], list), (tuple[int, ...], tuple), (list[int] | None, list)]
)
def test_lists_hold_one_kind(annotation: object, several: type) -> None:
    kind, found = kind_of(annotation)
    assert found is several
    assert kind is KINDS[int]


@pytest.mark.parametrize("annotation", [object, dict[str, int], tuple[int, str], int | str, Any])
def test_an_annotation_without_a_kind_is_a_fault_of_the_verb(annotation: object) -> None:
    with pytest.raises(TypeError, match="register one in KINDS"):
        kind_of(annotation)


def test_a_kind_can_be_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind(schema={"type": "string", "format": "date"}, word=str, value=str, shape="DATE")
    monkeypatch.setitem(KINDS, complex, kind)
    assert kind_of(list[complex]) == (kind, list)
