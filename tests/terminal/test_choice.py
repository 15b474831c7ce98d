import os
import subprocess
import sys

import pytest

from muxer.errors import SnapshotUnfit, UsageError
from muxer.terminal import choice
from muxer.terminal.choice import engine_class, open_engine


@pytest.mark.parametrize("name", ["ghostty", "portable"])
def test_the_variable_decides(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(choice.VARIABLE, name)
    assert engine_class().name == name
    assert choice.VARIABLE in choice.reason()
    engine = open_engine(20, 5)
    engine.feed(b"hello")
    assert engine.lines()[0] == "hello"
    engine.close()


def test_ghostty_is_the_first_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(choice.VARIABLE, raising=False)
    assert engine_class().name == "ghostty"


def test_a_name_that_is_no_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "xterm")
    with pytest.raises(UsageError, match="ghostty or portable"):
        engine_class()


def choose(wanted: str) -> str:
    """In a process where pyghostty is not installed."""
    code = (
        "import sys\n"
        "sys.modules['pyghostty'] = None\n"
        "from muxer.errors import EngineUnfit\n"
        "from muxer.terminal import choice\n"
        "try: print(choice.engine_class().name, choice.reason())\n"
        "except EngineUnfit as error: print('unfit', error)"
    )
    environment = {**os.environ, "MUXER_ENGINE": wanted}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    ).stdout


def test_without_pyghostty_the_portable_engine_runs_and_says_why() -> None:
    said = choose("")
    assert said.startswith("portable ")
    assert "pyghostty" in said


def test_an_engine_that_was_asked_for_is_not_replaced() -> None:
    assert choose("ghostty").startswith("unfit ")


def test_one_engine_does_not_restore_what_another_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots = {}
    for name in ("ghostty", "portable"):
        monkeypatch.setenv(choice.VARIABLE, name)
        engine = open_engine(20, 5)
        engine.feed(b"hello")
        snapshots[name] = engine.snapshot()
        engine.close()
    for name, other in (("ghostty", "portable"), ("portable", "ghostty")):
        monkeypatch.setenv(choice.VARIABLE, name)
        with pytest.raises(SnapshotUnfit):
            engine_class().restore(snapshots[other])
