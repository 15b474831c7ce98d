"""Projects: folders that agents work in, known by name; and what their person is asked about them.

All that lies in a project's folder belongs to it, and so do the worktrees of its repository, wherever they are.
"""

import asyncio
import os
from collections.abc import Awaitable, Mapping, Sequence
from hashlib import sha256
from typing import Protocol

from muxer.config import in_short, project_folders
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.events import Event, PaneChanged, Warned
from muxer.model import ClientFacts, PaneId
from muxer.paths import homely
from muxer.settings.project_settings import ProjectSettings, forget, own_file, read_project
from muxer.store import projects as kept
from muxer.store.database import Store
from muxer.store.projects import Project

LONGEST_NAME = 40
"""Characters of a project's name: it heads a narrow list."""

WORKTREES = "/.git/worktrees/"
"""Where a repository keeps what its linked worktrees point to."""


class Asking(Protocol):
    """Asks whoever is attached."""

    def clients(self) -> Sequence[ClientFacts]:
        """Who is attached."""

    def offer_project(self, name: str, folder: str) -> Awaitable[str]:
        """Is it to be a project: yes, later or never?"""

    def ask_agreement(self, file: str, text: str) -> Awaitable[str]:
        """May the commands of a file run: yes or no?"""


class Around(Protocol):
    """What projects are among."""

    @property
    def stage(self) -> Asking:
        """Where people are asked."""

    @property
    def terminals(self) -> Mapping[PaneId, object]:
        """Every living pane."""

    def tell(self, event: Event) -> None:
        """Something happened."""


class Projects:
    """All of them."""

    def __init__(self, store: Store, around: Around) -> None:
        self._store, self._around = store, around
        self.known: tuple[Project, ...] = ()
        self._offers: dict[str, asyncio.Task[None]] = {}
        """Each repository that was offered in this host."""
        self._answers: dict[tuple[str, str], asyncio.Task[bool]] = {}
        """What was answered about a file as it was then; a refusal holds as long as the host."""
        self._waiting: set[tuple[str, str]] = set()
        """Files that it was said of that they wait for somebody to agree."""

    async def learn(self) -> None:
        """Know what the store knows, and let panes show where they belong."""
        self.known = tuple(await self._store.read(kept.projects))
        for pane in tuple(self._around.terminals):
            self._around.tell(PaneChanged(pane))

    def find(self, name: str) -> Project:
        """The one of that name. Raises UnknownName with the nearest."""
        for project in self.known:
            if project.name == name:
                return project
        raise UnknownName("project", name, [project.name for project in self.known])

    def of(self, folder: str) -> Project | None:
        """The project that a folder belongs to: the nearest one around it."""
        return self._holding(folder) or (self._holding(repository_of(folder)) if self.known else None)

    def _holding(self, folder: str) -> Project | None:
        around = [known for known in self.known if folder and f"{folder}/".startswith(f"{known.folder.rstrip('/')}/")]
        return max(around, key=lambda known: len(known.folder), default=None)

    def name_of(self, folder: str) -> str:
        """What that project is called; nothing where there is none."""
        project = self.of(folder)
        return project.name if project else ""

    # ---- changing

    async def add(self, folder: str, name: str = "") -> Project:
        """The repository around a folder, or a folder that is in none, as a project. Raises UsageError."""
        root = _yours(folder)
        name = _readable(name) if name else self._free_name(root)
        added = await self._store.ask(kept.add_project, name=name, folder=root)
        await self.learn()
        return added

    async def remove(self, project: Project) -> None:
        """It is no project any more. Its folder stays as it is."""
        await self._store.ask(kept.remove_project, project.name)
        forget(project.folder)
        await self.learn()

    def _free_name(self, root: str) -> str:
        stem = "".join(filter(str.isprintable, os.path.basename(root))).lstrip("-")[:LONGEST_NAME] or "project"
        taken = {project.name for project in self.known}
        ends = ("", *(f"-{n}" for n in range(2, len(taken) + 2)))
        return next(name for end in ends if (name := f"{stem[: LONGEST_NAME - len(end)]}{end}") not in taken)

    # ---- asking

    def attached(self, folder: str) -> None:
        """Somebody sits down there: a repository that is no project is offered to be one, once."""
        root = repository_of(folder and os.path.realpath(folder))
        if root and root not in self._offers and self.of(root) is None:
            self._offers[root] = asyncio.ensure_future(self._offer(root))

    async def _offer(self, root: str) -> None:
        try:
            if await self._store.read(kept.declined, root):
                return
            answer = await self._around.stage.offer_project(self._free_name(root), root)
            if answer == "yes":
                await self.add(root)
            elif answer == "never":
                self._store.note(kept.decline, root)
        except MuxerError as error:
            self._around.tell(Warned(str(error)))

    async def may_run(self, settings: ProjectSettings) -> bool:
        """May the commands in there run? What a project's own file says was read by a person before it does."""
        if not settings.runs_own:
            return True
        file, text = settings.own.file, settings.own.text
        read = file, _digest(text)
        if await self._store.read(kept.agreed_digest, file) == read[1]:
            return True
        if read not in self._answers and all(client.read_only for client in self._around.stage.clients()):
            if read not in self._waiting:
                self._waiting.add(read)
                name = self.name_of(file)
                self._around.tell(Warned(f"commands of {homely(file)} wait for you: muxer project agree {name}"))
            return False
        if read not in self._answers:
            self._answers[read] = asyncio.ensure_future(self._ask(file, text))
        return await asyncio.shield(self._answers[read])

    async def _ask(self, file: str, text: str) -> bool:
        agreed = await self._around.stage.ask_agreement(file, text) == "yes"
        if agreed:
            self._store.note(kept.agree, file, _digest(text))
        return agreed

    async def agree(self, project: Project) -> ProjectSettings:
        """Its commands may run as they stand in its own file now. Raises MuxerError where there is none to read."""
        settings = read_project(project.folder)
        if settings.own.broken:
            raise MuxerError(in_short(settings.own.troubles[0]))
        if not settings.own.text:
            raise MuxerError(f"{homely(own_file(project.folder))} is not there: nothing has to be agreed to")
        await self._store.ask(kept.agree, settings.own.file, _digest(settings.own.text))
        return settings


