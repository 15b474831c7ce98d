"""The keeper as a process of its own, spoken to over its socket: what it gives programs, and what it survives."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from muxer.channel import GRACE, LINGER, Message
from tests.keeping import ENV, PATIENCE, Host, Start, keeper_folder, keeper_starter, lives, read_all, read_until, until


@pytest.fixture
def path() -> Iterator[str]:
    with keeper_folder() as path:
        yield path


@pytest.fixture
def start(path: str) -> Iterator[Start]:
    with keeper_starter(path) as start:
        yield start


@pytest.fixture
def keeper(start: Start) -> "subprocess.Popen[bytes]":
    return start()


@pytest.fixture
def host(path: str, keeper: "subprocess.Popen[bytes]") -> Iterator[Host]:
    assert keeper.pid
    host = Host(path)
    yield host
    host.close()


# what a program gets


def test_program_gets_a_terminal_as_asked(host: Host, tmp_path: Path) -> None:
    script = "read x; stty size; stty -a; tty; pwd; env; cat <&1 >/dev/null & echo to-the-tty >/dev/tty; kill $!"
    pid, master = host.spawn(
        "a", "/bin/sh", "-c", script, cwd=str(tmp_path), env={"PATH": ENV["PATH"], "Ä": "\udcff x"}, cols=91, rows=37
    )
    assert os.getsid(pid) == pid
    os.write(master, b"\n")
    said = read_all(master).removeprefix("\r\n")
    lines = said.splitlines()
    assert lines[0] == "37 91"
    assert f"\r\n{tmp_path}\r\n" in said
    assert "to-the-tty" in lines
    flags = said.split()
    assert {"iutf8", "echo", "icanon", "onlcr"} <= {flag.strip(";") for flag in flags}
    os.close(master)


def test_environment_is_exactly_the_given_one(host: Host) -> None:
    env = {"PATH": ENV["PATH"], "EMPTY": "", "ODD": "\udcff=\n\u00e9"}
    _, master = host.spawn("a", sys.executable, "-Ic", "import os; print(ascii(dict(os.environ)))", env=env)
    assert eval(read_all(master)) in (env, env | {"LC_CTYPE": "C.UTF-8"})  # Python's own addition in the C locale
    os.close(master)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
def test_program_inherits_no_descriptor_and_no_signal_of_the_keeper(host: Host) -> None:
    opened = [host.spawn(f"p{n}", "/bin/cat")[1] for n in range(3)]
    pid, master = host.spawn("last", "/bin/cat")
    assert sorted(os.listdir(f"/proc/{pid}/fd")) == ["0", "1", "2"]
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line
    )
    # Signals 32 and 33 are the C library's own; whoever ran the tests may have left them ignored.
    kept = [int(status[kind], 16) & ~(3 << 31) for kind in ("SigIgn", "SigBlk")]
    assert kept == [0, 0]
    for fd in [*opened, master]:
        os.close(fd)


def test_masters_do_not_block_and_are_not_inherited(host: Host) -> None:
    _, master = host.spawn("a", "/bin/cat")
    answer, (again,) = host.raw("take", pane="a")
    assert answer["ok"]
    for fd in (master, again):
        assert not os.get_blocking(fd)
        assert not os.get_inheritable(fd)
    os.write(again, b"both are one terminal\n")
    assert "both are one terminal" in read_until(master, "terminal")
    os.close(master)
    os.close(again)


def test_command_without_arguments_may_have_odd_characters(host: Host, tmp_path: Path) -> None:
    odd = tmp_path / 'it\'s \\ "odd" $HOME é'
    odd.write_text("#!/bin/sh\necho fine\n")
    odd.chmod(0o755)
    _, master = host.spawn("a", str(odd))
    assert read_all(master).strip() == "fine"
    os.close(master)


def test_what_cannot_start_is_explained(host: Host, tmp_path: Path) -> None:
    for name, content, mode in (
        ("plain", "#!/bin/sh\n", 0o644),
        ("garbage", "\x7fnothing", 0o755),
        ("lost", "#!/no/such/shell\n", 0o755),
    ):
        file = tmp_path / name
        file.write_text(content)
        file.chmod(mode)
    here = str(tmp_path)

    def why(*argv: str, cwd: str = here, path: str = here) -> str:
        wishes: Message = {"env": {"PATH": path}, "cols": 80, "rows": 24, "facts": {}}
        return host.refused("spawn", pane="a", argv=[*argv], cwd=cwd, **wishes)

    assert why("foo") == "cannot start 'foo': not found in PATH"
    assert why("sh") == "cannot start 'sh': not found in PATH", "the PATH is the program's, not the keeper's"
    assert why("plain", "x") == f"cannot start 'plain': {here}/plain is not executable"
    assert why("./plain") == f"cannot start './plain': {here}/./plain is not executable"
    assert why("./nothing") == "cannot start './nothing': there is no such program"
    assert why("garbage") == "cannot start 'garbage': it is not a program"
    assert why("lost") == "cannot start 'lost': the interpreter in its first line is missing"
    assert why("lost", cwd=f"{here}/no") == f"cannot start 'lost': folder {here}/no is gone"
    assert host.panes() == {}
    assert not psutil.Process(host.pid()).children(), "what failed to start was waited for"


# what the keeper remembers


def test_exit_is_told_to_every_host_and_remembered_until_forgotten(host: Host, path: str) -> None:
    other = Host(path)
    assert other.pid() == host.pid()
    _, first = host.spawn("a", "/bin/sh", "-c", "exit 7", facts={"command": "a"})
    killed, second = host.spawn("b", "/bin/cat")
    os.kill(killed, signal.SIGKILL)
    told = [
        {"exited": "a", "exit": {"status": 7, "signal": None}},
        {"exited": "b", "exit": {"status": None, "signal": 9}},
    ]
    for each in (host, other):
        each.hear(lambda each=each: len(each.pushed) == 2)  # type: ignore[misc]
        assert sorted(each.pushed, key=lambda message: str(message["exited"])) == told
    host.close()
    late = Host(path)
    assert {name: entry["exit"] for name, entry in late.panes().items()} == {"a": told[0]["exit"], "b": told[1]["exit"]}
    assert late.panes()["a"]["facts"] == {"command": "a"}
    late.ask("note", pane="a", facts={"name": "fox"})
    assert other.panes()["a"]["facts"] == {"name": "fox"}
    late.ask("forget", pane="a")
    assert set(late.panes()) == {"b"}
    for fd in (first, second):
        os.close(fd)
    other.close()
    late.close()


HOST_THAT_DIES = """
import os, signal, socket, sys
from muxer.channel import Channel
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
channel = Channel(connection)
script = "i=0; while read line; do i=$((i+1)); echo $i:$line; done"
channel.send({"id": 1, "do": "spawn", "pane": "a", "argv": ["/bin/sh", "-c", script], "cwd": "/", "facts": {},
              "env": {"PATH": os.environ["PATH"]}, "cols": 80, "rows": 24})
