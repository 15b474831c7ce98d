"""Projects, the folders that a person does not want as projects, and the files whose commands they let run."""

import sqlite3
from dataclasses import dataclass
from time import time

from muxer.errors import UnknownName, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder that agents work in."""

    id: int
    name: str
    folder: str


def add_project(connection: sqlite3.Connection, *, name: str, folder: str) -> Project:
    """A folder is a project from now on. Raises UsageError when its name or the folder is one already."""
    for known in projects(connection):
        if known.folder == folder:
            raise UsageError(f"{folder} is the project {known.name} already: muxer project rm {known.name} removes it")
        _must_differ(known, name)
    added = connection.execute(
        "INSERT INTO projects (name, folder, added_at) VALUES (?, ?, ?)", (name, folder, time())
    ).lastrowid
    assert added
    connection.execute("DELETE FROM declined WHERE folder = ?", (folder,))
    return Project(id=added, name=name, folder=folder)


def projects(connection: sqlite3.Connection) -> list[Project]:
    """All of them, by name."""
    rows = connection.execute("SELECT id, name, folder FROM projects ORDER BY name")
    return [Project(id=number, name=name, folder=folder) for number, name, folder in rows]


def project_named(connection: sqlite3.Connection, name: str) -> Project:
    """The one of that name. Raises UnknownName."""
    known = {project.name: project for project in projects(connection)}
    if name not in known:
        raise UnknownName("project", name, list(known))
    return known[name]


def remove_project(connection: sqlite3.Connection, name: str) -> None:
    """It is no project any more; its folder stays as it is. Raises UnknownName."""
    connection.execute("DELETE FROM projects WHERE id = ?", (project_named(connection, name).id,))


def _must_differ(known: Project, name: str) -> None:
    if known.name == name:
        raise UsageError(f"{known.folder} is the project {name} already: give this one another --name")


def decline(connection: sqlite3.Connection, folder: str) -> None:
    """A person was asked, and does not want it as a project."""
    connection.execute("INSERT OR REPLACE INTO declined (folder, declined_at) VALUES (?, ?)", (folder, time()))


def declined(connection: sqlite3.Connection, folder: str) -> bool:
    """A person said so once."""
    return connection.execute("SELECT 1 FROM declined WHERE folder = ?", (folder,)).fetchone() is not None


def agree(connection: sqlite3.Connection, file: str, digest: str) -> None:
    """A person read that file as it is now, and lets its commands run."""
    # Replaced, not updated: each time that a person agrees is logged.
    connection.execute(
        "INSERT OR REPLACE INTO agreed (file, digest, agreed_at) VALUES (?, ?, ?)", (file, digest, time())
    )


def agreed_digest(connection: sqlite3.Connection, file: str) -> str:
    """What the file was when a person agreed to it; empty when they never did."""
    found = connection.execute("SELECT digest FROM agreed WHERE file = ?", (file,)).fetchone()
    return str(found[0]) if found else ""
