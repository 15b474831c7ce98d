"""The real programs in muxer's own panes, each before a model on loopback: nothing is asked of any other machine.

    ./run test -m real tests/agents/real

installs them once with npm into $XDG_CACHE_HOME/muxer-tests (1 GB). They are not part of
the other tests, as they take minutes.
"""

import psutil
import pytest

from tests.agents.driving import to_run
from tests.agents.real.conftest import MESSAGE, NAME, Real

INSIDE = {"gemini": "gemini --skip-trust -p 'inner words'", "opencode": "opencode run 'inner words'"}
"""Starts another of it, for one turn."""

pytestmark = [pytest.mark.real, pytest.mark.timeout(500)]


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
    real.comes_to("crashed")


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
    real.until(lambda: real.stub.asked("hello"), "its first turn")
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


@pytest.mark.parametrize("real", INSIDE, indirect=True)
def test_another_that_it_runs_as_a_tool_does_not_speak_for_it(real: Real) -> None:
    """That one inherits the variables which tell of muxer's hooks and server."""
    real.spawn("--auto", "--prompt", "hello")
    real.until(lambda: real.stub.asked("hello"), "its first turn")
    real.comes_to("idle", "done")
    real.send(to_run(real.cli, INSIDE[real.cli]))
    real.until(lambda: real.stub.results().strip(), "what the other answered")
    real.comes_to("idle", "done")
    assert any(request.asked.user.strip(' "') == "inner words" for request in real.stub.requests)
    assert real.conversations() == {real.facts()["session"]}


@pytest.mark.parametrize("real", ["opencode"], indirect=True)
def test_each_answer_is_given_by_its_number(real: Real) -> None:
    """Its choices have no keys of their own: they are moved to."""
    made = real.desk.folder / "made.txt"
    real.spawn()
    real.comes_to("idle")
    real.asks(made)
    real.answers("3", "Reject")
    real.comes_to("idle", "done")
    assert not made.exists()
    real.asks(made)
    real.answers("2", "Allow always")
    real.shows("Always allow")
    assert not made.exists()
    real.answers("1", "Confirm")
    real.until(made.exists, "allowed")
    made.unlink()
    real.comes_to("idle", "done")
    real.send(to_run(real.cli, f"echo made > {made}"))
    real.until(made.exists, "allowed once and for all")
