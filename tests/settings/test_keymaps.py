"""What keymaps say: the shipped ones reach everything, and every way to do an action can be told."""

import pytest

from muxer import shipped
from muxer.errors import UnknownName
from muxer.settings.actions import ACTIONS
from muxer.settings.keymaps import Keymap, read_keymap, spoken, together
from muxer.terminal.keys import Key, Mods, parse_key

PALETTE_ONLY = {
    "tmux": {"mode.pane", "mode.tab", "mode.move", "mode.session"},
    "vim": {"mode.pane", "mode.tab", "mode.move", "mode.session"},
    "zellij": set[str](),
    "free": {"mode.pane", "mode.tab", "mode.move", "prefix.send"},
}
"""What no key does: modes that only zellij has, and a prefix where there is none."""


@pytest.mark.parametrize("name", shipped.names("keymaps"))
def test_every_shipped_keymap_reaches_every_action(name: str) -> None:
    keymap = read_keymap(name)
    assert keymap.troubles == ()
    assert {action for action in ACTIONS if not keymap.way(action)} == PALETTE_ONLY[name]


@pytest.mark.parametrize("name", shipped.names("keymaps"))
def test_the_three_verbs_have_keys_everywhere(name: str) -> None:
    keymap = read_keymap(name)
    assert all(keymap.way(verb) for verb in ("pane.attach", "broadcast.open", "promote.open"))


@pytest.mark.parametrize("name", shipped.names("keymaps"))
def test_whoever_locks_the_keys_can_unlock_them(name: str) -> None:
    assert read_keymap(name).modes["lock"]["ctrl+g"] == "mode.leave"


def test_the_tmux_keymap_is_what_fingers_know() -> None:
    keymap = read_keymap("tmux")
    assert keymap.prefix == "ctrl+b"
    assert [keymap.keys[key] for key in '%"zxdc[]!&,;o'] == [
        "split.right", "split.down", "pane.zoom", "pane.close", "client.detach", "tab.new", "copy.enter",
        "buffer.paste", "pane.break", "tab.close", "tab.rename", "focus.last", "focus.waiting",
    ]  # fmt: skip
    assert keymap.keys["ctrl+b"] == "prefix.send"
    assert keymap.keys["i"] == "attention.open"


KEYMAP = Keymap(
    name="test",
    prefix="ctrl+b",
    keys={" ": "layout.next", "%": "split.right", "r": "mode.resize", "[": "copy.enter"},
    direct={"ctrl+alt+n": "split.right"},
    modes={
        "resize": {"h": "resize.left", "r": "mode.resize"},
        "pane": {"p": "mode.pane", "x": "pane.close"},
        "copy": {"q": "copy.leave"},
    },
)


@pytest.mark.parametrize(
    ("action", "ways"),
    [
        ("split.right", ["ctrl+alt+n", "ctrl+b %"]),
        ("layout.next", ["ctrl+b space"]),
        ("resize.left", ["ctrl+b r h"]),
        ("copy.leave", ["ctrl+b [ q"]),
        ("mode.resize", ["ctrl+b r", "ctrl+b r r"]),
        ("pane.close", []),
        ("mode.pane", []),
    ],
)
def test_every_way_to_do_an_action_is_told(action: str, ways: list[str]) -> None:
    assert list(KEYMAP.ways(action)) == ways
    assert KEYMAP.way(action) == (ways[0] if ways else "")


def test_ways_are_said_in_few_words() -> None:
    assert together(["ctrl+b %", "ctrl+b v", "alt+n", "ctrl+b r h"]) == "ctrl+b % v, alt+n, ctrl+b r h"
    assert together([]) == ""


def test_an_unknown_keymap_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean tmux"):
        read_keymap("tmx")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Key("5", Mods.SHIFT, "%"), "%"),
        (Key("b", Mods.CTRL | Mods.NUM_LOCK), "ctrl+b"),
        (Key("left"), "left"),
        (parse_key("space"), " "),
        (Key("и", Mods.CTRL, "и", base="b"), "ctrl+b"),
        (Key("З", Mods.CTRL | Mods.SHIFT, "З", base="p"), "ctrl+shift+p"),
        (Key("и", text="и", base="b"), "и"),
    ],
)
def test_a_key_is_spoken_by_what_it_types_or_where_it_lies(key: Key, name: str) -> None:
    assert spoken(key) == name
