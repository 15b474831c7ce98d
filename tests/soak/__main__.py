"""`python -m tests.soak [--seed N] [--steps N] [--walks N]`: walks from that seed on, and what was done in them."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.soak.walk import walk


def main() -> None:
    """Each walk has folders of its own, which stay where one fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 20))
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--walks", type=int, default=1)
    given = parser.parse_args()
    for seed in range(given.seed, given.seed + given.walks):
        folder = tempfile.mkdtemp(prefix="soak")
        sys.stdout.write(f"seed {seed} in {folder}\n")
        with walk(Path(folder), seed) as walking:
            for number in walking.go(given.steps):
                sys.stdout.write(
                    f"\r{number} steps, {len(walking.ledger.commits)} commits, {walking.done['kill']} kills"
                )
                sys.stdout.flush()
        sys.stdout.write(f"\n{walking.summary()}\n")


if __name__ == "__main__":
    main()
