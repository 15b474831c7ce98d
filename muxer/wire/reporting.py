"""What an agent's hook does: hand on what it is told, and print what the host answers. Nothing may disturb the agent.

It runs for every tool that an agent uses, so it imports next to nothing.
"""

import os
import select
import sys
import time

from muxer.errors import MuxerError
from muxer.paths import host_paths
from muxer.wire.client import call

HOOK_DATA = 4 << 20
"""Bytes that are handed on; of more, only the beginning of each text is."""
READ = 64 << 20
"""Bytes that are looked at at all."""
LONGEST = 2000
"""Letters of a text, and members of a list, that are left of what is too much."""
HURRY = 2.0
"""How long an agent is held up at most, in seconds: by whoever does not end what he says, and by a host that hangs."""


def report(host: str, cli: str, event: str) -> None:
    """Tell the host what an agent in a pane of its says; nothing happens where that cannot be."""
    told = _read()  # first of all: an agent must not find its pipe closed
    pane, token = os.environ.get("MUXER_PANE", ""), os.environ.get("MUXER_TOKEN", "")
    if not (pane or token):
        return
    said = {"cli": cli, "event": event, "pane": pane, "token": token, "data": _bounded(told)}
    try:
        answer = call(host_paths(host), "hook", said, timeout=HURRY)
    except (MuxerError, OSError):
        return
    if isinstance(answer, str) and sys.stdout is not None:
        sys.stdout.write(answer)


def _read() -> bytes:
    """What stdin holds, unless it is a terminal, far too long, or nobody ends it."""
    data = bytearray()
    deadline = time.monotonic() + HURRY
    try:
        while not os.isatty(0) and select.select([0], [], [], max(0.0, deadline - time.monotonic()))[0]:
            piece = os.read(0, 1 << 18)
            if not piece:
                return bytes(data)
            if len(data) < READ:
                data += piece
    except OSError:  # it is closed
        return b""
    return b""


def _bounded(data: bytes) -> str:
    """As text, as much as the host takes."""
    text = data.decode(errors="replace")
    if len(data) <= HOOK_DATA:
        return text
    import json  # noqa: PLC0415 - it takes as long to load as all the rest, and agents seldom say so much

    try:
        text = json.dumps(_shortened(json.loads(text)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""
    return text if len(text) <= HOOK_DATA else ""


def _shortened(value: object) -> object:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    if isinstance(value, dict):
        return {name: _shortened(one) for name, one in value.items()}
    return [_shortened(one) for one in value[:LONGEST]] if isinstance(value, list) else value
