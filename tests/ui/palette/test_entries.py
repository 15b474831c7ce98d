import pytest

from muxer.settings.actions import ACTIONS
from muxer.settings.copying import COPY_ACTIONS
from muxer.ui.palette.entries import Entries, is_offered
from tests.ui.bare_desk import BareDesk

UNOFFERED = {"palette.open", "palette.line", "palette.goto", "mode.leave"}
"""What the palette is itself, and what only has a meaning while it is closed."""


def test_everything_that_a_key_can_do_is_offered() -> None:
    bare = BareDesk(*(f"pane-{n}" for n in range(1, 10)))
    for pane in tuple(bare.views)[1:]:
        bare.bench.close(pane)
        bare.bench.place(pane, way="none")
    offered = {entry.id for entry in Entries(bare.desk).all}
    inside = {action.id for action in COPY_ACTIONS}
    modes = {f"mode.{name}" for name in bare.look.keymap.modes}
    missing = {
        name
        for name in ACTIONS
        if name not in offered | inside | UNOFFERED and not (name.startswith("mode.") and name not in modes)
    }
    assert missing == set()
    assert not offered & (inside | UNOFFERED)


def test_an_action_has_its_key_and_is_done_by_its_id() -> None:
    bare = BareDesk("ada")
    entry = next(entry for entry in Entries(bare.desk).all if entry.id == "pane.zoom")
    assert (entry.label, entry.aside) == (ACTIONS["pane.zoom"].words, bare.look.keymap.way("pane.zoom"))
    assert entry.do
    entry.do()
    assert bare.done == ["pane.zoom"]


def test_every_offered_action_does_its_deed() -> None:
    bare = BareDesk("ada")
    for entry in Entries(bare.desk).all:
        if entry.id in ACTIONS and not entry.id.startswith("tab."):
            assert entry.do
            entry.do()
    wanted = [name for name in ACTIONS if is_offered(ACTIONS[name], bare.look.keymap.modes)]
    assert {*bare.done} == {name for name in wanted if not name.startswith("tab.")}


def test_a_pane_and_a_tab_are_gone_to() -> None:
    bare = BareDesk("ada", "bob")
    bare.add("p9", "cyd", tab="logs")
    entries = {entry.label: entry for entry in Entries(bare.desk).all}
    assert entries["cyd"].aside == "pane · tab logs"
    for label, focus in (("ada", "p1"), ("tab 2 logs", "p9"), ("tab 1", "p1"), ("cyd", "p9")):
        go = entries[label].do
        assert go
        go()
        assert bare.bench.focus == focus, label


def test_places_only() -> None:
    groups = {entry.id.split()[0].split(".")[0] for entry in Entries(BareDesk("ada").desk, places_only=True).all}
    assert groups == {"pane", "tab", "theme"}


def test_themes_and_keymaps_are_worn() -> None:
    bare = BareDesk("ada")
    entries = {entry.id: entry for entry in Entries(bare.desk).all}
    assert entries["theme night"].aside == "in use"
    for name in ("theme day", "keymap tmux"):
        wear = entries[name].do
        assert wear
        wear()
    assert bare.done == [
        ("wear", "day"), ("look", "theme", "day"), ("wear", "tmux"), ("look", "keymap", "tmux"),
    ]  # fmt: skip


async def test_a_verb_that_needs_no_word_is_run_where_the_focus_is_and_others_become_the_line() -> None:
    bare = BareDesk("ada")
    entries = {entry.id: entry for entry in Entries(bare.desk).all}
    assert entries[":kill"].fill == ":kill "
    assert entries[":send"].label == ":send PANE TEXT"
    assert entries[":new"].label == ":new [COMMAND…]"
    assert not entries[":new"].fill
    run = entries[":ls"].run
    assert run
    bare.runtime.answer = "one pane"
    assert await run() == "one pane"
    assert bare.runtime.said == [("ls", "/home/ada")]


@pytest.mark.parametrize("keymap", ["tmux", "zellij"])
def test_modes_are_offered_where_the_keymap_has_them(keymap: str) -> None:
    bare = BareDesk("ada", keymap=keymap)
    offered = {entry.id for entry in Entries(bare.desk).all}
    for name in ("resize", "tab", "lock"):
        assert (f"mode.{name}" in offered) == (name in bare.look.keymap.modes)
