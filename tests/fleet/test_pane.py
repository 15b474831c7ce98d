from pathlib import Path

import pytest

from muxer.fleet.pane import Pane, facts_of
from muxer.model import Exit
from muxer.store.panes import KnownPane
from muxer.terminal.custody import Held
from muxer.terminal.terminal import Terminal


def pane(folder: Path, known: KnownPane) -> Pane:
    return Pane(Held(pane=known.id, pid=0, fd=-1, facts=facts_of(known)), Terminal.fresh("p7", -1, str(folder), 40, 10))


def known(*command: str, shell: bool = False) -> KnownPane:
    return KnownPane(id="p7", name="api", command=command, cwd="/tmp", shell=shell, policy="always")


async def test_what_the_keeper_remembers_is_what_was_written_down(tmp_path: Path) -> None:
    assert pane(tmp_path, known("cat", "x")).known == known("cat", "x")
    assert pane(tmp_path, known("sh", shell=True)).policy == "always"


async def test_only_a_program_that_runs_is_frozen(tmp_path: Path) -> None:
    one = pane(tmp_path, known("cat"))
    assert not one.frozen
    one.facts["frozen"] = True
    assert one.frozen
    one.exit = Exit(status=0)
    assert not one.frozen


@pytest.mark.parametrize(
    ("command", "shell", "wants"),
    [
        (["/bin/bash"], False, True),
        (["bash", "--norc", "-i"], False, True),
        (["zsh", "-l"], False, True),
        (["/opt/oddsh"], True, True),
        (["sh", "-c", "exit"], False, False),
        (["bash", "-lc", "exit"], False, False),
        (["bash", "script"], False, False),
        (["cat"], False, False),
    ],
)
async def test_shells_that_people_type_into_are_hung_up(
    tmp_path: Path, command: list[str], shell: bool, wants: bool
) -> None:
    assert pane(tmp_path, known(*command, shell=shell)).wants_hangup is wants
