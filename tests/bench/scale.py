"""How thorough a run of the benchmarks is. Every figure is a median of so many runs, the rivals taking turns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Numbers of runs and sizes of loads."""

    runs: int = 5
    megabytes: float = 12
    keys: int = 150
    seconds: float = 4
    idle_seconds: float = 10
    hidden_panes: int = 20


THOROUGH = Scale()
QUICK = Scale(runs=3, megabytes=4, keys=60, seconds=2, idle_seconds=5, hidden_panes=8)