connection.setblocking(True)
next(channel.receive())
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_programs_outlive_a_killed_host(host: Host, path: str) -> None:
    dead = subprocess.run([sys.executable, "-c", HOST_THAT_DIES, path], check=False, timeout=PATIENCE)
    assert dead.returncode == -signal.SIGKILL
    assert host.panes()["a"]["exit"] is None
    _, (master,) = host.raw("take", pane="a")
    os.write(master, b"still there\n")
    assert "1:still there" in read_until(master, "1:still")
    os.close(master)


# one keeper, and its end


def test_second_keeper_leaves_quietly(host: Host, path: str, start: Start) -> None:
    second = start()
    assert second.wait(PATIENCE) == 0
    assert second.communicate()[1] == b""
    late = Host(path)
    assert late.pid() == host.pid() != second.pid
    late.close()


def test_stale_socket_is_replaced(host: Host, keeper: "subprocess.Popen[bytes]", path: str, start: Start) -> None:
    assert host.pid() == keeper.pid
    keeper.kill()
    keeper.wait()
    assert os.path.exists(path)
    second = start()
    late = Host(path)
    assert late.pid() == second.pid
    late.close()


def test_folder_open_to_others_is_refused(path: str, start: Start) -> None:
    os.chmod(os.path.dirname(path), 0o755)
    keeper = start()
    _, complaints = keeper.communicate(timeout=PATIENCE)
    assert keeper.returncode == 1
    assert complaints.count(b"\n") == 1
    assert b"chmod 700" in complaints


