"""Asks through the real program: an agent's shell asks the person, and gets the answer and nothing else."""

import shlex

import pytest

from tests.conftest import HOST, Desk
from tests.seat import MUXER
from tests.waiting import until

pytestmark = pytest.mark.timeout(120)


def spawn(desk: Desk, name: str, line: str) -> None:
    """An agent that is a shell, which does that and goes on."""
    script = f'muxer() {{ {shlex.join(MUXER)} "$@"; }}; {line}; exec cat'
    desk.run("spawn", "--name", name, "--workspace", "here", "--exec", shlex.join(["sh", "-c", script]))


def shown(desk: Desk, name: str) -> str:
    return desk.run("capture", name).stdout


def test_a_shell_of_an_agent_asks_the_person_and_prints_the_answer_alone(desk: Desk) -> None:
    seat = desk.sit()
    seat.wait_for("ctrl+b …")
    spawn(desk, "ada", 'answer=$(muxer ask you "which port?" --wait) && echo "it is <$answer>"')
    until(lambda: desk.json("asks"), "the question")
    (asked,) = desk.json("asks")
    assert (asked["from"], asked["to"], asked["text"]) == ("ada", "you", "which port?")
    seat.wait_for("asks you: which port?")
    seat.send("\x02i")
    seat.wait_for("enter answer")
    seat.send("\r8080\r")
    until(lambda: "it is <8080>" in shown(desk, "ada"), "the answer")
    assert desk.json("asks") == []


def test_who_gets_no_answer_is_told_why_in_one_line_and_exits_with_one(desk: Desk) -> None:
    spawn(desk, "ada", "muxer ask you hm --wait --timeout 0.1; echo status $?; muxer ask ada hm; echo status $?")
    until(lambda: shown(desk, "ada").count("status") == 2, "its end")
    said = " ".join(shown(desk, "ada").split())
    assert "expired" in said
    assert said.count("status 1") == 2
    assert said.count("muxer: ") == 2


def test_an_agent_without_its_token_is_still_itself(desk: Desk) -> None:
    spawn(
        desk, "ada", "env -u MUXER_TOKEN -u MUXER_PANE " + shlex.join([*MUXER, "-L", HOST, "ask", "you", "who am I?"])
    )
    until(lambda: desk.json("asks"), "the question")
    assert desk.json("asks")[0]["from"] == "ada"
