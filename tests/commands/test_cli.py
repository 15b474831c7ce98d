import json
import os
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.completion import complete_line
from muxer.commands.table import load_verbs
from tests.conftest import HOST, Desk

HELP = "--dangerously-skip-permissions --settings --mcp-config --session-id --resume --continue --model --effort"
NOBODY: Any = None


@pytest.fixture
def programs(desk: Desk) -> Path:
    """A folder of programs, and no other but the system's."""
    folder = desk.folder / "bin"
    folder.mkdir()
    desk.env["PATH"] = f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin"
    return folder


def install(folder: Path, name: str, help_: str, version: str = "9.8.7") -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\ncase $1 in --version) echo {version};; *) echo '{help_}';; esac\n")
    file.chmod(0o755)
    return file


def own(desk: Desk, name: str, text: str) -> Path:
    file = Path(desk.env["XDG_CONFIG_HOME"], "muxer", "clis", f"{name}.toml")
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def listed(desk: Desk) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in desk.json("cli", "ls")["clis"]}


def test_ls_tells_what_there_is_and_how_to_get_the_rest(desk: Desk, programs: Path) -> None:
    file = install(programs, "codex", "")
    rows = listed(desk)
    assert (rows["codex"]["program"], rows["codex"]["verified"]) == (str(file), False)
    assert (rows["aider"]["program"], rows["aider"]["title"]) == ("", "Aider")
    lines = desk.run("cli").stdout.splitlines()
    assert [line.split(maxsplit=2) for line in lines if line.startswith("codex ")] == [
        ["codex", "Codex", f"not verified   {str(file).replace(desk.env['HOME'], '~')}"]
    ]
    assert [line.split()[0] for line in lines[:1]] == ["codex"], "what is installed comes first"
    assert any(line.startswith("aider ") and "not installed  python -m pip" in line for line in lines)
    assert not os.path.exists(f"{desk.env['XDG_RUNTIME_DIR']}/muxer/{HOST}/host")


def test_check_marks_what_holds_until_the_program_changes(desk: Desk, programs: Path) -> None:
    file = install(programs, "claude", HELP)
    told = desk.run("cli", "check", "claude-code")
    assert told.stdout == "claude-code 9.8.7: verified, its help knows all 8 of its options\n"
    row = listed(desk)["claude-code"]
    assert (row["verified"], row["version"]) == (True, "9.8.7")
    install(programs, "claude", HELP, "9.9.9")
    os.utime(file, ns=(1, 1))
    row = listed(desk)["claude-code"]
    assert (row["verified"], row["version"]) == (False, "")


def test_a_mark_ends_with_the_words_that_it_is_for(desk: Desk, programs: Path) -> None:
    install(programs, "claude", HELP)
    desk.run("cli", "check", "claude-code")
    own(desk, "claude-code", 'model = ["--new-model", "{model}"]\n')
    assert not listed(desk)["claude-code"]["verified"]


def test_check_says_which_options_are_gone_and_fails(desk: Desk, programs: Path) -> None:
    install(programs, "claude", HELP.replace("--effort", "").replace("--resume", ""))
    wrong = desk.run("cli", "check", "claude-code", check=False)
    assert (wrong.returncode, wrong.stdout) == (1, "claude-code 9.8.7: its help does not know --effort, --resume\n")
    told = json.loads(desk.run("cli", "check", "claude-code", "--json", check=False).stdout)
    assert (told["holds"], told["checked"][0]["options"]["--model"]) == (False, True)
    assert not listed(desk)["claude-code"]["verified"]


def test_check_alone_takes_all_that_are_installed_and_the_person_s_files(desk: Desk, programs: Path) -> None:
    for name, help_ in (("claude", HELP), ("hermes", "--yolo --model --resume --continue")):
        install(programs, name, help_)
    assert [row["name"] for row in desk.json("cli", "check")["checked"]] == ["claude-code", "hermes"]
    rows = listed(desk)
    assert rows["claude-code"]["verified"]
    assert rows["hermes"]["verified"]
    file = own(desk, "mine", "title = 3\n")
    wrong = desk.run("cli", "check", check=False)
    assert wrong.returncode == 1
    assert f"~/{file.relative_to(desk.env['HOME'])}:1: title must be text in quotes, not 3" in wrong.stdout


def test_check_without_the_program_says_how_to_install_it(desk: Desk, programs: Path) -> None:
    assert programs.is_dir()
    wrong = desk.run("cli", "check", "aider", check=False)
    assert wrong.returncode == 1
    assert wrong.stdout.startswith("aider: not installed: python -m pip install")


def test_check_reads_a_file_wherever_it_is(desk: Desk) -> None:
    file = desk.folder / "mine.toml"
    file.write_text('binary = ["mine"]\n')
    assert desk.run("cli", "check", "mine.toml").stdout.endswith("mine.toml: nothing is wrong\n")
    file.write_text('binary = ["mine"]\ntitel = "Mine"\n')
    wrong = desk.run("cli", "check", "./mine.toml", check=False)
    assert wrong.returncode == 1
    assert wrong.stdout.endswith("mine.toml:2: no field named 'titel': did you mean title, install?\n")
    missing = desk.run("cli", "check", "./nothing.toml", check=False)
    assert (missing.returncode, "there is no file" in missing.stderr) == (2, True)


def test_a_memory_that_cannot_be_read_is_made_anew(desk: Desk, programs: Path) -> None:
    install(programs, "claude", HELP)
    memory = Path(desk.env["XDG_STATE_HOME"], "muxer", "clis.toml")
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text("not toml")
    assert not listed(desk)["claude-code"]["verified"]
    desk.run("cli", "check", "claude-code")
    assert listed(desk)["claude-code"]["verified"]
    assert memory.parent.stat().st_mode & 0o077 == 0


def test_show_tells_all_that_the_file_says(desk: Desk) -> None:
    shown = dict(line.split(maxsplit=1) for line in desk.run("cli", "show", "codex").stdout.splitlines())
    assert shown["session.resume"] == "resume '{session}'"
    assert shown["keys.enter"] == r"'\r'"
    assert shown["doors.1.kind"] == "turn-end"
    told = desk.json("cli", "show", "codex")["fields"]
    assert told["name"] == "codex"
    assert told["rules"][0]["name"]
    assert told["session"]["first"] is True
    assert all(isinstance(rule.get("screen", ""), str) for rule in told["rules"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "codx"), "no cli named 'codx': did you mean codex"),
        (("check", "codx"), "no cli named 'codx': did you mean codex"),
        (("show",), "say which one: muxer cli show NAME"),
        (("shw",), "did you mean show?"),
    ],
)
def test_words_that_are_off(desk: Desk, words: tuple[str, ...], said: str) -> None:
    wrong = desk.run("cli", *words, check=False)
    assert wrong.returncode != 0
    assert said in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 1


def test_names_are_completed() -> None:
    load_verbs()
    _, found = complete_line("cli show cod", NOBODY)
    assert [one.word for one in found] == ["codex"]
