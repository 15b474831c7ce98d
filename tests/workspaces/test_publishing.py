"""Branches are pushed with leases and fetched with prune, over real transports."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.work import Coordination
from muxer.workspaces.git import Refused
from muxer.workspaces.making import make
from muxer.workspaces.moving import keep
from muxer.workspaces.publishing import (
    STALE,
    bring,
    fetch,
    holds,
    lacks,
    plan,
    present,
    publish,
    shared_in,
    trouble_of,
)
from muxer.workspaces.repository import ground_of
from tests.workspaces.repositories import commit, git, repository, untouched
from tests.workspaces.transports import SSHD, bare, closed, hanging, helper, http_served, ssh_served

ADA, BOB = "refs/heads/muxer/ada/claude/work", "refs/heads/muxer/bob/codex/work"
A, B, C = "a" * 40, "b" * 40, "c" * 40


class Sharing:
    """Two repositories and the remote that both share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.here = repository(folder / "here")
        self.bare = bare(folder / "served" / "shop.git", self.here)
        self.there = folder / "there"
        git(folder, "clone", "--quiet", str(self.bare), str(self.there))
        git(self.here, "remote", "add", "origin", str(self.bare))
        self.root = str(self.here)

    def lies(self, ref: str) -> str:
        return git(self.bare, "for-each-ref", "--format=%(objectname)", ref)

    def where(self, url: str = "") -> Coordination:
        return Coordination(root=self.root, operator="ada", remote="origin", url=url or str(self.bare), base="main")


@pytest.fixture
def sharing(tmp_path: Path) -> Sharing:
    return Sharing(tmp_path)


@pytest.fixture(params=["file", "ssh", "http"])
def served(request: pytest.FixtureRequest, sharing: Sharing) -> Iterator[Sharing]:
    """By each transport, with credentials where it asks for them."""
    if request.param == "file":
        yield sharing
    elif request.param == "http":
        with http_served(sharing.bare.parent) as url:
            for folder in (sharing.here, sharing.there):
                git(folder, "config", "credential.helper", helper())
                git(folder, "remote", "set-url", "origin", f"{url}/shop.git")
            yield sharing
    else:
        if SSHD is None:
            pytest.skip("there is no sshd")
        with ssh_served(sharing.folder / "sshd") as (url, words):
            for folder in (sharing.here, sharing.there):
                git(folder, "config", "core.sshCommand", words)
                git(folder, "remote", "set-url", "origin", f"{url}{sharing.bare}")
            yield sharing


# ---- what is to be pushed


def never(_lies: str, _head: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("lies", "lease", "loses_nothing", "what"),
    [
        ("", "", False, (A, "")),
        ("", B, False, (A, B)),
        (B, B, False, (A, B)),
        (B, C, True, (A, B)),
        (B, "", True, (A, B)),
        (B, C, False, "taken"),
        (B, "", False, "taken"),
        (A, "", False, "same"),
        (A, A, False, "same"),
    ],
)
def test_revis_17_only_what_was_seen_is_overwritten(
    lies: str, lease: str, what: object, *, loses_nothing: bool
) -> None:
    there = {ADA: lies} if lies else {}
    made = plan({ADA: A}, there, {ADA: lease} if lease else {}, lambda *_: loses_nothing)
    assert made.news.get(ADA) == (what if isinstance(what, tuple) else None)
    assert made.taken == ({ADA: B} if what == "taken" else {})
    assert made.same == ({ADA: A} if what == "same" else {})


def test_one_that_is_taken_does_not_keep_the_others(sharing: Sharing) -> None:
    made = plan({ADA: A, BOB: A}, {ADA: B}, {}, never)
    assert (set(made.news), set(made.taken)) == ({BOB}, {ADA})
    head = git(sharing.here, "rev-parse", "HEAD")
    assert present(sharing.root, {ADA: head, BOB: A, "x": ""}) == {ADA: head}


def test_what_an_agent_left_behind_may_be_overwritten_by_it(sharing: Sharing) -> None:
    first, old = git(sharing.here, "rev-parse", "HEAD"), commit(sharing.here, "mine", "1\n")
    git(sharing.here, "commit", "--quiet", "--amend", "-m", "better")
    new = git(sharing.here, "rev-parse", "HEAD")
    assert holds(sharing.root, first, new)
    assert not holds(sharing.root, old, new)
    keep(sharing.root, "claude", old)
    assert holds(sharing.root, old, new)


# ---- pushing and fetching