def test_hangups_and_interrupts_do_not_end_it(host: Host, keeper: "subprocess.Popen[bytes]") -> None:
    assert host.pid() == keeper.pid
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
        keeper.send_signal(number)
    assert host.pid() == keeper.pid


def test_term_hangs_up_everything(host: Host, keeper: "subprocess.Popen[bytes]", path: str) -> None:
    pid, master = host.spawn("a", "/bin/cat")
    keeper.terminate()
    assert keeper.wait(PATIENCE) == 0
    assert not lives(pid)
    assert os.listdir(os.path.dirname(path)) == ["keeper.lock"]
    os.close(master)


def test_stop_hangs_up_and_leaves_what_ignores_it(host: Host, keeper: "subprocess.Popen[bytes]") -> None:
    pid, master = host.spawn("a", "/bin/cat")
    stubborn, other = host.spawn("b", "/bin/sh", "-c", "trap '' HUP; echo deaf; while :; do sleep 1; done")
    read_until(other, "deaf")
    host.ask("stop")
    assert keeper.wait(PATIENCE) == 0
    assert not lives(pid)
    assert lives(stubborn)
    os.killpg(stubborn, signal.SIGKILL)
    os.close(master)
    os.close(other)


def test_it_leaves_when_nobody_needs_it(host: Host, keeper: "subprocess.Popen[bytes]", path: str) -> None:
    _, master = host.spawn("a", "/bin/cat")
    host.close()
    os.close(master)
    with pytest.raises(subprocess.TimeoutExpired):
        keeper.wait(LINGER + 1)
    again = Host(path)
    again.ask("forget", pane="a")
    with pytest.raises(subprocess.TimeoutExpired):
        keeper.wait(LINGER + 1)
    again.close()
    assert keeper.wait(PATIENCE) == 0
    assert os.listdir(os.path.dirname(path)) == ["keeper.lock"]


# signals and hang-ups


def test_signals_reach_the_group_or_the_foreground(host: Host) -> None:
    script = (
        "trap 'echo shell-usr1' USR1; set -m; echo ready; sh -c 'trap \"echo job-usr1\" USR1; echo up; read x'; read x"
    )
    _, master = host.spawn("a", "/bin/bash", "-c", script)
    read_until(master, "up")
    host.ask("signal", pane="a", signal=signal.SIGUSR1, scope="foreground")
    assert "shell-usr1" not in read_until(master, "job-usr1")
    host.ask("signal", pane="a", signal=signal.SIGUSR1, scope="group")
    os.write(master, b"\n")  # bash runs its trap once the job is over
    assert "job-usr1" not in read_until(master, "shell-usr1")
    os.write(master, b"\n")
    host.hear(lambda: host.pushed)
    assert "has ended" in host.refused("signal", pane="a", signal=10, scope="group")
    os.close(master)


def test_forget_hangs_up_and_kills_only_when_asked(host: Host) -> None:
    deaf = "trap '' HUP; echo deaf; while :; do sleep 1; done"
    polite, first = host.spawn("a", "/bin/cat")
    spared, second = host.spawn("b", "/bin/sh", "-c", deaf)
    doomed, third = host.spawn("c", "/bin/sh", "-c", deaf)
    for master in (second, third):
        read_until(master, "deaf")
    asked = time.monotonic()
    for pane, kill in (("a", False), ("b", False), ("c", True)):
        host.ask("forget", pane=pane, kill=kill)
    until(lambda: not lives(polite), "cat hung up")
    assert lives(doomed) or time.monotonic() - asked >= GRACE, "it has a while to go by itself"
    until(lambda: not lives(doomed), "the deaf one killed")
    assert lives(spared)
    os.killpg(spared, signal.SIGKILL)
    until(lambda: not psutil.Process(host.pid()).children(), "all waited for")
    for master in (first, second, third):
        os.close(master)


def test_kill_reaches_a_foreground_job_whose_shell_left(host: Host) -> None:
    script = "set -m; bash -c 'trap \"\" HUP; echo job $$; while :; do sleep 1; done'; true"
    pid, master = host.spawn("a", "/bin/bash", "-c", script)
    job = int(read_until(master, "\n").split()[1])
    assert os.getpgid(job) != pid
    host.ask("forget", pane="a", kill=True)
    until(lambda: not lives(job), "the job killed")
    until(lambda: not psutil.Process(host.pid()).children(), "its shell waited for")
    os.close(master)


