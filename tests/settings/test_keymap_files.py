"""Keymap files that people write: inherited, unbound, and wrong in every way; one line each, and the rest works."""

import time
from pathlib import Path

import pytest

from muxer.errors import UnknownName, UsageError
from muxer.settings.keymaps import Keymap, read_keymap


def write(folder: Path, text: str, name: str = "mine") -> Path:
    place = folder / "config" / "muxer" / "keymaps"
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{name}.toml"
    file.write_text(text)
    return file


def read(folder: Path, text: str) -> Keymap:
    write(folder, text)
    return read_keymap("mine")


def test_ones_own_is_found_before_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, 'prefix = "ctrl+a"\n[keys]\n"split.right" = "|"\n', "tmux")
    keymap = read_keymap("tmux")
    assert (keymap.prefix, keymap.keys) == ("ctrl+a", {"|": "split.right", "ctrl+a": "prefix.send"})


# ---- inheriting


BASED = """base = "tmux"
prefix = "ctrl+a"
[keys]
"split.right" = ["|"]
"pane.mute" = ["z", "i"]
"tab.close" = []
none = ["!"]
[mode.resize]
"resize.left" = ["a"]
[mode.copy]
"copy.leave" = ["x"]
"""


def test_a_base_gives_what_a_file_does_not_change(tmp_path: Path) -> None:
    keymap, tmux = read(tmp_path, BASED), read_keymap("tmux")
    assert keymap.troubles == ()
    changed = {key: action for key, action in keymap.keys.items() if tmux.keys.get(key) != action}
    assert changed == {"|": "split.right", "z": "pane.mute", "i": "pane.mute", "ctrl+a": "prefix.send"}
    assert tmux.keys.keys() - keymap.keys.keys() == {"&", "!", "ctrl+b"}
    assert keymap.modes["resize"] == tmux.modes["resize"] | {"a": "resize.left"}


def test_ones_own_key_is_the_one_that_help_names(tmp_path: Path) -> None:
    assert list(read(tmp_path, BASED).ways("split.right")) == ["ctrl+a |", "ctrl+a %", "ctrl+a v"]


def test_copy_mode_keeps_its_keys_beside_ones_own(tmp_path: Path) -> None:
    copy = read(tmp_path, BASED).modes["copy"]
    assert (copy["x"], copy["q"]) == ("copy.leave", "copy.leave")


def test_every_key_knows_its_file_and_line(tmp_path: Path) -> None:
    keymap = read(tmp_path, BASED)
    mine = tmp_path / "config" / "muxer" / "keymaps" / "mine.toml"
    assert keymap.places["keys", "|"] == f"{mine}:4"
    assert keymap.places["mode.resize", "a"] == f"{mine}:9"
    assert keymap.places["prefix", ""] == keymap.places["keys", "ctrl+a"] == f"{mine}:2"
    file, _, line = keymap.places["keys", "%"].rpartition(":")
    assert Path(file).name == "tmux.toml"
    assert '"%"' in Path(file).read_text().splitlines()[int(line) - 1]


def test_a_file_may_change_the_shipped_one_of_its_own_name(tmp_path: Path) -> None:
    write(tmp_path, 'base = "tmux"\n[keys]\n"pane.close" = ["X"]\n', "tmux")
    keymap = read_keymap("tmux")
    assert keymap.troubles == ()
    assert (keymap.keys["X"], keymap.keys["z"]) == ("pane.close", "pane.zoom")


def test_files_that_are_based_on_each_other_are_said_and_still_work(tmp_path: Path) -> None:
    write(tmp_path, 'base = "mine"\n[keys]\n"pane.zoom" = ["z"]\n', "other")
    keymap = read(tmp_path, 'base = "other"\nprefix = "ctrl+a"\n')
    assert keymap.keys["z"] == "pane.zoom"
    assert len(keymap.troubles) == 1
    assert "other.toml:1: no keymap named 'mine'" in keymap.troubles[0]


def test_the_trouble_of_a_base_names_its_own_file(tmp_path: Path) -> None:
    write(tmp_path, '[keys]\n"pane.zoom" = ["z"]\n"pane.zom" = ["y"]\n', "other")
    keymap = read(tmp_path, 'base = "other"\nprefix = "ctrl+a"\n')
    assert [line.partition(": ")[0][-12:] for line in keymap.troubles] == ["other.toml:3"]


def test_a_base_is_a_name_and_no_path(tmp_path: Path) -> None:
    write(tmp_path, 'prefix = "ctrl+q"\n', "../elsewhere")
    assert read(tmp_path, 'base = "../elsewhere"\n').prefix == ""


# ---- what is wrong

GOOD = '[keys]\n"pane.zoom" = "z"\n'

