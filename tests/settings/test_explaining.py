"""What a key does and hides; what a doctor says of a keymap."""

from pathlib import Path

import pytest

from muxer.errors import UsageError
from muxer.settings.explaining import Finding, examine, explain
from muxer.settings.keymaps import Keymap, read_keymap
from muxer.settings.known_chords import AGENTS, OUTSIDE


def layers(keymap: Keymap, *written: str) -> list[tuple[str, str, str]]:
    return [(one.layer, one.how, one.action) for one in explain(keymap, list(written)).does]


def test_a_key_is_explained_layer_by_layer() -> None:
    assert layers(read_keymap("tmux"), "l") == [
        ("keys", "ctrl+b l", "focus.right"), ("mode.resize", "ctrl+b r l", "resize.right"),
        ("mode.copy", "ctrl+b [ l", "copy.right"),
    ]  # fmt: skip


def test_with_the_prefix_before_it_only_that_layer_is_meant() -> None:
    assert layers(read_keymap("tmux"), "ctrl+b", "l") == [("keys", "ctrl+b l", "focus.right")]
    assert layers(read_keymap("tmux"), "C-b l") == [("keys", "ctrl+b l", "focus.right")]


def test_a_key_that_no_program_gets_says_so() -> None:
    zellij = read_keymap("zellij")
    assert [explain(zellij, [key]).taken for key in ("ctrl+p", "ctrl+b", "ctrl+x", "l")] == [True, True, False, False]
    assert not explain(zellij, ["ctrl+b", "l"]).taken


def test_the_prefix_is_explained_with_whom_it_is_kept_from() -> None:
    found = explain(read_keymap("tmux"), ["ctrl+b"])
    assert [(one.layer, one.words) for one in found.does] == [
        ("prefix", "begins a command"), ("keys", "send the prefix to the program"),
    ]  # fmt: skip
    assert ("Claude Code", "run the task in the background") in found.uses


def test_every_place_is_the_line_that_names_the_key() -> None:
    for one in explain(read_keymap("zellij"), ["ctrl+p"]).does:
        if one.where:
            file, _, line = one.where.rpartition(":")
            assert "ctrl+p" in Path(file).read_text().splitlines()[int(line) - 1]


def test_space_is_a_key() -> None:
    assert explain(read_keymap("tmux"), [" "]).key == explain(read_keymap("tmux"), ["space"]).key == "space"


@pytest.mark.parametrize("written", [["ctrl+b", "l", "x"], ["l", "x"]])
def test_more_than_one_key_is_refused(written: list[str]) -> None:
    with pytest.raises(UsageError, match="explain takes ctrl\\+b and one key, or one key, not"):
        explain(read_keymap("tmux"), written)


# ---- the doctor


def found_in(folder: Path, text: str) -> list[Finding]:
    place = folder / "config" / "muxer" / "keymaps"
    place.mkdir(parents=True)
    (place / "mine.toml").write_text(text)
    return examine(read_keymap("mine"))


@pytest.mark.parametrize(
    ("text", "kind", "line", "words"),
    [
        ('prefix = "ctrl+a"\n[keys]\n"pane.zom" = "z"', "wrong", 3, "no action named 'pane.zom'"),
        ('prefix = "ctrl+a"\n[keys]\n"pane.zoom" = "ctrl+i"', "unsent", 3, "ctrl+i (zoom): it is tab"),
        ('prefix = "ctrl+i"', "unsent", 1, "ctrl+i (the prefix): it is tab"),
        ('[direct]\n"pane.zoom" = "super+z"', "unsent", 2, "super+z (zoom): desktops keep it"),
        (
            '[direct]\n"pane.zoom" = "ctrl+alt+t"',
            "taken",
            2,
            "ctrl+alt+t (zoom) may never come, it belongs to desktops",
        ),
        ('[direct]\n"pane.zoom" = "ctrl+o"', "hides", 2, "ctrl+o (zoom) hides a key of Claude Code: show the whole"),
        ('[mode.pane]\n"pane.zoom" = "z"', "unentered", 2, "no key enters pane mode, so its 1 keys do nothing"),
    ],
)
def test_the_doctor_names_what_is_doubtful(tmp_path: Path, text: str, kind: str, line: int, words: str) -> None:
    first, *_ = found_in(tmp_path, text)
    assert (first.kind, first.where.rpartition(":")[2]) == (kind, str(line))
    assert words in first.words


def test_a_key_that_seldom_comes_is_no_matter_where_another_does_the_same(tmp_path: Path) -> None:
    assert found_in(tmp_path, 'prefix = "ctrl+a"\n[keys]\n"pane.zoom" = ["ctrl+i", "z"]') == []


def test_what_is_wrong_comes_first(tmp_path: Path) -> None:
    found = found_in(tmp_path, '[direct]\n"pane.zoom" = ["ctrl+o", "ctrl+i", "x"]\n"pane.zom" = "y"')
    assert [one.kind for one in found][:2] == ["wrong", "wrong"]
    assert found[-1].kind == "hides"


@pytest.mark.parametrize("name", ["tmux", "vim", "free"])
def test_the_shipped_keymaps_hide_no_key_of_an_agent_but_the_prefix(name: str) -> None:
    keymap = read_keymap(name)
    assert all("(the prefix)" in one.words for one in examine(keymap))


def test_free_takes_no_chord_that_somebody_else_owns() -> None:
    keymap = read_keymap("free")
    owners = {use.owner for key in keymap.direct for use in explain(keymap, [key]).uses}
    assert not owners & {*AGENTS, *OUTSIDE}
