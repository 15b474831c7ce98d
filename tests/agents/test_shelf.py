from pathlib import Path

from muxer.agents.reading import read_clis
from muxer.agents.shelf import Shelf


def test_it_holds_what_the_files_say(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('binary = ["mine"]\n')
    shelf = Shelf(str(tmp_path))
    assert dict(shelf) == read_clis(str(tmp_path))[0]
    assert shelf["mine"].binary == ("mine",)
    assert "yours" not in shelf
    assert shelf.troubles == []


def test_files_are_read_when_one_is_asked_for_and_then_no_more(tmp_path: Path) -> None:
    shelf = Shelf(str(tmp_path))
    (tmp_path / "mine.toml").write_text('binary = ["mine"]\n')
    assert "mine" in shelf
    (tmp_path / "mine.toml").unlink()
    assert "mine" in shelf


def test_what_is_wrong_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("binari = []\n")
    (trouble, *_) = Shelf(str(tmp_path)).troubles
    assert "mine.toml:1:" in trouble
