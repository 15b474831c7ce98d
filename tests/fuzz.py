"""Torments the ghostty engine: mutated recordings, random bytes and sequences, resizes, frames and snapshots.

`python -m tests.fuzz --megabytes 100 --seed 1`. libghostty checks no bounds, so what goes wrong is a crash: everything
runs in a child process, and a seed that killed it is named. Two engines that saw the same must also show the same.
"""

import argparse
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from muxer.errors import SnapshotUnfit
from muxer.terminal.engine import MIN_COLS, MIN_ROWS, Frame
from muxer.terminal.ghostty import GhosttyEngine
from muxer.terminal.keys import NAMES, Button, Key, Mods, Motion, Mouse

RECORDINGS = sorted((Path(__file__).parent / "terminal" / "recordings").glob("*.bin"))
ROUND = 256 << 10
"""How many bytes one terminal gets before the next one is made."""

FINALS = b"@ABCDEFGHIJKLMPSTXZ`abcdefghilmnpqrstuxyz{|}~"
MODES = (1, 3, 4, 5, 6, 7, 9, 12, 20, 25, 40, 45, 47, 66, 67, 69, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016,
         1035, 1039, 1045, 1047, 1048, 1049, 2004, 2026, 2027, 2031, 2048)  # fmt: skip
TEXT = (
    "plain text ", "漢字かな", "👨‍👩‍👧", "🇯🇵", "e\u0301\u0302", "❤️", "\u200b\u200d", "ﷺ", "─│┌", "\U0010eeee\u0305",
    "\t", "\r\n", "\n", "\b", "\x0e", "\x0f", "\x7f", "\x80", "\x9b31m", "\x85", "\u202e", "\ufeff",
)  # fmt: skip
STRINGS = (
    "\x1b]8;;http://{0}\x07", "\x1b]8;;\x07", "\x1b]2;{0}\x1b\\", "\x1b]4;{0};rgb:12/34/56\x07", "\x1b]10;?\x07",
    "\x1b]52;c;{0}\x07", "\x1b]133;A\x07", "\x1b]133;{0}\x07", "\x1b]99;i={0};x\x07", "\x1b]7501;{0}\x07",
    "\x1b]66;w={0};x\x07", "\x1bP$q{0}\x1b\\", "\x1bP+q{0}\x1b\\", "\x1bP{0}q#0;2;0;0;0~~\x1b\\",
    "\x1b_Ga=T,f=24,s=1,v=1,i={0};AAAA\x1b\\", "\x1b_Ga=p,i={0},c=3,r=2\x1b\\", "\x1b_Ga=d\x1b\\", "\x1b^{0}\x1b\\",
    "\x1b]1337;{0}\x07", "\x1b]{0};x\x07", "\x1bc", "\x1b#8", "\x1b7", "\x1b8", "\x1bD", "\x1bE", "\x1bH", "\x1bM",
    "\x1b=", "\x1b>", "\x1b(0", "\x1b(B", "\x1b)0", "\x1bN",
)  # fmt: skip

SAFE = re.compile(r"(?:\x1b\[[0-9;:]*m|[^\x00-\x1f\x7f-\x9f])*")
"""Text and SGR: nothing else may reach the terminal that shows it."""

Maker = Callable[[random.Random, int], bytes]


def noise(dice: random.Random, size: int) -> bytes:
    """Bytes of all kinds."""
    return dice.randbytes(size)


def _number(dice: random.Random) -> str:
    return str(dice.choice([0, 1, 2, 3, 4, 7, 38, 48, 80, 255, 1000, 65535, 65536, 2**31, dice.randrange(300)]))


