"""Names that a reader takes for another's."""

import pytest

from muxer.fleet.lookalikes import taken_for


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("ada", "ada"), ("Ada", "ada"), ("\u0430da", "ada"), ("ád\u00e1", "ada"), ("ad\u0430\u0301", "ada"),
        ("ａｄａ", "ada"), ("ada\u3164", "ada"), ("a d-a", "ada"), ("to\u0443", "toy"), ("bui1d", "build"),
        ("buiId", "build"), ("rnuxer", "muxer"), ("t0y", "toy"),
    ],
)  # fmt: skip
def test_a_name_is_taken_for_another(name: str, other: str) -> None:
    assert taken_for(name, ["zoe", other]) == other


@pytest.mark.parametrize(("name", "other"), [("ada-2", "ada"), ("adam", "ada"), ("toy-2", "toy-3"), ("日本", "本日")])
def test_other_names_are_ones_own(name: str, other: str) -> None:
    assert taken_for(name, [other]) == ""
