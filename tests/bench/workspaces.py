"""Fifty agents in worktrees of a repository of 5,000 files, in a real host: what one costs, and how soon it is known.

The rival of a workspace's making is `git worktree add`, in turn with it.
"""

import contextlib
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from muxer.fleet.housing import Site, make_ready
from muxer.paths import HostPaths
from muxer.wire.client import call
from tests.bench.figures import Figure, Target, median, percentile, times_at_most
from tests.bench.processes import cpu_seconds, resident
from tests.bench.rivals import Muxer, home, run
from tests.bench.scale import Scale
from tests.bench.watch import FILES, FOLDERS, shop_in
from tests.workspaces.repositories import git

COUNT = 50
TIMES = 20
MANY = 3
"""So many workspaces are made in turn with git's for each run."""
SETTLED = 300
"""Seconds that a host has to see how all of them stand."""


def fifty(scale: Scale) -> Iterator[Figure]:
    """Made one by one; then all at once by a host that is asked how they stand while two agents edit."""
    subject = f"{COUNT} workspaces of {FOLDERS * FILES:,} files, in a host"
    with tempfile.TemporaryDirectory(prefix="muxer-bench-") as folder:
        shop = shop_in(Path(folder))
        ours, gits = zip(*(_made(shop, number) for number in range(scale.runs * MANY)), strict=True)
        yield Figure(
            subject=subject, name="making one", unit="ms", muxer=median(ours), tmux=median(gits),
            target=times_at_most(1.5), note=f"to git worktree add; best {min(ours):.3g} to {min(gits):.3g}",
        )  # fmt: skip
        with _host(shop) as (rival, empty):
            yield from _crowded(rival, empty, subject, scale)


def _made(shop: Path, number: int) -> tuple[float, float]:
    """Milliseconds until a workspace is ready for its agent, and until git has added a worktree."""
    site, beside = Site(project="shop", root=str(shop), here=str(shop)), str(shop.parent / f"gits-{number}")

    def ours() -> str:
        return make_ready(site, "worktree", name=f"made-{number}", under=str(shop.parent / "made"))[0].folder

    def gits() -> str:
        git(shop, "worktree", "add", "--quiet", "-b", f"gits-{number}", beside)
        return beside

    taken = dict[object, float]()
    trees = []
    for make in (ours, gits) if number % 2 else (gits, ours):  # who comes second finds another disk
        began = time.perf_counter()
        trees.append(make())
        taken[make] = (time.perf_counter() - began) * 1000
    for tree in trees:  # a repository of many worktrees is another one
        git(shop, "worktree", "remove", "--force", tree)
    return taken[ours], taken[gits]


@contextlib.contextmanager
def _host(shop: Path) -> Iterator[tuple[Muxer, int]]:
    """One with all agents, none of them a stranger to it any more; and the bytes that it had without them."""
    with home() as env, contextlib.closing(Muxer(env, 160, 40)) as rival:
        rival.open(["exec cat"])
        rival.seat.wait_quiet(1)
        empty = resident(rival.processes()[1:])
        words = ("--exec", "cat", "--name", "agent", "--workspace", "worktree", "--tab", "crowd", "--cwd", str(shop))
        with subprocess.Popen(
            rival.command("spawn", f"{COUNT}", *words), env=env, stdout=subprocess.DEVNULL
        ) as process:
            assert rival.seat.pump(SETTLED, lambda: process.poll() is not None), "the agents were not spawned"
        assert process.returncode == 0, "not all agents were spawned"
        assert rival.seat.pump(SETTLED, lambda: all(one["head"] for one in _asked(rival, "status"))), (
            "not all were read"
        )
        _rest(rival)
        yield rival, empty


def _crowded(rival: Muxer, empty: int, subject: str, scale: Scale) -> Iterator[Figure]:
    servers = rival.processes()[1:]
    weight = (resident(servers) - empty) / COUNT / 1e6
    yield Figure(subject=subject, name="memory of the host for each, its pane included", unit="MB", muxer=weight)
    spent = cpu_seconds(servers)
    rival.seat.pump(scale.idle_seconds)
    idle = 100 * (cpu_seconds(servers) - spent) / scale.idle_seconds
    yield Figure(subject=subject, name="CPU while nothing happens", unit="% core", muxer=idle, target=Target(bound=0.5))
    status = [_timed(rival, "status") for _ in range(TIMES)]
    yield Figure(
        subject=subject, name="muxer status, from exec to exit, p50", unit="ms", muxer=median(status),
        target=Target(bound=300), note=f"best {min(status):.3g}",
    )  # fmt: skip
    saves = [_save(rival, turn) for turn in range(TIMES)]
    yield Figure(
        subject=subject, name="save until the radar shows the conflict, p50", unit="ms", muxer=median(saves),
        target=Target(bound=200), note=f"best {min(saves):.3g}",
    )  # fmt: skip
    yield Figure(subject=subject, name="… p99", unit="ms", muxer=percentile(saves, 0.99))


def _save(rival: Muxer, turn: int) -> float:
    """Milliseconds from a save in one workspace until it is known to conflict with what lies in another one."""
    listed = run(rival.command("agent", "ls", "--json"), rival.env, rival.seat, check=True)
    one, other, *_ = json.loads(listed)["agents"]
    name = f"f{turn}/0.py"
    dirty = [_dirty(rival, one["name"]), _dirty(rival, other["name"])]
    Path(other["folder"], name).write_text("theirs\n")
    assert rival.seat.pump(20, lambda: _dirty(rival, other["name"]) > dirty[1]), "the other's edit is not seen"
    _rest(rival)
    began = time.perf_counter()
    Path(one["folder"], name).write_text("mine\n")
    while not any(name in clash["conflicts"] for clash in _asked(rival, "radar")):
        rival.seat.pump(0.002)
        assert time.perf_counter() < began + 20, "the conflict is not seen"
    return (time.perf_counter() - began) * 1000


def _dirty(rival: Muxer, name: str) -> int:
    return next(int(one["dirty"]) for one in _asked(rival, "status") if one["name"] == name)


def _rest(rival: Muxer) -> None:
    """Until the host has had nothing to do for a second."""
    servers = rival.processes()[1:]
    for _ in range(60):
        spent = cpu_seconds(servers)
        rival.seat.pump(1)
        if cpu_seconds(servers) - spent < 0.02:
            return


def _asked(rival: Muxer, verb: str) -> list[dict[str, Any]]:
    """What the host knows, without a process that asks."""
    answer: Any = call(HostPaths("bench", f"{rival.folder}/muxer/bench", ""), verb)
    rows: list[dict[str, Any]] = answer["agents"] if isinstance(answer, dict) else answer
    return rows


def _timed(rival: Muxer, *words: str) -> float:
    began = time.perf_counter()
    subprocess.run(rival.command(*words), env=rival.env, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000