def _sequence(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.3:
        return dice.choice(TEXT) * dice.choice([1, 1, 2, 9])
    if kind < 0.4:
        return f"\x1b[?{dice.choice(MODES)}{dice.choice('hlsr')}"
    if kind < 0.55:
        return dice.choice(STRINGS).format(_number(dice))
    if kind < 0.7:
        colour = ";".join(str(dice.randrange(256)) for _ in range(3))
        return f"\x1b[{dice.choice(['38;2;', '48;2;', '58;2;'])}{colour};{dice.randrange(10)}m"
    numbers = dice.choice(";;;:").join(_number(dice) for _ in range(dice.randrange(5)))
    before, between = dice.choice(["", "", "", "?", ">", "=", "<"]), dice.choice(["", "", "", " ", "!", "$", "'", '"'])
    return f"\x1b[{before}{numbers}{between}{chr(dice.choice(FINALS))}"


def grammar(dice: random.Random, size: int) -> bytes:
    """Sequences that a terminal knows, with numbers that it may not expect."""
    made: list[str] = []
    length = 0
    while length < size:
        made.append(_sequence(dice))
        length += len(made[-1])
    return "".join(made).encode()[:size]


def recording(dice: random.Random, size: int) -> bytes:
    """What an agent really printed, with some bytes changed, lost or moved."""
    whole = dice.choice(RECORDINGS).read_bytes()
    start = dice.randrange(max(1, len(whole) - size))
    piece = bytearray(whole[start : start + size])
    for _ in range(dice.choice([0, 1, 10, len(piece) // 50])):
        at, what = dice.randrange(len(piece)), dice.random()
        if what < 0.5:
            piece[at] = dice.choice(b"\x1b[]?;0129mHJKhl\x07\r\n") if what < 0.3 else dice.randrange(256)
        elif what < 0.75:
            del piece[at : at + dice.randrange(8)]
        else:
            piece[at:at] = piece[at : at + dice.randrange(64)]
        if not piece:
            break
    return bytes(piece)


class Torment:
    """One terminal, what is done to it, and the screen that its frames add up to."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._engine = GhosttyEngine(*self._size(), scrollback=dice.choice([0, 10, 1000, 10_000]))
        self._shown: list[str] = [""] * self._engine.rows

    def _size(self) -> tuple[int, int]:
        dice = self._dice
        kind = dice.random()
        if kind < 0.15:
            return dice.randrange(1, 2 * MIN_COLS), dice.randrange(1, 2 * MIN_ROWS)
        if kind < 0.85:
            return dice.randrange(MIN_COLS, 120), dice.randrange(MIN_ROWS, 50)
        return dice.randrange(MIN_COLS, 400), dice.randrange(MIN_ROWS, 120)

    def run(self, size: int) -> int:
        """Feed about so many bytes, and do everything else in between; how many they were."""
        dice, fed = self._dice, 0
        acts = (self._frame, self._resize, self._snapshot, self._scroll, self._ask, self._encode, self._compress)
        weights = (40, 8, 1, 6, 2, 10, 1)
        while fed < size:
            maker: Maker = dice.choice([noise, grammar, grammar, recording, recording])
            output = maker(dice, dice.choice([1, 16, 500, 4096, 16_384]))
            self._engine.feed(output)
            fed += len(output)
            for act in dice.choices(acts, weights, k=dice.randrange(3)):
                act()
            self._engine.notices.clear()
            self._engine.replies.clear()
        self._check()
        self._engine.close()
        return fed

    def _take(self, frame: Frame) -> None:
        for y, text in frame.rows:
            assert 0 <= y < self._engine.rows
            assert SAFE.fullmatch(text), repr(text)
        if frame.cursor:
            assert 0 <= frame.cursor.x < self._engine.cols
            assert 0 <= frame.cursor.y < self._engine.rows
        for y, text in frame.rows:
            self._shown[y] = text

    def _frame(self) -> None:
        self._take(self._engine.frame())

    def _check(self) -> None:
        """Frames must add up to the whole picture."""
        self._frame()
        shown = list(self._shown)
        self._engine.invalidate()
        self._frame()
        assert shown == self._shown, "a frame left out a row that had changed"

    def _resize(self) -> None:
        size = self._size()
        if size != (self._engine.cols, self._engine.rows):
            self._engine.resize(*size)
            self._shown = [""] * self._engine.rows
        self._check()

    def _snapshot(self) -> None:
        engine = self._engine
        engine.scroll_to(0)
        snapshot = engine.snapshot()
        restored = GhosttyEngine.restore(snapshot)
        more = grammar(self._dice, 500)
        for one in (engine, restored):
            one.feed(more)
        if b"GHOSTSNP" in snapshot[:100]:  # else libghostty could not, and the screen was written down as output
            assert restored.lines(ansi=True) == engine.lines(ansi=True), "a restored terminal shows something else"
            assert restored.modes() == engine.modes()
        engine.close()
        self._engine = restored
        self._shown = [""] * restored.rows
        damaged = bytearray(snapshot)
        damaged[self._dice.randrange(len(damaged))] ^= 0x10
        try:
            GhosttyEngine.restore(bytes(damaged))
        except SnapshotUnfit:
            return
        raise AssertionError("a damaged snapshot was taken")

    def _scroll(self) -> None:
        history = self._engine.scrollback()
        offset = self._dice.choice([0, 0, 1, 5, history, history + 9])
        reached = self._engine.scroll_to(offset)
        assert reached == min(offset, history), (reached, offset, history)

    def _ask(self) -> None:
        engine, dice = self._engine, self._dice
        for match in engine.search(dice.choice(["a", "te", "漢", "É", " "]), limit=50):
            assert 0 <= match.start < match.end <= engine.cols
            assert 0 <= match.line < engine.scrollback() + engine.rows
        for _ in range(5):
            engine.link_at(dice.randrange(engine.cols), dice.randrange(engine.rows))
        lines = engine.lines(history=True, ansi=dice.random() < 0.5)
        assert len(lines) == engine.scrollback() + engine.rows
        assert len(engine.lines(unwrap=True)) <= engine.rows

    def _encode(self) -> None:
        engine, dice = self._engine, self._dice
        name = dice.choice([*sorted(NAMES), "a", "é", "漢", ""])
        engine.encode_key(Key(name, Mods(dice.randrange(256)), dice.choice(["", "x", "日本"])))
        mouse = Mouse(dice.choice(list(Motion)), dice.choice(list(Button)), dice.randrange(-1, 300), dice.randrange(99))
        engine.encode_mouse(mouse)
        assert b"\x1b[201~" not in engine.encode_paste(b"\x1b[201~" + dice.randbytes(20))[6:-6]
        engine.encode_focus(focused=True)
        engine.holds_frames()

    def _compress(self) -> None:
        self._engine.compress()


def torment(seed: int, size: int) -> int:
    """One seed's terminal, in this process."""
    return Torment(random.Random(seed)).run(size)


def torment_apart(seed: int, size: int) -> str:
    """Terminals with seeds from the given one on, in a process of their own; what went wrong, if anything."""
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.fuzz", "--here", "--seed", str(seed)]
    done = subprocess.run(
        [*command, "--megabytes", str(size / 1e6)], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    if not done.returncode:
        return ""
    return f"{done.stdout[-300:]}\n{done.stderr[-3000:]}\nended with {done.returncode}"


def main() -> None:
    """Torment for so many megabytes, a child process for each four of them, and say which seeds were bad."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", action="store_true", help="in this process")
    given = parser.parse_args()
    left, seed, bad, start = int(given.megabytes * 1e6), given.seed, 0, time.monotonic()
    while left > 0:
        if given.here:
            sys.stdout.write(f"seed {seed}\n")
            sys.stdout.flush()
            left -= torment(seed, min(ROUND, left))
            seed += 1
            continue
        size = min(4_000_000, left)
        if wrong := torment_apart(seed, size):
            bad += 1
            sys.stdout.write(f"from seed {seed} on: {wrong}\n")
        left, seed = left - size, seed + 1000
    if not given.here:
        sys.stdout.write(f"{given.megabytes:g} MB in {time.monotonic() - start:.0f} s: {bad} bad\n")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
