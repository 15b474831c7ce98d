"""How long a person, a hook and a shell wait for the command line, from exec to exit."""

import subprocess
import time
from collections.abc import Iterator

from tests.bench.figures import Figure, Target, median
from tests.bench.rivals import rivals
from tests.bench.scale import Scale

TIMES = 20
CALLS = (
    (("ls",), 60),
    (("hook", "codex", "Stop"), 50),
    (("complete", "muxer kill "), 60),
    (("--help",), 80),
)
"""What is asked, and within how many milliseconds it is to be answered."""


def verbs(_scale: Scale) -> Iterator[Figure]:
    """A host runs, with one pane; tmux is asked for its list in turn."""
    with rivals(lambda _folder: ["cat"], 80, 24) as contenders:
        ours, *others = contenders
        argvs = [ours.command(*words) for words, _ in CALLS] + [rival.command("ls") for rival in others]
        env = {name: value for rival in contenders for name, value in rival.env.items()} | ours.env
        taken = [[_ask(argv, env | {"MUXER_PANE": "p1"}) for argv in argvs] for _ in range(TIMES)]
    *figures, tmux = [median(times) for times in zip(*taken, strict=True)] + [None] * (not others)
    best = map(min, zip(*taken, strict=True))
    for (words, bound), figure, least in zip(CALLS, figures, best, strict=False):
        yield Figure(
            subject="the command line", name=words[0], unit="ms", muxer=figure, tmux=tmux, target=Target(bound=bound),
            note=f"to tmux ls; best {least:.3g}",
        )  # fmt: skip


def _ask(argv: list[str], env: dict[str, str]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    # No timeout: waiting with one looks for the end after 32 ms, after 64 ms, after 114 ms.
    subprocess.run(argv, env=env, input=b"{}", stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000
