import json
import os
import socket
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from muxer.agents.launching import LONGEST, Launch, Wish, filled, prepare
from muxer.agents.reading import read_clis
from muxer.agents.spec import Cli, Options, Session

CLIS, _ = read_clis("")
CALLBACK = ("/opt/py", "-P", "-m", "muxer")
UUID = "01234567-89ab-cdef-0123-456789abcdef"
OTHER = UUID.replace("0", "f")
ADA = Wish(name="ada", token="t0", session=UUID)
PLAIN = Cli(name="plain", title="Plain", short="plain", binary=("plain",), prompt="argument")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "agents" / "7")


def launched(cli: Cli, folder: str, wish: Wish = ADA, **changes: object) -> Launch:
    return prepare(cli, replace(wish, **changes), folder=folder, callback=CALLBACK, host="desk")  # type: ignore[arg-type]


def test_who_it_is_stands_in_its_environment(folder: str) -> None:
    launch = launched(replace(PLAIN, env={"A": "1", "B": "{model}"}), folder)
    assert launch == Launch(argv=(), env={"A": "1", "MUXER_HOST": "desk", "MUXER_AGENT": "ada", "MUXER_TOKEN": "t0"})


def test_an_option_without_a_value_is_left_out_and_braces_of_others_stay() -> None:
    words = ("run", "-a", "{model}", "x", "--b={effort}", "-c", '{"k":{session}}', "{other}")
    values = dict.fromkeys(("prompt", "effort", "folder", "settings", "mcp", "port", "token"), "")
    assert list(filled(words, values | {"model": "", "session": "{model}"})) == [
        "run",
        "-c",
        '{"k":{model}}',
        "{other}",
    ]
    assert list(filled(("-a", "{model}", "x"), values | {"model": "m", "session": ""})) == ["-a", "m", "x"]


def test_choices_are_words_of_its_own(folder: str) -> None:
    cli = replace(
        PLAIN, argv=("--quiet",), model=("-m", "{model}"), effort=("-e", "{effort}"),
        auto=Options(argv=("--yes",), env={"YES": "1"}),
    )  # fmt: skip
    assert launched(cli, folder, prompt="go on").argv == ("--quiet", "go on")
    chosen = launched(cli, folder, prompt="go on", model="big", effort="high", auto=True)
    assert chosen.argv == ("--quiet", "--yes", "-m", "big", "-e", "high", "go on")
    assert chosen.env["YES"] == "1"


@pytest.mark.parametrize(
    ("prompt", "words", "argument"),
    [
        ("fix it {model} $(x)", ("{prompt}",), True),
        ("-x", ("{prompt}",), False),
        ("-x", ("--", "{prompt}"), True),
        ("a\0b", ("{prompt}",), False),
        ("é" * (LONGEST // 2), ("{prompt}",), True),
        ("é" * (LONGEST // 2 + 1), ("{prompt}",), False),
    ],
)
def test_a_prompt_that_is_no_word_is_typed(folder: str, prompt: str, words: tuple[str, ...], *, argument: bool) -> None:
    launch = launched(replace(PLAIN, prompt_argv=words), folder, prompt=prompt)
    assert launch.typed == ("" if argument else prompt)
    assert launch.argv == ((*words[:-1], prompt) if argument else ())


def test_a_cli_that_takes_no_prompt_gets_it_typed(folder: str) -> None:
    assert launched(replace(PLAIN, prompt="typed"), folder, prompt="hi") == replace(launched(PLAIN, folder), typed="hi")


def test_a_conversation_is_new_or_taken_up(folder: str) -> None:
    session = Session(new=("--id", "{session}"), resume=("resume", "{session}"), shape="[0-9a-f-]{36}", first=True)
    cli = replace(PLAIN, argv=("-q",), session=session)
    new = launched(cli, folder)
    assert (new.argv, new.session, new.resumed) == (("-q", "--id", UUID), UUID, False)
    again = launched(cli, folder, resume=OTHER)
    assert (again.argv, again.session, again.resumed) == (("resume", OTHER, "-q"), OTHER, True)
    last = launched(replace(cli, session=replace(session, first=False)), folder, resume=OTHER)
    assert last.argv == ("-q", "resume", OTHER)
    told = launched(replace(cli, session=replace(session, new=())), folder)
    assert (told.argv, told.session) == (("-q",), "")


@pytest.mark.parametrize("shape", ["", "[0-9a-f-]{36}"])
@pytest.mark.parametrize("resume", ["--yolo", "a b", "../x", UUID + "\n"])
def test_what_is_no_id_is_never_resumed(folder: str, shape: str, resume: str) -> None:
    session = Session(new=("--id", "{session}"), resume=("-r", "{session}"), shape=shape)
    launch = launched(replace(PLAIN, session=session), folder, resume=resume)
    assert (launch.argv, launch.resumed) == (("--id", UUID), False)


def test_a_port_is_free(folder: str) -> None:
    launch = launched(replace(PLAIN, argv=("--port", "{port}")), folder)
    assert launch.argv == ("--port", str(launch.port))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", launch.port))
    assert launched(PLAIN, folder).port == 0


@pytest.mark.parametrize("name", sorted(CLIS))
def test_every_cli_starts_with_no_place_left_open(folder: str, name: str) -> None:
    for changes in ({}, {"prompt": "do it", "model": "m", "effort": "low", "auto": True}, {"resume": OTHER}):
        launch = launched(CLIS[name], folder, **changes)
        words = [*launch.argv, *launch.env.values()]
        assert not [
            word for word in words for place in ("{prompt}", "{session}", "{settings}", "{mcp}") if place in word
        ]
        assert launch.typed in {"", "do it"}
    if os.path.isdir(folder):
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700


def test_each_proven_cli_is_told_of_hooks_and_server(folder: str) -> None:
    claude = launched(CLIS["claude-code"], folder, prompt="hi", auto=True, model="opus")
    assert claude.argv == (
        "--settings", f"{folder}/settings.json", "--mcp-config", f"{folder}/mcp.json",
        "--dangerously-skip-permissions", "--model", "opus", "--session-id", UUID, "--", "hi",
    )  # fmt: skip
    codex = launched(CLIS["codex"], folder, prompt="-hi", resume=OTHER).argv
    assert codex[:4] == ("resume", OTHER, "--no-daemon", "--dangerously-bypass-hook-trust")
    assert codex[-2:] == ("--", "-hi")
    assert 'hooks.Stop=[{hooks=[{type="command",command="/opt/py -P -m muxer hook codex Stop",timeout=10}]}]' in codex
    gemini = launched(CLIS["gemini"], folder)
    assert gemini.env["GEMINI_CLI_SYSTEM_SETTINGS_PATH"] == f"{folder}/settings.json"
    opencode = launched(CLIS["opencode"], folder)
    assert opencode.argv == ("--port", str(opencode.port))
    content = json.loads(opencode.env["OPENCODE_CONFIG_CONTENT"])
    assert content["plugin"] == [f"file://{folder}/muxer.js"]
    assert opencode.env["OPENCODE_SERVER_PASSWORD"] == "t0"
    copilot = launched(CLIS["copilot"], folder, resume=OTHER)
    assert copilot.argv[:2] == ("--additional-mcp-config", f"@{folder}/mcp.json")
    assert copilot.argv[-1] == f"--resume={OTHER}"
    qwen = launched(CLIS["qwen"], folder)
    assert qwen.argv[:4] == ("--input-file", f"{folder}/input.jsonl", "--mcp-config", f"{folder}/mcp.json")
    assert os.path.exists(f"{folder}/input.jsonl")
