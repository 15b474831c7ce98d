"""The real programs in muxer's own panes, each before a model on loopback: nothing is asked of any other machine.

    ./run test -m real tests/agents/real

installs them once with npm into $XDG_CACHE_HOME/muxer-tests (1 GB). They are not part of
the other tests, as they take minutes.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.agents.driving import CACHE, PACKAGES, furnish, install, to_run
from tests.agents.stub import Stub, serving
from tests.conftest import Desk
from tests.seat import Seat, muxer_home
from tests.waiting import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

NAME = "ada"
MESSAGE = "look at quixotic 4711"
"""No program says that by itself."""


class Real:
    """One real agent, called ada, in a repository that it trusts."""

    def __init__(self, cli: str, desk: Desk, stub: Stub) -> None:
        self.cli, self.desk, self.stub = cli, desk, stub
        self.seat: Seat
        self.sent: list[str] = []

    def spawn(self, *words: str) -> None:
        given = ("--cli", self.cli, "--name", NAME, "--workspace", "here", *words)
        self.desk.run("spawn", *given)
        self.seat = self.desk.sit("attach", cols=120, rows=40)
        self.seat.wait_for(NAME)

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.json("agent", "get", NAME)["agent"]
        return found

    def comes_to(self, *states: str, timeout: float = 60) -> None:
        """Until muxer says so."""
        self.until(lambda: self.facts()["state"] in states, f"{states}", timeout)

    def until(self, condition: Callable[[], object], what: str, timeout: float = 60) -> None:
        """A failure shows what a person would look at."""
        try:
            until(condition, what, timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.told()}") from None

    def told(self) -> str:
        """What a failure should show."""
        newest = len(self.sent)
        words = (["explain", NAME], ["inbox", NAME], ["trace", str(newest)])
        return "\n".join([self.screen(), *(self.desk.run(*line, check=False).stdout for line in words)])

    def screen(self) -> str:
        return self.desk.run("capture", NAME, check=False).stdout

    def shows(self, pattern: str, timeout: float = 60) -> None:
        self.until(lambda: re.search(pattern, self.screen()), repr(pattern), timeout)

    def send(self, text: str, *words: str) -> None:
        self.sent.append(text)
        self.desk.run("send", NAME, text, *words)

    def type(self, keys: str) -> None:
        """A person's own keys."""
        self.seat.send(keys)
        self.seat.wait_quiet(0.3)

    def waiting(self) -> list[Any]:
        return [note for note in self.desk.json("inbox", NAME) if note["state"] in ("queued", "held")]

    def asks(self, file: Path) -> None:
        """It wants to run a command, and asks."""
        self.send(to_run(self.cli, f"echo made > {file}"))
        self.comes_to("waiting")


@pytest.fixture(params=PACKAGES)
def real(request: pytest.FixtureRequest) -> Iterator[Real]:
    programs, why = install(request.param)
    if why:
        pytest.skip(why)
    # Not below /tmp: one of them trusts no settings below a folder that others may write to.
    (CACHE / "homes").mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=request.param, dir=CACHE / "homes"))
    work = folder / "work"
    work.mkdir()
    with muxer_home(folder) as env, serving() as stub:
        env["PATH"] = f"{programs}:{env['PATH']}"
        furnish(request.param, env, work, stub.port)
        desk = Desk(env, work)
        try:
            yield Real(request.param, desk, stub)
        finally:
            desk.leave()
    shutil.rmtree(folder, ignore_errors=True)


def test_its_state_is_followed(real: Real) -> None:
    """From its start without a dialog to its end."""
    made = real.desk.folder / "made.txt"
    real.spawn()
    assert real.facts()["state"] in ("starting", "idle")
    real.comes_to("idle")
    real.send("SLOW:4 think")
    real.comes_to("working")
    real.comes_to("idle", "done")
    real.until(lambda: real.stub.times("SLOW:4 think") == 1, "its being asked once")
    real.asks(made)
    real.type("\x1b")
    real.comes_to("idle", "done")
    assert not made.exists()
    real.send("SLOW:30 again")
    real.comes_to("working")
    real.type("\x1b")
    if real.cli == "opencode":  # it wants to be told twice
        real.type("\x1b")
    real.comes_to("idle", "done")
    psutil.Process(real.desk.panes()[NAME]["pid"]).kill()
    real.comes_to("crashed", timeout=5)


def test_a_message_while_it_works(real: Real) -> None:
    real.spawn("--prompt", "SLOW:4 first")
    real.comes_to("working")
    real.send(MESSAGE)
    real.until(lambda: real.stub.times(MESSAGE), "the message")
    real.comes_to("idle", "done")
    assert real.stub.times(MESSAGE) == 1
    assert real.stub.times("SLOW:4 first") == 1


def test_a_draft_stays_as_it_is(real: Real) -> None:
    real.spawn()
    real.comes_to("idle")
    real.send("hello")
    real.comes_to("idle", "done")
    real.type("half a draft")
    real.shows("half a draft")
    real.send(MESSAGE)
    real.until(lambda: real.waiting() or real.stub.times(MESSAGE), "held or through another door")
    real.shows("half a draft", 5)
    assert not real.stub.times("half a draft")
    real.type("\x15")
    real.until(lambda: real.stub.times(MESSAGE), "the message", 30)
    assert real.stub.times(MESSAGE) == 1
    assert not real.stub.times("half a draft")


def test_a_dialog_is_not_answered_by_a_message(real: Real) -> None:
    made = real.desk.folder / "made.txt"
    real.spawn()
    real.comes_to("idle")
    real.asks(made)
    real.send(MESSAGE)
    real.until(real.waiting, "held")
    assert real.facts()["state"] == "waiting"
    assert not made.exists()
    real.type("\r")
    real.until(made.exists, "approved by a person")
    real.until(lambda: real.stub.times(MESSAGE), "the message")
    assert real.stub.times(MESSAGE) == 1


def test_its_model_reaches_muxer(real: Real) -> None:
    real.spawn("--prompt", "hello")  # its servers may come up after its first turn
    real.comes_to("idle", "done")
    real.send("hello again")
    real.until(lambda: real.stub.asked("hello again"), "its second turn")
    real.comes_to("idle", "done")
    real.send("TOOL:whoami {}")
    real.until(lambda: NAME in real.stub.results(), "an answer of muxer's")
    real.comes_to("idle", "done")


def test_its_conversation_outlives_the_host(real: Real) -> None:
    real.spawn("--prompt", "remember the word xylophone")
    real.until(lambda: real.stub.times("xylophone"), "the prompt")
    real.comes_to("idle", "done")
    host = psutil.Process(real.desk.host())
    host.kill()
    host.wait(20)
    real.desk.new("true", split="float")
    real.comes_to("idle", "done")
    real.desk.run("agent", "restart", NAME)
    real.comes_to("idle", "done")
    real.send("what was the word?")
    real.until(lambda: real.stub.asked("what was the word?"), "the question")
    assert any("xylophone" in request.body for request in real.stub.asked("what was the word?"))
