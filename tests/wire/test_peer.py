import os
import socket
import subprocess
import sys
import time

import pytest

from muxer.errors import HostUnreachable, Unsafe, UsageError
from muxer.paths import HostPaths
from muxer.wire import peer
from muxer.wire.peer import connect, identity, starting_words

NOBODY = 65534


def test_the_kernel_knows_who_it_is() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert identity(ours) == (os.getpid(), os.getuid())


def test_nobody_is_there(paths: HostPaths) -> None:
    with pytest.raises(HostUnreachable, match=r"^no muxer named 't' is running: start it with muxer -L t$"):
        connect(paths)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(paths.socket)
    with pytest.raises(HostUnreachable, match="is running: start it"):
        connect(paths)
    assert starting_words("default") == "muxer"


def test_a_connection_blocks(paths: HostPaths) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(paths.socket)
        listener.listen()
        sock = connect(paths)
        assert sock.gettimeout() is None
        sock.close()


def test_a_queue_that_is_full(paths: HostPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "PATIENCE", 0.1)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(paths.socket)
        listener.listen(0)
        sock = connect(paths)
        with pytest.raises(HostUnreachable, match="lets nobody in"):
            connect(paths)
        sock.close()


def test_a_path_too_long(paths: HostPaths) -> None:
    with pytest.raises(UsageError, match="too long for a Unix socket: use a shorter -L name"):
        connect(HostPaths("t", f"{paths.folder}/{'x' * 100}", paths.state))


def test_something_that_is_no_socket(paths: HostPaths) -> None:
    os.close(os.open(paths.socket, os.O_CREAT))
    with pytest.raises(HostUnreachable):
        connect(paths)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_somebody_elses_host_is_not_spoken_to(paths: HostPaths) -> None:
    os.chmod(os.path.dirname(paths.folder), 0o755)
    os.chmod(paths.folder, 0o777)
    code = (
        "import os, socket, sys; os.setgroups([]); os.setgid(NOBODY); os.setuid(NOBODY); "
        "s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); "
        "print('listening', flush=True); sys.stdin.read()"
    ).replace("NOBODY", str(NOBODY))
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", code, paths.socket], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as stranger:
        assert stranger.stdout
        assert stranger.stdout.readline() == b"listening\n"
        before = time.monotonic()
        with pytest.raises(Unsafe, match=f"is answered by uid {NOBODY}, not by you"):
            connect(paths)
        assert time.monotonic() - before < 5
