"""One question to the host and its answer, for whoever is not a terminal: the CLI, hooks, scripts.

What the host refuses is raised here as the same error that it raised there.
"""

import _socket
import time
from _collections_abc import Iterator, Mapping  # what collections.abc hands on

from muxer import errors
from muxer.errors import HostUnreachable, MuxerError
from muxer.paths import HostPaths
from muxer.wire import lean_json
from muxer.wire.frames import ANSWER, CALL, EVENT, FROM_HOST, PROTOCOL, Broken, Unpacker, pack
from muxer.wire.peer import connect

LEAVING = 10.0
"""How long a host is waited for that said it is going, in seconds."""


def call(
    paths: HostPaths,
    verb: str,
    arguments: Mapping[str, object] | None = None,
    timeout: float | None = 30.0,
    *,
    said: str = "",
    until_gone: bool = False,
) -> object:
    """Ask the host for a verb. Raises HostUnreachable, or what the verb raised. A timeout of None waits for ever.

    `said` is what the person said, where that is another word than the verb. With `until_gone`, wait after the answer
    for the host to leave its path to the next one.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    question = {"protocol": PROTOCOL, "verb": verb, "arguments": dict(arguments or {})}
    sock = connect(paths)
    try:
        sock.settimeout(timeout)
        sock.sendall(pack(CALL, lean_json.dumps(question)))
        answer = _answer(sock, deadline)
        if until_gone:
            _see_off(sock)
        return _unwrap(answer)
    except TimeoutError:
        raise HostUnreachable(
            f"the host did not answer {said or verb} within {timeout:g} s: it hangs or is busy, see {paths.log}"
        ) from None
    except (OSError, EOFError):
        raise HostUnreachable(f"the host went away while it was asked to {said or verb}: see {paths.log}") from None
    except (Broken, ValueError):
        raise HostUnreachable(f"{paths.socket} does not speak muxer's protocol: stop what listens there") from None
    finally:
        sock.close()


def stream(paths: HostPaths, verb: str, arguments: Mapping[str, object] | None = None) -> Iterator[bytes]:
    """Ask for a verb that may go on telling: JSON, one line each, some at a time. Raises what call() raises."""
    question = {"protocol": PROTOCOL, "verb": verb, "arguments": dict(arguments or {})}
    sock = connect(paths)
    try:
        sock.sendall(pack(CALL, lean_json.dumps(question)))
        unpacker = Unpacker(kinds=FROM_HOST)
        while data := sock.recv(1 << 18):
            for kind, payload in unpacker.feed(data):
                if kind == EVENT:
                    yield payload
                elif kind == ANSWER:
                    answer = _unwrap(payload)
                    if isinstance(answer, list) and answer:
                        yield b"\n".join(map(lean_json.dumps, answer))
                    return
        raise EOFError
    except (OSError, EOFError):
        raise HostUnreachable(f"the host went away while it told {verb}: see {paths.log}") from None
    except (Broken, ValueError):
        raise HostUnreachable(f"{paths.socket} does not speak muxer's protocol: stop what listens there") from None
    finally:
        sock.close()


def _see_off(sock: _socket.socket) -> None:
    sock.settimeout(LEAVING)
    try:
        sock.recv(1)
    except OSError:
        return


def _answer(sock: _socket.socket, deadline: float | None) -> bytes:
    unpacker = Unpacker(kinds=FROM_HOST)
    while True:
        if deadline is not None:
            sock.settimeout(max(0.001, deadline - time.monotonic()))
        data = sock.recv(1 << 18)
        if not data:
            raise EOFError
        for kind, payload in unpacker.feed(data):
            if kind == ANSWER:
                return payload


def _unwrap(payload: bytes) -> object:
    answer = lean_json.loads(payload)
    if not isinstance(answer, dict):
        raise Broken("an answer that is no object")
    if "error" not in answer:
        return answer["ok"]
    kind, text = answer["error"]["kind"], answer["error"]["text"]
    error = getattr(errors, kind, None)
    if not (isinstance(error, type) and issubclass(error, MuxerError)):
        error = MuxerError
    # An error's own constructor may take other arguments than its text.
    raise error.__new__(error, text)
