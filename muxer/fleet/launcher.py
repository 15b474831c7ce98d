"""Starts agents' programs: finds them, has their words and files made, and gives each who it is."""

import os
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
from muxer.paths import HostPaths, private_folder


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
        return Start((*program, *launch.argv), launch.env), launch

    def forget(self, agent: int) -> None:
        """Remove what was written for it alone."""
        shutil.rmtree(self.folder_of(agent), ignore_errors=True)

    def folder_of(self, agent: int) -> str:
        """What is written for it alone lies there."""
        return os.path.join(self._paths.state, "agents", str(agent))
