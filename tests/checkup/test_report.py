from pathlib import Path

import pytest

from muxer.checkup.report import report


def test_every_finding_has_its_group_and_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    found = report("t", "")
    assert list(dict.fromkeys(one["group"] for one in found)) == ["muxer", "host", "programs", "terminal"]
    assert all(set(one) == {"group", "what", "finding", "remedy", "grade"} for one in found)
    assert {path.name for path in tmp_path.iterdir()} <= {"cache"}
