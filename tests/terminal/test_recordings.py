"""What four coding agents printed looks the same on every engine as on tmux, however it is cut."""

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from muxer.terminal.engine import Engine
from tests.terminal.test_conformance import make

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.bin"))
COLS, ROWS = 80, 24
CHUNKS = (1, 7, 4096, 1 << 30)
DEADLINE = 20.0

needs_tmux = pytest.mark.skipif(
    shutil.which("tmux") is None and not os.environ.get("CI"), reason="tmux is not installed here"
)
each_recording = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)


class Tmux:
    """A tmux server of our own with one pane."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "tmux"
        self._environment = {key: value for key, value in os.environ.items() if key not in ("TMUX", "TMUX_PANE")}
        self._environment["LC_ALL"] = "C.UTF-8"

    def run(self, *words: str) -> str:
        command = ["tmux", "-u", "-S", str(self._socket), "-f", "/dev/null", *words]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=True, timeout=DEADLINE
        )
        return done.stdout

    def show(self, recording: Path, marker: str) -> None:
        """Print a recording in the pane, and come back when all of it was sent."""
        # The status line must be off before the pane gets its size, of which it would take a row.
        script = 'stty raw -echo; cat "$1"; tmux -S "$2" wait-for -S "$3"; exec cat'
        self.run(
            "start-server", ";", "set", "-g", "status", "off", ";",
            "new-session", "-d", "-x", str(COLS), "-y", str(ROWS),
            "sh", "-c", script, "sh", str(recording), str(self._socket), marker,
        )  # fmt: skip
        self.run("wait-for", marker)

    def screen(self) -> list[str]:
        rows = self.run("capture-pane", "-p").split("\n")[:ROWS]
        return [row.rstrip(" ") for row in rows]

    def cursor(self) -> str:
        return self.run("display-message", "-p", "#{cursor_x} #{cursor_y} #{alternate_on}")

    def stop(self) -> None:
        subprocess.run(
            ["tmux", "-S", str(self._socket), "kill-server"], env=self._environment, capture_output=True, check=False
        )


def settled(look: Callable[[], object]) -> None:
    """Wait until what is looked at has stayed the same for a while."""
    end = time.monotonic() + DEADLINE
    last, since = look(), time.monotonic()
    while time.monotonic() < end:
        time.sleep(0.05)
        if (seen := look()) != last:
            last, since = seen, time.monotonic()
        elif time.monotonic() - since > 0.3:
            return
    pytest.fail("tmux's screen never came to rest")


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    # A socket's path must be short, which a test's own folder need not be.
    folder = Path("/tmp") / f"muxer-{uuid.uuid4().hex[:12]}"
    folder.mkdir(mode=0o700)
    server = Tmux(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


def beginning(recording: Path, share: float) -> bytes:
    data = recording.read_bytes()
    return data[: int(len(data) * share)]


@cache
def played(engine: str, recording: Path, share: float, chunk: int) -> tuple[list[str], list[str]]:
    """The rows, plain and styled."""
    terminal = make(engine, COLS, ROWS)
    feed(terminal, beginning(recording, share), chunk)
    rows = terminal.lines(), terminal.lines(ansi=True)
    terminal.close()
    return rows


def feed(terminal: Engine, data: bytes, chunk: int) -> None:
    for at in range(0, len(data), chunk):
        terminal.feed(data[at : at + chunk])


@needs_tmux
@each_recording
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_looks_as_in_tmux(recording: Path, share: float, tmux: Tmux, tmp_path: Path) -> None:
    shown = tmp_path / "shown.bin"
    shown.write_bytes(beginning(recording, share))
    tmux.show(shown, "sent")
    settled(lambda: (tmux.screen(), tmux.cursor()))
    expected = tmux.screen()
    # Some agents leave an empty screen behind; half way through, every one of them shows something.
    assert share == 1.0 or sum(1 for row in expected if row) >= 3
    for engine in ("ghostty", "portable"):
        for chunk in CHUNKS:
            assert played(engine, recording, share, chunk)[0] == expected, (engine, chunk)


@each_recording
@pytest.mark.parametrize("engine", ["ghostty", "portable"])
def test_cuts_change_no_style(recording: Path, engine: str) -> None:
    for chunk in CHUNKS[:-1]:
        assert played(engine, recording, 0.5, chunk) == played(engine, recording, 0.5, CHUNKS[-1]), chunk


@each_recording
def test_engines_agree_on_history_and_modes(recording: Path) -> None:
    ghostty, portable = make("ghostty", COLS, ROWS), make("portable", COLS, ROWS)
    data = recording.read_bytes()
    for terminal in (ghostty, portable):
        feed(terminal, data, 4096)
    assert portable.lines(history=True) == ghostty.lines(history=True)
    ours, theirs = portable.modes(), ghostty.modes()
    for switch in (
        "alternate_screen",
        "application_cursor",
        "bracketed_paste",
        "focus_reports",
        "mouse",
        "synchronized",
    ):
        assert getattr(ours, switch) == getattr(theirs, switch), switch
    ghostty.close()
