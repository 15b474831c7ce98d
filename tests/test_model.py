import pytest

from muxer.model import Exit, Usage, in_short


@pytest.mark.parametrize(
    ("how", "state", "words"),
    [
        (Exit(status=0), "exited", "exited 0"),
        (Exit(status=3), "exited", "exited 3"),
        (Exit(signal=9), "crashed", "killed by signal 9"),
        (Exit(), "lost", "ended"),
    ],
)
def test_how_a_program_ended(how: Exit, state: str, words: str) -> None:
    assert (how.state, str(how)) == (state, words)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0"), (940, "940"), (999, "999"), (1000, "1.0k"), (9949, "9.9k"), (9950, "10k"), (182_000, "182k"),
     (999_499, "999k"), (999_500, "1.0M"), (1_240_000, "1.2M"), (2_000_000_000, "2.0G")],
)  # fmt: skip
def test_a_count_takes_four_cells(count: int, shown: str) -> None:
    assert in_short(count) == shown


def test_usage_says_in_brief_what_is_known() -> None:
    assert Usage(context=182_000, window=258_400, cost=0.412).brief == "182k 70% $0.41"
    assert Usage(input=5, context=9400).brief == "9.4k"
    assert Usage().brief == ""
    assert (Usage().known, Usage(input=0).known, Usage(context=5).share) == (False, True, None)
