"""The verb that says how work comes together: real repositories, a real store, and a person at a terminal."""

import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from muxer.cli import PIPE_CLOSED
from muxer.commands.line import obey
from muxer.commands.table import load_verbs, run, verb_named
from muxer.commands.typed import read_words
from muxer.config import Project
from muxer.errors import UsageError
from muxer.settings.project_settings import own_file, read_project
from tests.conftest import HOST, Desk
from tests.house import House, house_in
from tests.seat import MUXER
from tests.workspaces.repositories import commit, empty_repository, git, repository, untouched
from tests.workspaces.transports import bare

load_verbs()


class Looks:
    """Writes down which repositories were looked at."""

    def __init__(self) -> None:
        self.at: list[str] = []

    def look(self, root: str) -> None:
        self.at.append(root)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:
        vars(made.services)["exchange"] = SimpleNamespace(trunks=Looks(), remotes=Looks())
        yield made


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def remote(shop: Path, name: str = "origin") -> Path:
    far = bare(shop.parent / f"{name}.git", shop)
    git(shop, "remote", "add", name, str(far))
    git(shop, "fetch", "--quiet", name)
    return far


async def init(house: House, *words: str, cwd: Path) -> Any:
    verb = verb_named("init")
    return await run(verb, house.services, read_words(verb, words, cwd=str(cwd))[0])


async def said(house: House, *words: str, cwd: Path) -> list[str]:
    """As people read it."""
    text, status = await obey(verb_named("init"), words, house.services, cwd=str(cwd))
    assert status == 0
    return text.splitlines()


def chosen(shop: Path) -> tuple[str, str, str]:
    project = read_project(str(shop)).project
    return project.remote, project.base, project.operator


async def test_it_shows_what_would_hold_and_stores_nothing(house: House, shop: Path) -> None:
    far = remote(shop)
    with untouched(shop):
        lines = await said(house, cwd=shop)
    assert lines[:3] == [
        "remote    origin  the only one",
        "base      main    the repository's own",
        "operator  ada-l   as git knows you",
    ]
    assert lines[3].startswith(f"Whatever agents commit is pushed to origin ({far}) as muxer/ada-l/AGENT/work")
    assert lines[4:] == ["nothing is stored yet: muxer init --yes stores it"]
    assert read_project(str(shop)).project == Project()
    assert house.services.projects.known == ()


async def test_with_a_yes_it_holds_and_the_folder_is_a_project(house: House, shop: Path) -> None:
    remote(shop)
    (shop / "src").mkdir()
    assert (await said(house, "--yes", cwd=shop / "src"))[-1] == "this holds from now on"
    assert chosen(shop) == ("origin", "main", "ada-l")
    assert [project.folder for project in house.services.projects.known] == [str(shop)]
    assert house.services.exchange.trunks.at == [str(shop)]  # type: ignore[attr-defined]
    assert [one["origin"] for one in (await init(house, cwd=shop))["choices"]] == ["chosen"] * 3
    git(shop, "config", "user.email", "else@example.org")
    await init(house, "--remote", "none", "--yes", cwd=shop)
    assert chosen(shop) == ("", "main", "ada-l")
    assert (await said(house, cwd=shop))[:1] == ["remote    none   chosen"]


async def test_revis_01_saying_it_again_moves_nothing(house: House, shop: Path) -> None:
    git(shop, "worktree", "add", "--quiet", "-b", "muxer/trunk", str(shop.parent / "trunk"))
    promoted = commit(shop.parent / "trunk", "promoted", "1\n")
    commit(shop, "mine", "1\n")
    far = remote(shop)
    before = git(shop, "for-each-ref"), git(far, "for-each-ref")
    for words in ([], ["--remote", "none"], ["--remote", "origin"], ["--base", "main", "--operator", "Kim"]):
        await init(house, *words, "--yes", cwd=shop)
    assert (git(shop, "for-each-ref"), git(far, "for-each-ref")) == before
    assert git(shop, "rev-parse", "muxer/trunk") == promoted
    assert chosen(shop) == ("origin", "main", "kim")


async def test_revis_20_no_file_of_the_repository_is_written(house: House, shop: Path) -> None:
    (shop / ".gitignore").write_text("# .muxerish\n")
    with untouched(shop):
        await init(house, "--yes", cwd=shop)


