"""Checks of the programs around: git, agents, and whatever reaches a clipboard."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from muxer.agents.finding import program_of
from muxer.agents.reading import read_clis
from muxer.checkup.finding import Finding
from muxer.paths import config_folder

CLIPBOARDS = ("wl-copy", "xclip", "xsel", "pbcopy")

PATIENCE = 2.0
"""How long a program may take to say its version, in seconds."""

_NUMBER = re.compile(r"\d+(?:\.\d+)+[\w.-]*")


def git() -> Iterator[Finding]:
    """Agents commit with it."""
    if shutil.which("git"):
        yield Finding(what="git", finding=version_of("git") or "it does not say its version")
    else:
        yield Finding(what="git", finding="not found", remedy="install it, for agents commit with it", grade="wrong")


def agents() -> Iterator[Finding]:
    """Those that this PATH leads to."""
    clis, _ = read_clis(os.path.join(config_folder(), "clis"))
    found = [path for cli in clis.values() if cli.binary and (path := program_of(cli, os.environ))]
    if not found:
        yield Finding(what="agents", finding="none in PATH", remedy="muxer cli ls says how to get one", grade="note")
        return
    with ThreadPoolExecutor(len(found)) as pool:
        versions = list(pool.map(version_of, found))
    told = (f"{os.path.basename(path)} {version or '?'}" for path, version in zip(found, versions, strict=True))
    yield Finding(what="agents", finding=", ".join(told))


def clipboard() -> Iterator[Finding]:
    """Programs that copy, where the terminal itself does not."""
    found = [name for name in CLIPBOARDS if shutil.which(name)]
    yield Finding(
        what="clipboard", finding=f"{', '.join(found) or 'no program'} beside the terminal's own way (OSC 52)"
    )


def version_of(program: str) -> str:
    """What it says of itself; empty where it says nothing, or takes too long."""
    with subprocess.Popen(
        [program, "--version"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        errors="replace",
        start_new_session=True,  # it has no terminal to ask, and ends with all that it started
    ) as asked:
        try:
            said, _ = asked.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            said = ""
            os.killpg(asked.pid, signal.SIGKILL)
    number = _NUMBER.search(said)
    return number[0] if number else ""
