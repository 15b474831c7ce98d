"""Every test has its own folders and a clean environment; nothing of the machine's own muxer is seen or touched.

The end of a run tells the conformance score of each engine, also when workers share the table.
"""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from muxer.paths import HostPaths
from muxer.wire.client import call
from tests.seat import MUXER, Seat, muxer_home

HOST = "desk"
SCORED = "conformance"


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What any muxer of this run may find again. It is worth 0.3 s of every start of a host."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _clean_environment(tmp_path: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith(("MUXER_", "TMUX", "XDG_")) and name != "MUXER_ENGINE":
            monkeypatch.delenv(name)
    for kind in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared_cache))


class Desk:
    """A person who never ran muxer: their folders, the terminals they sit at, and the commands they type."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env = env
        self.folder = folder
        self._seats: list[Seat] = []

    def sit(self, *words: str, cols: int = 80, rows: int = 24, **env: str) -> Seat:
        """A terminal in which `muxer WORDS` was typed."""
        seat = Seat([*MUXER, "-L", HOST, *words], cols, rows, self.env | env, cwd=self.folder)
        self._seats.append(seat)
        return seat

    def set(self, settings: str) -> Path:
        """The person's config.toml."""
        file = Path(self.env["XDG_CONFIG_HOME"], "muxer", "config.toml")
        file.parent.mkdir(exist_ok=True)
        file.write_text(settings)
        return file

    def run(self, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """`muxer WORDS`, to its end."""
        return subprocess.run(
            [*MUXER, "-L", HOST, *words], env=self.env | env, cwd=self.folder, check=check, capture_output=True,
            text=True, timeout=40, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self, *words: str) -> subprocess.Popen[str]:
        """`muxer WORDS`, begun."""
        return subprocess.Popen(
            [*MUXER, "-L", HOST, *words], env=self.env, cwd=self.folder, stdout=subprocess.PIPE, text=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def json(self, *words: str) -> Any:
        """What `muxer WORDS --json` answers."""
        verb, *rest = words
        return json.loads(self.run(verb, "--json", *rest).stdout)

    def new(self, *command: str, **options: str) -> dict[str, Any]:
        """A pane, without attaching."""
        given = [f"--{name}={value}" for name, value in options.items()]
        made: dict[str, Any] = self.json("new", "--no-attach", *given, "--", *command)
        return made

    def ask(self, verb: str, **arguments: object) -> Any:
        """The same, without a process for the question: for what is asked until it comes true."""
        runtime, state = self.env["XDG_RUNTIME_DIR"], self.env["XDG_STATE_HOME"]
        return call(HostPaths(HOST, f"{runtime}/muxer/{HOST}", f"{state}/muxer/{HOST}"), verb, arguments)

    def panes(self) -> dict[str, dict[str, Any]]:
        """Every pane by name."""
        return {pane["name"]: pane for pane in self.ask("ls")["panes"]}

    def host(self) -> int:
        """The host's process."""
        return int(self.ask("ls")["host"]["pid"])

    def keeper(self) -> int:
        """The keeper's process."""
        return int(self.ask("ls")["keeper"]["pid"])

    def leave(self) -> None:
        """Every terminal is closed."""
        for seat in self._seats:
            seat.close()


@pytest.fixture
def desk(tmp_path: Path, shared_cache: Path) -> Iterator[Desk]:
    folder = tmp_path / "work"
    folder.mkdir()
    with muxer_home(tmp_path, shared_cache) as env:
        sitting = Desk(env, folder)
        try:
            yield sitting
        finally:
            sitting.leave()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line an engine: how many cases of the table it gets right."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for outcome in ("passed", "failed", "xfailed", "xpassed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, engine in getattr(report, "user_properties", []):
                if name == SCORED:
                    total[engine] += 1
                    right[engine] += outcome in ("passed", "xpassed")
    for engine in sorted(total):
        terminalreporter.write_line(f"conformance: {engine} {right[engine]}/{total[engine]}")
