"""A person with a home, a repository and a host of their own, who can be killed and started again."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from muxer.errors import MuxerError
from muxer.journal import Reading
from muxer.paths import HostPaths
from muxer.wire.client import call
from tests.agents.driving import script
from tests.seat import muxer_home
from tests.workspaces.repositories import git

HOST = "soak"
CHECK = "! grep -rq BAD --include=*.txt ."
_START = "import sys; from muxer.paths import host_paths; from muxer.wire.starting import start_host; "
_START += f"start_host(host_paths({HOST!r}), (120, 40), None, sys.argv[1]).close()"


class Operator:
    """One of them."""

    def __init__(self, env: dict[str, str], name: str, root: Path) -> None:
        self.env, self.name, self.root = env, name, root
        self.paths = HostPaths(HOST, f"{env['XDG_RUNTIME_DIR']}/muxer/{HOST}", f"{env['XDG_STATE_HOME']}/muxer/{HOST}")
        self.agents: dict[str, Path] = {}
        """Those that live, by name, and where each works."""
        self.gone: dict[str, Path] = {}
        self.made = 0

    def start(self) -> None:
        """The host, if none runs."""
        subprocess.run([sys.executable, "-c", _START, str(self.root)], env=self.env, check=True, timeout=60)

    def kill(self) -> None:
        """The host, at whatever it does."""
        host = self.ask("ls")["host"]["pid"]
        process = psutil.Process(host)
        process.kill()
        process.wait(20)

    def ask(self, verb: str, **words: object) -> Any:
        """What the host answers to a verb. Raises MuxerError."""
        return call(self.paths, verb, words, timeout=60)

    def spawn(self, kind: str) -> str:
        """Another agent."""
        self.made += 1
        name = f"{self.name}{self.made}"
        made = self.ask("spawn", cli="scripted", name=name, cwd=str(self.root), workspace=kind)
        folder = Path(made["spawned"][0]["folder"])
        self.agents[name] = folder
        for key, value in (("user.name", name), ("user.email", f"{name}@example.org")):
            git(folder, "config", key, value)
        return name

    def remove(self, name: str, *, archive: bool) -> bool:
        """Its workspace, and what nobody else has is salvaged; did that go?"""
        self.ask("agent", action="kill", agent=[name])
        self.gone[name] = self.agents.pop(name)
        if archive:
            left = self.ask("workspace", action="archive", agent=[name])["left"]
        else:
            left = self.ask("agent", action="cleanup", discard=[name])["left"]
        return not left

    def restore(self, name: str) -> None:
        """One that was put away."""
        self.ask("agent", action="restore", agent=[name])
        self.agents[name] = self.gone.pop(name)

    def folders(self) -> Iterator[Path]:
        """Where work is, or was left."""
        return (folder for folder in (*self.agents.values(), *self.gone.values()) if folder.is_dir())

    def mistakes(self) -> str:
        """What the host wrote down of its own."""
        said = []
        for file in (self.paths.log, self.paths.errors):
            reading = Reading(file)
            said += [f"{entry.text}\n{entry.trace}" for entry in reading.earlier() if entry.level == "error"]
            reading.close()
        return "\n".join(said)[:4000]


@contextmanager
def operator(folder: Path, name: str, begin: Callable[[Path], Path], *, remote: str) -> Iterator[Operator]:
    """Whose repository is made by `begin`, with a check, and shared by that remote."""
    with muxer_home(folder) as env:
        root = begin(folder / "shop")
        git(root, "config", "user.name", name.title())
        git(root, "config", "user.email", f"{name}@example.org")
        script(env, "--seed", name, "--work", "0.01", "0.1", "--boot", "0.02", hooks=True)
        made = Operator(env, name, root)
        made.start()
        try:
            made.ask("init", remote=remote, base="main", cwd=str(root), yes=True)
            project = made.ask("project", action="ls")["projects"][0]["name"]
            made.ask("project", action="set", project=project, key="check", value=[CHECK])
            yield made
        finally:
            try:
                made.ask("stop")
            except MuxerError:
                made.start()  # it was killed: the next one is stopped with its home
