import os
import stat
import subprocess
from pathlib import Path

import pytest

from muxer.agents.hooking import CALLBACK
from muxer.agents.spec import Cli
from muxer.errors import MuxerError
from muxer.fleet.agent import Agent
from muxer.fleet.launcher import Launcher
from muxer.paths import HostPaths
from tests.fleet.toys import toy_cli


@pytest.fixture
def launcher(tmp_path: Path) -> Launcher:
    return Launcher(HostPaths("t", str(tmp_path / "run"), str(tmp_path)), {"PATH": os.environ["PATH"]})


def agent(cli: Cli, **more: object) -> Agent:
    made = Agent(7, "p1", cli, token="secret", folder="/w/ada", spawned_at=1.0)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_a_program_is_started_as_its_file_says_and_told_who_it_is(launcher: Launcher, tmp_path: Path) -> None:
    cli = toy_cli(tmp_path / "bin")
    start, launch = launcher.launch(agent(cli), "ada", prompt="fix it")
    assert start.command == (cli.binary[0], "--session-id", launch.session, "--", "fix it")
    assert (start.env["MUXER_AGENT"], start.env["MUXER_TOKEN"], start.env["MUXER_HOST"]) == ("ada", "secret", "t")
    again, _ = launcher.launch(agent(cli), "ada", prompt="", resume=launch.session)
    assert again.command == (cli.binary[0], "--resume", launch.session)


def test_a_command_is_started_as_it_stands(launcher: Launcher) -> None:
    start, launch = launcher.launch(agent(Cli(name="", title="x", short="x"), command=("x", "-y")), "x", prompt="go")
    assert start.command == ("x", "-y")
    assert (start.env["MUXER_AGENT"], launch.typed) == ("x", "go")


@pytest.mark.parametrize(
    ("install", "docs", "line"),
    [
        ("npm i -g no", "https://no.example", "No is not installed: npm i -g no"),
        ("", "https://no.example", "No is not installed: see https://no.example"),
        ("", "", "No is not installed: put it on your PATH"),
    ],
)
def test_a_missing_program_is_said_with_what_helps(launcher: Launcher, install: str, docs: str, line: str) -> None:
    cli = Cli(name="no", title="No", short="no", binary=("/no/such",), install=install, docs=docs)
    with pytest.raises(MuxerError, match=f"^{line}$"):
        launcher.launch(agent(cli), "no", prompt="")


def test_what_is_written_for_it_is_its_own_and_goes_with_it(launcher: Launcher, tmp_path: Path) -> None:
    launcher.launch(agent(toy_cli(tmp_path / "bin")), "ada", prompt="")
    assert stat.S_IMODE(os.stat(tmp_path / "agents" / "7").st_mode) == 0o700
    launcher.forget(7)
    launcher.forget(7)
    assert not (tmp_path / "agents" / "7").exists()


def test_ourselves_run_whatever_lies_in_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "muxer").mkdir()
    (tmp_path / "muxer" / "__init__.py").write_text("raise SystemExit('not ours')")
    done = subprocess.run([*CALLBACK, "version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("muxer ")
