import os
import time
from pathlib import Path

from muxer.agents.probing import MOST, options_of, probe, said_by
from muxer.agents.spec import Cli, Door, Options, Session
from tests.waiting import until

TOY = Cli(
    name="toy",
    title="Toy",
    short="toy",
    binary=("toy",),
    argv=("chat", "--stay=yes"),
    prompt="argument",
    prompt_argv=("--", "{prompt}"),
    auto=Options(argv=("--mode", "yolo")),
    model=("--model", "{model}"),
    session=Session(resume=("resume", "{session}"), last=("resume", "--last")),
    doors=(Door(kind="command", argv=("queue", "--text", "{text}")), Door(kind="keys")),
)
HELP = "chat queue\\nresume --last\\n  --stay\\n  -m, --model <id>\\n  --mode=MODE  how\\n --text"


def program(folder: Path, body: str) -> str:
    file = folder / "toy"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return str(file)


def environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"]}


def answering(folder: Path, text: str) -> str:
    return program(folder, f"case $1 in --version) echo 'toy v1.2.3-rc.4.';; *) printf '{text}\\n';; esac")


def test_the_options_and_subcommands_of_a_file() -> None:
    assert options_of(TOY) == ["chat", "--stay", "--mode", "--model", "resume", "--last", "queue", "--text"]


def test_a_program_whose_help_knows_them_all(tmp_path: Path) -> None:
    found = probe(TOY, answering(tmp_path, HELP), environment())
    assert (found.version, found.trouble) == ("1.2.3-rc.4", "")
    assert all(found.options.values())


def test_an_option_that_only_begins_alike_is_not_known(tmp_path: Path) -> None:
    found = probe(
        TOY, answering(tmp_path, HELP.replace("--last", "--lasting").replace("--stay", "x--stay")), environment()
    )
    assert found.trouble == "its help does not know --stay, --last"
    assert [option for option, known in found.options.items() if not known] == ["--stay", "--last"]


def test_colours_do_not_hide_an_option(tmp_path: Path) -> None:
    colourful = HELP.replace("--model", "\\033[1m--mo\\033[0mdel\\033[0m").replace("queue", "\\033[32mqueue")
    assert probe(TOY, answering(tmp_path, colourful), environment()).trouble == ""


def test_a_program_that_says_nothing(tmp_path: Path) -> None:
    silent = Cli(name="toy", title="Toy", short="toy", binary=("toy",))
    assert probe(silent, program(tmp_path, "exit 0"), environment()).trouble == "it says nothing when asked --help"
    no_program = tmp_path / "toy"
    no_program.write_text("no first line")
    assert probe(silent, str(no_program), environment()).trouble == "it says nothing when asked --help"


def test_a_program_that_takes_its_time(tmp_path: Path) -> None:
    slow = program(tmp_path, "[ $1 = --version ] && exec echo 1.0; exec sleep 600")
    found = probe(TOY, slow, environment(), 2)
    assert (found.version, found.trouble) == ("1.0", "it takes longer than 2 s when asked --help")


def test_one_that_goes_on_for_ever_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    born = tmp_path / "born"
    slow = program(tmp_path, f"echo early\nsleep 600 &\necho $! > {born}\nsleep 600")
    begun = time.monotonic()
    assert said_by((slow,), str(tmp_path), environment(), 0.5).strip() == "early"
    assert time.monotonic() - begun < 20
    child = int(born.read_text())
    until(lambda: not _lives(child), "the end of its child")


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as opened:
            return opened.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_a_flood_is_cut(tmp_path: Path) -> None:
    begun = time.monotonic()
    assert len(said_by((program(tmp_path, "exec yes"),), str(tmp_path), environment(), 60)) == MOST
    assert time.monotonic() - begun < 30


def test_it_has_a_session_of_its_own_and_no_input(tmp_path: Path) -> None:
    asking = program(tmp_path, "cat; [ $(cut -d' ' -f6 /proc/$$/stat) = $$ ] && echo alone")
    before, (ours, theirs) = os.dup(0), os.pipe()
    os.dup2(ours, 0)  # something that never ends
    try:
        assert said_by((asking,), str(tmp_path), environment(), 5) == "alone\n"
    finally:
        os.dup2(before, 0)
        for descriptor in (before, ours, theirs):
            os.close(descriptor)


def test_what_it_says_steers_no_terminal(tmp_path: Path) -> None:
    hostile = program(tmp_path, "printf 'a\\033[2Jb\\007c\\033]0;title\\007d\\te\\342\\200\\256'")
    said = said_by((hostile,), str(tmp_path), environment(), 30)
    assert said.replace("\n", "").isprintable()
    assert said.startswith("abc")


def test_it_runs_in_a_folder_that_is_empty_and_gone_afterwards(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    looking = program(tmp_path, f"pwd >> {seen}; ls -A | wc -l >> {seen}; echo --help")
    probe(Cli(name="toy", title="Toy", short="toy", binary=("toy",)), looking, environment())
    folder, files, *_ = seen.read_text().split()
    assert files == "0"
    assert not os.path.exists(folder)
