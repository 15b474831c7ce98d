import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.errors import UsageError
from muxer.memory import write_toml
from muxer.toml import LARGEST, key_lines, line_of, read_toml

TEXT = '''a = [
 1, # ]
 2,
]
[b]
c = """
x\\"""
"""
d = 1
"q \\u006b".x = {u = 1, v = {w = "}"}, z=[1,{y=2}]} # c
[[l]]
n=1
[l.sub]
k=1
[[l]]
n=2
[ x . "y" ]
k = 2020-01-01 00:00:00
e = """a""""
g=3
'''


def test_every_key_stands_on_its_line() -> None:
    tomllib.loads(TEXT)
    lines = {".".join(path): line for path, line in key_lines(TEXT).items()}
    assert lines["a"] == 1
    assert lines["a.1"] == 3
    assert lines["b"] == 5
    assert lines["b.c"] == 6
    assert lines["b.d"] == 9
    assert lines["b.q k.x.v.w"] == 10
    assert lines["b.q k.x.z.1.y"] == 10
    assert lines["l.0.n"] == 12
    assert lines["l.0.sub.k"] == 14
    assert lines["l.1.n"] == 16
    assert lines["x.y.k"] == 18
    assert lines["x.y.g"] == 20


def test_a_key_that_is_not_there_is_looked_for_in_its_table() -> None:
    assert line_of(TEXT, ["b", "no such"]) == 5
    assert line_of(TEXT, ["b", "d"]) == 9
    assert line_of(TEXT, ["nothing"]) == 1


def test_a_text_that_is_no_toml_has_the_lines_before_it() -> None:
    assert key_lines("a = 1\n= 2\nb = 3\n") == {("a",): 1}


tables = st.recursive(
    st.one_of(st.integers(-9, 9), st.text(max_size=5), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=12,
)


def paths(data: object, above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, value in members for at in [(*above, str(key))] for found in (at, *paths(value, at))]


@given(st.dictionaries(st.text(max_size=4), tables, max_size=4))
def test_whatever_can_be_written_is_found(tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]) -> None:
    file = tmp_path_factory.mktemp("toml") / "any.toml"
    write_toml(str(file), data)
    text = file.read_text()
    assert key_lines(text).keys() == set(paths(data))
    assert read_toml(str(file)) == (text, tomllib.loads(text))


def refused(file: Path) -> str:
    with pytest.raises(UsageError) as raised:
        read_toml(str(file))
    assert "\n" not in str(raised.value)
    assert str(raised.value).startswith(str(file))
    return str(raised.value).removeprefix(str(file))


def test_no_file_is_nothing(tmp_path: Path) -> None:
    assert read_toml(str(tmp_path / "none.toml")) == ("", {})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a = 1\n[look\n", ":2: expected ']' at the end of a table declaration"),
        (b"a = 1\nb = \n", ":2: invalid value"),
        (b'a = 1\nb = "half', ":2: "),
        (b"a = 1\nb = '\xff'\n", ":2: not UTF-8"),
        (b"a = " + b"[" * 100_000, ": "),
        (b"a = " + b"1" * 5_000, ": "),
        (b"#" * (LARGEST + 1), ": more than 1 MB"),
        (b"\x00", ":1: "),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(data)
    assert refused(file).startswith(words)


def test_what_is_no_file_is_one_line_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "pipe") == ": cannot be read: it is no file"
    assert refused(tmp_path) == ": cannot be read: it is a folder"
    (tmp_path / "loop").symlink_to("loop")
    assert refused(tmp_path / "loop").startswith(": cannot be read: ")


def test_what_other_systems_write_is_read(tmp_path: Path) -> None:
    file = tmp_path / "dos.toml"
    file.write_bytes(b"\xef\xbb\xbfa = 1\r\n[b]\r\nc = 2\r\n")
    text, data = read_toml(str(file))
    assert data == {"a": 1, "b": {"c": 2}}
    assert line_of(text, ["b", "c"]) == 3
