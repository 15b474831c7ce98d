import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from muxer.errors import HostUnreachable
from muxer.wire import starting
from muxer.wire.peer import identity
from muxer.wire.starting import announce, here, start_host, start_or_find
from tests.wire.homes import MODULE, Home, is_gone, wait_until


def test_the_first_starts_it_and_the_second_finds_it(home: Home) -> None:
    first, started = start_or_find(home.paths, module=MODULE)
    second, again = start_or_find(home.paths, module=MODULE)
    assert (started, again) == (True, False)
    assert identity(first) == identity(second) == (home.starts()[0], os.getuid())
    first.close()
    second.close()


def test_the_host_is_a_daemon(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "5")
    leaked = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(leaked, True)
    script = (
        "from muxer.paths import host_paths; from muxer.wire.starting import start_host; "
        f'start_host(host_paths("t"), (90, 30), ["sh", "-c", "a b"], "/usr", module="{MODULE}")'
    )
    high = 200
    os.dup2(leaked, high)
    subprocess.run([sys.executable, "-c", script], check=True, pass_fds=[high])
    os.close(leaked)
    os.close(high)
    facts = home.ask()
    pid = facts["pid"]
    assert facts["session"] != os.getsid(0)
    assert facts["session"] == facts["group"] != pid
    assert facts["cwd"] == "/"
    assert Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1] != str(os.getpid())
    targets = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in (0, 1, 2)]
    assert targets == ["/dev/null", home.paths.errors, home.paths.errors]
    assert isinstance(facts["open"], list)
    assert high not in facts["open"]
    assert facts["env"] == {
        "MUXER_SIZE": "90x30", "MUXER_CWD": "/usr", "MUXER_COMMAND": '["sh", "-c", "a b"]',
        "TEXTUAL_COLOR_SYSTEM": "truecolor", "COLORTERM": "truecolor",
    }  # fmt: skip


def test_the_folder_it_is_started_in_lends_it_no_modules(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(home.folder, "asyncio.py").write_text("raise SystemExit('shadowed')\n")
    monkeypatch.chdir(home.folder)
    start_host(home.paths, module=MODULE).close()
    assert home.ask()["cwd"] == "/"


def test_a_killed_hosts_socket_and_lock_are_in_nobodys_way(home: Home) -> None:
    start_host(home.paths, module=MODULE).close()
    os.kill(home.starts()[0], signal.SIGKILL)
    assert os.path.exists(home.paths.socket)
    wait_until(lambda: is_gone(home.starts()[0]))
    start_host(home.paths, module=MODULE).close()
    assert home.ask()["pid"] == home.starts()[1]


def test_a_starter_that_is_killed_does_not_make_two_hosts(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_DELAY", "1")
    script = (
        "from muxer.paths import host_paths; from muxer.wire.starting import start_host; "
        f'start_host(host_paths("t"), module="{MODULE}")'
    )
    with subprocess.Popen([sys.executable, "-c", script]) as starter:
        wait_until(home.starts, "a first start")
        starter.kill()
    sock, started = start_or_find(home.paths, module=MODULE)
    assert len(home.starts()) == 2
    assert not started
    assert identity(sock)[0] == home.starts()[0]
    sock.close()


def test_a_host_that_says_why_not(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_TROUBLE", "1 key is wrong:\nsee config.toml")
    with pytest.raises(HostUnreachable, match=r"^1 key is wrong: see config\.toml$"):
        start_host(home.paths, module=MODULE)


def test_a_host_that_says_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_TROUBLE", "silent")
    with pytest.raises(HostUnreachable, match=f"^the host did not start: see {home.paths.errors}$"):
        start_host(home.paths, module=MODULE)
    assert Path(home.paths.errors).read_text() == "the tiny host says nothing\n"


def test_a_host_that_takes_for_ever(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_DELAY", "60")
    monkeypatch.setattr(starting, "PATIENCE", 0.3)
    waits: list[bool] = []
    with pytest.raises(HostUnreachable, match="has said nothing for 0 s: see "):
        start_host(home.paths, module=MODULE, on_wait=lambda: waits.append(True))
    assert waits


def test_a_turn_that_is_never_given_back(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "PATIENCE", 0.1)
    with open(home.paths.lock, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(HostUnreachable, match="has been starting for too long"):
            start_host(home.paths, module=MODULE)
    monkeypatch.setattr(starting, "PATIENCE", 30)
    start_host(home.paths, module=MODULE).close()


def test_the_log_does_not_grow_for_ever(home: Home) -> None:
    log = Path(home.paths.errors)
    log.write_text("x" * (starting.LOG_LIMIT + 1))
    start_host(home.paths, module=MODULE).close()
    assert log.stat().st_size == 0
    assert Path(f"{log}.1").stat().st_size == starting.LOG_LIMIT + 1


def test_announcing_reaches_who_waits_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ready, word = os.pipe()
    monkeypatch.setenv(starting.READY, str(word))
    announce()
    announce("too late")
    assert os.read(ready, 100) == b"1"
    assert os.read(ready, 100) == b""
    os.close(ready)


def test_announcing_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    ready, word = os.pipe()
    os.close(ready)
    monkeypatch.setenv(starting.READY, str(word))
    announce("trouble")
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(word)


def test_a_folder_that_is_gone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Path(home.folder, "gone")
    gone.mkdir()
    monkeypatch.chdir(gone)
    monkeypatch.setenv("PWD", str(gone))
    gone.rmdir()
    assert here() == str(gone)
    start_host(home.paths, module=MODULE).close()
