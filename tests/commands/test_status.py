"""The verb that says how the work of all agents stands: with a host, without one, and watched."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.line import obey
from muxer.commands.status import Work, row_of, status
from muxer.commands.table import load_verbs, run, verb_named
from muxer.errors import UsageError
from muxer.model import ClientFacts
from muxer.work import Commit, Standing
from tests.conftest import Desk
from tests.fleet.toys import knows, spawned, toy_cli
from tests.house import House, house_in
from tests.workspaces.repositories import commit, git, repository

load_verbs()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with house_in() as made:
        knows(made, toy_cli(tmp_path / "bin"))
        yield made


@pytest.fixture
def installed(desk: Desk, tmp_path: Path) -> Desk:
    """Three CLIs, as far as anybody can see without running them."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("qwen", "claude", "aider"):
        (programs / name).write_text("#!/bin/sh\nexit 1\n")
        (programs / name).chmod(0o755)
    desk.env["PATH"] = f"{programs}:/usr/bin:/bin"
    return desk


def page(*agents: dict[str, Any], clis: tuple[dict[str, Any], ...] = (), why: str = "") -> list[str]:
    show = verb_named("status").show
    assert show
    named = [{"name": "ada", "pane": "p1", "tab": "1", "state": "idle", **one} for one in agents]
    lines = show({"agents": named, "clis": list(clis), "why": why, "attach": "muxer"}).splitlines()
    assert ("to see one: muxer" in lines) == bool(agents)
    return [line for line in lines if line != "to see one: muxer"]


def standing(**known: Any) -> Standing:
    last = Commit(sha="a1b2c3d4" * 5, subject="Fix \x1b[2J it", author="ada", at=time.time() - 200)
    whole: dict[str, Any] = {"head": "f" * 40, "branch": "muxer/ada/work", "ahead": 3, "behind": 1, "last": last}
    return Standing(**whole | known)


def words(line: str) -> str:
    """However wide its columns are."""
    return " ".join(line.split())


# ---- what is shown


def test_a_row_says_how_the_work_stands() -> None:
    work = Work(standing=standing(uncommitted=("a", "b"), untracked=("c",)), published="yes", pending="ada is busy")
    heading, row, why = map(words, page(row_of(work)))
    assert heading == "NAME STATE TAB BRANCH COMMITS DIRTY LAST COMMIT PUBLISHED PENDING"
    assert row == "ada idle 1 muxer/ada/work +3 −1 3 a1b2c3d Fix [2J it (3m) yes sync"
    assert why == "ada: ada is busy"


def test_columns_that_say_nothing_are_left_out() -> None:
    heading, row = map(words, page(row_of(Work(standing=standing(ahead=0, behind=0, last=None)))))
    assert heading == "NAME STATE TAB BRANCH COMMITS DIRTY LAST COMMIT"
    assert row == "ada idle 1 muxer/ada/work +0 −0 - -"


def test_one_that_is_upset_says_why_and_the_others_are_told_all_the_same() -> None:
    gone = row_of(Work(standing=Standing(upset="gone", why="~/x\x07 is gone")))
    _, first, second, third, why = map(words, page(gone, row_of(Work(standing=standing())), row_of(Work())))
    assert first == "ada idle 1 (gone) - - -"
    assert second.startswith("ada idle 1 muxer/ada/work +3")
    assert third == "ada idle 1 - - - -"
    assert why == "ada: ~/x is gone"


@pytest.mark.parametrize(("passed", "age"), [(-50, "now"), (0, "now"), (61, "1m"), (7300, "2h"), (260_000, "3d")])
def test_a_commit_is_as_old_as_it_is(passed: float, age: str) -> None:
    last = Commit(sha="a" * 40, subject="x", at=time.time() - passed)
    assert f"({age})" in page(row_of(Work(standing=standing(last=last))))[1]


def test_hooks_that_are_not_set_up_are_named_below() -> None:
    clis = (
        {"cli": "one", "hooks": "not in x yet: muxer setup one", "fine": False},
        {"cli": "two", "hooks": "", "fine": True},
    )
    assert page(clis=clis) == ["there is no agent yet: muxer spawn", "one hooks: not in x yet: muxer setup one"]
    assert page(clis=clis, why="no host")[0] == "no host"


# ---- the verb


