import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest

from muxer.paths import HostPaths
from tests.wire.homes import Home


@pytest.fixture
def paths() -> Iterator[HostPaths]:
    """Where a host in this very process may listen."""
    folder = tempfile.mkdtemp(prefix="mx", dir="/tmp")
    os.mkdir(f"{folder}/t")
    os.mkdir(f"{folder}/state")
    yield HostPaths("t", f"{folder}/t", f"{folder}/state")
    shutil.rmtree(folder)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Folders of its own, for hosts that are processes of their own; they end with the test."""
    folder = tempfile.mkdtemp(prefix="mx", dir="/tmp")
    found = Home(folder)
    for name, value in found.env.items():
        monkeypatch.setenv(name, value)
    for name in ("MUXER_HOST", "MUXER_PANE", "MUXER_READY_FD", "MUXER_COMMAND", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    yield found
    found.close()
    shutil.rmtree(folder)
