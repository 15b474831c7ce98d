from pathlib import Path

import pytest

from muxer.config import Config, line_of, read_config
from muxer.errors import UsageError


def read(folder: Path, text: str) -> Config:
    file = folder / "config.toml"
    file.write_text(text)
    return read_config(str(file))


def test_without_a_file_everything_has_a_default() -> None:
    assert read_config() == Config()
    assert read_config().panes.scrollback == 10_000


def test_what_is_set_is_set(tmp_path: Path) -> None:
    config = read(tmp_path, '[clients]\nsize = "latest"\n[panes]\nscrollback = 500\n')
    assert (config.clients.size, config.panes.scrollback) == ("latest", 500)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[clients]\nsize = "smalest"\n', "config.toml:2: clients.size: invalid enum value 'smalest'"),
        ('[look]\nthem = "day"\n', "config.toml:2: unknown key them: did you mean theme?"),
        ("[panes]\n\nscrollback = -1\n", "config.toml:3: panes.scrollback: expected int >= 0"),
        ("[pane]\n", "config.toml:1: unknown key pane: did you mean panes?"),
        ("[look\n", "config.toml: Expected ']'"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as raised:
        read(tmp_path, text)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_folder_in_place_of_the_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        read_config(str(tmp_path))


def test_a_line_is_found_behind_values_of_several_lines() -> None:
    text = 'a = [\n 1,\n 2,\n]\n[b]\nc = """\nx\n"""\nd = 1\n'
    assert line_of(text, ["b", "d"]) == 9
