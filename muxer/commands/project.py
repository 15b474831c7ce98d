"""The verb on projects: folders that agents work in, and what holds there."""

import os
from typing import Any, Literal

from muxer.commands.kinds import Folder, ProjectName
from muxer.commands.person import must_be_a_person
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import UnknownName, UsageError
from muxer.paths import homely

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services
    from muxer.settings.project_settings import ProjectSettings
    from muxer.store.projects import Project

Action = Literal["add", "ls", "get", "set", "rm", "agree"]


def _show(result: dict[str, Any]) -> str:
    from muxer.settings.sample import written

    if "projects" in result:
        rows = [(row["name"], _panes(row["panes"]), homely(row["folder"])) for row in result["projects"]]
        return aligned(rows) or "there is no project yet: muxer project add FOLDER"
    if "settings" in result:
        rows = [(row["key"], written(row["value"]), row["origin"]) for row in result["settings"]]
        return "\n".join([aligned(rows), *result["troubles"]])
    if "key" in result:
        return written(result["value"])
    readable = ("".join(filter(str.isprintable, line)) for line in result.get("text", "").expandtabs().splitlines())
    return "\n".join([*readable, result["said"], *result.get("troubles", ())])


def _panes(count: int) -> str:
    return f"{count} pane{'s' if count != 1 else ''}"


@command(show=_show)
async def project(
    services: "Services",
    action: Action,
    project: ProjectName = "",
    key: str = "",
    value: list[str] = [],  # noqa: B006 - never changed; the table reads the default
    *,
    name: str = "",
    cwd: Folder = "",
) -> dict[str, Any]:
    """Keep the folders that agents work in, and their settings.

    Arguments:
        action: add, list or remove one; get or set its settings; agree: let the commands of its own file run
        project: its name, or the folder to add; the one you are in without it
        key: what is to be set; muxer project get NAME shows all there is
        value: for set; without it, what you set is forgotten
        name: what an added one is called
        cwd: the folder you are in

    Example:
        muxer project set api check -- pytest -q
    """
    from muxer.settings.project_settings import choose, read_project

    projects = services.projects
    if action in ("set", "agree", "rm"):
        must_be_a_person(services, "says what holds in a project", here=action != "rm")
    if action == "add":
        added = await projects.add(os.path.join(cwd or "/", os.path.expanduser(project)), name)
        told = read_project(added.folder).troubles
        return {"said": f"{added.name} is a project", "name": added.name, "folder": added.folder, "troubles": told}
    if action == "ls":
        return {"projects": _listed(services)}
    found = projects.find(project) if project else projects.of(cwd)
    if found is None:
        raise UsageError(f"say which: muxer project {action} NAME")
    match action:
        case "rm":
            await projects.remove(found)
            return {"said": f"{found.name} is no project any more; its folder was left as it is", "name": found.name}
        case "agree":
            settings = await projects.agree(found)
            said = f"the commands of {homely(settings.own.file)} may run until it changes"
            return {"said": said, "name": found.name, "text": settings.own.text, "troubles": settings.troubles}
        case "set":
            if not key:
                raise UsageError(f"say what: muxer project set {found.name} KEY VALUE")
            choose(found.folder, key, value)
            services.exchange.trunks.look(found.folder)
    return _settings(found, read_project(found.folder), key)


def _listed(services: "Services") -> list[dict[str, Any]]:
    homes = [services.facts(pane).project for pane in services.panes.living]
    return [
        {"name": known.name, "folder": known.folder, "panes": homes.count(known.name)}
        for known in services.projects.known
    ]


def _settings(found: "Project", settings: "ProjectSettings", key: str) -> dict[str, Any]:
    from muxer.config import PROJECT
    from muxer.settings.project_settings import project_keys

    rows = [
        {"key": name, "value": getattr(settings.project, name), "origin": settings.origin((PROJECT, name))}
        for name in project_keys()
    ]
    if not key:
        return {"name": found.name, "folder": found.folder, "settings": rows, "troubles": settings.troubles}
    for row in rows:
        if row["key"] == key:
            return row
    raise UnknownName("key", key, list(project_keys()))
