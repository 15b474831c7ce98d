"""`muxer keys`: told without a host, and the same by one."""

import json
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.table import VERBS, load_verbs, run
from muxer.errors import UnknownName, UsageError
from muxer.settings.actions import ACTIONS
from tests.conftest import Desk

load_verbs()


async def ask(**arguments: object) -> tuple[Any, str]:
    """What it answers, and how that reads."""
    verb = VERBS["keys"]
    answer = await run(verb, None, arguments)
    assert verb.show
    return answer, verb.show(answer)


async def test_all_actions_are_listed_with_their_keys() -> None:
    answer, words = await ask()
    assert {one["action"] for one in answer["keys"]} == set(ACTIONS)
    rows = {row.split("  ")[0]: row for row in words.splitlines()}
    assert "split: a shell to the right" in rows["ctrl+b % v"]
    assert rows["ctrl+b % v"].endswith("split.right")
    assert words.endswith("keymap tmux")


async def test_ones_own_keymap_is_meant_unless_another_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "muxer"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[look]\nkeymap = "vim"\n')
    assert (await ask())[0]["prefix"] == "ctrl+w"
    assert (await ask(keymap="zellij"))[0]["prefix"] == "ctrl+b"


async def test_a_key_is_explained() -> None:
    answer, words = await ask(what="explain", key=["ctrl+b"])
    assert answer["taken"]
    assert "begins a command" in words
    assert "Kept from those who have a use for it:\n  Claude Code  run the task in the background" in words


async def test_a_key_that_nobody_takes_goes_to_the_program() -> None:
    answer, words = await ask(what="explain", key=["ctrl+o"])
    assert not answer["taken"]
    assert words.splitlines()[0] == "ctrl+o         goes to the program"
    assert "Elsewhere:\n  Claude Code  show the whole transcript" in words


async def test_a_key_that_may_not_arrive_says_so() -> None:
    assert "It may not arrive: it is tab in most terminals" in (await ask(what="explain", key=["ctrl+i"]))[1]


async def test_a_command_key_says_where_it_is_set() -> None:
    words = (await ask(what="explain", key=["ctrl+b", "z"]))[1]
    assert words.startswith("ctrl+b z  zoom the pane, or show all again  ")
    assert "keymaps/tmux.toml:" in words


async def test_the_doctor_says_when_all_is_well() -> None:
    assert await ask(what="doctor", keymap="vim") == (
        {"keymap": "vim", "findings": []}, "Nothing is wrong with keymap vim.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"what": "explain"}, "explain needs KEY: muxer keys explain ctrl"),
        ({"what": "doctor", "key": ["x"]}, "doctor takes no KEY: muxer keys explain x"),
        ({"what": "explain", "key": ["ctrl+lfet"]}, "did you mean ctrl\\+left"),
    ],
)
async def test_words_that_are_off_are_answered_in_one_line(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        await ask(**arguments)


async def test_an_unknown_keymap_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean tmux"):
        await ask(keymap="tmx")


def test_it_needs_no_host_and_starts_none(desk: Desk) -> None:
    folder = Path(desk.env["XDG_CONFIG_HOME"]) / "muxer" / "keymaps"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text('base = "tmux"\n[keys]\n"pane.zom" = "z"\n')
    found = desk.run("keys", "doctor", "--keymap", "mine", check=False)
    assert found.returncode == 1
    assert "keymaps/mine.toml:3  no action named 'pane.zom': did you mean pane.zoom" in found.stdout
    said = json.loads(desk.run("keys", "explain", "ctrl+b", "z", "--json").stdout)
    assert said["does"][0]["action"] == "pane.zoom"
    assert "no muxer named 'desk' is running" in desk.run("ls", check=False).stderr
