"""The git binary, run in one place: it changes what is to be changed, and alone speaks to remotes.

It never asks anybody anything; where its time is over, or nobody wants it any more, it ends with all its helpers.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from threading import Lock

from muxer.errors import MuxerError
from muxer.paths import homely

PATIENCE = 600.0
"""Seconds that git may take: big work trees are slow, and filters may fetch."""
FAR = 120.0
"""Seconds that a remote may take."""
NAMED = 3
"""So many of the files that git complains of are named."""
GRACE = 5.0
"""Seconds in which git, told to end, takes its locks away."""
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=10"
_WORKTREES = Lock()
"""Git reads what another one of it is just about to write there, and fails."""
_PLACES = {
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_WORK_TREE",
}  # fmt: skip
"""What would have git work elsewhere than where it is told to."""
_MISSING = "git is not installed: install it, or choose --workspace here"


class Refused(MuxerError):
    """Git, or a remote, says no."""

    def __init__(self, line: str, said: str = "") -> None:
        super().__init__(line)
        self.said = said
        """All that was said, as it was."""


def git(
    folder: str, *words: str, patience: float = PATIENCE, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> str:
    """What git says there. Takes its time. Raises Refused with the line that says why it cannot."""
    with _WORKTREES if _command(words) == "worktree" else nullcontext():
        try:
            begun = subprocess.Popen(
                ["git", "-C", folder, *words], env=_environment() | {**(env or {})}, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
        except FileNotFoundError:
            raise Refused(_MISSING) from None
        with begun:
            try:
                out, err = begun.communicate(stdin, timeout=patience)
            except subprocess.TimeoutExpired:
                raise _late(folder, words, patience) from None
            finally:
                _end(begun)
    return _answer(words, begun.returncode, out, err)


async def speak(folder: str, *words: str, patience: float = FAR) -> str:
    """What git says after it spoke to a remote. Raises Refused; cancelled, it is gone with all that it began."""
    try:
        begun = await asyncio.create_subprocess_exec(
            "git", "-C", folder, *words, env=await asyncio.to_thread(_far_environment, folder),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise Refused(_MISSING) from None
    try:
        async with asyncio.timeout(patience):
            out, err = await begun.communicate()
    except TimeoutError:
        raise _late(folder, words, patience) from None
    finally:
        await _end_soon(begun)
    return _answer(words, begun.returncode, out, err)


def printable(text: str) -> str:
    """What a repository or a remote says, stripped of what no screen should get."""
    return "".join(filter(str.isprintable, text))


def _environment() -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in _PLACES}
    return env | {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


def _far_environment(folder: str) -> dict[str, str]:
    """What a person set for ssh holds; a remote that sends nothing is not waited for."""
    env = {"GIT_HTTP_LOW_SPEED_LIMIT": "100", "GIT_HTTP_LOW_SPEED_TIME": "30"} | _environment()
    if not {"GIT_SSH", "GIT_SSH_COMMAND"} & env.keys():
        try:
            git(folder, "config", "--get", "core.sshCommand")
        except Refused:
            env["GIT_SSH_COMMAND"] = _SSH
    return env


def _end(begun: "subprocess.Popen[bytes]") -> None:
    """It and its helpers, if it still runs."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if begun.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(begun.pid, number)
            with suppress(subprocess.TimeoutExpired):
                begun.wait(GRACE)


async def _end_soon(begun: asyncio.subprocess.Process) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        if begun.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(begun.pid, number)
            with suppress(TimeoutError):
                await asyncio.wait_for(begun.wait(), GRACE)


def _command(words: tuple[str, ...]) -> str:
    """What it is told to do, after settings for just that."""
    at = 0
    while words[at] == "-c":
        at += 2
    return words[at]


def _late(folder: str, words: tuple[str, ...], patience: float) -> Refused:
    return Refused(f"git {_command(words)} took longer than {patience:g} s in {homely(folder)}: try it there")


def _answer(words: tuple[str, ...], status: int | None, out: bytes, err: bytes) -> str:
    if status:
        said = err.decode(errors="replace")
        raise Refused(f"git {_command(words)} failed: {_why(said)}", said)
    return out.decode(errors="surrogateescape")


def _why(said: str) -> str:
    """The line in which git says what is wrong; what became of a reference says more than that something did."""
    lines = [line for line in said.splitlines() if line.strip()]
    wrong = [line for start in (" ! [", "fatal:", "error:") for line in lines if line.startswith(start)]
    line = (wrong or lines[-1:] or ["it does not say why"])[0].strip()
    named = [line.strip() for line in lines if line.startswith("\t")] if line.endswith(":") else []
    return printable(" ".join([line, ", ".join(named[:NAMED])]).strip())
