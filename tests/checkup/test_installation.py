import os
from pathlib import Path

import pytest

from muxer.checkup.installation import engine, keys, settings, version
from muxer.errors import UsageError


def written(name: str, text: str) -> None:
    file = Path(os.environ["XDG_CONFIG_HOME"], "muxer", name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_the_version_names_what_muxer_runs_on() -> None:
    (one,) = version()
    assert " on Python 3." in one.finding
    assert " and SQLite 3." in one.finding


def test_the_engine_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUXER_ENGINE", "portable")
    (one,) = engine()
    assert (one.finding, one.grade) == ("portable: MUXER_ENGINE asks for it", "fine")
    monkeypatch.setenv("MUXER_ENGINE", "nonsense")
    with pytest.raises(UsageError, match="names no engine"):
        list(engine())


def test_what_is_left_out_of_the_settings_is_wrong() -> None:
    assert [one.grade for one in settings("")] == ["fine"]
    written("config.toml", '[look]\nclok = 3\ntheme = "dya"\n')
    found = list(settings(""))
    assert [one.grade for one in found] == ["wrong", "wrong"]
    assert "config.toml:2" in found[0].finding


def test_lines_that_a_keymap_leaves_out_are_wrong() -> None:
    assert [one.grade for one in keys()] == ["fine"]
    written("keymaps/mine.toml", '[prefix.keys]\n"no such key" = "tab.new"\n')
    written("config.toml", '[look]\nkeymap = "mine"\n')
    (one,) = keys()
    assert (one.grade, one.remedy) == ("wrong", "muxer keys doctor")
