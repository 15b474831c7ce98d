import pytest

from muxer.model import Exit


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
