"""Whose process somebody is, with processes that really come from each other."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from muxer.agents.spec import Cli
from muxer.fleet.agent import Agent
from muxer.fleet.descent import agent_behind, is_anyone, is_of_another, is_person

BY_ITS_PARENTS = "{ setsid sh -c 'echo $$; exec sleep 60' & }"
BY_ITS_SESSION = "(sh -c 'echo $$; exec sleep 60' &)"
BY_ITS_TOKEN = "(setsid sh -c 'echo $$; exec sleep 60' &)"


class Program:
    """An agent's, and what it started last."""

    def __init__(self, script: str, token: str = "") -> None:
        self.running = subprocess.Popen(
            ["sh", "-c", f"{script}; read line"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=os.environ | ({"MUXER_TOKEN": token} if token else {}), start_new_session=True, text=True,
        )  # fmt: skip
        assert self.running.stdout
        self.child = int(self.running.stdout.readline())


@pytest.fixture
def agent() -> Agent:
    return Agent(1, "p1", Cli(name="toy", title="Toy", short="toy"), token="t0ken", folder="/", spawned_at=0.0)


@pytest.fixture
def program(request: pytest.FixtureRequest) -> Iterator[Program]:
    made = Program(*request.param)
    yield made
    for pid in {made.child, made.running.pid}:
        os.kill(pid, 9)
    made.running.communicate()


only_where_parents_are_told = pytest.mark.skipif(sys.platform != "linux", reason="nothing tells what started a process")


@pytest.mark.parametrize(
    "program",
    [
        pytest.param((BY_ITS_PARENTS,), id="parents", marks=only_where_parents_are_told),
        pytest.param((BY_ITS_SESSION,), id="session"),
        pytest.param((BY_ITS_TOKEN, "t0ken"), id="token", marks=only_where_parents_are_told),
    ],
    indirect=True,
)
def test_what_an_agent_started_speaks_for_it(program: Program, agent: Agent) -> None:
    assert agent_behind(program.child, {program.running.pid: agent}) is agent
    assert agent_behind(os.getpid(), {program.running.pid: agent}) is None
    assert agent_behind(program.child, {}) is None
    assert [is_person(pid, {program.running.pid: agent}) for pid in (program.child, os.getpid(), 0)] == [
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("program", [pytest.param((BY_ITS_TOKEN, "other"), id="other")], indirect=True)
def test_what_nothing_leads_back_to_is_a_persons(program: Program, agent: Agent) -> None:
    assert agent_behind(program.child, {program.running.pid: agent}) is None


def test_who_is_over_or_came_over_the_network_is_nobody() -> None:
    over = subprocess.Popen(["true"])
    over.wait()
    assert [is_anyone(pid) for pid in (0, over.pid, os.getpid())] == [False, False, True]


CONTAINER = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")
INSIDE = "import os; from muxer.fleet.descent import is_anyone; print(os.getsid(0), is_anyone(os.getpid()))"


@pytest.mark.skipif(subprocess.call((*CONTAINER, "true"), stderr=-3) != 0, reason="no process namespaces here")
def test_one_whose_session_began_outside_its_container_is_somebody() -> None:
    said = subprocess.check_output((*CONTAINER, sys.executable, "-c", INSIDE), text=True)
    assert said.split() == ["0", "True"]


SLEEPER = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(60)"
CALLS = "import subprocess, sys; subprocess.run(sys.argv[2:], start_new_session=bool(int(sys.argv[1])), check=True)"
CALLBACK = (sys.executable, "-c", SLEEPER)


def _calls(*program: str, apart: bool = False) -> tuple[str, ...]:
    """A program that runs another, in a process group of its own or not."""
    return (sys.executable, "-c", CALLS, str(int(apart)), *program)


def _by_shell(*program: str) -> tuple[str, ...]:
    return ("sh", "-c", f"{shlex.join(program)}; true")


@pytest.mark.parametrize(
    ("agent", "is_another"),
    [
        pytest.param(_calls(*CALLBACK), False, id="itself"),
        pytest.param(_calls(*_by_shell(*CALLBACK), apart=True), False, id="by-a-shell-of-its-own-group"),
        pytest.param(_calls(*_calls(*_by_shell(*CALLBACK))), False, id="behind-its-launcher"),
        pytest.param(_calls(*_calls(*CALLBACK), apart=True), True, id="a-tool"),
        pytest.param(_calls(*_by_shell(*_calls(*_by_shell(*CALLBACK))), apart=True), True, id="a-tool-by-shells"),
    ],
)
@only_where_parents_are_told
def test_what_an_agent_runs_as_a_tool_is_another(agent: tuple[str, ...], *, is_another: bool) -> None:
    with subprocess.Popen(agent, stdout=subprocess.PIPE, text=True, start_new_session=True) as running:
        assert running.stdout
        callback = int(running.stdout.readline())
        try:
            assert is_of_another(callback, running.pid) is is_another
            assert not is_of_another(os.getpid(), running.pid)
        finally:
            os.kill(callback, signal.SIGKILL)
