"""Asks an installed program which version it is, and whether its help knows every option that its CLI's file gives it.

What it says is never trusted: it has ten seconds and a megabyte for each answer, no terminal and an empty folder, and
leaves nothing running.
"""

import os
import re
import select
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile

from muxer.agents.spec import Cli, Words

PATIENCE = 10.0
"""How long a program may take for an answer, in seconds."""

MOST = 1 << 20
"""Bytes of what it says that are looked at."""

_WIDE = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
"""So that it breaks no option at the end of a line."""
_STEERING = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[^\S\n]|[^\x20-\x7e\n]")
_VERSION = re.compile(r"\d+(?:\.\d+)+[\w.-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a program said."""

    version: str = ""
    options: Mapping[str, bool] = field(default_factory=dict)
    """Does its help know it?"""
    trouble: str = ""
    """Why nothing could be learned, or which options its help does not know; empty for a file that holds."""


def probe(cli: Cli, program: str, env: Mapping[str, str], patience: float = PATIENCE) -> Probe:
    """Ask it. Takes seconds."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="muxer-") as folder:
        said = [said_by((program, *words), folder, env, patience) for words in (cli.version, *cli.canary)]
    number = _VERSION.search(said[0])
    version, known = number[0].rstrip(".-") if number else "", "\n".join(said[1:])
    if not known.strip():
        why = f"takes longer than {patience:g} s" if time.monotonic() - begun > patience else "says nothing"
        return Probe(version=version, trouble=f"it {why} when asked {shlex.join(cli.canary[0])}")
    options = {option: _is_in(option, known) for option in options_of(cli)}
    strange = [option for option, there in options.items() if not there]
    trouble = f"its help does not know {', '.join(strange)}" if strange else ""
    return Probe(version=version, options=options, trouble=trouble)


def options_of(cli: Cli) -> list[str]:
    """The options and subcommands that its file gives it, each once."""
    session = cli.session
    commands = [door.argv for door in cli.doors if door.kind == "command"]
    groups = [cli.argv, cli.auto.argv, cli.model, cli.effort, session.new, session.resume, session.last, *commands]
    if cli.prompt == "argument":
        groups.append(cli.prompt_argv)
    return list(dict.fromkeys(option for words in groups for option in _options(words)))


def _options(words: Words) -> Iterator[str]:
    yield from takewhile(str.isalpha, words)
    yield from (word.partition("=")[0] for word in words if word.startswith("-") and word != "--")


def _is_in(option: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text) is not None


def said_by(command: Sequence[str], folder: str, env: Mapping[str, str], patience: float = PATIENCE) -> str:
    """All that a program writes in that time, as plain text; empty where it cannot be started."""
    try:
        asked = subprocess.Popen(
            command,
            cwd=folder,
            env={**env, **_WIDE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # it has no terminal to ask, and ends with all that it started
        )
    except (OSError, ValueError):
        return ""
    with asked:
        assert asked.stdout is not None, "it was asked for"
        data = _read(asked.stdout.fileno(), time.monotonic() + patience)
        with suppress(OSError):
            os.killpg(asked.pid, signal.SIGKILL)  # not waited for yet, so the number is still its own
    return _STEERING.sub(lambda found: " " if found[0].isspace() else "", data.decode(errors="replace"))


def _read(source: int, deadline: float) -> bytes:
    data = b""
    while len(data) < MOST and select.select([source], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(source, MOST)
        if not piece:
            break
        data += piece
    return data[:MOST]
