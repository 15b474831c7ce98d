"""The verb on projects, against a real store and real programs."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.line import obey
from muxer.commands.panes import plain
from muxer.commands.table import load_verbs, run, verb_named
from muxer.commands.typed import read_words
from muxer.errors import UnknownName, UsageError
from muxer.settings.project_settings import project_keys, projects_file
from tests.house import House, house_in

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        yield made


async def project(house: House, *words: str, cwd: Path | str = "") -> Any:
    verb = verb_named("project")
    return await run(verb, house.services, read_words(verb, words, cwd=str(cwd))[0])


async def said(house: House, *words: str, cwd: Path | str = "") -> list[str]:
    """As people read it."""
    text, status = await obey(verb_named("project"), words, house.services, cwd=str(cwd))
    assert status == 0
    return text.splitlines()


def acme(folder: Path, own: str = "") -> Path:
    (folder / "acme" / ".git").mkdir(parents=True)
    (folder / "acme" / "src").mkdir()
    (folder / "acme" / ".muxer").mkdir()
    if own:
        (folder / "acme" / ".muxer" / "config.toml").write_text(own)
    return folder / "acme"


async def test_a_folder_is_added_listed_and_removed(house: House, tmp_path: Path) -> None:
    folder = acme(tmp_path)
    assert await said(house, "ls") == ["there is no project yet: muxer project add FOLDER"]
    assert await said(house, "add", "src", cwd=folder) == ["acme is a project"]
    assert await said(house, "add", "--name", "rest", cwd=tmp_path) == ["rest is a project"]
    await house.services.open_pane(["cat"], cwd=str(folder / "src"))
    (pane,) = [house.services.facts(pane) for pane in house.panes.living]
    assert plain(pane)["project"] == "acme"
    assert await said(house, "ls") == [f"acme  1 pane   {folder}", f"rest  0 panes  {tmp_path}"]
    assert await said(house, "rm", cwd=folder / "src") == ["acme is no project any more; its folder was left as it is"]
    assert plain(house.services.facts(pane.id))["project"] == "rest"
    assert await project(house, "ls") == {"projects": [{"name": "rest", "folder": str(tmp_path), "panes": 1}]}


async def test_settings_say_where_they_come_from(house: House, tmp_path: Path) -> None:
    folder = acme(tmp_path, '[project]\nworkspace = "clone"\nroles = ["a", "b"]\nbas = "x"\n')
    file = f"{folder}/.muxer/config.toml"
    wrong = f"{file}:4: unknown key bas: did you mean base?"
    assert await said(house, "add", str(folder)) == ["acme is a project", wrong]
    assert await said(house, "set", "acme", "check", "--", "pytest", "-q") == ['"pytest -q"']
    assert await said(house, "set", "acme", "ports", "3") == ["3"]
    *shown, last = await said(house, "get", cwd=folder)
    assert last == wrong
    rows = {row[0]: row[1:] for row in map(str.split, shown)}
    assert rows.keys() == set(project_keys())
    assert (rows["cli"], rows["base"]) == (['""', "default"], ['""', "default"])
    assert rows["workspace"] == ['"clone"', f"{file}:2"]
    assert rows["check"] == ['"pytest', '-q"', "chosen"]
    assert rows["roles"] == ['["a",', '"b"]', f"{file}:3"]
    assert rows["ports"] == ["3", "chosen"]
    assert await project(house, "get", "acme", "workspace") == {
        "key": "workspace", "value": "clone", "origin": f"{file}:2",
    }  # fmt: skip
    assert await said(house, "get", "acme", "roles") == ['["a", "b"]']
    assert await project(house, "set", "acme", "roles", "tester") == {
        "key": "roles", "value": ("tester",), "origin": "chosen",
    }  # fmt: skip
    assert (await project(house, "set", "acme", "roles"))["origin"] == f"{file}:3"
    assert "tester" not in Path(projects_file()).read_text()
    assert Path(file).read_text().startswith("[project]\nworkspace")


async def test_agreeing_shows_what_is_agreed_to(house: House, tmp_path: Path) -> None:
    folder = acme(tmp_path, "[project]\ncheck = 'make\u202e\u009b31m'\n")
    await project(house, "add", str(folder))
    assert await said(house, "agree", "acme") == [
        "[project]",
        "check = 'make31m'",
        f"the commands of {folder}/.muxer/config.toml may run until it changes",
    ]


@pytest.mark.parametrize(
    ("words", "error", "line"),
    [
        (("get", "acmi"), UnknownName, "no project named 'acmi': did you mean acme"),
        (("get", "acme", "chek"), UnknownName, "no key named 'chek': did you mean check"),
        (("set", "acme", "chek", "x"), UsageError, "unknown key chek: did you mean check"),
        (("set", "acme"), UsageError, "say what: muxer project set acme KEY VALUE"),
        (("set", "acme", "workspace", "tent"), UsageError, "project.workspace must be worktree or clone or here"),
        (("rm",), UsageError, "say which: muxer project rm NAME"),
        (("add", "gone"), UsageError, "there is no folder .*gone"),
        (("add", "acme"), UsageError, "is the project acme already"),
    ],
)
async def test_what_is_off_is_one_line(
    house: House, tmp_path: Path, words: tuple[str, ...], error: type[Exception], line: str
) -> None:
    await project(house, "add", str(acme(tmp_path)))
    with pytest.raises(error, match=line) as raised:
        await project(house, *words, cwd=tmp_path)
    assert "\n" not in str(raised.value)
    assert os.path.isdir(tmp_path / "acme")
