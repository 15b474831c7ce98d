"""A keymap of a person's own with something wrong in it: that is said, and the rest works."""

from pathlib import Path

from tests.conftest import Desk
from tests.ui.deeds.screens import has


def own_keymap(desk: Desk, text: str) -> Path:
    folder = Path(desk.env["XDG_CONFIG_HOME"]) / "muxer"
    (folder / "keymaps").mkdir()
    (folder / "keymaps" / "mine.toml").write_text(text)
    (folder / "config.toml").write_text('[look]\nkeymap = "mine"\n')
    return folder


def test_a_wrong_line_of_ones_own_keymap_is_said_and_the_rest_works(desk: Desk) -> None:
    own_keymap(desk, 'base = "tmux"\nprefix = "ctrl+a"\n[keys]\n"split.right" = ["|"]\n"pane.zom" = ["i"]\n')
    seat = desk.sit(cols=160)
    seat.wait_for(has("sh"))
    seat.wait_for("keymaps/mine.toml:5: no action named 'pane.zom': did you mean pane.zoom, ")
    seat.send("\x01|")
    seat.wait_for(has("sh-2"))
    seat.send("\x01z")
    seat.wait_for("zoomed")
    seat.send("\x01\x1b[27u\x02c")
    seat.wait_quiet()
    assert len(tab_names(desk)) == 1, "ctrl+b is the program's"


def test_a_keymap_that_is_no_toml_is_said_and_tmux_is_worn(desk: Desk) -> None:
    own_keymap(desk, 'prefix = "ctrl+a"\n[keys\n')
    seat = desk.sit(cols=160)
    seat.wait_for(has("sh"))
    seat.wait_for("keymaps/mine.toml:2: ")
    seat.send("\x02%")
    seat.wait_for(has("sh-2"))


def tab_names(desk: Desk) -> set[str]:
    return {pane["tab"] for pane in desk.json("ls")["panes"]}
