"""The verb on workspaces, against real repositories and real programs."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.commands.line import obey
from muxer.commands.table import load_verbs, verb_named
from muxer.errors import UsageError
from muxer.fleet.agent import Agent
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
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


@pytest.fixture
async def ada(house: House, shop: Path) -> Agent:
    agent = await spawned(house, shop, name="ada", prompt="go")
    await house.shows(agent.pane, "new ada: go.")
    return agent


async def said(house: House, *words: str, status: int = 0, verb: str = "workspace", cwd: str = "") -> list[str]:
    """As people read it."""
    text, found = await obey(verb_named(verb), words, house.services, cwd=cwd)
    await house.services.store.settled()
    assert found == status, text
    return text.splitlines()


async def test_each_is_listed_with_what_it_holds(house: House, ada: Agent, tmp_path: Path) -> None:
    Path(ada.folder, "new").write_text("x" * 2000)
    Path(ada.folder, "read.me").write_text("x")
    await spawned(house, tmp_path, name="eve", command=("cat",))
    heading, first, second = await said(house, "ls")
    assert heading.split() == ["NAME", "KIND", "AGENT", "BRANCH", "PORTS", "UNCOMMITTED", "FOLDER"]
    assert first.split()[:2] == ["ada", "worktree"]
    assert first.split()[3:] == [ada.branch, "20000-20009", "2", "files,", "2.0kB", ada.folder]
    assert second.split()[3:] == ["-", "20010-20019", "-", str(tmp_path)]


async def test_before_the_first_one_it_says_how_to_get_it(house: House) -> None:
    assert await said(house) == ["there is no workspace yet: muxer spawn makes one"]


async def test_a_worktree_of_yours_is_adopted(house: House, shop: Path) -> None:
    git(shop, "worktree", "add", "--quiet", "-b", "fix", f"{shop.parent}/shop-fix")
    folder = f"{shop.parent}/shop-fix"
    assert await said(house, "adopt", "../shop-fix", "--name", "eve", cwd=str(shop)) == [
        f"eve works in {folder} on fix"
    ]
    with pytest.raises(UsageError, match="shop is the repository itself"):
        await said(house, "adopt", str(shop))


async def test_one_is_put_away_and_comes_back(house: House, ada: Agent) -> None:
    Path(ada.folder, "new").write_text("x")
    with pytest.raises(UsageError, match="ada is there: muxer agent kill ada first"):
        await said(house, "archive", "ada")
    await said(house, "kill", "ada", verb="agent")
    (line,) = await said(house, "archive", "ada")
    assert line.startswith(
        f"ada was put away; its branch {ada.branch} is kept, and what was not committed as refs/muxer/kept/ada/"
    )
    assert not os.path.exists(ada.folder)
    assert (await said(house, "ls"))[1].split()[2] == "archived"
    assert await said(house, "cleanup", verb="agent") == ["no agent left anything behind"]
    assert (await said(house, "restore", "ada"))[0].startswith(f"ada is back in {ada.folder} on {ada.branch}")
    assert Path(ada.folder, "new").read_text() == "x"


async def test_one_that_cannot_be_put_away_holds_up_no_other(house: House, ada: Agent, shop: Path) -> None:
    await spawned(house, shop, name="eve", workspace="here")
    await said(house, "kill", "ada", "eve", verb="agent")
    lines = await said(house, "archive", "eve", "ada", status=1)
    assert lines == [
        f"ada was put away; its branch {ada.branch} is kept",
        f"eve was left as it is: {shop} is your own folder: it stays as it is",
    ]


async def test_removing_names_what_would_be_lost_and_keeps_what_is_discarded(
    house: House, ada: Agent, shop: Path
) -> None:
    commit(ada.folder, "a", "a")
    await said(house, "kill", "ada", verb="agent")
    (line,) = await said(house, "rm", "ada", status=1)
    assert line.startswith("ada was left as it is: 1 commit on no other branch")
    (line,) = await said(house, "rm", "--discard", "ada")
    kept = line.removeprefix("ada left nothing behind but ").partition(",")[0]
    assert git(shop, "show", f"{kept}:a") == "a"
    assert not os.path.exists(ada.folder)


async def test_a_new_name_moves_neither_folder_nor_branch(house: House, ada: Agent) -> None:
    assert await said(house, "rename", "ada", "grace") == ["ada is called grace now"]
    await said(house, "kill", "grace", verb="agent")
    assert await said(house, "rename", "grace", "hopper") == ["grace is called hopper now"]
    await spawned(house, ada.folder, name="eve", command=("cat",))
    with pytest.raises(UsageError, match="eve is taken: choose another name"):
        await said(house, "rename", "hopper", "eve")
    assert (await said(house, "restore", "hopper"))[0].startswith(f"hopper is back in {ada.folder} on {ada.branch}")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("rm",), "say which: muxer workspace rm NAME"),
        (("adopt",), "say which: muxer workspace adopt FOLDER"),
        (("rename", "ada"), "say both: muxer agent rename NAME NEW"),
    ],
)
async def test_what_is_off_is_one_line(house: House, words: tuple[str, ...], line: str) -> None:
    with pytest.raises(UsageError, match=line):
        await said(house, *words)
