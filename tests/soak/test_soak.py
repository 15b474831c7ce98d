from pathlib import Path

import pytest

from tests.soak.walk import walk

STEPS = 24

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize("seed", [8, 9])
def test_no_commit_is_lost_and_trunk_is_always_green(tmp_path: Path, seed: int) -> None:
    with walk(tmp_path, seed) as walking:
        assert [*walking.go(STEPS)][-1] == STEPS
    assert walking.done["kill"]
    assert len(walking.ledger.commits) > STEPS / 4