async def test_several_remotes_without_origin_have_to_be_asked_for(house: House, shop: Path) -> None:
    remote(shop, "fork")
    remote(shop, "upstream")
    with pytest.raises(UsageError, match="several remotes, fork, upstream: say muxer init --remote NAME, or none"):
        await init(house, "--yes", cwd=shop)
    await init(house, "--remote", "fork", "--yes", cwd=shop)
    assert chosen(shop)[0] == "fork"
    git(shop, "remote", "remove", "fork")
    assert (await init(house, cwd=shop))["choices"][0] == {
        "key": "remote", "value": "upstream", "origin": "the only one"
    }  # fmt: skip


async def test_a_worktree_is_part_of_its_repository(house: House, shop: Path) -> None:
    git(shop, "worktree", "add", "--quiet", "-b", "side", str(shop.parent / "side"))
    assert (await init(house, cwd=shop.parent / "side"))["root"] == str(shop)


async def test_what_a_projects_own_file_says_is_left_to_it(house: House, shop: Path) -> None:
    git(shop, "branch", "dev")
    (shop / ".muxer").mkdir()
    Path(own_file(str(shop))).write_text('[project]\nbase = "dev"\nremote = "origin"\noperator = "eve"\n')
    answer = await init(house, "--yes", cwd=shop)
    values = [(one["value"], one["origin"]) for one in answer["choices"]]
    assert values == [
        ("", "there is no other"), ("dev", f"{shop}/.muxer/config.toml:2"), ("ada-l", "as git knows you")
    ]  # fmt: skip
    Path(own_file(str(shop))).write_text('[project]\nbase = "main"\n')
    assert chosen(shop)[1] == "main"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--remote", "up"], "has no remote up: there is origin"),
        (["--base", "nowhere"], "there is no branch nowhere in .* or on origin, as far as is known here"),
        (["--remote", "none", "--base", "nowhere"], "there is no branch nowhere in [^ ]*: choose another"),
        (["--operator", "//"], "'//' cannot be part of a branch's name"),
    ],
)
async def test_what_cannot_be_is_one_line(house: House, shop: Path, words: list[str], why: str) -> None:
    remote(shop)
    with pytest.raises(UsageError, match=why):
        await init(house, *words, "--yes", cwd=shop)
    assert read_project(str(shop)).project == Project()


async def test_where_there_is_nothing_to_share_it_says_so(house: House, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(UsageError, match="is in no git repository: git init makes one"):
        await init(house, "--yes", cwd=tmp_path / "plain")
    with pytest.raises(UsageError, match="has no commit yet: commit something first"):
        await init(house, "--yes", cwd=empty_repository(tmp_path / "new"))


async def test_revis_18_a_branch_in_the_way_is_named_and_stops_nothing(house: House, shop: Path) -> None:
    git(shop, "branch", "muxer")
    lines = await said(house, "--yes", cwd=shop)
    assert lines[-2] == f"a branch named muxer is in the way of muxer's own: git branch -m muxer NEW in {shop}"
    assert chosen(shop) == ("", "main", "ada-l")


async def test_nobodys_password_is_shown(house: House, shop: Path) -> None:
    remote(shop)
    git(shop, "remote", "set-url", "origin", "https://me:s3cret@example.org/shop.git")
    assert "s3cret" not in "\n".join(await said(house, cwd=shop))


def test_revis_21_a_reader_that_is_gone_costs_nothing(desk: Desk, tmp_path: Path) -> None:
    shop = repository(tmp_path / "piped")
    git(shop, "branch", "muxer/trunk")
    commit(shop, "mine", "1\n")
    desk.folder, before = shop, git(shop, "for-each-ref")
    desk.new("cat")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*MUXER, "-L", HOST, "init", "--yes"], env=desk.env, cwd=shop, stdin=subprocess.DEVNULL, stdout=writer,
        stderr=subprocess.PIPE, text=True, timeout=40, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (PIPE_CLOSED, "")
    assert git(shop, "for-each-ref") == before
    assert [row["value"] for row in desk.json("init")["choices"]] == ["", "main", "ada-l"]


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_person_at_a_terminal_is_asked(desk: Desk, tmp_path: Path, answer: str) -> None:
    shop = repository(tmp_path / "asked")
    remote(shop)
    desk.folder = shop
    seat = desk.sit("init", cols=200)
    seat.wait_for("Let this hold? [y/N]")
    seat.send(f"{answer}\r")
    seat.wait_for("this holds from now on" if answer == "y" else "nothing is stored yet")
    stored = Path(desk.env["XDG_CONFIG_HOME"], "muxer", "projects.toml")
    assert stored.exists() == (answer == "y")