def repository_of(folder: str) -> str:
    """The git repository around a folder: for a linked worktree that of its main one. Nothing for a person's home."""
    around = project_folders(folder)
    root = around[-1] if around else ""
    if root in ("", "/", os.path.expanduser("~")) or not os.path.lexists(os.path.join(root, ".git")):
        return ""
    return _main_of(root)


def _main_of(root: str) -> str:
    file = os.path.join(root, ".git")
    if not os.path.isfile(file):
        return root
    try:
        with open(file, encoding="utf-8") as opened:
            kind, _, place = opened.readline().rstrip("\n").partition(": ")
    except (OSError, UnicodeDecodeError):
        return root
    main, linked, _ = os.path.normpath(os.path.join(root, place)).rpartition(WORKTREES)
    return main if kind == "gitdir" and linked and os.path.isdir(os.path.join(main, ".git")) else root


def _yours(folder: str) -> str:
    """The folder that a project would have. Raises UsageError."""
    folder = os.path.realpath(folder)
    if not os.path.isdir(folder):
        raise UsageError(f"there is no folder {homely(folder)}: name one that is there")
    root = repository_of(folder) or folder
    try:
        root.encode()
        owner = os.stat(root).st_uid
    except UnicodeEncodeError:
        raise UsageError(f"{root!r} is not UTF-8: rename the folder first") from None
    except OSError as error:
        raise UsageError(f"{root} cannot be looked at: {error.strerror}") from None
    if owner != os.getuid():
        raise UsageError(f"{root} belongs to uid {owner}, not to you: copy or clone it first")
    return root


def _readable(name: str) -> str:
    """A name in one line. Raises UsageError for one that nobody could read or type."""
    if not name.isprintable() or "/" in name or name.startswith("-") or not name.strip() or len(name) > LONGEST_NAME:
        raise UsageError(f"{name!r} cannot name a project: use letters, digits and hyphens, {LONGEST_NAME} at most")
    return name


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
