"""The promote dialog on a real Textual screen; what the verb says is said by the test."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from muxer.errors import MuxerError
from muxer.settings.themes import read_theme
from muxer.ui.layout import Region
from muxer.ui.screens.answer import Answer
from muxer.ui.screens.promote import Promote
from muxer.ui.textual_theme import textual_theme
from muxer.work import Trial
from tests.house import until
from tests.ui.bare_desk import BareDesk
from tests.ui.stage import Stage, shown, text

COMMITS = [
    {"sha": f"{number}" * 40, "subject": words, "author": "a", "added": 14, "removed": 3, "files": [file]}
    for number, words, file in ((1, "fix totals", "orders.py"), (2, "test half cents", "tests.py"))
]


def said(**facts: object) -> dict[str, Any]:
    return {
        "agent": "ada", "pane": "p1", "trunk": "muxer/trunk", "way": "merge", "onto": "f" * 40, "head": "2" * 40,
        "result": "3" * 40, "commits": COMMITS, "files": [], "left_out": [], "conflicts": [], "clashes": [],
        "check": "", "checked": "", "after": [], "why_not": "", "shared": False, "done": False, "pull": None,
        "undo": "",
    } | facts  # fmt: skip


class Verb:
    """What is asked of it, and what it says; a check runs until the test ends it."""

    def __init__(self, bare: BareDesk, **facts: object) -> None:
        self.bare, self.facts = bare, facts
        self.asked: list[dict[str, object]] = []
        self.gate = asyncio.Event()
        self.red = ""
        self.stopped = 0
        bare.runtime.call = self.call  # type: ignore[method-assign]

    async def call(self, verb: str, **arguments: object) -> object:
        assert verb == "promote"
        assert arguments.pop("agent") == "p1"
        self.asked.append(arguments)
        way = next((way for way in ("merge", "squash", "rebase") if arguments.get(way)), "merge")
        if arguments.get("undo"):
            return {"undone": self.facts["undo"], "trunk": "muxer/trunk", "before": "e" * 40}
        if (
            self.facts.get("check")
            and not arguments.get("no_check")
            and (arguments.get("check") or "dry_run" not in arguments)
        ):
            await self.check()
        chosen = str(arguments.get("commits", ""))
        commits = [one for one in COMMITS if not chosen or str(one["sha"]) in chosen]
        return said(**{**self.facts, "way": way, "commits": commits, "done": "dry_run" not in arguments})

    async def check(self) -> None:
        trials = self.bare.runtime.trials
        trials["p1"] = Trial(pane="p1", result="3", state="runs", lines=("test 41 of 48",), began_at=time.time())
        self.bare.attention.watcher()
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        state: Any = "red" if self.red else "green"
        trials["p1"] = Trial(pane="p1", result="3", state=state, why=self.red, lines=("the last line",))
        if self.red:
            raise MuxerError(f"the check {self.red}")


@asynccontextmanager
async def opened(
    size: tuple[int, int] = (80, 24), place: Region | None = None, **facts: object
) -> AsyncIterator[tuple[Pilot[None], Promote, Verb]]:
    bare = BareDesk("ada")
    if place:
        bare.places["p1"] = place
    verb = Verb(bare, **facts)
    async with Stage().run_test(size=size) as pilot:
        dialog = Promote(bare.desk, "p1", "ada")
        await pilot.app.push_screen(dialog)
        await until(lambda: verb.asked and "looking" not in text(dialog), "what would land")
        await pilot.pause()
        yield pilot, dialog, verb
        verb.gate.set()


def closed(pilot: Pilot[None]) -> bool:
    return len(pilot.app.screen_stack) == 1


async def test_all_that_a_person_wants_to_know_is_seen() -> None:
    facts: Any = {
        "left_out": ["notes\x1b.txt"], "clashes": [["cyd", ["money.py"]]],
        "after": [["bob", ""], ["cyd", "its agent works"]], "undo": "older work",
    }  # fmt: skip
    async with opened(**facts) as (_, dialog, _verb):
        seen = text(dialog)
        for words in (
            "PROMOTE  ada → muxer/trunk", "1 merge   2 squash   3 rebase", "1111111  fix totals", "orders.py",
            "+14    −3", "not included  1 uncommitted file  notes.txt",
            "conflicts     trunk none · cyd would conflict in money.py",
            "after         bob is rebased; cyd stays pending: its agent works",
            "y promote · c choose · d diff · u undo last · tab way · ? keys · n close",
        ):  # fmt: skip
            assert words in seen, words
        assert "check" not in seen


async def test_it_lands_and_says_where() -> None:
    async with opened() as (pilot, _, verb):
        await pilot.press("y")
        await until(lambda: closed(pilot), "its end")
        assert verb.asked == [{"merge": True, "dry_run": True}, {"merge": True}]
        assert verb.bare.voice.words()[0] == "ada → muxer/trunk at 3333333"


@pytest.mark.parametrize("key", ["escape", "n", "q", "ctrl+c"])
async def test_closing_changes_nothing(key: str) -> None:
    async with opened() as (pilot, _, verb):
        await pilot.press("enter", "escape", key)
        await until(lambda: closed(pilot), "its end")
        assert all("dry_run" in asked for asked in verb.asked)


async def test_the_check_begins_by_itself_and_is_seen_at_work() -> None:
    async with opened(check="./run test") as (pilot, dialog, verb):
        await until(lambda: "test 41 of 48" in text(dialog), "what it says")
        assert "check         ./run test  runs 0s" in text(dialog)
        assert "y promote when green · Y without check · c choose · d diff" in text(dialog)
        verb.gate.set()
        await until(lambda: "./run test  green" in text(dialog), "its result")
        assert "test 41 of 48" not in text(dialog)
        assert not closed(pilot)
        assert not dialog._clock._active.is_set(), "nobody looks at what does not change"


async def test_what_the_check_says_is_heard_and_nobody_listens_afterwards() -> None:
    async with opened(check="./run test") as (pilot, dialog, verb):
        await until(lambda: "test 41 of 48" in text(dialog), "what it says")
        dialog._clock.stop()
        trials = verb.bare.runtime.trials
        trials["p1"] = replace(trials["p1"], lines=("test 42 of 48",))
        verb.bare.attention.watcher()
        await until(lambda: "test 42 of 48" in text(dialog), "what it says now")
        await pilot.press("escape")
        await until(lambda: closed(pilot) and verb.bare.attention.watcher is None, "its end")


async def test_promote_when_green_waits_for_it() -> None:
    async with opened(check="./run test") as (pilot, dialog, verb):
        await until(lambda: "runs" in text(dialog), "the check")
        await pilot.press("y")
        await until(lambda: "it is promoted when it is green" in text(dialog), "that it waits")
        assert (verb.stopped, closed(pilot)) == (0, False)
        verb.gate.set()
        await until(lambda: closed(pilot), "its end")
        assert verb.asked[-1] == {"merge": True}


async def test_a_red_check_says_so_and_lands_nothing_until_a_person_insists() -> None:
    async with opened(check="./run test") as (pilot, dialog, verb):
        verb.red = "exited 1"
        await pilot.press("y")
        verb.gate.set()
        await until(lambda: "./run test  red: exited 1" in text(dialog), "its result")
        assert "the last line" in text(dialog)
        await until(lambda: "the check exited 1" in text(dialog), "the reason")
        assert not closed(pilot)
        await pilot.press("Y")
        await until(lambda: closed(pilot), "its end")
        assert verb.asked[-1] == {"merge": True, "no_check": True}


async def test_one_key_goes_to_either_end_and_one_shows_all_keys() -> None:
    async with opened() as (pilot, dialog, verb):
        listed = dialog.query_one(OptionList)
        await pilot.press("end", "c", "G")
        assert listed.highlighted == 1
        await pilot.press("home")
        assert listed.highlighted == 0
        await pilot.press("pagedown")
        assert listed.highlighted == 1
        await pilot.press("question_mark")
        assert isinstance(verb.bare.done[-1], Answer)


async def test_closing_stops_a_check_that_runs() -> None:
    async with opened(check="./run test") as (pilot, dialog, verb):
        await until(lambda: "runs" in text(dialog), "the check")
        await pilot.press("escape")
        await until(lambda: closed(pilot) and verb.stopped == 1, "its end")


async def test_another_way_is_looked_at_and_checked_again() -> None:
    async with opened(check="./run test") as (pilot, dialog, verb):
        await until(lambda: "runs" in text(dialog), "the check")
        await pilot.press("2")
        await until(lambda: len(verb.asked) == 4, "another look")
        assert verb.stopped == 1
        assert [asked.get("squash") for asked in verb.asked] == [None, None, True, True]
        await pilot.press("tab")
        await until(lambda: verb.asked[-1].get("rebase"), "the next way")


async def test_commits_are_chosen() -> None:
    async with opened() as (pilot, dialog, verb):
        await pilot.press("c")
        assert shown(dialog)[0].startswith("■ 1111111")
        assert "space take or leave · enter done" in text(dialog)
        await pilot.press("space", "down", "space")
        assert [row[0] for row in shown(dialog)] == ["□", "□"]
        assert "no commit is chosen" in text(dialog)
        await pilot.press("space", "enter")
        await until(lambda: len(verb.asked) == 2, "another look")
        assert verb.asked[-1] == {"merge": True, "dry_run": True, "commits": "2" * 40}
        assert [row[0] for row in shown(dialog)] == ["□", "■"], "what is left out is still to be seen"
        await pilot.press("y")
        await until(lambda: closed(pilot), "its end")
        assert verb.asked[-1] == {"merge": True, "commits": "2" * 40}


async def test_what_keeps_it_from_landing_is_said_and_the_key_does_nothing() -> None:
    line = "it conflicts with muxer/trunk in orders.py: muxer sync ada asks it to solve that"
    async with opened(why_not=line, conflicts=["orders.py"], check="./run test") as (pilot, dialog, verb):
        assert "conflicts     trunk in orders.py" in text(dialog)
        assert "muxer sync ada asks it" in " ".join(text(dialog).split())
        assert "y promote" not in text(dialog)
        await pilot.press("y", "Y", "p")
        await pilot.pause()
        assert (len(verb.asked), closed(pilot)) == (1, False)


async def test_the_last_one_is_taken_back() -> None:
    async with opened(undo="older work", why_not="muxer/trunk has all that ada committed", commits=[]) as (
        pilot,
        _,
        verb,
    ):
        await pilot.press("u")
        await until(lambda: closed(pilot), "its end")
        assert verb.asked[-1] == {"undo": True}
        assert verb.bare.voice.words()[0] == "muxer/trunk is at eeeeeee again, without “older work”"


async def test_where_it_is_shared_it_is_a_pull_request() -> None:
    pull = {"branch": "b", "url": "https://x/7", "number": 7, "new": True, "words": ""}
    async with opened(shared=True, trunk="origin/main", pull=pull) as (pilot, dialog, verb):
        assert "pull request for origin/main" in text(dialog)
        assert "y pull request · c choose" in text(dialog)
        await pilot.press("tab", "p")
        await until(lambda: closed(pilot), "its end")
        assert verb.asked[-1] == {"merge": True, "pr": True}
        assert verb.bare.voice.words()[0] == "ada → origin/main pull request 7: https://x/7"


async def test_its_diff_is_one_key_away() -> None:
    async with opened() as (pilot, _, verb):
        await pilot.press("d")
        await until(lambda: closed(pilot) and verb.bare.done == ["review.open"], "the review")


async def test_a_verb_that_fails_is_one_line() -> None:
    bare = BareDesk("ada")
    bare.runtime.answer = MuxerError("git cannot read ~/shop: oops")
    async with Stage().run_test() as pilot:
        dialog = Promote(bare.desk, "p1", "ada")
        await pilot.app.push_screen(dialog)
        await until(lambda: "git cannot read ~/shop: oops" in text(dialog), "the reason")
        await pilot.press("y", "c", "space", "2", "u", "escape")
        await until(lambda: closed(pilot), "its end")


async def test_it_lies_beside_the_pane_and_fits_everywhere() -> None:
    async with opened((200, 50), Region(101, 0, 99, 49)) as (_, dialog, _verb):
        row = next(row for row in text(dialog).splitlines() if "fix totals" in row)
        assert len(row.rstrip()) <= 101
    async with opened((40, 12), check="./run test") as (_, dialog, _verb):
        assert "n close" in text(dialog)
        assert "fix tot" in text(dialog)


@pytest.mark.parametrize("theme", ["night", "day", "terminal"])
async def test_a_theme_dresses_it(theme: str) -> None:
    bare = BareDesk("ada")
    Verb(bare, left_out=["a"], clashes=[["cyd", ["money.py"]]], why_not="it conflicts")
    async with Stage().run_test() as pilot:
        pilot.app.register_theme(textual_theme(read_theme(theme), "worn"))
        pilot.app.theme = "worn"
        dialog = Promote(bare.desk, "p1", "ada")
        await pilot.app.push_screen(dialog)
        await until(lambda: "it conflicts" in text(dialog), "what would land")
        wrong = dialog.query_one("#wrong")
        assert wrong.styles.color != dialog.query_one(OptionList).styles.color


async def test_a_poor_terminal_gets_plain_letters() -> None:
    bare = BareDesk("ada")
    bare.look.plain = True
    verb = Verb(bare, left_out=["a"])
    async with Stage().run_test() as pilot:
        dialog = Promote(bare.desk, "p1", "ada")
        await pilot.app.push_screen(dialog)
        await until(lambda: verb.asked and "looking" not in text(dialog), "what would land")
        await pilot.press("c")
        seen = "\n".join(line for line in text(dialog).splitlines() if "program said" not in line)
        assert seen.isascii(), seen
