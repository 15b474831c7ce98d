import os
import re
import tomllib

from muxer.config import Config, every_key, read_settings, user_file
from muxer.settings.sample import sample, written


def test_the_sample_sets_nothing_and_names_everything() -> None:
    data = tomllib.loads(sample())
    assert [value for table in data.values() for value in table] == []
    settings = re.sub(r"(?m)^# (\w+ = )", r"\1", sample())
    found = [(group, name) for group, table in tomllib.loads(settings).items() for name in table]
    assert found == list(every_key())


def test_its_values_are_the_defaults() -> None:
    os.makedirs(os.path.dirname(user_file()))
    with open(user_file(), "w", encoding="utf-8") as file:
        file.write(re.sub(r"(?m)^# (\w+ = )", r"\1", sample()))
    assert read_settings().troubles == ()
    assert read_settings().config == Config()


def test_values_are_written_as_toml_has_them() -> None:
    for value in (True, 7, "", 'a "b" \\ c', [], ["a", 'b"']):
        assert tomllib.loads(f"k = {written(value)}") == {"k": value}
