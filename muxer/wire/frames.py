"""What crosses the host's socket, both ways: one byte of kind, four of length, then the payload. No I/O here.

The first frame of a connection says what it is: HELLO attaches a terminal, CALL asks for a verb.
This module is part of the client that must start in 30 ms, so it imports nothing.
"""

PROTOCOL = 1
"""Client and host must agree on it; the hello and every call carry it."""

HEAD = 5
MAX_FRAME = 64 << 20

# from a client
HELLO = b"H"  # JSON: protocol, version, cols, rows, pid, read_only, cwd, env, command (to be run if it is not null)
INPUT = b"I"  # bytes that the terminal sent
RESIZE = b"R"  # "cols rows"
REPAINT = b"F"  # send everything again, the terminal's modes first
LEAVE = b"D"  # detach me
CALL = b"C"  # JSON: protocol, verb, arguments
SAY = b"S"  # one message of JSON-RPC, for a verb that has begun to listen
SAY_AGAIN = b"G"  # the same; another host may have heard it before

# from the host
OUTPUT = b"O"  # bytes for the terminal; the first after a HELLO or a REPAINT sets its modes
EXIT = b"X"  # the client leaves and prints this; an EXIT before any OUTPUT is a refusal
SUSPEND = b"Z"  # the client stops itself, as ctrl+z would; no OUTPUT may follow until it asks for a REPAINT
RENEW = b"N"  # another host takes over the same path: keep the terminal as it is and say hello there
ANSWER = b"A"  # JSON: {"ok": …} | {"error": {"kind": …, "text": …}}; answers come in the order of the calls
EVENT = b"E"  # JSON

OPENINGS = HELLO + CALL
FROM_CLIENT = HELLO + INPUT + RESIZE + REPAINT + LEAVE + CALL + SAY + SAY_AGAIN
FROM_HOST = OUTPUT + EXIT + SUSPEND + RENEW + ANSWER + EVENT


def pack(kind: bytes, payload: "bytes | bytearray" = b"") -> bytes:
    """One frame."""
    return b"".join((kind, len(payload).to_bytes(4, "big"), payload))


class Broken(Exception):
    """The other side does not speak this protocol."""


class Unpacker:
    """Frames out of a stream that is cut anywhere.

    A frame of a kind that is not in `kinds` (the first one: in `first`) is an error as soon as its first byte is here,
    so that junk is not waited for.
    """

    def __init__(self, limit: int = MAX_FRAME, kinds: bytes = b"", first: bytes = b"") -> None:
        self._buffer = bytearray()
        self._limit = limit
        self._kinds = kinds
        self._expected = first or kinds

    @property
    def held(self) -> bytes:
        """What came and is no whole frame."""
        return bytes(self._buffer)

    def feed(self, data: bytes) -> "list[tuple[bytes, bytes]]":
        """Take what came; the frames that are now whole, as (kind, payload)."""
        buffer = self._buffer
        buffer += data
        frames = []
        while buffer:
            if self._expected and buffer[0] not in self._expected:
                raise Broken(f"a frame of the unknown kind {bytes(buffer[:1])!r}")
            if len(buffer) < HEAD:
                break
            length = int.from_bytes(buffer[1:HEAD], "big")
            if length > self._limit:
                raise Broken(f"a frame of {length} bytes")
            if len(buffer) < HEAD + length:
                break
            frames.append((bytes(buffer[:1]), bytes(buffer[HEAD : HEAD + length])))
            del buffer[: HEAD + length]
            self._expected = self._kinds
        return frames
