import os
from pathlib import Path

import pytest

from muxer.memory import Memory, recall, remember, write_toml


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


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "choices.toml"
    write_toml(str(file), {"look": {"theme": "day"}}, head="# ours\n")
    assert file.read_text() == '# ours\n[look]\ntheme = "day"\n'
    (tmp_path / "choices.toml.new").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_toml(str(file), {})
    assert file.read_text() == '# ours\n[look]\ntheme = "day"\n'


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full disk")
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    file = tmp_path / "choices.toml"
    file.write_text("old = 1\n")
    (tmp_path / "choices.toml.new").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"):
        write_toml(str(file), {"a": 1})
    assert file.read_text() == "old = 1\n"
    assert os.listdir(tmp_path) == ["choices.toml"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "choices.toml").symlink_to(tmp_path / "elsewhere" / "mine.toml")
    write_toml(str(tmp_path / "choices.toml"), {"a": 1})
    assert (tmp_path / "choices.toml").is_symlink()
    assert (tmp_path / "elsewhere" / "mine.toml").read_text() == "a = 1\n"
