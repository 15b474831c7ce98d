from pathlib import Path

import pytest

from muxer import shipped
from muxer.errors import UnknownName


def test_the_checkouts_files_are_found_first() -> None:
    root = Path(shipped.__file__).parent.parent
    assert shipped.find("themes", "night") == str(root / "themes" / "night.toml")
    assert {"night", "day", "contrast"} <= set(shipped.names("themes"))


def test_ones_own_come_before_all(tmp_path: Path) -> None:
    own = tmp_path / "config" / "muxer" / "themes"
    own.mkdir(parents=True)
    (own / "night.toml").touch()
    (own / "mine.toml").touch()
    assert shipped.find("themes", "night") == str(own / "night.toml")
    assert "mine" in shipped.names("themes")


@pytest.mark.parametrize("name", ["nihgt", "../themes/night", "", "/etc/passwd"])
def test_no_other_file_is_ever_named(name: str) -> None:
    with pytest.raises(UnknownName):
        shipped.find("themes", name)
