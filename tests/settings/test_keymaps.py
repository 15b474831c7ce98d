from pathlib import Path

import pytest

from muxer import shipped
from muxer.errors import UnknownName, UsageError
from muxer.terminal.keys import Key, Mods
from muxer.settings.actions import ACTIONS
from muxer.settings.keymaps import read_keymap, spoken


@pytest.mark.parametrize("name", shipped.names("keymaps"))
def test_every_shipped_keymap_reaches_every_action(name: str) -> None:
    keymap = read_keymap(name)
    assert set(keymap.actions.values()) == set(ACTIONS)


def test_the_tmux_keymap_is_what_fingers_know() -> None:
    keymap = read_keymap("tmux")
    assert keymap.prefix == "ctrl+b"
    assert [keymap.actions[key] for key in '%"zxdc'] == [
        "split.right", "split.down", "pane.zoom", "pane.close", "client.detach", "tab.new",
    ]  # fmt: skip
    assert keymap.keys_of("focus.left") == ["left", "h"]


def write(folder: Path, text: str, name: str = "mine") -> None:
    place = folder / "config" / "muxer" / "keymaps"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.toml").write_text(text)


def test_ones_own_is_found_before_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, 'prefix = "ctrl+a"\n[keys]\n"split.right" = "|"\n', "tmux")
    keymap = read_keymap("tmux")
    assert (keymap.prefix, keymap.actions) == ("ctrl+a", {"|": "split.right"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[keys]\n"split.rihgt" = "x"\n', "mine.toml:2: no action named 'split.rihgt': did you mean split.right"),
        ('[keys]\n"split.right" = "ctrl+lfet"\n', "mine.toml:2:"),
        ('prefix = "ctrl+"\n', "mine.toml:1:"),
        ('prefx = "ctrl+b"\n', "mine.toml:1: no key named 'prefx': did you mean prefix"),
        ('[keys]\n"split.right" = "x"\n"pane.close" = "x"\n', "mine.toml:3: x already does split.right"),
        ("[keys\n", "mine.toml:"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    write(tmp_path, text)
    with pytest.raises(UsageError) as raised:
        read_keymap("mine")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_unknown_keymap_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean tmux"):
        read_keymap("tmx")


def test_a_key_is_spoken_by_what_it_types() -> None:
    assert spoken(Key("5", Mods.SHIFT, "%")) == "%"
    assert spoken(Key("b", Mods.CTRL | Mods.NUM_LOCK)) == "ctrl+b"
    assert spoken(Key("left")) == "left"
