import re
import time
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, TextArea

from muxer.errors import MuxerError
from muxer.model import AgentFacts, Note, NoteState, Verdict
from muxer.ui.layout import Region
from muxer.ui.screens.inbox import InboxList
from tests.ui.bare_desk import BareDesk
from tests.ui.stage import Stage, shown, text


def note(
    number: int, words: str, *, sender: str = "", state: NoteState = "held", reason: str = "", age: int = 0
) -> Note:
    return Note(
        id=number, agent=1, pane="p1", sender=sender, text=words, state=state, reason=reason,
        queued_at=time.time() - age,
    )  # fmt: skip


def desk(*notes: Note) -> BareDesk:
    bare = BareDesk("ada")
    bare.runtime.agents["p1"] = AgentFacts(id=1, name="ada", pane="p1", cli="claude-code")
    bare.runtime.verdicts["p1"] = Verdict(state="idle", draft=True)
    bare.runtime.holds["p1"] = "you have a draft in its prompt"
    bare.runtime.noted = list(notes)
    return bare


TWO = (
    note(318, "3f9c2ab fix rounding\nsecond line", sender="bob", reason="you have a draft in its prompt", age=130),
    note(319, "look at \x1b[2Jthis", state="queued"),
)


async def opened(pilot: Pilot[None], bare: BareDesk) -> InboxList:
    dialog = InboxList(bare.desk, "p1", "ada")
    await pilot.app.push_screen(dialog)
    await pilot.pause()
    return dialog


async def test_it_shows_what_waits_and_why() -> None:
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, desk(*TWO))
        first, second = shown(dialog)
        assert first.startswith(" 318  from bob  3f9c2ab fix rounding")
        assert re.search(r"held \d+m$", first)
        assert second.startswith(" 319  from you  look at [2Jthis")
        assert "INBOX  ada" in text(dialog)
        assert "you have a draft in its prompt" in text(dialog)
        assert "second line" in text(dialog)
        await pilot.press("down")
        await pilot.pause()
        assert "second line" not in text(dialog)
        await pilot.press("escape")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("enter", {"now": 318}),
        ("x", {"cancel": 318}),
        ("down x", {"cancel": 319}),
        ("j k delete", {"cancel": 318}),
        ("m", {"mute": True}),
    ],
)
async def test_one_key_each(keys: str, said: dict[str, object]) -> None:
    bare = desk(*TWO)
    async with Stage().run_test() as pilot:
        await opened(pilot, bare)
        await pilot.press(*keys.split())
        await pilot.pause()
        assert bare.runtime.said == [("inbox", {"agent": "p1", **said})]


async def test_a_muted_one_is_heard_again() -> None:
    bare = desk()
    bare.runtime.agents["p1"] = replace(bare.runtime.agents["p1"], muted=True)
    async with Stage().run_test() as pilot:
        await opened(pilot, bare)
        await pilot.press("m")
        await pilot.pause()
        assert bare.runtime.said == [("inbox", {"agent": "p1", "unmute": True})]


async def test_a_note_is_edited() -> None:
    bare = desk(*TWO)
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, bare)
        await pilot.press("e", *"x!", "alt+enter", "m")
        await pilot.pause()
        assert "enter keeps it" in text(dialog)
        await pilot.press("enter")
        await pilot.pause()
        assert bare.runtime.said == [
            ("inbox", {"agent": "p1", "edit": 318, "text": "3f9c2ab fix rounding\nsecond linex!\nm"})
        ]
        assert dialog.query_one(TextArea).read_only


async def test_an_edit_that_is_left_changes_nothing() -> None:
    bare = desk(*TWO)
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, bare)
        await pilot.press("e", *"lost", "escape")
        await pilot.pause()
        assert "lost" not in text(dialog)
        assert bare.runtime.said == []
        await pilot.press("escape")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1


async def test_what_is_refused_is_said() -> None:
    bare = desk(*TWO)
    bare.runtime.answer = MuxerError("note 318 is being typed: it cannot be cancelled any more")
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, bare)
        await pilot.press("x")
        await pilot.pause()
        assert "it cannot be cancelled any more" in text(dialog)


async def test_a_key_never_means_a_note_that_came_under_the_bar_by_itself() -> None:
    bare = desk(*TWO)
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, bare)
        watcher = bare.desk.attention.watcher
        assert watcher
        bare.runtime.noted = [TWO[1]]
        watcher()
        await pilot.press("x", "enter", "e")
        await pilot.pause()
        assert bare.runtime.said == []
        assert dialog.query_one(OptionList).highlighted is None
        await pilot.press("down", "x")
        await pilot.pause()
        assert bare.runtime.said == [("inbox", {"agent": "p1", "cancel": 319})]
        bare.runtime.noted = []
        watcher()
        await pilot.pause()
        assert shown(dialog) == ["nothing waits to be typed"]
        assert "held: you have a draft in its prompt" in text(dialog)
        await pilot.press("escape")
        await pilot.pause()
        assert bare.desk.attention.watcher is None


async def test_the_bar_stays_on_its_note() -> None:
    bare = desk(*TWO)
    async with Stage().run_test() as pilot:
        dialog = await opened(pilot, bare)
        await pilot.press("down")
        await pilot.pause()
        bare.runtime.noted = [note(1, "older"), *TWO]
        assert bare.desk.attention.watcher
        bare.desk.attention.watcher()
        await pilot.pause()
        assert dialog.query_one(OptionList).highlighted == 2


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 12)])
async def test_many_fit(size: tuple[int, int]) -> None:
    bare = desk(*(note(n, f"note number {n} " * 20) for n in range(100)))
    bare.look.plain = True
    bare.places["p1"] = Region(0, 0, size[0] // 2, size[1] - 1)
    async with Stage().run_test(size=size) as pilot:
        dialog = await opened(pilot, bare)
        assert "INBOX" in text(dialog)
        if size[1] >= 24:
            assert "esc close" in text(dialog)
        if size[0] == 200:
            assert text(dialog).splitlines()[1].index("INBOX") > 100
