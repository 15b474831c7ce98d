import os
from pathlib import Path

import pytest

from muxer.memory import put_aside, write_toml


def test_a_file_is_put_aside_if_that_can_be(tmp_path: Path) -> None:
    file = tmp_path / "choices.toml"
    file.write_text("[[")
    assert put_aside(str(file)) == f"{file}.broken"
    assert os.listdir(tmp_path) == ["choices.toml.broken"]
    assert put_aside(str(file)) == str(file)


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
