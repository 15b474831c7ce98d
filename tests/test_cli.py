import json
import os
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from muxer import __version__
from tests.toy_muxer import Place


@pytest.fixture
def place() -> Iterator[Place]:
    # Sockets want a short path, shorter than tmp_path is.
    place = Place(tempfile.mkdtemp(prefix="mux-", dir="/tmp"))
    yield place
    place.close()


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def on_terminal(place: Place, *words: str, **environ: str) -> tuple[int, str]:
    """Run it on a terminal of its own; status and everything it showed."""
    child, master = pty.fork()
    if child == 0:
        os.chdir(place.folder)
        os.execve(sys.executable, [*place.toy, *words], place.environ | environ)
    shown = b""
    deadline = time.monotonic() + 30
    try:
        while select.select([master], [], [], max(0, deadline - time.monotonic()))[0]:
            try:
                data = os.read(master, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
        else:
            os.kill(child, signal.SIGKILL)
    finally:
        os.close(master)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, shown.decode()


def test_a_result_is_a_table_for_people(place: Place) -> None:
    done = place.started().run("ls")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "PANE  TITLE\nw1    日本[2J\nw22   b\n"


def test_json_is_one_document(place: Place) -> None:
    done = place.started().run("ls", "--json")
    assert json.loads(done.stdout)[0] == {"id": "w1", "title": "日本\x1b[2J"}


def test_what_a_terminal_cannot_show_does_not_stop_the_rest(place: Place) -> None:
    done = place.started().run("ls", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout) == (0, "PANE  TITLE\nw1    \\u65e5\\u672c[2J\nw22   b\n")


def test_a_verb_that_answers_nothing_prints_nothing_and_has_no_json(place: Place) -> None:
    place.started()
    done = place.run("send", "w1", "--enter", "--", "--help")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert place.told()[-1] == ["send", {"pane": "w1", "text": "--help", "enter": True}]
    assert "no option --json" in place.run("send", "w1", "x", "--json").stderr


def test_new_starts_a_host_once_and_hands_on_the_folder(place: Place) -> None:
    for folder in [[], ["--cwd", "run/"], ["--cwd", "~"], ["--cwd=/"]]:
        done = place.run("new", "--no-attach", "--json", *folder, "--", "sh", "-c", "a -- b", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["arguments"]["command"] == ["sh", "-c", "a -- b", "--json"]
    assert [verb for verb, _ in place.told()] == ["new"] * 4
    folders = [arguments["cwd"] for _, arguments in place.told() if isinstance(arguments, dict)]
    assert folders == [place.folder, f"{place.folder}/run", place.folder, "/"]


def test_new_on_a_terminal_attaches(place: Place) -> None:
    status, shown = on_terminal(place, "new", "--", "top")
    assert "[turned away]" in shown
    assert (status, [verb for verb, _ in place.told()]) == (0, ["new", "hello"])
    assert on_terminal(place, "new", "--no-attach")[0] == 0
    assert on_terminal(place, "new", "--json")[0] == 0
    assert [verb for verb, _ in place.told()] == ["new", "hello", "new", "new"]


@pytest.mark.parametrize(
    ("words", "host"),
    [
        ([], "default"),
        (["-L", "two"], "two"),
        (["attach"], "default"),
        (["attach", "-L", "two"], "two"),
        (["-Ltwo", "attach"], "two"),
        (["--", "top", "-d", "5"], "default"),
    ],
)
def test_attaching_starts_a_host(place: Place, words: list[str], host: str) -> None:
    status, shown = on_terminal(place, *words)
    assert "[turned away]" in shown
    assert status == 0
    assert place.told(host) == [["hello", False]]


def test_watching_starts_no_host(place: Place) -> None:
    status, shown = on_terminal(place, "attach", "--read-only")
    assert (status, shown) == (1, "muxer: no muxer named 'default' is running: start it with muxer\r\n")
    place.started()
    on_terminal(place, "attach", "--read-only")
    on_terminal(place, "-Ldefault", "attach", "--read-only")
    assert place.told()[1:] == [["hello", True], ["hello", True]]


def test_inside_a_pane_the_own_host_is_meant(place: Place) -> None:
    place.started("own")
    pane = {"MUXER_HOST": "own", "MUXER_PANE": "w1"}
    assert place.run("ls", **pane).returncode == 0
    assert place.run("ls", "-L", "other", **pane).returncode == 1
    for words in [[], ["attach"], ["-L", "own"]]:
        status, shown = on_terminal(place, *words, **pane)
        assert status == 1
        assert shown.startswith("muxer: this is a pane of muxer 'own': muxer new opens another")
    status, shown = on_terminal(place, "--", "top", **pane)
    assert status == 0
    assert place.told("own")[-1][0] == "new"
    assert "[turned away]" in on_terminal(place, "-L", "other", **pane)[1]
    # Only a pane is inside: MUXER_HOST alone is a person's choice of a default.
    assert "[turned away]" in on_terminal(place, MUXER_HOST="own")[1]


def test_an_error_of_the_host_is_one_line(place: Place) -> None:
    done = place.started().run("send", "w9", "x")
    assert (done.returncode, done.stderr) == (1, "muxer: no pane named 'w9': did you mean w1?\n")
    done = place.run("resize", "w1", "1x1")
    assert (done.returncode, done.stderr) == (2, "muxer: too small (muxer resize --help)\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["snd", "w1"], "no verb named 'snd': did you mean send? (muxer --help)"),
        (["sed"], "no verb named 'sed': did you mean send? muxer -- sed runs the program. (muxer --help)"),
        (["help", "snd"], "no verb named 'snd': did you mean send? (muxer --help)"),
        (["send", "w1"], "send needs TEXT (muxer send --help)"),
        (["send", "w1", "x", "--entre"], "no option --entre: did you mean --enter? (muxer send --help)"),
        (["ls", "--js"], "no option --js: did you mean --json? (muxer ls --help)"),
        (["new", "--split", "up"], "--split: 'up' is not one of right, down (muxer new --help)"),
        (["attach", "--read"], "no option --read: did you mean --read-only? (muxer attach --help)"),
        (["--"], "no verb: muxer --help lists them, muxer -- COMMAND… runs a program"),
        (["-x"], "no option -x before a verb: muxer --help lists the verbs"),
        (["-L"], "-L needs the name of a host: muxer -L NAME"),
        (["ls", "-L"], "-L needs the name of a host: muxer -L NAME"),
        (["-L", "a", "ls", "-L", "b"], "-L names one host, not 2: a, b"),
        (["-L", "a", "-L", "b"], "-L names one host, not 2: a, b"),
        (["-L", "../x"], "'../x' cannot name a host: use letters, digits and hyphens"),
        (["ls", "-L", "../x"], "'../x' cannot name a host: use letters, digits and hyphens"),
    ],
)
def test_words_that_are_off_are_one_line_and_status_2(place: Place, words: list[str], message: str) -> None:
    done = place.run(*words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"muxer: {message}\n")


def test_nothing_else_than_attaching_starts_a_host(place: Place) -> None:
    for words in [["ls"], ["-L", "x", "ls"], ["ls", "-L", "x", "--json"], ["stop"]]:
        done = place.run(*words)
        name, start = ("x", "muxer -L x") if "x" in words else ("default", "muxer")
        assert done.stderr == f"muxer: no muxer named '{name}' is running: start it with {start}\n"
        assert (done.returncode, done.stdout) == (1, "")


def test_attaching_needs_a_terminal(place: Place) -> None:
    done = place.run()
    assert done.returncode == 1
    assert done.stderr.startswith("muxer: ")
    assert done.stderr.count("\n") == 1


def test_the_version_needs_no_host(place: Place) -> None:
    for words in [["version"], ["--version"], ["-V"]]:
        assert __version__ in place.run(*words).stdout
    assert json.loads(place.run("version", "--json").stdout)["version"] == __version__


def test_help_is_found_however_it_is_asked_for(place: Place) -> None:
    overview = place.run("--help")
    assert (overview.returncode, overview.stderr) == (0, "")
    assert "  ls           List panes\n" in overview.stdout
    assert len(overview.stdout.splitlines()) < 24
    for words in [["help"], ["-h"], ["-L", "x", "--help"]]:
        assert place.run(*words).stdout == overview.stdout
    page = place.run("new", "--help").stdout
    assert page.startswith("usage: muxer new [--cwd CWD] [--split right|down] [--no-attach] [--json]\n")
    assert page.endswith("Example:\n  muxer new -- htop\n")
    for words in [["help", "new"], ["new", "-h"], ["new", "x", "--help", "--bad"]]:
        assert place.run(*words).stdout == page


def test_a_reader_that_has_enough_is_no_error(place: Place) -> None:
    place.started()
    muxer = subprocess.Popen(
        [*place.toy, "flood"], env=place.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert muxer.stdout is not None
    assert muxer.stdout.readline() == "x\n"
    muxer.stdout.close()
    assert muxer.stderr is not None
    assert muxer.stderr.read() == ""
    muxer.stderr.close()
    assert muxer.wait(20) == 141


def test_ctrl_c_ends_a_wait(place: Place) -> None:
    place.started()
    # Whoever runs the tests in the background may have had ctrl+c ignored for all of them.
    heeding = ["sh", "-c", 'exec env --default-signal=INT "$@"', "sh"]
    muxer = subprocess.Popen(
        [*heeding, *place.toy, "wait", "w1"],
        env=place.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: any(verb == "wait" for verb, _ in place.told()))
    muxer.send_signal(signal.SIGINT)
    assert muxer.communicate(timeout=20) == ("", "")
    assert muxer.returncode == 130


def modules_after(place: Place, words: Sequence[str], **environ: str) -> set[str]:
    program = (
        f"import sys\nfrom muxer import cli\nstatus = cli.main({list(words)!r})\n"
        "print('\\n', status, *sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=place.environ | environ, capture_output=True, text=True, check=True,
        timeout=30, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


HEAVY = {"cffi", "httpx", "mcp", "pexpect", "pygit2", "pyghostty", "pyte", "rich", "sqlite3", "textual", "watchfiles"}


@pytest.mark.parametrize("words", [[], ["attach"], ["attach", "--read-only", "-L", "two"], ["--", "top"]])
def test_attaching_imports_next_to_nothing(place: Place, words: list[str]) -> None:
    loaded = modules_after(place, words)
    assert {"1", "muxer.wire.attach"} <= loaded
    slow = {"argparse", "asyncio", "collections", "dataclasses", "json", "re", "socket", "subprocess", "typing"}
    assert not loaded & (HEAVY | slow | {"muxer.commands"})


@pytest.mark.parametrize("words", [["ls"], ["hook", "codex", "Stop"], ["complete", "muxer ls "]])
def test_verbs_of_the_host_import_little(place: Place, words: list[str]) -> None:
    loaded = modules_after(place.started(), words, MUXER_PANE="w1")
    assert {"0", "muxer.wire.client"} <= loaded
    assert place.told()[-1][0] == words[0]
    slow = {"argparse", "asyncio", "dataclasses", "json", "re", "subprocess", "typing"}
    assert not loaded & (HEAVY | slow | {"muxer.commands"})


@pytest.mark.parametrize("words", [["--help"], ["ls"], ["kill", "--help"]])
def test_the_table_imports_nothing_heavy(place: Place, words: list[str]) -> None:
    loaded = modules_after(place, words)
    assert "muxer.commands.table" in loaded
    slow = {"argparse", "asyncio", "logging", "msgspec", "socket", "subprocess"}
    assert not loaded & (HEAVY | slow | {"muxer.config", "muxer.ui", "muxer.host", "muxer.keeper", "muxer.services"})


def test_a_verb_that_finds_something_wrong_says_so_by_its_status(place: Place) -> None:
    done = place.started().run("fail")
    assert (done.returncode, done.stdout) == (1, "wrong\n")


def test_a_local_verb_needs_no_host_and_knows_which_is_meant(place: Place) -> None:
    for words in (["-L", "two", "sum", "3", "--json"], ["sum", "--json", "-Ltwo", "3"]):
        assert json.loads(place.run(*words).stdout) == {"number": 3, "cwd": place.folder, "host": "two"}


def hook(place: Place, *words: str, data: bytes = b"", **environ: str) -> subprocess.CompletedProcess[bytes]:
    argv, env = [*place.toy, "hook", *words], place.environ | environ
    return subprocess.run(argv, input=data, env=env, capture_output=True, check=False, timeout=30)


def test_a_hook_is_told_to_the_host_and_prints_what_that_answers(place: Place) -> None:
    done = hook(place.started(), "codex", "session.idle", data=b"{}", MUXER_PANE="w1", MUXER_TOKEN="t0")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"go on", b"")
    said = {"cli": "codex", "event": "session.idle", "pane": "w1", "token": "t0", "data": "{}"}
    assert place.told()[-1] == ["hook", said]


@pytest.mark.parametrize(
    "words",
    [("Stop",), ("a", "b", "c"), ("a b", "c"), ("", "c"), ("a", "b/c"), ("é", "c"), ("a", "x" * 65), ("a", ".b"), ()],
)
def test_a_hook_that_is_set_up_wrongly_disturbs_nobody(place: Place, words: tuple[str, ...]) -> None:
    done = hook(place.started(), *words, data=b"{}", MUXER_PANE="w1")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert place.told()[-1][0] == "new"


def test_a_hook_on_a_terminal_hears_nothing_but_its_words_are_read(place: Place) -> None:
    place.started()
    assert on_terminal(place, "hook", "codex", "Stop", MUXER_PANE="w1") == (0, "")
    assert place.told()[-1][0] == "hook"
    status, shown = on_terminal(place, "hook", "Stop", MUXER_PANE="w1")
    assert (status, shown.strip()) == (2, "muxer: hook needs EVENT (muxer hook --help)")


def test_a_shell_is_told_what_a_line_could_go_on_with(place: Place) -> None:
    assert place.run("complete", "muxer ").stdout == ""
    place.started("two")
    for line, words in (("muxer -L two l", []), ("muxer l", ["-L", "two"])):
        assert place.run(*words, "complete", line).stdout == "ls\tList panes.\n"
        assert place.told("two")[-1] == ["complete", {"line": line, "cwd": place.folder}]
    assert place.run("complete", "muxer -L t").stdout == "two\n"
    for words in ([], ["muxer -L a -L b ls "], ["muxer -L ../x ls "]):
        done = place.run("complete", *words)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(os.listdir(f"{place.folder}/run/muxer")) == ["default", "two"]


def test_the_module_runs_as_a_program(place: Place) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "muxer", "-L"],
        env=place.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (2, "muxer: -L needs the name of a host: muxer -L NAME\n")