def test_ended_program_is_replaced_under_its_name(host: Host, path: str) -> None:
    first, old = host.spawn("a", "/bin/sh", "-c", "read x; exit 3", facts={"n": 1})
    again: Message = {"cwd": "/", "env": ENV, "cols": 80, "rows": 24, "facts": {"n": 2}, "again": True}
    assert "already" in host.refused("spawn", pane="a", argv=["/bin/cat"], **again)
    os.write(old, b"\n")
    host.hear(lambda: host.pushed)
    assert "already" in host.refused("spawn", pane="a", argv=["/bin/cat"], **again | {"again": False})
    assert "not found" in host.refused("spawn", pane="a", argv=["no-such"], **again)
    assert host.panes()["a"]["exit"] == {"status": 3, "signal": None}
    second, new = host.spawn("a", "/bin/cat", **again)
    assert host.panes() == {"a": {"pane": "a", "pid": second, "facts": {"n": 2}, "exit": None, "typed": None}}
    assert second != first
    late = Host(path)
    _, (taken,) = late.raw("take", pane="a")
    os.write(taken, b"new one\n")
    assert "new one" in read_until(new, "one")
    for fd in (old, new, taken):
        os.close(fd)
    late.close()


def test_signal_reaches_the_whole_session(host: Host) -> None:
    script = "set -m; sleep 60 & echo $!; sh -c 'echo $$; exec sleep 60'"
    pid, master = host.spawn("a", "/bin/bash", "-c", script)
    said = read_until(master, "\n")
    while len(said.split()) < 2:
        said += read_until(master, "\n")
    pids = [pid, *map(int, said.split())]
    host.ask("signal", pane="a", signal=signal.SIGSTOP, scope="session")
    until(lambda: {psutil.Process(one).status() for one in pids} == {psutil.STATUS_STOPPED}, "all stand still")
    assert host.panes()["a"]["exit"] is None, "stopped is not ended"
    host.ask("signal", pane="a", signal=signal.SIGKILL, scope="session")
    until(lambda: not any(map(lives, pids)), "all killed")
    assert "wants 'scope'" in host.refused("signal", pane=host.spawn("b", "/bin/cat") and "b", signal=15, scope="x")
    os.close(master)


# adopting


def test_adopted_program_is_watched_though_it_is_not_ours(
    host: Host, keeper: "subprocess.Popen[bytes]", path: str, start: Start
) -> None:
    pid, master = host.spawn("a", "/bin/cat")
    dead, other = host.spawn("b", "/bin/cat")
    keeper.kill()
    keeper.wait()
    os.kill(dead, signal.SIGKILL)
    until(lambda: not lives(dead), "b is dead")
    start()
    late = Host(path)
    assert late.ask("adopt", (master,), pane="a", pid=pid, facts={"x": 1}) == {"exit": None}
    assert late.ask("adopt", (master,), pane="a", pid=pid, facts={}) == {"exit": None}, "twice is once"
    unknown = {"status": None, "signal": None}
    assert late.ask("adopt", (other,), pane="b", pid=dead, facts={}) == {"exit": unknown}
    assert late.panes()["a"] == {"pane": "a", "pid": pid, "facts": {"x": 1}, "exit": None, "typed": None}
    os.close(master)
    assert late.panes()["a"]["exit"] is None
    late.ask("signal", pane="a", signal=signal.SIGTERM, scope="group")
    late.hear(lambda: late.pushed)
    assert late.pushed == [{"exited": "a", "exit": unknown}]
    os.close(other)
    late.close()


def test_adopt_wants_a_pty(host: Host) -> None:
    assert "the master of a pty" in host.refused("adopt", pane="a", pid=os.getpid(), facts={})
    reader, writer = os.pipe()
    answer, _ = host.raw("adopt", (reader,), pane="a", pid=os.getpid(), facts={})
    assert "the master of a pty" in answer["error"]
    os.close(reader)
    os.close(writer)


def test_what_is_killed_is_not_waited_for_when_it_has_left_already(
    host: Host, keeper: "subprocess.Popen[bytes]"
) -> None:
    for name in ("a", "b"):
        host.spawn(name, "/bin/sh", "-c", "read x; exit")
        host.ask("forget", pane=name, kill=True)
    began = time.monotonic()
    host.ask("stop")
    assert keeper.wait(10) == 0
    assert time.monotonic() - began < GRACE
