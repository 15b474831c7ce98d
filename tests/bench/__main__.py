"""`python -m tests.bench [--json] [--quick] [SUBJECT…]`: run the benchmarks and print what was reached.

The exit status is 0 when every target was reached, 1 when one was missed or could not be measured.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import psutil

from tests.bench import (
    animation,
    cli,
    detection,
    echo,
    flood,
    followers,
    idle,
    inbox,
    memory,
    mesh,
    opening,
    reaction,
    relay,
    store,
    watch,
    workbench,
    workspaces,
)
from tests.bench.figures import Figure, table
from tests.bench.scale import QUICK, THOROUGH, Scale

SUBJECTS: dict[str, Callable[[Scale], Iterator[Figure]]] = {
    "flood": flood.one_pane,
    "flood-12": flood.twelve_panes,
    "echo": echo.idle,
    "echo-flood": echo.beside_floods,
    "animation": animation.twelve_panes,
    "attach": opening.attach,
    "cold": opening.cold,
    "memory": memory.with_history,
    "idle": idle.thirty_panes,
    "dialogs": workbench.dialogs,
    "sidebar": workbench.sidebar,
    "echo-full": workbench.echo,
    "cli": cli.verbs,
    "store": store.facts,
    "followers": followers.fifty,
    "detection": detection.forty_agents,
    "inbox": inbox.notes,
    "mesh": mesh.peers,
    "mesh-storm": mesh.storm,
    "watch": watch.workspaces,
    "workspaces": workspaces.fifty,
    "relay": relay.commits,
    "reaction": reaction.seen,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="muxer beside tmux")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="medians of 3 runs and smaller loads")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"one of {', '.join(SUBJECTS)}; all by default")
    options = parser.parse_args()
    if unknown := set(options.subjects) - set(SUBJECTS):
        parser.error(f"no subject named {', '.join(sorted(unknown))}: choose from {', '.join(SUBJECTS)}")
    # Whoever ends this ends the muxers and tmuxes that it started, too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    figures, failures = _measure(options.subjects or list(SUBJECTS), QUICK if options.quick else THOROUGH)
    if options.json:
        made = [figure.as_json() for figure in figures]
        print(json.dumps({"machine": _machine(), "figures": made, "failures": failures}, indent=2, ensure_ascii=False))
    else:
        print(" · ".join(f"{name} {value}" for name, value in _machine().items()))
        print(table(figures))
        for subject, reason in failures.items():
            print(f"\nNOT MEASURED: {subject}: {reason}")
    return 1 if failures or any(figure.reached is False for figure in figures) else 0


def _measure(subjects: list[str], scale: Scale) -> tuple[list[Figure], dict[str, str]]:
    figures: list[Figure] = []
    failures: dict[str, str] = {}
    for subject in subjects:
        print(f"… {subject}", file=sys.stderr, flush=True)
        try:
            figures += SUBJECTS[subject](scale)
        except (AssertionError, OSError, psutil.Error, subprocess.SubprocessError) as error:
            failures[subject] = str(error)
    return figures, failures


def _machine() -> dict[str, object]:
    try:
        tmux = subprocess.run(["tmux", "-V"], capture_output=True, text=True, check=True).stdout.split()[-1]
    except (OSError, subprocess.CalledProcessError):
        tmux = "not installed"
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "tmux": tmux,
        "system": platform.system(),
    }


sys.exit(main())
