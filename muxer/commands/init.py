"""The verb that says how agents' work in a repository comes together, and with whom it is shared."""

import os
import sys
from typing import Any

from muxer.commands.kinds import Folder
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import UsageError
from muxer.paths import homely

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services
    from muxer.settings.project_settings import ProjectSettings

CHOICES = "remote", "base", "operator"


def _shown(answer: dict[str, Any]) -> str:
    rows = [(one["key"], one["value"] or "none", one["origin"]) for one in answer["choices"]]
    end = "this holds from now on" if answer["done"] else "nothing is stored yet: muxer init --yes stores it"
    return "\n".join([aligned(rows), answer["means"], *answer["troubles"], end])


@command(show=_shown, local=True)
async def init(
    services: "Services | None",
    *,
    remote: str = "",
    base: str = "",
    operator: str = "",
    yes: bool = False,
    cwd: Folder = "",
) -> dict[str, Any]:
    """Choose how agents' work in this repository comes together.

    Shows each choice with where it comes from, and stores them after a yes. Nothing in the repository is changed, and
    it can be said again at any time.

    Arguments:
        remote: the one that people share agents' work by; none keeps it on this machine
        base: the branch that work starts from
        operator: who you are in the names of branches
        yes: store it without asking
        cwd: the folder you are in

    Example:
        muxer init --remote origin --base main
    """
    given = {"remote": remote, "base": base, "operator": operator}
    if services is not None:
        return await _chosen(services, given, cwd, yes=yes)
    answer = _asked(given, cwd, yes=yes)
    return _asked(given, cwd, yes=True) if not answer["done"] and _agreed(answer) else answer


def _asked(given: dict[str, str], cwd: str, *, yes: bool) -> dict[str, Any]:
    """By the host, which is started if there is none: it keeps projects."""
    from muxer.errors import HostUnreachable
    from muxer.paths import host_paths
    from muxer.wire.client import call
    from muxer.wire.starting import start_host

    paths, arguments = host_paths(os.environ.get("MUXER_HOST") or "default"), {**given, "cwd": cwd, "yes": yes}
    try:
        answer = call(paths, "init", arguments)
    except HostUnreachable:
        start_host(paths, (80, 24), None, cwd).close()
        answer = call(paths, "init", arguments)
    assert isinstance(answer, dict)
    return answer


def _agreed(answer: dict[str, Any]) -> bool:
    """Does the person at this terminal say yes?"""
    if not (os.isatty(0) and os.isatty(1)):
        return False
    shown, _, _ = _shown(answer).rpartition("\n")
    sys.stdout.write(f"{shown}\nLet this hold? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


async def _chosen(services: "Services", given: dict[str, str], cwd: str, *, yes: bool) -> dict[str, Any]:
    import asyncio

    from muxer.config import PROJECT
    from muxer.settings.project_settings import choose, read_project

    root = await asyncio.to_thread(_root_of, cwd)
    project = services.projects.of(root)
    folder = project.folder if project else root
    settings = read_project(folder)
    rows = await asyncio.to_thread(_choices, root, settings, given)
    values = {key: value for key, value, _ in rows}
    answer = {
        "root": root,
        "choices": [{"key": key, "value": value, "origin": origin} for key, value, origin in rows],
        **await asyncio.to_thread(_meaning, root, **values),
        "done": yes,
    }
    if yes:
        if project is None:
            folder = (await services.projects.add(root)).folder
        for key, value in values.items():
            if settings.source((PROJECT, key)) is not settings.own or given[key]:
                choose(folder, key, [value])
        services.exchange.trunks.look(root)
        services.exchange.remotes.look(root)
    return answer


def _root_of(cwd: str) -> str:
    """The repository that is meant. Raises UsageError where there is none to speak of."""
    from muxer.fleet.projects import repository_of
    from muxer.workspaces.repository import ground_of

    ground = ground_of(cwd)
    if ground is None:
        raise UsageError(f"{homely(cwd)} is in no git repository: git init makes one")
    if not ground.head:
        raise UsageError(f"{homely(ground.root)} has no commit yet: commit something first")
    return repository_of(ground.root) or ground.root


# ---- what is chosen


def _choices(root: str, settings: "ProjectSettings", given: dict[str, str]) -> list[tuple[str, str, str]]:
    """Each by name, with its value and where that comes from. Raises UsageError for what cannot be."""
    remote, origin = _remote(root, settings, given["remote"])
    return [("remote", remote, origin), ("base", *_base(root, remote, settings, given["base"])),
            ("operator", *_operator(root, settings, given["operator"]))]  # fmt: skip


def _remote(root: str, settings: "ProjectSettings", word: str) -> tuple[str, str]:
    from muxer.config import PROJECT
    from muxer.workspaces.coordination import NO_REMOTE, likely_remote, remotes_of

    known = remotes_of(root)
    if word:
        if word not in (NO_REMOTE, *known):
            there = ", ".join(known) or "none at all"
            raise UsageError(f"{homely(root)} has no remote {word}: there is {there}; git remote add makes one")
        return "" if word == NO_REMOTE else word, "you say so"
    key = PROJECT, "remote"
    if settings.source(key) and settings.project.remote in ("", *known):
        return settings.project.remote, settings.origin(key)
    likely = likely_remote(known)
    if likely is None:
        raise UsageError(f"there are several remotes, {', '.join(known)}: say muxer init --remote NAME, or none")
    return likely, "the only one" if likely and len(known) == 1 else "as usual" if likely else "there is no other"


def _base(root: str, remote: str, settings: "ProjectSettings", word: str) -> tuple[str, str]:
    from muxer.config import PROJECT
    from muxer.workspaces.coordination import has_base, likely_base

    key = PROJECT, "base"
    if word:
        base, origin = word, "you say so"
    elif settings.project.base:
        base, origin = settings.project.base, settings.origin(key)
    else:
        base, origin = likely_base(root, remote), "the repository's own"
    if not has_base(root, remote, base):
        there = f" or on {remote}, as far as is known here" if remote else ""
        raise UsageError(f"there is no branch {base} in {homely(root)}{there}: choose another with --base")
    return base, origin


def _operator(root: str, settings: "ProjectSettings", word: str) -> tuple[str, str]:
    import msgspec

    from muxer.config import PROJECT
    from muxer.workspaces.coordination import operator_for
    from muxer.workspaces.repository import slug

    if word and not slug(word):
        raise UsageError(f"{word!r} cannot be part of a branch's name: use letters and digits")
    rules = msgspec.structs.replace(settings.project, operator=word) if word else settings.project
    key = PROJECT, "operator"
    origin = settings.origin(key) if settings.project.operator else "as git knows you"
    return operator_for(root, rules), "you say so" if word else origin


def _meaning(root: str, remote: str, base: str, operator: str) -> dict[str, Any]:
    """What follows from the choices, in words."""
    from muxer.config import Project
    from muxer.workspaces.coordination import blocked, coordination_of

    where = coordination_of(root, Project(remote=remote, base=base, operator=operator))
    if remote:
        means = (
            f"Whatever agents commit is pushed to {remote} ({where.url}) as muxer/{operator}/AGENT/work, by itself:"
            f" who may read it there sees it. Trunk is {remote}/{base}; it is pushed to by muxer promote alone."
        )
    else:
        means = f"Nothing leaves this machine. What is promoted lands in muxer/trunk, which starts from {base}."
    troubles = [line] if (line := blocked(root, operator)) else []
    return {"means": means, "troubles": troubles}
