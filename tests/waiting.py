"""Tests wait for conditions, never for time."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], what: str, timeout: float = 40) -> None:
    """Look again and again; fails when it does not come to hold."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come in {timeout} s"
        time.sleep(0.05)
