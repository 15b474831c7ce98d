"""Everything muxer raises on purpose. A message is one line: what is wrong, and what to do next.

MuxerError
├── UsageError        the words of a command are off (exit status 2)
├── UnknownName       no such pane, tab, verb …; carries the nearest names
├── SpawnFailed       a program could not be started
├── HostUnreachable   no host answers on the socket
├── HostMismatch      client and host speak different versions
├── KeeperLost        the process that owns the ptys is gone
├── EngineUnfit       libghostty is missing or not laid out as we know it
├── StoreTrouble      the file of facts cannot be read or written
├── SnapshotUnfit     bytes that no terminal can be restored from
└── Unsafe            a folder or a socket belongs to somebody else
"""


class MuxerError(Exception):
    """Shown to a person as it stands, without a traceback."""


class UsageError(MuxerError):
    """The words of a command are off."""


class UnknownName(MuxerError):
    """No such thing, or several."""

    def __init__(self, kind: str, name: str, known: "list[str]") -> None:
        from difflib import get_close_matches  # noqa: PLC0415 - attaching must not wait for it

        known = sorted(set(known))
        near = get_close_matches(name, known, n=3, cutoff=0.5) or known[:5]
        hint = f"did you mean {', '.join(near)}?" if near else f"there is no {kind} yet"
        super().__init__(f"no {kind} named {name!r}: {hint}")


class SpawnFailed(MuxerError):
    """A program could not be started."""


class HostUnreachable(MuxerError):
    """No host answers on the socket."""


class HostMismatch(MuxerError):
    """Client and host speak different versions."""


class KeeperLost(MuxerError):
    """The process that owns the ptys is gone."""


class EngineUnfit(MuxerError):
    """A terminal library is missing, or is not laid out as we know it."""


class StoreTrouble(MuxerError):
    """The file of facts cannot be read or written."""


class SnapshotUnfit(MuxerError):
    """Bytes that no terminal can be restored from."""


class Unsafe(MuxerError):
    """A folder or a socket belongs to somebody else, or is open to them."""
