"""The verb that spawns, against a real store, real repositories and real programs."""

import os
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.line import obey
from muxer.commands.table import load_verbs, run, verb_named
from muxer.commands.typed import read_words
from muxer.errors import MuxerError, UsageError
from tests.house import House
from tests.workspaces.repositories import git

load_verbs()


async def spawn(house: House, *words: str, cwd: Path | str = "") -> Any:
    verb = verb_named("spawn")
    return await run(verb, house.services, read_words(verb, words, cwd=str(cwd))[0])


async def test_all_that_is_chosen_is_answered(house: House, shop: Path) -> None:
    words = ("--name", "ada", "--role", "fixer", "--circle", "api", "--model", "big", "--auto", "--restart", "always")
    (made,) = (await spawn(house, *words, "--prompt", "fix it", cwd=shop))["spawned"]
    assert (made["name"], made["cli"], made["role"], made["circle"]) == ("ada", "toy", "fixer", "api")
    assert (made["model"], made["auto"], made["workspace"], made["gone_at"]) == ("big", True, "worktree", None)
    assert house.services.facts(made["pane"]).policy == "always"
    await house.shows(made["pane"], "new ada: fix it.")


async def test_several_get_numbers_and_workspaces_of_their_own(house: House, shop: Path) -> None:
    text, status = await obey(verb_named("spawn"), ["3", "--name", "ada"], house.services, cwd=str(shop))
    trees = f"{house.paths.state}/worktrees/shop"
    assert status == 0
    assert text.splitlines() == [
        f"ada works in {trees}/ada on muxer/ada-l/ada/work",
        f"ada-2 works in {trees}/ada-2 on muxer/ada-l/ada-2/work",
        f"ada-3 works in {trees}/ada-3 on muxer/ada-l/ada-3/work",
    ]
    assert len(git(shop, "worktree", "list").splitlines()) == 4


async def test_one_that_fails_does_not_stop_the_others(house: House, shop: Path) -> None:
    await house.services.open_pane(["cat"], cwd="/", name="ada")
    text, status = await obey(verb_named("spawn"), ["2", "--name", "ada"], house.services, cwd=str(shop))
    assert status == 1
    assert text.splitlines()[0].startswith("ada-2 works in ")
    assert text.splitlines()[1:] == ["ada: a pane is named 'ada' already: choose another name"]


async def test_a_command_is_as_good_as_a_cli(house: House, shop: Path) -> None:
    (made,) = (await spawn(house, "--exec", "sh -c 'echo I am $MUXER_AGENT; cat'", "--workspace", "here", cwd=shop))[
        "spawned"
    ]
    assert (made["cli"], made["name"], made["folder"]) == ("", "sh", str(shop))
    await house.shows(made["pane"], "I am sh")


async def test_what_was_made_otherwise_than_usual_is_said_once(house: House, tmp_path: Path) -> None:
    said = (await spawn(house, "2", cwd=tmp_path / "bin"))["said"]
    assert len(said) == 1
    assert said[0].endswith("is in no git repository: it works in the folder itself")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("0",), "0 agents cannot be spawned at once: say 1 to 100"),
        (("--cli", "toy", "--exec", "cat"), "say either --cli or --exec"),
        (("--exec", "sh -c 'x"), "--exec .* cannot be read: No closing quotation"),
        (("--role", "a\x1b[2J"), "--role .* is not a word of up to 60 letters"),
        (("--name", "\x1b"), "a pane's name has letters and digits: type some"),
    ],
)
async def test_what_is_off_is_one_line(house: House, shop: Path, words: tuple[str, ...], line: str) -> None:
    with pytest.raises(UsageError, match=line) as raised:
        await spawn(house, *words, cwd=shop)
    assert "\n" not in str(raised.value)
    assert house.services.agents.living == {}


async def test_alone_it_fails_as_it_is(house: House, shop: Path) -> None:
    os.unlink(house.services.clis["toy"].binary[0])
    with pytest.raises(MuxerError, match=r"^Toy is not installed: get toy$"):
        await spawn(house, "--cli", "toy", cwd=shop)
