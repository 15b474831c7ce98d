"""Work goes to a shared remote: a real bare repository, and a server that speaks the forge's API."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from muxer.errors import MuxerError, UsageError
from muxer.exchange.previewing import Wish
from muxer.exchange.pulling import body_of
from muxer.forge.github import GitHub
from muxer.forge.remote_urls import Hosted
from muxer.store.database import Connection
from muxer.work import Commit, Touched
from tests.exchange.promotions import Ground, ground_in
from tests.forge.fake_github import TOKEN, GitHubServer, github_server
from tests.workspaces.repositories import commit, git

SHOP = Hosted(host="github.com", owner="acme", name="shop")


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with github_server() as made:
        yield made


@pytest.fixture
async def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: GitHubServer) -> AsyncIterator[Ground]:
    """Its remote is a folder that git is told to find at GitHub's address."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    bare = tmp_path / "shared.git"
    async with ground_in(tmp_path) as made:
        git(tmp_path, "init", "--quiet", "--bare", str(bare))
        git(made.home, "remote", "add", "origin", str(bare))
        git(made.home, "push", "--quiet", "origin", "main")
        git(made.home, "fetch", "--quiet")
        made.set("remote", "origin")
        made.set("base", "main")
        made.forge = GitHub(SHOP, token=TOKEN, api=server.api)
        yield made


def at_github(ground: Ground) -> None:
    """From now on it is said to lie there; what is pushed still goes to the folder."""
    git(ground.home, "remote", "set-url", "--push", "origin", f"{ground.folder}/shared.git")
    git(ground.home, "remote", "set-url", "origin", "ssh://git@ssh.github.com:443/acme/shop.git/")


