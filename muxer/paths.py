"""Where files live. Everything hangs on the XDG folders, so that two muxers can be kept apart.

The runtime folder (sockets, rings, snapshots) is ours alone: 0700, and refused when somebody else made it.
The client that must start in 30 ms imports this, so it imports next to nothing.
"""

import os
import stat

from muxer.errors import Unsafe, UsageError

SOCKET_LIMIT = 103
"""The longest path that every Unix lets a socket have."""


def _home() -> str:
    home = os.environ.get("HOME", "")
    if os.path.isabs(home):
        return home
    import pwd  # noqa: PLC0415 - only without HOME, and attaching should not pay for it

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return f"/tmp/muxer-{os.getuid()}"  # noqa: S108 - no better place is left; private_folder checks its owner


def _xdg(variable: str, default: str) -> str:
    value = os.environ.get(variable, "")
    return os.path.join(value if os.path.isabs(value) else os.path.join(_home(), default), "muxer")


def homely(path: str) -> str:
    """A path as people write it."""
    home = _home()
    return f"~{path.removeprefix(home)}" if home != "/" and f"{path}/".startswith(f"{home}/") else path


def nearest_folder(path: str) -> str:
    """The folder, or the nearest above it that there is and that we may enter."""
    while not (os.path.isdir(path) and os.access(path, os.X_OK)):
        above = os.path.dirname(path.rstrip("/"))
        if above in ("", path):
            return "/"
        path = above
    return path


def config_folder() -> str:
    """What a person writes."""
    return _xdg("XDG_CONFIG_HOME", ".config")


def state_folder() -> str:
    """What muxer remembers: logs, layouts."""
    return _xdg("XDG_STATE_HOME", ".local/state")


def cache_folder() -> str:
    """What can be made again."""
    return _xdg("XDG_CACHE_HOME", ".cache")


def runtime_folder() -> str:
    """Sockets and what must be gone after a reboot."""
    value = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(value) and os.path.isdir(value):
        return os.path.join(value, "muxer")
    return f"/tmp/muxer-{os.getuid()}"  # noqa: S108 - private_folder checks its owner


def private_folder(path: str) -> str:
    """The folder, made if need be, that only we can enter. Raises Unsafe when somebody else prepared it."""
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        facts = os.lstat(path)
    except (FileExistsError, NotADirectoryError):
        raise Unsafe(f"{path} is not a folder: move it away") from None
    except OSError as error:
        raise Unsafe(
            f"cannot make {path}: {error.strerror}; set XDG_RUNTIME_DIR and XDG_STATE_HOME to folders of yours"
        ) from None
    if not stat.S_ISDIR(facts.st_mode):
        raise Unsafe(f"{path} is not a folder: move it away")
    if facts.st_uid != os.getuid():
        raise Unsafe(f"{path} belongs to uid {facts.st_uid}, not to you: remove it or set XDG_RUNTIME_DIR")
    if facts.st_mode & 0o077:
        os.chmod(path, 0o700)
    return path


class HostPaths:
    """Where one named host keeps its sockets, rings and memory."""

    __slots__ = (
        "database", "errors", "folder", "history", "keeper", "lock", "log", "name", "panes", "socket", "state",
    )  # fmt: skip

    def __init__(self, name: str, folder: str, state: str) -> None:
        self.name, self.folder, self.state = name, folder, state
        self.socket = f"{folder}/host"
        self.keeper = f"{folder}/keeper"
        self.lock = f"{folder}/lock"
        self.panes = f"{folder}/panes"
        self.log = f"{state}/host.log"
        self.errors = f"{state}/host.err"
        self.database = f"{state}/muxer.db"
        self.history = f"{state}/history"


def host_paths(name: str = "default") -> HostPaths:
    """The folders of a host, made and checked."""
    if not name or name.startswith((".", "-")) or "/" in name or not name.isprintable():
        raise UsageError(f"{name!r} cannot name a host: use letters, digits and hyphens")
    folder = os.path.join(runtime_folder(), name)
    if len(os.fsencode(folder)) + len("/keeper") > SOCKET_LIMIT:
        raise UsageError(f"{folder} is too long for a Unix socket: use a shorter -L name or a shorter XDG_RUNTIME_DIR")
    private_folder(os.path.dirname(folder))
    private_folder(folder)
    state = os.path.join(state_folder(), name)
    private_folder(os.path.dirname(state))
    return HostPaths(name, folder, private_folder(state))