async def test_every_agent_has_its_row(house: House, tmp_path: Path) -> None:
    shop = repository(tmp_path / "shop")
    ada = await spawned(house, shop, name="ada")
    await spawned(house, tmp_path, name="eve", command=("cat",))
    commit(ada.folder, "a", "a")
    Path(ada.folder, "b").write_text("b")
    answer: Any = await run(verb_named("status"), house.services, {})
    first, second = answer["agents"]
    assert (first["name"], first["pane"], first["branch"], first["dirty"]) == ("ada", ada.pane, ada.branch, 1)
    assert first["head"] == git(ada.folder, "rev-parse", "HEAD")
    assert (second["name"], second["upset"], second["branch"]) == ("eve", "unreadable", "")
    assert second["why"].endswith("is in no git repository: git init makes one")
    assert json.loads(json.dumps(answer)) == answer
    text, found = await obey(verb_named("status"), [], house.services)
    assert (found, [line.split()[0] for line in text.splitlines()[:3]]) == (0, ["NAME", "ada", "eve"])
    assert text.splitlines()[-1] == "to see one: muxer"
    house.screen.attached = [ClientFacts(id=1, pid=1, cols=80, rows=24, term="xterm", read_only=False)]
    text, found = await obey(verb_named("status"), [], house.services)
    assert text.splitlines()[-1] == "to see one: muxer focus NAME"


async def test_revis_15_who_looks_writes_nothing_and_overwrites_nobody(house: House, tmp_path: Path) -> None:
    ada = await spawned(house, repository(tmp_path / "shop"), name="ada", command=("cat",))

    async def look() -> None:
        await run(verb_named("status"), house.services, {})

    async def written() -> list[tuple[Any, ...]]:
        return await house.services.store.read(
            lambda known: [row for table in ("agents", "panes") for row in known.execute(f"SELECT * FROM {table}")]
        )

    before = await written()
    await asyncio.gather(*(look() for _ in range(20)))
    assert await written() == before
    names = [f"ada-{number}" for number in range(5)]
    for name in names:
        renamed = run(verb_named("rename"), house.services, {"pane": ada.pane, "name": name})
        await asyncio.gather(look(), renamed, look())
        answer: Any = await run(verb_named("status"), house.services, {})
        assert [one["name"] for one in answer["agents"]] == [name]


async def test_what_is_watched_has_no_end(house: House) -> None:
    with pytest.raises(UsageError, match="run muxer status --watch in a terminal"):
        await status(house.services, watch=True)


def test_without_a_host_it_tells_of_hooks_alone(installed: Desk) -> None:
    told = installed.json("status")
    assert (told["agents"], "muxer" in told["why"]) == ([], True)
    clis = {one["cli"]: one for one in told["clis"]}
    assert sorted(clis) == ["aider", "claude-code", "qwen"]
    assert clis["qwen"]["hooks"] == "not in ~/.qwen/settings.json yet: muxer setup qwen"
    assert clis["claude-code"]["hooks"] == "it is told of its hooks when it starts"
    assert clis["aider"]["hooks"].startswith("its title and screen are read")
    lines = installed.run("status").stdout.splitlines()
    assert lines == [told["why"], "qwen hooks: not in ~/.qwen/settings.json yet: muxer setup qwen"]
    installed.run("setup", "--yes")
    assert {one["cli"]: one["hooks"] for one in installed.json("status")["clis"]}["qwen"] == "in ~/.qwen/settings.json"
    assert len(installed.run("status").stdout.splitlines()) == 1


def test_a_file_that_is_not_understood_is_not_fine(installed: Desk) -> None:
    file = Path(installed.env["HOME"], ".qwen", "settings.json")
    file.parent.mkdir()
    file.write_text("{\n // mine\n}")
    assert {one["cli"]: one["fine"] for one in installed.json("status")["clis"]} == {
        "aider": True, "claude-code": True, "qwen": False,
    }  # fmt: skip


def test_it_is_watched_until_ctrl_c(desk: Desk) -> None:
    desk.run("spawn", "--exec", "cat", "--name", "ada", "--workspace", "here")
    seat = desk.sit("status", "--watch", cols=100)
    seat.wait_for("ada")
    desk.run("spawn", "--exec", "cat", "--name", "eve", "--workspace", "here")
    seat.wait_for("eve")
    assert [line.split()[0] for line in seat.screen()[:3]] == ["NAME", "ada", "eve"]
    seat.send("\x03")
    assert seat.wait_exit() == 130


def test_a_pipe_gets_each_change_as_a_line(desk: Desk) -> None:
    watching = desk.start("status", "--watch", "--json")
    assert watching.stdout
    answers = map(json.loads, watching.stdout)
    try:
        assert next(answers)["agents"] == []
        desk.run("spawn", "--exec", "cat", "--name", "ada", "--workspace", "here")
        assert next(one for one in answers if one["agents"])["agents"][0]["name"] == "ada"
    finally:
        watching.terminate()
        watching.communicate()
