import os
import pty
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.terminal.terminal import Terminal


@pytest.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Terminal]:
    """A terminal on a real pty whose program says nothing."""
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    made = Terminal.fresh("p1", master, str(tmp_path), 20, 5)
    made.start()
    yield made
    made.forget()
    os.close(master)
    os.close(slave)
