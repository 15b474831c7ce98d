"""What a host wrote down of its own mistakes: nothing, or the test has found one."""

from pathlib import Path

from tests.conftest import HOST, Desk


def mistakes(desk: Desk) -> str:
    """The tracebacks in the host's log, with what led to them."""
    log = Path(desk.env["XDG_STATE_HOME"], "muxer", HOST, "host.log")
    text = log.read_text(errors="replace") if log.exists() else ""
    found = min((at for word in ("Traceback", " ERROR ", "Error:") if (at := text.find(word)) >= 0), default=-1)
    return text[max(0, found - 300) : found + 4000] if found >= 0 else ""
