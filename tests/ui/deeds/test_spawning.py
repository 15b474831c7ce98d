from typing import cast

import pytest

from muxer.model import AgentFacts
from muxer.ui.deeds.spawning import spawn
from muxer.ui.layout import Region
from muxer.ui.screens.spawn import Spawn
from tests.ui.bare_desk import BareDesk
from tests.ui.screens.test_spawn_form import AIDER, CLAUDE, CODEX


def desk(*names: str) -> BareDesk:
    bare = BareDesk(*names)
    bare.runtime.offered = [CLAUDE, CODEX, AIDER]
    return bare


def opened(bare: BareDesk) -> Spawn:
    spawn(bare.desk)
    return cast("Spawn", bare.done[-1])


def test_it_is_spawned_from_the_folder_of_the_pane_in_focus() -> None:
    bare = desk("sh")
    dialog = opened(bare)
    dialog._form.values["role"] = "reviewer"
    dialog._begin(dialog._form, "read it")
    assert bare.runtime.said == [
        ("spawn", {"cli": "claude-code", "n": 1, "restart": "never", "role": "reviewer", "prompt": "read it",
                   "cwd": "/home/sh", "no_attach": True})
    ]  # fmt: skip


def test_the_next_time_it_is_the_same_again() -> None:
    bare = desk("sh")
    dialog = opened(bare)
    dialog._form.values |= {"cli": "codex", "effort": "high", "name": "bob"}
    dialog._keep("half a")
    dialog._begin(dialog._form, "whole")
    again = opened(bare)
    assert again._form.arguments("")["effort"] == "high"
    assert again._draft == ""
    again._keep("half a")
    assert opened(bare)._draft == "half a"


def test_a_new_host_begins_with_what_the_last_agent_has() -> None:
    bare = desk("ada", "bob")
    for number, (cli, model) in enumerate((("claude-code", "old"), ("codex", "new")), 1):
        bare.runtime.agents[f"p{number}"] = AgentFacts(
            id=number, name="", pane=f"p{number}", cli=cli, model=model, spawned_at=number, workspace="clone", auto=True
        )
    values = opened(bare)._form.values
    assert (values["cli"], values["model"], values["workspace"], values["auto"]) == ("codex", "new", "clone", "yes")


@pytest.mark.parametrize("rows", [23, 1])
def test_where_no_room_is_left_it_gets_a_tab(rows: int) -> None:
    bare = desk("sh")
    bare.panes_room = Region(0, 0, 80 if rows > 1 else 20, rows)
    dialog = opened(bare)
    dialog._begin(dialog._form, "")
    ((_, arguments),) = cast("list[tuple[str, dict[str, object]]]", bare.runtime.said)
    assert arguments.get("split") == (None if rows > 1 else "none")


def test_without_a_pane_there_is_no_folder() -> None:
    bare = desk()
    dialog = opened(bare)
    dialog._begin(dialog._form, "")
    ((_, arguments),) = cast("list[tuple[str, dict[str, object]]]", bare.runtime.said)
    assert arguments["cwd"] == ""
