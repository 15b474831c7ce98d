"""The keeper under strain: requests that are wrong, clients that misbehave, and many rounds."""

import contextlib
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from muxer.channel import MAX_BACKLOG, MAX_MESSAGE, Message, pack
from tests.keeping import PATIENCE, Host, Start, keeper_folder, keeper_starter, until

needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")


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


# clients that misbehave


@pytest.mark.parametrize(
    "wish",
    [
        {"do": "dance"},
        {"do": ["spawn"]},
        {"do": None},
        {"do": "take"},
        {"do": "take", "pane": "nobody"},
        {"do": "take", "pane": ["a"]},
        {"do": "note", "pane": "nobody", "facts": {}},
        {"do": "spawn", "argv": []},
        {"do": "spawn", "argv": [""]},
        {"do": "spawn", "argv": ["/bin/true", 5]},
        {"do": "spawn", "argv": ["/bin/true", "\0"]},
        {"do": "spawn", "argv": ["/bin/true", "\ud800"]},
        {"do": "spawn", "env": {"A": 1}},
        {"do": "spawn", "env": {"A=B": "1"}},
        {"do": "spawn", "env": {"": "1"}},
        {"do": "spawn", "env": []},
        {"do": "spawn", "cwd": "relative"},
        {"do": "spawn", "cwd": "/\0"},
        {"do": "spawn", "cols": 0},
        {"do": "spawn", "rows": 65536},
        {"do": "spawn", "rows": True},
        {"do": "spawn", "facts": None},
        {"do": "spawn", "pane": 1},
        {"do": "signal", "pane": "p", "signal": 999, "scope": "group"},
        {"do": "signal", "pane": "p", "signal": 15},
    ],
    ids=str,
)
def test_malformed_requests_are_answered(host: Host, wish: Message) -> None:
    _, master = host.spawn("p", "/bin/cat")
    sound = {"pane": "a", "argv": ["/bin/true"], "cwd": "/", "env": {}, "cols": 80, "rows": 24, "facts": {}}
    wish = {**sound, **wish} if wish["do"] == "spawn" else wish
    complaint = host.refused(wish.pop("do"), **wish)
    assert complaint
    assert "\n" not in complaint
    assert set(host.panes()) == {"p"}
    assert len(psutil.Process(host.pid()).children()) == 1, "no second keeper came out of the fork"
    os.close(master)


@pytest.mark.parametrize(
    "junk",
    [
        b"\xff\xff\xff\xffGET / HTTP/1.1",
        (MAX_MESSAGE + 1).to_bytes(4, "big"),
        b"\0\0\0\x04junk",
        b"\0\0\0\x02[]",
        b"\0\0\0\0",
        (100_000).to_bytes(4, "big") + b"[" * 100_000,
        pack({"id": 1, "do": "ping", "fds": 3}),
        pack({"id": 1, "do": "ping", "fds": "many"}),
    ],
    ids=lambda junk: repr(junk[:12]),
)
def test_junk_is_hung_up_on(host: Host, path: str, junk: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(path)
        with contextlib.suppress(BrokenPipeError):
            connection.sendall(junk)
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b""
    assert host.pid()


def test_descriptors_nobody_claims_do_not_pile_up(host: Host, path: str) -> None:
    before = psutil.Process(host.pid()).num_fds()
    other = Host(path)
    for _ in range(100):
        with contextlib.suppress(OSError):
            socket.send_fds(other.channel.socket, [pack({"id": 0, "do": "ping"})], [0, 1, 2])
    until(lambda: psutil.Process(host.pid()).num_fds() <= before, "descriptors closed")
    other.close()


def test_host_that_does_not_read_is_dropped(host: Host, path: str) -> None:
    _, master = host.spawn("a", "/bin/cat", facts={"big": "x" * 100_000})
    deaf = Host(path)

    def flood() -> bool:
        with contextlib.suppress(BlockingIOError):
            deaf.channel.socket.send(pack({"id": 1, "do": "list"}) * 4)
        assert host.pid(), "others are served meanwhile"
        return False

    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        until(flood, f"dropped after {MAX_BACKLOG} bytes")
    deaf.close()
    os.close(master)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_other_users_are_hung_up_on(host: Host, path: str) -> None:
    os.chmod(os.path.dirname(path), 0o711)
    os.chmod(path, 0o777)
    script = "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); sys.exit(len(s.recv(1)))"
    stranger = subprocess.run(
        ["/usr/bin/env", "python3", "-c", script, path], user=65534, check=False, timeout=PATIENCE
    )
    assert stranger.returncode == 0
    assert host.pid()


# what it costs


@needs_proc
def test_it_is_small(host: Host) -> None:
    memory = psutil.Process(host.pid()).memory_info().rss
    assert memory < 15 << 20, f"{memory / 1e6:.1f} MB"


@needs_proc
def test_three_hundred_rounds_leave_nothing(host: Host) -> None:
    process = psutil.Process(host.pid())

    def rounds(count: int) -> None:
        for n in range(count):
            pid, master = host.spawn("a", "/bin/cat" if n % 2 else "/bin/true")
            assert pid
            os.close(master)
            host.ask("forget", pane="a")
            if n % 50 == 0:
                assert "not a program" in host.refused(
                    "spawn", pane="b", argv=[garbage], cwd="/", env={}, cols=9, rows=9, facts={}
                )
        until(lambda: not process.children(), "every program waited for")

    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(b"\x7fnothing")
    garbage = file.name
    os.chmod(garbage, 0o755)
    rounds(20)
    before, memory = process.num_fds(), process.memory_info().rss
    rounds(300)
    assert process.num_fds() == before
    assert process.memory_info().rss < memory + (1 << 20)
    os.unlink(garbage)
