"""The verb on saved layouts, against real programs and a stage that only remembers."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.table import VERBS, load_verbs, run, verb_named
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.events import Warned
from muxer.settings.layouts import layout_file, layouts_folder, read_layout
from tests.house import House, house_in

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


async def layout(house: House, *words: str, **options: object) -> Any:
    action, *name = words
    return await run(verb_named("layout"), house.services, {"action": action, "name": "".join(name), **options})


async def build(house: House, folder: Path) -> None:
    await house.services.open_pane([], cwd="/")
    await house.services.open_pane(["cat"], cwd=str(folder))


async def test_saving_writes_programs_and_folders_and_opening_starts_them(house: House, tmp_path: Path) -> None:
    await build(house, tmp_path)
    saved = await layout(house, "save", "api")
    assert saved["panes"] == ["sh", "cat"]
    read = read_layout("api")
    assert (read.panes["sh"].cwd, read.panes["sh"].command) == ("/", ())
    assert (read.panes["cat"].cwd, read.panes["cat"].command) == (str(tmp_path), ("cat",))
    assert read.focus == "cat"
    assert os.stat(layouts_folder()).st_mode & 0o077 == 0
    opened = await layout(house, "open", "api")
    assert (opened["tab"], opened["troubles"]) == ("api", [])
    assert house.screen.tree["children"] == opened["panes"] == ["p3", "p4"]
    names = {pane.id: (pane.name, pane.shell, pane.cwd) for pane in house.panes.living.values()}
    assert names["p3"] == ("sh-2", True, "/")
    assert names["p4"] == ("cat-2", False, str(tmp_path))
    show = VERBS["layout"].show
    assert show
    assert show(opened) == "opened in tab api"


async def test_a_home_is_written_as_such(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "src").mkdir()
    await house.services.open_pane(["cat"], cwd=str(tmp_path / "src"))
    await layout(house, "save", "api")
    assert read_layout("api").panes["cat"].cwd == "~/src"
    await layout(house, "open", "api")
    assert house.panes.living["p2"].cwd == str(tmp_path / "src")


async def test_what_is_gone_is_a_shell_near_it_and_is_said(house: House, tmp_path: Path) -> None:
    os.makedirs(layouts_folder())
    Path(layout_file("api")).write_text(
        f"[tree]\naxis = 'row'\nchildren = [{{pane = 'a'}}, {{pane = 'b'}}, {{pane = 'c'}}]\n"
        f"[pane.a]\ncwd = '{tmp_path}/no/such'\ncommand = ['cat']\n"
        f"[pane.b]\ncwd = '{tmp_path}'\ncommand = ['/no/such/program']\n"
        f"[pane.c]\ncwd = '{tmp_path}'\ncommand = ['cat']\n"
    )
    opened = await layout(house, "open", "api")
    file = layout_file("api")
    assert opened["panes"] == ["p1", "p2", "p3"]
    assert opened["troubles"][0] == f"{file}:5: {tmp_path}/no/such is gone: a is a shell in {tmp_path}"
    assert opened["troubles"][1].startswith(f"{file}:9: ")
    assert opened["troubles"][1].endswith(": b is a shell in its place")
    assert [event.text for event in house.heard if isinstance(event, Warned)] == opened["troubles"]
    living = house.panes.living
    assert [(pane.name, pane.shell, pane.cwd) for pane in living.values()] == [
        ("a", True, str(tmp_path)), ("b", True, str(tmp_path)), ("c", False, str(tmp_path)),
    ]  # fmt: skip


async def test_a_name_is_needed_and_taken_once(house: House, tmp_path: Path) -> None:
    await build(house, tmp_path)
    for action in ("save", "open", "delete"):
        with pytest.raises(UsageError, match=f"muxer layout {action} NAME"):
            await layout(house, action)
    await layout(house, "save", "api")
    with pytest.raises(MuxerError, match="--replace"):
        await layout(house, "save", "api")
    await layout(house, "save", "api", replace=True)
    with pytest.raises(UsageError, match="cannot name a layout"):
        await layout(house, "save", "../api")
    with pytest.raises(UnknownName, match="no tab named 'x'"):
        await layout(house, "save", "other", tab="x")
    assert await layout(house, "list") == {"layouts": ["api"]}
    assert (await layout(house, "delete", "api"))["said"] == "api is deleted"
    with pytest.raises(UnknownName):
        await layout(house, "delete", "api")
    show = VERBS["layout"].show
    assert show
    assert show(await layout(house, "list")).startswith("no layout is saved yet")


async def test_what_cannot_be_written_is_said_and_the_old_file_stays(house: House, tmp_path: Path) -> None:
    await build(house, tmp_path)
    os.makedirs(layouts_folder())
    os.mkdir(layout_file("api"))
    with pytest.raises(MuxerError, match="cannot be saved as"):
        await layout(house, "save", "api", replace=True)
    assert os.listdir(layouts_folder()) == ["api.toml"]


async def test_a_layout_of_which_nothing_starts_is_an_error(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    os.makedirs(layouts_folder())
    Path(layout_file("api")).write_text("tree.pane = 'a'\n[pane.a]\ncwd = '/'\ncommand = ['/no/such/program']\n")
    monkeypatch.setattr(type(house.panes), "shell", "/no/such/shell")
    with pytest.raises(MuxerError, match="a was not opened"):
        await layout(house, "open", "api")
    assert house.screen.shown == {}
