import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from muxer import errors
from muxer.paths import HostPaths
from muxer.wire.client import call
from muxer.wire.starting import start_host
from tests.wire.homes import MODULE, Home, wait_until


@pytest.fixture
def host(home: Home) -> Home:
    start_host(home.paths, module=MODULE).close()
    return home


def test_an_answer(host: Home) -> None:
    arguments = {"text": "é\udc80", "number": 1.5, "list": [None, True]}
    assert call(host.paths, "echo", arguments) == arguments
    assert call(host.paths, "nothing") is None


def test_a_large_question_and_answer(host: Home) -> None:
    text = "x" * 5_000_000
    assert call(host.paths, "echo", {"text": text}) == {"text": text}


def test_events_on_the_way_are_passed_over(host: Home) -> None:
    assert call(host.paths, "tell") == "told"


def test_the_hosts_error_is_ours(host: Home) -> None:
    with pytest.raises(errors.UnknownName, match=r"^no pane named 'sehll': did you mean shell\?$"):
        call(host.paths, "miss")
    with pytest.raises(errors.MuxerError, match="the host failed: ZeroDivisionError: a bug") as caught:
        call(host.paths, "break")
    assert type(caught.value) is errors.MuxerError


def test_no_host(home: Home) -> None:
    with pytest.raises(errors.HostUnreachable, match=r"^no muxer named 't' is running: start it with muxer -L t$"):
        call(home.paths, "ls")


def test_a_dead_hosts_socket(host: Home) -> None:
    os.kill(host.starts()[0], signal.SIGKILL)
    wait_until(lambda: not accepts(host.paths))
    with pytest.raises(errors.HostUnreachable, match="is running: start it"):
        call(host.paths, "echo")


def accepts(paths: HostPaths) -> bool:
    with socket.socket(socket.AF_UNIX) as sock:
        return sock.connect_ex(paths.socket) == 0


def test_a_verb_may_take_its_time_and_no_more(host: Home) -> None:
    assert call(host.paths, "later", timeout=None) == "later"
    before = time.monotonic()
    with pytest.raises(errors.HostUnreachable, match=r"did not answer never within 0\.2 s"):
        call(host.paths, "never", timeout=0.2)
    assert time.monotonic() - before < 5


def test_a_host_that_hangs(host: Home) -> None:
    os.kill(host.starts()[0], signal.SIGSTOP)
    with pytest.raises(errors.HostUnreachable, match=r"did not answer echo within 0\.2 s"):
        call(host.paths, "echo", {"text": "x" * 1_000_000}, timeout=0.2)


@pytest.fixture
def impostor(paths: HostPaths) -> Iterator[tuple[HostPaths, list[bytes]]]:
    """Something else that listens on the path, and what it answers."""
    answers: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(paths.socket)
        listener.listen()

        def answer() -> None:
            with listener.accept()[0] as sock:
                sock.recv(1 << 16)
                sock.sendall(answers.pop())

        thread = threading.Thread(target=answer)
        thread.start()
        yield paths, answers
        thread.join()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 400 Bad Request", "does not speak muxer"),
        (b"A\0\0\0\1{", "does not speak muxer"),
        (b"", "went away"),
    ],
)
def test_something_else_answers(impostor: tuple[HostPaths, list[bytes]], answer: bytes, words: str) -> None:
    paths, answers = impostor
    answers.append(answer)
    with pytest.raises(errors.HostUnreachable, match=words):
        call(paths, "echo", timeout=5)


def test_asking_imports_little() -> None:
    code = (
        f"import sys; sys.path.insert(0, {os.getcwd()!r}); import muxer.wire.client; "
        "print([name for name in ('asyncio', 'dataclasses', 'socket', 'argparse', 'typing') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
