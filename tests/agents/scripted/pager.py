"""A program of its own that reads the terminal for a while."""

import os
import select
import signal
import termios
import time
import tty
from collections.abc import Callable

from tests.agents.scripted.screen import Screen


def show_pager(seconds: float, note: Callable[..., None]) -> None:
    """It is gone when this returns."""
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpgrp())
        tty.setraw(0, termios.TCSADRAIN)
        Screen.write("\x1b[2J\x1b[Hline 1\r\nline 2\r\n(END)")
        _page(seconds, note)
        os._exit(0)
    os.waitpid(child, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.tcsetpgrp(0, os.getpgrp())


def _page(seconds: float, note: Callable[..., None]) -> None:
    """What is typed into it is written down: it was meant for somebody else."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([0], [], [], left)[0] and (data := os.read(0, 4096)):
            note("stray", kind="pager", data=data.decode(errors="replace"))
            if data == b"q":
                return