async def test_all_are_pushed_at_once_and_fetched_at_once(served: Sharing) -> None:
    head = commit(served.here, "mine", "1\n")
    with untouched(served.there / ".git" / "refs" / "heads"):
        assert await publish(served.root, "origin", {ADA: (head, ""), BOB: (head, "")}) == {}
        await fetch(str(served.there), "origin", "main")
    assert shared_in(str(served.there), "origin") == {ADA: head, BOB: head}
    assert git(served.there, "status", "--porcelain") == ""
    newer = commit(served.here, "mine", "2\n")
    assert await publish(served.root, "origin", {ADA: (newer, head)}) == {}
    git(served.bare, "update-ref", "-d", BOB)
    git(served.bare, "update-ref", "refs/heads/main", newer)
    await fetch(str(served.there), "origin", "main")
    assert shared_in(str(served.there), "origin") == {ADA: newer}
    assert git(served.there, "rev-parse", "origin/main") == newer


async def test_revis_17_a_lease_that_does_not_hold_costs_that_branch_alone(served: Sharing) -> None:
    old = git(served.here, "rev-parse", "HEAD")
    theirs = commit(served.there, "theirs", "1\n")
    assert await publish(str(served.there), "origin", {ADA: (theirs, "")}) == {}
    await fetch(served.root, "origin", "main")
    mine = commit(served.here, "mine", "1\n")
    assert await publish(served.root, "origin", {ADA: (mine, old), BOB: (mine, "")}) == {ADA: STALE}
    assert await publish(served.root, "origin", {ADA: (mine, "")}) == {ADA: STALE}
    assert (served.lies(ADA), served.lies(BOB)) == (theirs, mine)


@pytest.mark.parametrize(("name", "blocks"), [("muxer", "ada bob"), ("muxer/ada", "ada")])
async def test_revis_18_a_branch_in_the_way_is_named(sharing: Sharing, name: str, blocks: str) -> None:
    git(sharing.bare, "branch", name, "main")
    head = commit(sharing.here, "mine", "1\n")
    await fetch(sharing.root, "origin", "main")
    refused = await publish(sharing.root, "origin", {ADA: (head, ""), BOB: (head, "")})
    why = f"a branch named {name} is in its way there: rename that one"
    assert refused == {ref: why for ref in (ADA, BOB) if ref.split("/")[3] in blocks}
    assert sharing.lies(BOB) == ("" if "bob" in blocks else head)
    git(sharing.bare, "branch", "-m", name, "old")
    assert await publish(sharing.root, "origin", {ADA: (head, "")}) == {}


async def test_what_the_remote_does_not_allow_is_said(sharing: Sharing) -> None:
    hook = sharing.bare / "hooks" / "update"
    hook.write_text('#!/bin/sh\ncase "$1" in */ada/*) printf "no\\033[2Jway\\n" >&2; exit 1;; esac\n')
    hook.chmod(0o755)
    head = commit(sharing.here, "mine", "1\n")
    refused = await publish(sharing.root, "origin", {ADA: (head, ""), BOB: (head, "")})
    assert refused == {ADA: "it was refused there: hook declined"}
    assert sharing.lies(BOB) == head


async def test_revis_16_a_base_that_is_gone_is_known_for_what_it_is(sharing: Sharing) -> None:
    head = commit(sharing.here, "mine", "1\n")
    await publish(sharing.root, "origin", {ADA: (head, "")})
    git(sharing.bare, "branch", "-m", "main", "trunk")
    with pytest.raises(Refused) as error:
        await fetch(str(sharing.there), "origin", "main")
    assert lacks(error.value, "main")
    assert not lacks(error.value, "mai")
    await fetch(str(sharing.there), "origin")
    assert shared_in(str(sharing.there), "origin") == {ADA: head}
    assert git(sharing.there, "rev-parse", "origin/main") != ""


async def test_hooks_of_the_person_and_their_settings_for_pushes_are_left_out(sharing: Sharing) -> None:
    hook = sharing.here / ".git" / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    git(sharing.here, "tag", "-a", "-m", "one", "v1")
    for name, value in (("push.followTags", "true"), ("push.gpgSign", "true"), ("push.recurseSubmodules", "check")):
        git(sharing.here, "config", name, value)
    head = git(sharing.here, "rev-parse", "HEAD")
    assert await publish(sharing.root, "origin", {ADA: (head, "")}) == {}
    assert sharing.lies(ADA) == head
    assert sharing.lies("refs/tags") == ""