def pulls(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT project, agent, number, url, head FROM pulls ORDER BY number").fetchall()


async def test_it_is_pushed_and_a_pull_request_is_opened_and_then_reused(ground: Ground, server: GitHubServer) -> None:
    at_github(ground)
    ground.set("check", "test -e mine")
    ada = await ground.agent("ada", task="Round the totals.\nThen tell me.")
    head = commit(ada.folder, "mine", "1\n")
    landed = await ground.promoter.promote(ada)
    assert landed.pulled is not None
    assert (landed.pulled.number, landed.pulled.is_new) == (1, True)
    assert git(f"{ground.folder}/shared.git", "rev-parse", ada.branch) == head
    assert ground.hosted == [SHOP]
    [pull] = server.pulls
    assert (pull["head"]["ref"], pull["base"]["ref"], pull["title"]) == (ada.branch, "main", "wrote mine")
    assert f"* {head[:7]} wrote mine" in pull["body"]
    assert "Green on the merged result: test -e mine" in pull["body"]
    assert git(ground.home, "for-each-ref", "refs/heads/muxer/trunk") == ""
    [project] = ground.projects
    assert project.folder == str(ground.home)
    url = "https://github.com/acme/shop/pull/1"
    assert await ground.store.read(pulls) == [(project.id, ada.id, 1, url, head)]
    head = commit(ada.folder, "more", "1\n")
    landed = await ground.promoter.promote(ada)
    assert landed.pulled
    assert (landed.pulled.number, landed.pulled.is_new, len(server.pulls)) == (1, False, 1)
    assert f"* {head[:7]} wrote more" in server.pulls[0]["body"]
    assert server.pulls[0]["title"] == "wrote mine"
    assert await ground.store.read(pulls) == [(project.id, ada.id, 1, url, head)]


async def test_chosen_commits_get_a_branch_of_their_own(ground: Ground, server: GitHubServer) -> None:
    at_github(ground)
    ada = await ground.agent("ada")
    commit(ada.folder, "one", "1\n")
    last = commit(ada.folder, "two", "1\n")
    landed = await ground.promoter.promote(ada, Wish(way="rebase", chosen=(last,)))
    branch = server.pulls[0]["head"]["ref"]
    assert landed.pulled
    assert branch == landed.pulled.branch == f"{ada.branch.removesuffix('/work')}/pick-{last[:12]}"
    shared = ground.folder / "shared.git"
    assert git(shared, "log", "--format=%s", f"main..{branch}") == "wrote two"
    assert git(shared, "for-each-ref", f"refs/heads/{ada.branch}") == ""
    await ground.promoter.promote(ada, Wish(way="rebase", chosen=(last,)))
    assert len(server.pulls) == 1


async def test_a_clone_is_brought_and_pushed_as_well(ground: Ground) -> None:
    at_github(ground)
    ada = await ground.agent("ada", "clone")
    head = commit(ada.folder, "mine", "1\n")
    await ground.promoter.promote(ada)
    assert git(f"{ground.folder}/shared.git", "rev-parse", ada.branch) == head


async def test_work_that_another_machine_pushed_is_never_overwritten(ground: Ground) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    git(ground.home, "push", "--quiet", "origin", f"main:refs/heads/{ada.branch}")
    other = git(ground.home, "commit-tree", "-p", "main", "-m", "other work", "main^{tree}")
    git(ground.home, "push", "--quiet", "origin", f"{other}:refs/heads/{ada.branch}")
    with pytest.raises(MuxerError, match="has other work on origin"):
        await ground.promoter.promote(ada)
    git(ground.home, "update-ref", "-d", f"refs/remotes/origin/{ada.branch}")
    with pytest.raises(MuxerError, match="was not pushed: it was moved there meanwhile"):
        await ground.promoter.promote(ada)
    assert git(f"{ground.folder}/shared.git", "rev-parse", ada.branch) == other


async def test_an_unknown_forge_is_pushed_to_and_it_is_said_where_to_go_on(ground: Ground) -> None:
    ada = await ground.agent("ada")
    head = commit(ada.folder, "mine", "1\n")
    landed = await ground.promoter.promote(ada)
    assert landed.pulled
    assert landed.pulled.words == f"{ada.branch} is pushed: open a pull request for it at {ground.folder}/shared.git"
    assert git(f"{ground.folder}/shared.git", "rev-parse", ada.branch) == head
    assert ground.hosted == []
    at_github(ground)
    ground.forge = None
    commit(ada.folder, "more", "1\n")
    landed = await ground.promoter.promote(ada)
    assert landed.pulled
    assert landed.pulled.words.endswith("open a pull request for it at https://github.com/acme/shop")
    assert await ground.store.read(pulls) == []


async def test_a_remote_that_cannot_be_reached_is_one_line(ground: Ground) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    git(ground.home, "remote", "set-url", "origin", f"{ground.folder}/gone.git")
    with pytest.raises(MuxerError, match="is not there: git remote set-url changes where it is"):
        await ground.promoter.promote(ada)


async def test_how_it_lands_is_said_by_whoever_merges_it(ground: Ground) -> None:
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    with pytest.raises(UsageError, match="leave --squash out"):
        await ground.promoter.promote(ada, Wish(way="squash"))


async def test_what_stays_on_this_machine_becomes_no_pull_request(ground: Ground) -> None:
    ground.set("remote")
    ada = await ground.agent("ada")
    commit(ada.folder, "mine", "1\n")
    with pytest.raises(UsageError, match="muxer init --remote NAME"):
        await ground.promoter.promote(ada, Wish(pull=True))
    assert git(ground.home, "for-each-ref", "refs/heads/muxer/trunk") == ""
    assert git(f"{ground.folder}/shared.git", "for-each-ref", "refs/heads/muxer") == ""


def test_hostile_subjects_are_words_in_a_body() -> None:
    evil = Commit(sha="a" * 40, subject="@everyone ![x](http://e) <img> \x1b[31m# `", files=(Touched("a", 1, 2),))
    body = body_of("ada", (evil,) * 200, "make `x`")
    assert "\\@everyone !\\[x\\](http://e) \\<img\\> \\[31m\\# \\`" in body
    assert "\x1b" not in body
    assert "* and 100 more" in body
    assert "1 file, +200 −400, by ada." in body
