"""Hooks in a file of the person's own, for CLIs that can be told of them in no other way: only when asked to.

What the file was before is kept, so that it is the same again, byte for byte, if nobody else changed it meanwhile.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from muxer.agents.hooking import hook_entries
from muxer.agents.spec import Cli
from muxer.agents.splicing import with_hooks, without_hooks
from muxer.errors import MuxerError
from muxer.paths import homely, private_folder, state_folder

GUARD = 'test -z "$MUXER_TOKEN" || '
"""Outside muxer such a hook costs nothing, and needs no muxer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to become of a file."""

    cli: str
    file: str
    before: str | None
    """None where there is no such file."""
    after: str | None
    without: str | None
    """What it is without our hooks."""

    @property
    def diff(self) -> str:
        """For a person."""
        old, new = [(text or "").splitlines() for text in (self.before, self.after)]
        file = homely(self.file)
        return "\n".join(unified_diff(old, new, file if self.before is not None else "/dev/null", file, lineterm=""))


def file_of(cli: Cli) -> str:
    """The file that its hooks must be written to; empty where that is not so."""
    file = cli.hooks.file if cli.hooks else ""
    return os.path.realpath(os.path.expanduser(file)) if file else ""


def change(cli: Cli, callback: Sequence[str], *, remove: bool = False) -> Change:
    """What its file is to become. Raises MuxerError for one that cannot be understood, which is left as it is."""
    file = file_of(cli)
    before = _read(file)

    def ours(event: str, entry: Any) -> bool:
        """Whatever muxer it calls."""
        hooks = entry.get("hooks", [entry]) if isinstance(entry, dict) else []
        one = hooks[0] if isinstance(hooks, list) and len(hooks) == 1 and isinstance(hooks[0], dict) else {}
        command = str(one.get("command") or one.get("bash") or "")
        return command.startswith(GUARD) and command.endswith(f" hook {cli.name} {event}")

    try:
        kept = _kept(cli)
        untouched = kept is not None and (kept.get("file"), kept.get("after")) == (file, before)
        without = kept["before"] if kept and untouched else before and without_hooks(before, ours)
        top = {"version": 1} if cli.hooks and cli.hooks.format in ("copilot", "cursor") else {}
        entries = hook_entries(cli, callback, GUARD)
        after = without if remove else with_hooks(before or "", entries, ours, **top)
    except MuxerError as error:
        where = homely(file)
        raise MuxerError(f"{where} is left as it is, for {error}: mend it, then muxer setup {cli.name}") from None
    return Change(cli=cli.name, file=file, before=before, after=after, without=without)


def carry_out(wanted: Change) -> None:
    """Write it, whole or not at all. Raises MuxerError."""
    if wanted.after == wanted.before:
        return
    kept, file = _kept_file(wanted.cli), wanted.file
    try:
        if wanted.after is None:
            os.unlink(file)
            return
        private_folder(os.path.dirname(kept))
        _replace(kept, json.dumps({"file": file, "before": wanted.without, "after": wanted.after}), 0o600)
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        _replace(file, wanted.after, os.stat(file).st_mode & 0o777 if wanted.before is not None else 0o600)
    except OSError as error:
        raise MuxerError(f"{homely(file)} cannot be written: {error.strerror}") from None


def _replace(file: str, text: str, mode: int) -> None:
    new = f"{file}.new"
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as opened:
            opened.write(text.encode())
        os.chmod(new, mode)
        os.replace(new, file)
    except OSError:
        with suppress(OSError):
            os.unlink(new)
        raise


def _read(file: str) -> str | None:
    """What it holds; None where there is no such file."""
    try:
        with open(file, "rb") as opened:
            return opened.read().decode()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MuxerError(f"{homely(file)} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise MuxerError(f"{homely(file)} is left as it is, for it is not UTF-8: mend it, then try again") from None


def _kept_file(cli: str) -> str:
    return os.path.join(state_folder(), "setup", f"{cli}.json")


def _kept(cli: Cli) -> dict[str, Any] | None:
    """What was written last, and over what."""
    try:
        with open(_kept_file(cli.name), encoding="utf-8") as opened:
            found = json.load(opened)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "before" in found else None
