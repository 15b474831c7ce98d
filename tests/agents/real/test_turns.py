"""What the real programs' hooks tell of a turn: what began it, whole, and what was said last in it."""

import json
from typing import Any

import pytest

from muxer.agents.fence import asked_alone, fenced
from muxer.agents.reading import read_clis
from muxer.agents.signs import Told
from muxer.agents.telling import told_by
from tests.agents.real.conftest import Real
from tests.agents.stub import ANSWER

TELLING = ["claude-code", "codex", "gemini", "opencode"]
"""Those whose files say where an answer stands."""
CLIS, _ = read_clis("")

pytestmark = [pytest.mark.real, pytest.mark.timeout(500)]


def told(real: Real) -> list[Told]:
    """By its hooks, oldest first."""
    lines = real.desk.run("events", "--json", "--kind", "hook", "--limit", "1000").stdout.splitlines()
    logged: list[dict[str, Any]] = sorted(map(json.loads, lines), key=lambda one: one["id"])
    found = (told_by(CLIS[real.cli], one["kind"].removeprefix("hook."), one["data"], one["at"]) for one in logged)
    return [one for one in found if one]


@pytest.mark.parametrize("real", TELLING, indirect=True)
def test_a_turn_is_told_from_its_prompt_to_its_last_words(real: Real) -> None:
    ask = fenced(9, "what is\n\nthe answer?", sender="bob", circle="shop", ask=12, how="answer in this turn")
    real.spawn()
    real.comes_to("idle")
    real.type(f"\x1b[200~{ask}\x1b[201~")

    def is_answered() -> bool:
        if not any(one.kind == "prompted" for one in told(real)):
            real.type("\r")
        return any(one.answer for one in told(real))

    real.until(is_answered, "an answer")
    (prompt,) = [one.prompt for one in told(real) if one.kind == "prompted"]
    assert asked_alone(prompt) == 12
    assert [one.answer.startswith(ANSWER) for one in told(real) if one.answer] == [True]


@pytest.mark.parametrize("real", sorted({*TELLING} - {"gemini"}), indirect=True)
def test_a_turn_that_a_person_stops_says_nothing_last(real: Real) -> None:
    """The other one tells what it had said so far, as of any end: there a person's key says that it was stopped."""
    real.spawn()
    real.comes_to("idle")
    real.send("SLOW:30 think")
    real.comes_to("working")
    real.until(lambda: real.stub.asked("SLOW:30 think"), "the model")
    real.type("\x1b")
    if real.cli == "opencode":  # it wants to be told twice
        real.type("\x1b")
    real.comes_to("idle", "done")
    real.type("\x15")  # some give the prompt back
    real.send("hello")
    real.until(lambda: [one.kind for one in told(real)].count("prompted") == 2, "its second turn")
    real.until(lambda: told(real)[-1].kind == "turn-ended", "its end")
    kinds = [one.kind for one in told(real)]
    stopped = told(real)[kinds.index("prompted") + 1 : len(kinds) - kinds[::-1].index("prompted") - 1]
    assert not any(one.answer for one in stopped), stopped
