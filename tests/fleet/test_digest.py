"""Several notes are one text."""

from dataclasses import replace
from pathlib import Path

import pytest

from muxer.agents.spec import Cli, Hooks
from muxer.fleet.agent import Agent
from muxer.fleet.digest import digest
from muxer.model import Note
from muxer.store.panes import KnownPane
from muxer.talk import YOU
from tests.fleet.test_pane import pane


def note(number: int, text: str, sender: str = "") -> Note:
    return Note(id=number, agent=1, pane="p1", sender=sender, text=text, state="queued")


async def test_each_has_its_writer_and_his_circle(tmp_path: Path) -> None:
    bob = pane(tmp_path, KnownPane(id="p7", name="bob", command=("cat",), cwd="/", shell=False, policy="never"))
    agent = Agent(7, "p7", Cli(name="x", title="X", short="x"), token="", folder="/", spawned_at=0)
    agent.circle = "api"
    notes = [note(1, "bare"), note(2, "hello", "bob"), note(3, "gone", "cyd")]
    assert digest(notes, [bob], {"p7": agent}) == (
        "bare\n\n[from bob, circle api, note 2]\nhello\n[end of note 2]\n\n[from cyd, note 3]\ngone\n[end of note 3]"
    )


def asking(number: int, ask: int, sender: str = "bob", speaker: str = "a9") -> Note:
    return replace(note(number, "which port?", sender), message=ask, kind="ask", speaker=speaker, circle="shop")


HOOKS = Hooks(format="claude", events={"p": "prompted", "e": "turn-ended"}, fields={"answer": "said"})
TELLS = Cli(name="x", title="X", short="x", mcp="claude", hooks=HOOKS)
SILENT = Cli(name="x", title="X", short="x")


@pytest.mark.parametrize(
    ("cli", "opens", "how"),
    [
        (TELLS, True, "answer with muxer's reply tool, ask 12, or with what you say last in this turn"),
        (TELLS, False, "answer with muxer's reply tool, ask 12"),
        (replace(TELLS, hooks=replace(HOOKS, fields={})), True, "answer with muxer's reply tool, ask 12"),
        (replace(TELLS, mcp=""), False, 'answer with muxer reply 12 "…"'),
        (SILENT, True, 'answer with muxer reply 12 "…"'),
    ],
)
def test_an_ask_says_how_it_is_answered_as_far_as_that_is_true(cli: Cli, *, opens: bool, how: str) -> None:
    ada = Agent(1, "p1", cli, token="", folder="/", spawned_at=0)
    said = digest([asking(3, 12)], [], {"p1": ada}, opens=opens)
    assert said == f"[from bob, circle shop, ask 12]\nwhich port?\n[end of ask 12: {how}]"
    two = digest([asking(3, 12), note(4, "hi", "bob")], [], {"p1": ada}, opens=opens)
    assert "in this turn" not in two


def test_a_persons_ask_is_theirs() -> None:
    said = digest([replace(asking(3, 12, "you", YOU), circle="")], [], {})
    assert said == '[from your user, ask 12]\nwhich port?\n[end of ask 12: answer with muxer reply 12 "…"]'