WRONG = [
    ('prefix = "ctrl+b"\n[keys]\n"split.rihgt" = "x"\n', ":3: no action named 'split.rihgt': did you mean split.right"),
    (
        'prefix = "ctrl+b"\n[keys]\n"split.right" = "ctrl+lfet"\n',
        ":3: no key named 'ctrl+lfet': did you mean ctrl+left?",
    ),
    ('prefix = "ctrl+b"\n[keys]\n"split.right" = ["v",\n  "|",\n  "ctrl+lfet"]\n', ":5: no key named 'ctrl+lfet'"),
    ('prefix = "ctrl+b"\n[keys]\n"split.right" = 5\n', ":3: a key is written like ctrl+a, not 5"),
    ('prefix = "ctrl+b"\n[keys]\n"split.right" = ["a", {b = 1}]\n', ":3: a key is written like ctrl+a, not"),
    ('prefix = "ctrl+b"\n[keys]\n"split.right" = "x"\n"pane.close" = "x"\n', ":4: x already does split.right"),
    ('prefix = "ctrl+b"\n[keys]\nsplit.right = "x"\npane.close = "x"\n', ":4: x already does split.right"),
    ('prefix = "ctrl+b"\n[keys]\n"split.right" = "space"\n"pane.close" = " "\n', ":4: space already does split.right"),
    ('prefix = "ctrl+b"\nkeys = {"split.right" = "x", "pane.close" = "x"}\n', ":2: x already does split.right"),
    ('prefix = "ctrl+b"\nkeys = 3\n', ":2: [keys] must be a table of actions and their keys"),
    ('prefix = "ctrl+b"\n[keys]\n"split.right" = "capslock"\n', ":3: capslock cannot be bound here: no terminal sends"),
    ('prefix = "ctrl+b"\n[keys]\n"split.right" = "left_shift"\n', ":3: left_shift cannot be bound here"),
    ('[direct]\n"split.right" = "x"\n', ":2: x cannot be bound here: programs need that key"),
    ('[direct]\n"split.right" = "X"\n', ":2: X cannot be bound here: programs need that key"),
    ('[direct]\n"split.right" = "space"\n', ":2: space cannot be bound here"),
    ('[direct]\n"split.right" = "enter"\n', ":2: enter cannot be bound here"),
    ('[direct]\n"split.right" = "é"\n', ":2: é cannot be bound here"),
    (
        'prefix = "ctrl+b"\n[direct]\n"split.right" = "ctrl+b"\n',
        ":3: ctrl+b is the prefix and cannot do split.right too",
    ),
    ('prefix = "ctrl+b"\n[mode.resize]\n"split.right" = "ctrl+b"\n', ":3: ctrl+b is the prefix"),
    ('[keys]\n"split.right" = "x"\n', ":2: x in [keys] needs a prefix before it"),
    ('prefix = "ctrl+"\n', ":1: no key named 'ctrl+'"),
    ("prefix = 5\n", ":1: prefix must be a key like ctrl+b, not 5"),
    ('prefx = "ctrl+b"\n', ":1: no key named 'prefx': did you mean prefix"),
    ('[kyes]\n"split.right" = "x"\n', ":1: no key named 'kyes': did you mean keys"),
    ('[mode.rezise]\n"split.right" = "x"\n', ":1: no mode named 'rezise': did you mean resize"),
    ('mode = "x"\n', ":1: mode must be tables"),
    ('[mode]\nresize = "x"\n', ":2: [mode.resize] must be a table"),
    ('base = "tmx"\n', ":1: no keymap named 'tmx': did you mean tmux"),
    ("base = 5\n", ":1: base must be the name of a keymap, not 5"),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=[words for _, words in WRONG])
def test_what_is_wrong_is_one_line_with_file_and_line_and_the_rest_works(tmp_path: Path, text: str, words: str) -> None:
    text += '\n[mode.move]\n"swap.left" = ["h"]\n' if not text.startswith("mode =") else ""
    keymap = read(tmp_path, text)
    assert len(keymap.troubles) == 1, keymap.troubles
    file = tmp_path / "config" / "muxer" / "keymaps" / "mine.toml"
    assert keymap.troubles[0].startswith(f"{file}{words}")
    assert "\n" not in keymap.troubles[0]
    if "move" in text:
        assert keymap.modes["move"] == {"h": "swap.left"}


def test_every_wrong_line_is_said(tmp_path: Path) -> None:
    lines = "".join(f'"nothing.{n}" = "x"\n' for n in range(5))
    keymap = read(tmp_path, f'prefix = "ctrl+b"\n[keys]\n"pane.zoom" = "z"\n{lines}"pane.close" = "z"\n')
    assert [line.split(":")[1] for line in keymap.troubles] == ["4", "5", "6", "7", "8", "9"]
    assert keymap.keys["z"] == "pane.zoom"


@pytest.mark.parametrize("text", ["[keys\n", 'prefix = "a\n', "\x00"])
def test_a_file_that_is_no_toml_raises_one_line(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    with pytest.raises(UsageError, match=r"mine\.toml:\d") as raised:
        read_keymap("mine")
    assert "\n" not in str(raised.value)


def test_no_such_file_raises(tmp_path: Path) -> None:
    write(tmp_path, "")
    with pytest.raises(UnknownName, match="did you mean mine"):
        read_keymap("mien")


def test_an_empty_file_is_a_keymap_without_keys(tmp_path: Path) -> None:
    keymap = read(tmp_path, "")
    assert (keymap.prefix, keymap.keys, keymap.direct, keymap.troubles) == ("", {}, {}, ())
    assert keymap.modes["lock"] == {"ctrl+g": "mode.leave"}


def test_a_large_file_is_read_quickly(tmp_path: Path) -> None:
    lines = "".join(f'"nothing.{n}" = ["ctrl+x"]\n' for n in range(20_000))
    began = time.perf_counter()
    keymap = read(tmp_path, f'prefix = "ctrl+b"\n[keys]\n{lines}"pane.zoom" = "z"\n')
    assert len(keymap.troubles) == 20_000
    assert keymap.troubles[-1].split(":")[1] == "20002"
    assert keymap.keys["z"] == "pane.zoom"
    assert time.perf_counter() - began < 15
