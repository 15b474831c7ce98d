"""What crosses the host's socket, both ways: one byte of kind, four of length, then the payload. No I/O here.

The first frame of a connection says what it is: HELLO attaches a terminal, CALL asks for a verb.
This module is part of the client that must start in 30 ms, so it imports nothing.
"""

PROTOCOL = 1
"""Client and host must agree on it; the hello carries it."""

HEAD = 5
MAX_FRAME = 64 << 20

# from a client
HELLO = b"H"  # JSON: protocol, version, cols, rows, pid, read_only, env
INPUT = b"I"  # bytes that the terminal sent
RESIZE = b"R"  # "cols rows"
REPAINT = b"F"  # send everything again
LEAVE = b"D"  # detach me
CALL = b"C"  # JSON: verb, arguments

# from the host
OUTPUT = b"O"  # bytes for the terminal
EXIT = b"X"  # the client leaves and prints this
SUSPEND = b"Z"  # the client stops itself, as ctrl+z would
ANSWER = b"A"  # JSON: ok | error
EVENT = b"E"  # JSON


def pack(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame."""
    return kind + len(payload).to_bytes(4, "big") + payload


class Broken(Exception):
    """The other side does not speak this protocol."""


class Unpacker:
    """Frames out of a stream that is cut anywhere."""

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self._buffer = bytearray()
        self._limit = limit

    def feed(self, data: bytes) -> "list[tuple[bytes, bytes]]":
        """Take what came; the frames that are now whole, as (kind, payload)."""
        buffer = self._buffer
        buffer += data
        frames = []
        while len(buffer) >= HEAD:
            length = int.from_bytes(buffer[1:HEAD], "big")
            if length > self._limit:
                raise Broken(f"a frame of {length} bytes")
            if len(buffer) < HEAD + length:
                break
            frames.append((bytes(buffer[:1]), bytes(buffer[HEAD : HEAD + length])))
            del buffer[: HEAD + length]
        return frames
