"""Checks of what runs: the host, its keeper, and what others left behind."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

from muxer import __version__
from muxer.channel import PROTOCOL, pack
from muxer.checkup.finding import Finding
from muxer.paths import HostPaths, homely
from muxer.wire.client import call
from muxer.wire.peer import starting_words

PATIENCE = 1.0
MOMENT = 0.4
"""What only starts, or is about to leave, is neither without an answer for so many seconds."""

_OURS = re.compile(r" -m muxer\.(host|keeper) (.+)$").search


def host(paths: HostPaths) -> Iterator[Finding]:
    """Does it run, and is it of this version? Raises MuxerError for one that does not answer."""
    if not answers(paths.socket):
        starts = starting_words(paths.name)
        yield Finding(what="host", finding=f"{paths.name!r} does not run", remedy=f"{starts} starts it", grade="note")
        return
    seen: Any = call(paths, "ls", timeout=PATIENCE)
    words = f"{paths.name!r}, process {seen['host']['pid']}, panes: {len(seen['panes'])}"
    if seen["host"]["version"] == __version__:
        yield Finding(what="host", finding=words)
    else:
        other = f"{words}, is of version {seen['host']['version']}"
        yield Finding(what="host", finding=other, remedy="muxer reload renews it", grade="wrong")


def keeper(paths: HostPaths) -> Iterator[Finding]:
    """Does it run, and does this muxer understand it? Raises OSError for one that does not answer."""
    if not answers(paths.keeper):
        alone = answers(paths.socket)
        words = "the host runs without one" if alone else "does not run, for it has nothing to keep"
        yield Finding(what="keeper", finding=words, grade="wrong" if alone else "note", remedy="muxer reload" * alone)
        return
    about = _ask_keeper(paths.keeper)
    pid, protocol = about["pid"], about["protocol"]
    if protocol == PROTOCOL:
        yield Finding(what="keeper", finding=f"process {pid}, protocol {protocol}")
    else:
        words = f"process {pid} speaks protocol {protocol}, not {PROTOCOL}"
        yield Finding(what="keeper", finding=words, remedy=f"end its agents, then kill {pid}", grade="wrong")


def leftovers(paths: HostPaths) -> Iterator[Finding]:
    """Processes that nobody can reach any more, and what panes left that nobody holds."""
    suspects = dict(_unreachable())
    if suspects:
        time.sleep(MOMENT)
        suspects = {pid: words for pid, words in _unreachable() if suspects.get(pid) == words}
    for pid, words in suspects.items():
        yield Finding(what="leftovers", finding=f"process {pid}, {words}", remedy=f"kill {pid}", grade="wrong")
    rings = _unheld(paths)
    for ring in rings:
        yield Finding(what="leftovers", finding=f"no pane holds {homely(ring)}", remedy="remove it", grade="note")
    if not suspects and not rings:
        yield Finding(what="leftovers", finding="no process and no file that nobody holds")


def answers(path: str) -> bool:
    """Does somebody listen there? Raises OSError for what is neither yes nor no."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE)
        try:
            connection.connect(path)
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            return False
    return True


def _ask_keeper(path: str) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(path)
        connection.sendall(pack({"do": "ping", "id": 1}))
        with connection.makefile("rb") as stream:
            answer = stream.read(int.from_bytes(stream.read(4), "big"))
    try:
        about: dict[str, Any] = json.loads(answer)["ok"]
    except (ValueError, KeyError):
        raise ConnectionError(f"what listens on {homely(path)} is no keeper: remove it") from None
    return about


def _unreachable() -> Iterator[tuple[int, str]]:
    """Hosts and keepers of ours, and what of them is gone."""
    for pid, line in _processes():
        found = _OURS(line)
        path = _socket_of(pid, found[1], found[2]) if found else ""
        if found and path and not answers(path):
            yield pid, f"a {found[1]} that nobody reaches on {homely(path)}"


def _socket_of(pid: int, kind: str, word: str) -> str:
    """A keeper's is in its words; a host's follows from its environment, which not every system shows."""
    if kind == "keeper":
        return word
    try:
        with open(f"/proc/{pid}/environ", "rb") as opened:
            environment = dict(entry.partition(b"=")[::2] for entry in opened.read().split(b"\0"))
    except OSError:
        return ""
    folder = os.fsdecode(environment.get(b"XDG_RUNTIME_DIR", b""))
    return f"{folder}/muxer/{word}/host" if os.path.isabs(folder) and os.path.isdir(folder) else ""


def _processes() -> Iterator[tuple[int, str]]:
    """Every process of this user, with its words."""
    if not os.path.isdir("/proc/self"):
        listed = subprocess.run(
            ["ps", "-U", str(os.getuid()), "-o", "pid=,args="], capture_output=True, text=True, check=False, timeout=2
        )
        for line in listed.stdout.splitlines():
            pid, _, words = line.strip().partition(" ")
            yield int(pid), words
        return
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{name}").st_uid == os.getuid():
                with open(f"/proc/{name}/cmdline", "rb") as opened:
                    yield int(name), os.fsdecode(opened.read()).rstrip("\0").replace("\0", " ")
        except OSError:  # it has just ended
            continue


def _unheld(paths: HostPaths) -> list[str]:
    """Rings of panes that the host does not know. While none runs, they wait for the next."""
    if not answers(paths.socket) or not os.path.isdir(paths.panes):
        return []
    before = os.listdir(paths.panes)  # a pane may be opened meanwhile
    seen: Any = call(paths, "ls", timeout=PATIENCE)
    known = {pane["id"] for pane in seen["panes"]}
    return [f"{paths.panes}/{name}" for name in before if name.endswith(".ring") and name[:-5] not in known]
