"""What an agent changed, and a part of it as a commit, through the real verbs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from muxer.commands import diff as module
from muxer.commands.line import obey
from muxer.commands.table import load_verbs, run, verb_named
from muxer.commands.typed import read_words
from muxer.errors import MuxerError, UsageError
from muxer.fleet.agent import Agent
from muxer.fleet.agents import place_of_agent
from muxer.work import Standing
from muxer.workspaces.standing import standing_of
from tests.house import House, house_in
from tests.workspaces.repositories import commit, empty_repository, git, repository

load_verbs()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    home = repository(tmp_path / "home")

    async def look(agent: Agent) -> Standing:
        return await asyncio.to_thread(standing_of, place_of_agent(agent), git(home, "rev-parse", "main"))

    async with house_in() as made:
        vars(made.services)["exchange"] = SimpleNamespace(standings=SimpleNamespace(look=look))
        yield made


async def spawned(house: House, home: Path, name: str = "ada", workspace: str = "worktree") -> Path:
    """Where it works."""
    words = ["--exec", "cat", "--name", name, "--workspace", workspace]
    await run(verb_named("spawn"), house.services, read_words(verb_named("spawn"), words, cwd=str(home))[0])
    return Path(house.services.agents.find(name).folder)


async def asked(house: House, *words: str) -> Any:
    verb = verb_named(words[0])
    return await run(verb, house.services, read_words(verb, words[1:])[0])


async def test_all_since_trunk_is_shown_committed_or_not(house: House, tmp_path: Path) -> None:
    work = await spawned(house, tmp_path / "home")
    base = git(work, "rev-parse", "HEAD")
    commit(work, "read.me", "hello there\n")
    commit(tmp_path / "home", "others", "not its work\n")
    (work / "new").write_text("a\x1b[2Jb\n")
    answer = await asked(house, "diff", "ada")
    assert (answer["agent"], answer["base"], answer["subject"]) == ("ada", base, "wrote read.me")
    assert [(one["path"], one["fate"], one["uncommitted"]) for one in answer["files"]] == [
        ("new", "added", True), ("read.me", "modified", False),
    ]  # fmt: skip
    [hunk] = answer["files"][1]["hunks"]
    assert hunk["lines"] == ["-hello", "+hello there"]
    text, status = await obey(verb_named("diff"), ["ada"], house.services, cwd="")
    assert status == 0
    assert f"--- read.me (modified) +1 −1\n@@ −1 +1 @@   [{hunk['id']}]\n-hello\n+hello there" in text
    assert "+a[2Jb" in text
    assert (await asked(house, "diff", "ada", "new"))["files"] == answer["files"][:1]


async def test_nothing_changed_is_said(house: House, tmp_path: Path) -> None:
    await spawned(house, tmp_path / "home")
    text, _ = await obey(verb_named("diff"), ["ada"], house.services, cwd="")
    assert text.startswith("ada changed nothing against ")


async def test_a_part_becomes_a_commit_and_nothing_else_moves(house: House, tmp_path: Path) -> None:
    work = await spawned(house, tmp_path / "home")
    base = git(work, "rev-parse", "HEAD")
    (work / "read.me").write_text("HELLO\nmore\n")
    (work / "new").write_text("new\n")
    files = {one["path"]: one for one in (await asked(house, "diff", "ada"))["files"]}
    made = await asked(house, "part", "ada", f"{files['read.me']['hunks'][0]['id']}:0+1", "--message", "Loud")
    sha = made["commit"]
    assert git(work, "log", "-1", "--format=%P %an %s", sha) == f"{base} Ada Lovelace Loud"
    assert git(work, "show", f"{sha}:read.me") == "HELLO"
    assert git(work, "diff", "--name-only", base, sha) == "read.me"
    assert git(work, "rev-parse", "HEAD") == base
    text, _ = await obey(verb_named("part"), ["ada", files["new"]["hunks"][0]["id"]], house.services, cwd="")
    assert text.rstrip().endswith(" Part of ada's work")


async def test_what_names_no_hunk_is_said(house: House, tmp_path: Path) -> None:
    await spawned(house, tmp_path / "home")
    with pytest.raises(UsageError, match="'abc:x' names no lines"):
        await asked(house, "part", "ada", "abc:x")
    with pytest.raises(MuxerError, match="is not there any more"):
        await asked(house, "part", "ada", "abc")


async def test_without_a_commit_there_is_nothing_to_compare_with(house: House, tmp_path: Path) -> None:
    empty = empty_repository(tmp_path / "empty")
    await spawned(house, empty, workspace="here")
    with pytest.raises(MuxerError, match="has no commit yet: commit something first"):
        await asked(house, "diff", "ada")


async def test_what_is_too_much_is_told_without_its_lines(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    monkeypatch.setattr(module, "LONGEST", 6)
    work = await spawned(house, tmp_path / "home")
    (work / "a").write_text("1234567890\n2\n")
    (work / "b").write_text("1\n2\n")
    (work / "c").write_bytes(b"\0")
    one, two, three = (await asked(house, "diff", "ada"))["files"]
    assert one["hunks"][0]["lines"] == ["+12345", "+2"]
    assert (two["hunks"], two["added"], two["why"]) == ([], 2, "too much to show: diff AGENT FILE")
    assert three["why"] == "not text, or very big"


async def test_text_in_no_known_encoding_is_told_nevertheless(house: House, tmp_path: Path) -> None:
    work = await spawned(house, tmp_path / "home")
    (work / "latin").write_bytes(b"caf\xe9\n")
    [file] = (await asked(house, "diff", "ada"))["files"]
    assert file["hunks"][0]["lines"] == ["+caf\ufffd"]
