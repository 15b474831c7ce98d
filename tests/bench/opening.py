"""How long a person waits: for the first prompt of all, and for the picture when they come back."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from bittty import Board

from tests.bench import payloads
from tests.bench.figures import Figure, Target, median
from tests.bench.rivals import home, kinds, rivals, run
from tests.bench.scale import Scale
from tests.seat import Seat, kill_all

PROMPT = "bench-ready"


def cold(scale: Scale) -> Iterator[Figure]:
    """No host runs; until a shell's prompt shows."""
    subject = "cold start, to a live shell"
    taken: dict[str, list[float]] = {}
    with contextlib.ExitStack() as stack:
        contenders = [kind(stack.enter_context(home()), 80, 24) for kind in kinds()]
        for _ in range(scale.runs + 1):
            for rival in contenders:
                env = rival.env | {"PS1": f"{PROMPT} "}
                Path(env["HOME"], ".profile").write_text(f"PS1='{PROMPT} '\n")
                began = time.perf_counter()
                with Seat(rival.command(*rival.new), 80, 24, env, emulate=False) as seat:
                    seat.wait_for(PROMPT.encode())
                    taken.setdefault(rival.name, []).append((time.perf_counter() - began) * 1000)
                    run(rival.command(*rival.stop), env, seat, check=False)
                    seat.wait_exit()
                kill_all(rival.env, grace=5)
    # The first time ever fills caches and is told apart.
    yield Figure(
        subject=subject, name="later", unit="ms", muxer=median(taken.get("muxer", [])[1:]),
        tmux=median(taken.get("tmux", [])[1:]), target=Target(bound=600), note=_best(taken),
    )  # fmt: skip
    yield Figure(
        subject=subject, name="the first time ever", unit="ms", muxer=median(taken.get("muxer", [])[:1]),
        tmux=median(taken.get("tmux", [])[:1]),
    )  # fmt: skip


def attach(scale: Scale) -> Iterator[Figure]:
    """A host runs and nobody is attached; until the last cell of a full screen shows."""

    def scripts(own: Path) -> list[str]:
        frame = own / "frame"
        whole = payloads.unit("alt_full", 200, 50)
        frame.write_bytes(whole[: whole.index(b"\x1b[?2026l")] + b"\x1b[50;193HLASTCELL\x1b[?2026l")
        return [f"stty -echo; printf '\\033[?1049h'; cat {frame}; read -r x"]

    taken: dict[str, list[float]] = {}
    with rivals(scripts, 200, 50) as contenders:
        for rival in contenders:
            rival.seat.wait_for(b"LASTCELL")
            rival.seat.wait_quiet(0.5)
            rival.seat.hang_up()
            rival.seat.wait_exit()
        for _ in range(scale.runs * 2):
            for rival in contenders:
                taken.setdefault(rival.name, []).append(
                    _come_back(rival.command("attach"), rival.seat.cols, rival.seat.rows, rival.env)
                )
    yield Figure(
        subject="attach to a full 200x50 screen", name="exec to the last cell", unit="ms",
        muxer=median(taken.get("muxer", [])), tmux=median(taken.get("tmux", [])), target=Target(bound=50),
        note=_best(taken),
    )  # fmt: skip


def _come_back(argv: list[str], cols: int, rows: int, env: dict[str, str]) -> float:
    """Milliseconds until the screen was what it stayed."""
    arrivals: list[tuple[float, bytes]] = []
    began = time.perf_counter()
    with Seat(argv, cols, rows, env, emulate=False) as seat:
        while data := seat.read(0.5):
            arrivals.append(((time.perf_counter() - began) * 1000, data))
    final = Board(width=cols, height=rows)
    final.feed_host_data(b"".join(data for _, data in arrivals))
    wanted = final.capture_text()
    if "LASTCELL" not in wanted:
        raise AssertionError(f"{argv} did not show the screen:\n{wanted}")
    replay = Board(width=cols, height=rows)
    for moment, data in arrivals:
        replay.feed_host_data(data)
        if replay.capture_text() == wanted:
            return moment
    raise AssertionError("the screen was never complete")


def _best(taken: dict[str, list[float]]) -> str:
    return "best " + ", ".join(f"{name} {min(values):.3g}" for name, values in taken.items())
