"""Plays recorded frames at a steady rate, from memory: `player.py FILE FPS`. It is paused with SIGSTOP."""

import os
import sys
import time

MARK = b"\x1b[?2026h"


def main() -> None:
    path, rate = sys.argv[1:]
    with open(path, "rb") as file:
        frames = [MARK + frame for frame in file.read().split(MARK)[1:]]
    period = 1 / float(rate)
    due = time.monotonic()
    number = 0
    while True:
        os.write(1, frames[number % len(frames)])
        number += 1
        # A player that was stopped goes on from now; it does not catch up.
        due = max(due + period, time.monotonic() - period)
        time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    main()
