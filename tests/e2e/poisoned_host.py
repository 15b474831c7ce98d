"""A host whose screen fails, as a mistake in it would make it fail, when the terminals get a certain width.

The file that POISON names holds one byte for every time that it does; later hosts find what is left.
"""

import os
import sys
from pathlib import Path

from textual import events

from muxer import host
from muxer.ui.app import MuxerApp

DEADLY = range(60, 70)
healthy = MuxerApp.on_event
left = Path(os.environ["POISON"])


async def poisoned(app: MuxerApp, event: events.Event) -> None:
    if isinstance(event, events.Resize) and event.size.width in DEADLY and app.mounted.is_set() and left.stat().st_size:
        os.truncate(left, left.stat().st_size - 1)
        raise ZeroDivisionError(f"poisoned at {event.size.width}, password=hunter22")
    await healthy(app, event)


if __name__ == "__main__":
    setattr(MuxerApp, "on_event", poisoned)  # noqa: B010 - mypy forbids the plain way
    sys.exit(host.main())
