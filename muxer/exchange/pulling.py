"""Work that goes to a shared remote: pushed, and a pull request opened for it, or brought up to date."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from muxer.errors import MuxerError
from muxer.exchange.previewing import title_of
from muxer.exchange.trunks import Knowing
from muxer.fleet.agent import Agent
from muxer.forge.forge import Forge, Proposal, Pull, propose
from muxer.forge.forges import forge_of
from muxer.forge.remote_urls import Hosted, hosted_by
from muxer.store.database import Store
from muxer.store.projects import Project
from muxer.store.pulls import note_pull
from muxer.work import Commit, Coordination, Preview
from muxer.workspaces.coordination import without_secrets
from muxer.workspaces.git import Refused, git, printable
from muxer.workspaces.moving import tip
from muxer.workspaces.publishing import holds, publish, trouble_of
from muxer.workspaces.repository import BRANCHES, REMOTES

NAMED = 100
"""So many commits are named."""
ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#@|~"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What came of it."""

    branch: str
    """What was pushed."""
    url: str = ""
    number: int = 0
    is_new: bool = False
    words: str = ""
    """What is left to do for a person."""


class Adding(Knowing, Protocol):
    """Takes new ones as well."""

    async def add(self, folder: str, name: str = "") -> Project:
        """Another one."""


class Pulls:
    """Of all agents."""

    def __init__(
        self, store: Store, projects: Adding, *, ref_of: Callable[[Agent], str],
        forge: Callable[[Hosted], Forge | None] = forge_of,
    ) -> None:  # fmt: skip
        self._store, self._projects, self._ref_of, self._forge = store, projects, ref_of, forge

    async def propose(
        self, agent: Agent, where: Coordination, preview: Preview, *, chosen: bool, checked: str
    ) -> Pulled:
        """Push it, and have a pull request for it. Raises MuxerError."""
        ref, head = self._ref_of(agent), preview.head
        if chosen:  # the agent's own branch has all of its work
            last = preview.commits[-1].sha
            ref, head = f"{ref.removesuffix('/work')}/pick-{last[:12]}", preview.result
        await self._push(where, ref, head)
        branch = ref.removeprefix(BRANCHES)
        hosted = hosted_by((await asyncio.to_thread(git, where.root, "remote", "get-url", where.remote)).rstrip("\n"))
        forge = await asyncio.to_thread(self._forge, hosted) if hosted else None
        if hosted is None or forge is None:
            at = hosted.page if hosted else without_secrets(where.url)
            return Pulled(branch=branch, words=f"{branch} is pushed: open a pull request for it at {at}")
        proposal = Proposal(
            head=branch, base=where.base, title=title_of(agent.prompt, preview.commits),
            body=body_of(preview.name, preview.commits, checked),
        )  # fmt: skip
        pull, is_new = await asyncio.to_thread(propose, forge, proposal)
        await self._note(agent, where.root, pull, head)
        return Pulled(branch=branch, url=pull.url, number=pull.number, is_new=is_new)

    async def _push(self, where: Coordination, ref: str, head: str) -> None:
        """Over what was seen there last, if that loses nothing."""
        seen = f"{REMOTES}{where.remote}/{ref.removeprefix(BRANCHES)}"
        lies = await asyncio.to_thread(tip, where.root, seen)
        name = printable(ref.removeprefix(BRANCHES))
        if lies == head:
            return
        if lies and ref.endswith("/work") and not await asyncio.to_thread(holds, where.root, lies, head):
            raise MuxerError(f"{name} has other work on {printable(where.remote)}: git log {seen} shows it")
        try:
            refused = await publish(where.root, where.remote, {ref: (head, lies)})
        except Refused as error:
            raise MuxerError(trouble_of(error, where).line) from None
        if ref in refused:
            raise MuxerError(f"{name} was not pushed: {refused[ref]}")

    async def _note(self, agent: Agent, root: str, pull: Pull, head: str) -> None:
        project = self._projects.of(root) or await self._projects.add(root)
        facts = {"number": pull.number, "url": pull.url, "head": head}
        await self._store.ask(note_pull, project=project.id, agent=agent.id, **facts)  # type: ignore[arg-type]


def body_of(name: str, commits: tuple[Commit, ...], checked: str) -> str:
    """What a pull request says of the commits, oldest first; no word of theirs is taken for a mention or a picture."""
    lines = [f"* {commit.short} {_plain(commit.subject)}" for commit in commits[:NAMED]]
    if len(commits) > NAMED:
        lines.append(f"* and {len(commits) - NAMED} more")
    files, added, removed = len({file.path for one in commits for file in one.files}), 0, 0
    for commit in commits:
        added, removed = added + commit.added, removed + commit.removed
    lines += ["", f"{files} file{'s' * (files != 1)}, +{added} −{removed}, by {_plain(name)}."]
    if checked:
        lines.append(f"Green on the merged result: {_plain(checked)}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    return printable(text).translate(ESCAPED)
