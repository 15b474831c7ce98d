"""Who is at the other end of a Unix socket, and how a client gets there. Nobody but our own user is ever spoken to.

Part of the client that must start in 30 ms: `_socket` is what `socket` wraps at ten milliseconds' cost.
"""

import _socket
import os
import sys

from muxer.errors import HostUnreachable, Unsafe, UsageError
from muxer.paths import HostPaths

_SOL_LOCAL, _LOCAL_PEERPID = 0, 2
PATIENCE = 5.0
"""How long a socket may take to let us in."""


def identity(sock: _socket.socket) -> "tuple[int, int]":
    """The process and the user on the other side, as the kernel knows them: (pid, uid)."""
    if hasattr(_socket, "SO_PEERCRED"):
        facts = sock.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
        return int.from_bytes(facts[:4], sys.byteorder), int.from_bytes(facts[4:8], sys.byteorder)
    # A struct xucred on macOS and the BSDs: its version, then the uid.
    facts = sock.getsockopt(_SOL_LOCAL, getattr(_socket, "LOCAL_PEERCRED", 1), 76)
    pid = sock.getsockopt(_SOL_LOCAL, _LOCAL_PEERPID) if sys.platform == "darwin" else 0
    return pid, int.from_bytes(facts[4:8], sys.byteorder)


def starting_words(name: str) -> str:
    """What a person types to start the host of that name."""
    return "muxer" if name == "default" else f"muxer -L {name}"


def connect(paths: HostPaths) -> _socket.socket:
    """A connection to the host, if one runs. Raises HostUnreachable."""
    sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    reached = False
    try:
        sock.settimeout(PATIENCE)
        sock.connect(paths.socket)
        _, uid = identity(sock)
        if uid != os.getuid():
            raise Unsafe(f"{paths.socket} is answered by uid {uid}, not by you: remove it or set XDG_RUNTIME_DIR")
        sock.settimeout(None)
        reached = True
    except OSError as error:
        raise _why(paths, error) from None
    finally:
        if not reached:
            sock.close()
    return sock


def _why(paths: HostPaths, error: OSError) -> HostUnreachable | Unsafe | UsageError:
    if isinstance(error, (FileNotFoundError, ConnectionError)):
        return HostUnreachable(f"no muxer named {paths.name!r} is running: start it with {starting_words(paths.name)}")
    if isinstance(error, (TimeoutError, BlockingIOError)):
        return HostUnreachable(f"the muxer named {paths.name!r} lets nobody in: it hangs, see {paths.log}")
    if isinstance(error, PermissionError):
        return Unsafe(f"{paths.socket} is not open to you: remove it or set XDG_RUNTIME_DIR")
    if error.errno is None:  # the socket module found the path too long before any system call
        return path_too_long(paths.socket)
    return HostUnreachable(f"cannot reach {paths.socket}: {error.strerror}; remove it and run muxer again")


def path_too_long(path: str) -> UsageError:
    """What to say of a path that no socket can have."""
    return UsageError(f"{path} is too long for a Unix socket: use a shorter -L name or a shorter XDG_RUNTIME_DIR")
