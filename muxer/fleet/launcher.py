"""Starts agents' programs: finds them, has their words and files made, and gives each who it is."""

import os
import shlex
import shutil
from collections.abc import Mapping
from uuid import uuid4

from muxer.agents.finding import program_of
from muxer.agents.hooking import CALLBACK
from muxer.agents.launching import Launch, Wish, prepare
from muxer.agents.spec import Cli
from muxer.errors import MuxerError
from muxer.fleet.agent import Agent
from muxer.fleet.pane import Start
from muxer.paths import HostPaths, homely, private_folder

_SETUP = """\
printf '%s\\n' {begins}
/bin/sh -c {line}
status=$?
if [ "$status" -ne 0 ]; then
    printf '\\n%s %s%s\\n' '── setup failed: exit' "$status" {failed}
    exit "$status"
fi
: > {done}
exec "$@"
"""


class Launcher:
    """One for the host."""

    def __init__(self, paths: HostPaths, env: Mapping[str, str]) -> None:
        self._paths, self._env = paths, env

    def program(self, cli: Cli) -> str:
        """Where its program is; empty where it is not installed."""
        return program_of(cli, self._env)

    def must_find(self, cli: Cli) -> str:
        """Where its program is. Raises MuxerError with what installs it."""
        if program := self.program(cli):
            return program
        how = f": {cli.install}" if cli.install else f": see {cli.docs}" if cli.docs else ": put it on your PATH"
        raise MuxerError(f"{cli.title} is not installed{how}")

    def launch(self, agent: Agent, name: str, *, prompt: str, resume: str = "") -> tuple[Start, Launch]:
        """How it is started now, with a new conversation or with that one. Raises MuxerError."""
        program = agent.command or (self.must_find(agent.cli),)
        wish = Wish(
            name=name,
            token=agent.token,
            role=agent.role,
            circle=agent.circle,
            prompt=prompt,
            model=agent.model,
            effort=agent.effort,
            auto=agent.auto,
            session=str(uuid4()),
            resume=resume,
        )
        private_folder(os.path.join(self._paths.state, "agents"))
        folder = private_folder(self.folder_of(agent.id))
        launch = prepare(agent.cli, wish, folder=folder, callback=CALLBACK, host=self._paths.name)
        command = _after_setup(agent, name, (*program, *launch.argv), folder)
        return Start(command, {**launch.env, **whereabouts(agent)}), launch

    def forget(self, agent: int) -> None:
        """Remove what was written for it alone."""
        shutil.rmtree(self.folder_of(agent), ignore_errors=True)

    def folder_of(self, agent: int) -> str:
        """What is written for it alone lies there."""
        return os.path.join(self._paths.state, "agents", str(agent))


def whereabouts(agent: Agent) -> dict[str, str]:
    """What its program is told of where it works."""
    first, room = agent.ports
    env = {
        "MUXER_WORKSPACE": agent.folder,
        "MUXER_ROOT": agent.source or agent.folder,
        "MUXER_BRANCH": agent.branch,
        "MUXER_PORT": str(first) if room else "",
        "MUXER_PORTS": f"{first}-{first + room - 1}" if room else "",
    }
    return {name: value for name, value in env.items() if value}


def _after_setup(agent: Agent, name: str, command: tuple[str, ...], folder: str) -> tuple[str, ...]:
    """In its own pane, where a person sees it, and once: after that succeeded, the words are the program's alone."""
    done, script = os.path.join(folder, "set-up"), os.path.join(folder, "setup")
    if not agent.setup or os.path.exists(done):
        return command
    failed = f"; {name} was not started. Look into {homely(agent.folder)}, and say muxer agent restart {name}"
    words = {"begins": f"── setup: {agent.setup}", "line": agent.setup, "failed": failed, "done": done}
    try:
        with open(script, "w", encoding="utf-8") as file:
            file.write(_SETUP.format_map({key: shlex.quote(word) for key, word in words.items()}))
    except OSError as error:
        raise MuxerError(f"{homely(script)} cannot be written: {error.strerror}") from None
    return "/bin/sh", script, *command
