"""Several notes are one text."""

from pathlib import Path

from muxer.agents.spec import Cli
from muxer.fleet.agent import Agent
from muxer.fleet.digest import digest
from muxer.model import Note
from muxer.store.panes import KnownPane
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
