"""What a check finds, and how checks are run: at once, each for itself, none of them for long."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Thread
from typing import Literal

from muxer.errors import MuxerError

Grade = Literal["fine", "note", "wrong"]

PATIENCE = 2.5
"""How long a person waits for all checks together, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of a report."""

    what: str
    finding: str
    remedy: str = ""
    grade: Grade = "fine"


Check = Callable[[], Iterable[Finding]]


def run_checks(checks: Mapping[str, Check], patience: float = PATIENCE) -> dict[str, list[Finding]]:
    """What each of them found. One that fails, or does not come to an end, is a finding itself."""
    found: dict[str, list[Finding]] = {}

    def run(name: str, check: Check) -> None:
        found[name] = guarded(name, check)

    threads = [Thread(target=run, args=named, daemon=True) for named in checks.items()]
    deadline = time.monotonic() + patience
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = Finding(what="", finding=f"not known after {patience:g} s", grade="wrong")
    return {name: found.get(name) or [replace(late, what=name)] for name in checks}


def guarded(what: str, check: Check) -> list[Finding]:
    """What it found, or why it could not look."""
    try:
        return list(check())
    except (MuxerError, OSError) as error:
        return [Finding(what=what, finding=" ".join(str(error).split()), grade="wrong")]
