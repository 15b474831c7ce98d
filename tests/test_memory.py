import os
from pathlib import Path

import pytest

from muxer.memory import Memory, recall, remember


def test_what_was_remembered_is_recalled(tmp_path: Path) -> None:
    file = str(tmp_path / "layout.toml")
    bench = {"shown": 0, "tabs": [{"name": "ünï", "tree": {"axis": "row", "children": ["p1", "p2"]}}]}
    remember(file, bench, [("p1", "sh"), ("p2", 'a "quoted" name')])
    assert recall(file) == Memory(bench=bench, panes={"p1": "sh", "p2": 'a "quoted" name'})
    assert os.listdir(tmp_path) == ["layout.toml"]


def test_nothing_was_remembered(tmp_path: Path) -> None:
    assert recall(str(tmp_path / "layout.toml")) == Memory()


@pytest.mark.parametrize("text", ["[[", "version = 99\n", "\x00\xff", ""])
def test_a_file_that_cannot_be_used_is_put_aside(tmp_path: Path, text: str) -> None:
    file = tmp_path / "layout.toml"
    file.write_bytes(text.encode("latin-1"))
    memory = recall(str(file))
    assert memory.bench == {}
    assert "put aside" in memory.trouble
    assert os.listdir(tmp_path) == ["layout.toml.broken"]


def test_what_does_not_fit_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "layout.toml"
    file.write_text('version = 1\nbench = 3\npanes = ["p1"]\n')
    assert recall(str(file)) == Memory()