# ---- trouble


async def trouble(sharing: Sharing, url: str, patience: float = 20.0) -> tuple[str, str]:
    git(sharing.here, "remote", "set-url", "origin", url)
    with pytest.raises(Refused) as error:
        await fetch(sharing.root, "origin", "main", patience=patience)
    found = trouble_of(error.value, sharing.where(url))
    assert found.line.isprintable()
    return found.kind, found.line


async def test_a_remote_that_is_not_there(sharing: Sharing) -> None:
    kind, line = await trouble(sharing, f"{sharing.folder}/nowhere.git")
    assert (kind, "git remote set-url" in line) == ("gone", True)


async def test_a_remote_that_refuses_connections(sharing: Sharing) -> None:
    kind, line = await trouble(sharing, closed())
    assert (kind, "cannot be reached" in line) == ("offline", True)


async def test_a_remote_that_hangs(sharing: Sharing) -> None:
    with hanging() as url:
        kind, line = await trouble(sharing, url, patience=0.5)
    assert (kind, "took longer than 0.5 s" in line) == ("offline", True)


@pytest.mark.parametrize("password", ["", "wrong"])
async def test_a_remote_that_does_not_let_us_in(sharing: Sharing, password: str) -> None:
    if password:
        git(sharing.here, "config", "credential.helper", helper(password))
    with http_served(sharing.bare.parent) as url:
        kind, line = await trouble(sharing, f"{url}/shop.git")
        assert (kind, "does not let you in" in line) == ("denied", True)


@pytest.mark.skipif(SSHD is None, reason="there is no sshd")
async def test_an_ssh_server_that_does_not_know_us_or_that_we_do_not_know(sharing: Sharing) -> None:
    with ssh_served(sharing.folder / "sshd") as (url, words):
        git(sharing.here, "config", "core.sshCommand", words.replace("/own ", "/host "))
        assert (await trouble(sharing, f"{url}{sharing.bare}"))[0] == "denied"
        git(sharing.here, "config", "core.sshCommand", words.replace("/known", "/nobody"))
        assert (await trouble(sharing, f"{url}{sharing.bare}"))[0] == "stranger"


def test_what_a_remote_says_is_harmless_and_keeps_passwords() -> None:
    said = "fatal: unable to access 'https://me:s3cret@h/x/': \x1b[2JCould not resolve host: h\n"
    where = Coordination(root="/shop", operator="ada", remote="or\x1bigin", url="https://h/x")
    line = trouble_of(Refused("git fetch failed: ?", said), where).line
    assert "s3cret" not in line
    assert line.isprintable()
    assert trouble_of(Refused("git fetch failed: odd"), where).kind == "refused"


# ---- clones


def test_a_branch_of_the_source_follows_a_clone(sharing: Sharing) -> None:
    ground = ground_of(sharing.root)
    assert ground
    place = make("clone", ground, name="claude", under=str(sharing.folder / "trees"))
    ref = f"refs/heads/{place.branch}"
    head = commit(place.folder, "mine", "1\n")
    assert bring(place, ref, head, "claude")
    assert git(sharing.here, "rev-parse", ref) == head
    git(place.folder, "switch", "--quiet", "-c", "elsewhere")
    git(place.folder, "commit", "--quiet", "--amend", "-m", "better")
    better = git(place.folder, "rev-parse", "HEAD")
    assert bring(place, ref, better, "claude")
    assert bring(place, ref, better, "claude")
    assert git(sharing.here, "rev-parse", ref) == better
    assert git(sharing.here, "rev-parse", f"refs/muxer/kept/claude/{head[:12]}") == head
    assert not bring(place, ref, A, "claude")
    assert git(sharing.here, "rev-parse", ref) == better


def test_a_branch_that_the_person_looks_at_is_not_pulled_away_under_them(sharing: Sharing) -> None:
    ground = ground_of(sharing.root)
    assert ground
    place = make("clone", ground, name="claude", under=str(sharing.folder / "trees"))
    ref = f"refs/heads/{place.branch}"
    bring(place, ref, commit(place.folder, "mine", "1\n"), "claude")
    git(sharing.here, "checkout", "--quiet", place.branch)
    with pytest.raises(MuxerError, match=r"is checked out in .*: switch that one elsewhere"):
        bring(place, ref, commit(place.folder, "mine", "2\n"), "claude")
    assert git(sharing.here, "status", "--porcelain") == ""
    assert os.path.exists(sharing.here / "mine")
