"""What a host wrote down of its own mistakes: nothing, or the test has found one."""

from pathlib import Path

from muxer.journal import Reading
from tests.conftest import HOST, Desk


def mistakes(desk: Desk) -> str:
    """The errors in the host's journal, and whatever its interpreter said."""
    state = Path(desk.env["XDG_STATE_HOME"], "muxer", HOST)
    said: list[str] = []
    for name in ("host.log", "host.err"):
        reading = Reading(str(state / name))
        entries = reading.earlier() + reading.fresh()
        reading.close()
        said += [f"{entry.text}\n{entry.trace}" for entry in entries if entry.level == "error"]
    return "\n".join(said)[:4000]
