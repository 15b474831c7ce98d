"""A slice of what `python -m tests.fuzz` does for hours: no output crashes the engine or makes its picture wrong."""

import pytest

from tests.fuzz import torment_apart


@pytest.mark.parametrize("seed", [1, 1001, 2001])
def test_no_output_harms_the_engine(seed: int) -> None:
    assert torment_apart(seed, 1_000_000) == ""
