from pathlib import Path

import pytest

from tests.store.crashes import run


@pytest.mark.timeout(180)
def test_forty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    assert run(40, 7, str(tmp_path)) > 1000
