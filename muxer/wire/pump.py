"""An agent's MCP server: what it says goes to the host, line by line, and what the host answers comes back.

It knows nothing of what passes through it, so that a host that is renewed needs no new one.
"""

import json
import os
from _collections_abc import Iterator  # what collections.abc hands on

from muxer.errors import MuxerError
from muxer.paths import host_paths
from muxer.wire.client import call

LONGEST = 4 << 20
"""Bytes of one message; more than that no tool of ours takes."""
_TOO_LONG, _NO_HOST = -32600, -32000
"""What JSON-RPC calls it."""


def pump(host: str, *, reading: int = 0, writing: int = 1) -> None:
    """Until the agent has no more to say."""
    token = os.environ.get("MUXER_TOKEN", "")
    for message in _lines(reading):
        answer = _asked(host, token, message)
        if answer:
            _write(writing, answer.encode() + b"\n")


def _asked(host: str, token: str, message: bytes) -> str:
    """What the host says to that; it, too, must be answered where no host is there to do so."""
    if len(message) > LONGEST:
        return _refusal(b"", _TOO_LONG, f"a message of more than {LONGEST >> 20} MB: say less")
    said = {"message": message.decode(errors="replace"), "token": token}
    try:
        return str(call(host_paths(host), "mcp", said, timeout=None))
    except MuxerError as error:
        return _refusal(message, _NO_HOST, str(error))


def _refusal(message: bytes, code: int, words: str) -> str:
    """An answer in its form; nothing for what wants no answer."""
    try:
        asked = json.loads(message or b'{"id": null}')
    except (ValueError, RecursionError):
        asked = {"id": None}
    if not isinstance(asked, dict) or "id" not in asked:
        return ""
    return json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": {"code": code, "message": words}})


def _lines(reading: int) -> Iterator[bytes]:
    """Each that is not empty; of one that is too long, no more than shows that it is."""
    line = bytearray()
    while piece := os.read(reading, 1 << 16):
        *whole, rest = piece.split(b"\n")
        for end in whole:
            line += end
            if line.strip():
                yield bytes(line)
            line.clear()
        if len(line) <= LONGEST:
            line += rest
    if line.strip():
        yield bytes(line)


def _write(writing: int, data: bytes) -> None:
    while data:
        data = data[os.write(writing, data) :]
