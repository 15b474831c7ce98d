"""The verb on a person's settings. It reads files only, so it needs no host."""

import os
from typing import Any, Literal

from muxer.commands.kinds import Folder
from muxer.commands.table import command
from muxer.errors import MuxerError
from muxer.paths import homely

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services

What = Literal["show", "check", "path", "edit"]


def shown(result: Any) -> str:
    """For people: columns, or lines."""
    if "settings" in result:
        from muxer.settings.sample import written

        rows = [(row["key"], written(row["value"]), row["origin"]) for row in result["settings"]]
        wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
        return "\n".join(f"{key:{wide[0]}}  {value:{wide[1]}}  {origin}" for key, value, origin in rows)
    if "troubles" in result:
        return "\n".join(result["troubles"]) or "nothing is wrong"
    return "\n".join(str(path) for path in result.values() if path)


@command(show=shown, local=True, fails=lambda result: bool(result.get("troubles")))
async def config(services: "Services | None", what: What = "show", *, cwd: Folder = "") -> dict[str, Any]:
    """Show the settings, check them, name the file, or edit it.

    Arguments:
        what: show: every setting and where it is set; check: whatever is wrong, and exit status 1 for it; path; edit
        cwd: the folder whose project counts

    Example:
        muxer config check
    """
    from muxer.config import every_key, project_file, read_settings, user_file, value_of

    match what:
        case "show":
            settings = read_settings(cwd)
            return {
                "settings": [
                    {"key": ".".join(key), "value": value_of(settings.config, key), "origin": settings.origin(key)}
                    for key in every_key()
                ]
            }
        case "check":
            return {"troubles": _troubles(cwd)}
        case "path":
            return {"path": user_file(), "project": project_file(cwd)}
        case "edit":
            return await _edit(services, cwd)


def _troubles(cwd: str) -> list[str]:
    from muxer.checkup.installation import troubles

    return troubles(cwd)


async def _edit(services: "Services | None", cwd: str) -> dict[str, Any]:
    """In this terminal, or within a host in a pane of its own."""
    import asyncio
    import shlex
    import signal

    from muxer.config import user_file

    file = user_file()
    _begin(file)
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    if services is not None:
        await services.open_pane([*editor, file], cwd=cwd, name="settings")
        return {"path": file}
    before = signal.signal(signal.SIGINT, lambda *_: None)  # ctrl+c is the editor's
    try:
        process = await asyncio.create_subprocess_exec(*editor, file)
        status = await process.wait()
    except OSError as error:
        why = str(error.strerror).lower()
        raise MuxerError(f"{editor[0]} cannot be started: {why}; set VISUAL or EDITOR") from None
    finally:
        signal.signal(signal.SIGINT, before)
    if status:
        raise MuxerError(f"{editor[0]} left with status {status}")
    return {"troubles": _troubles(cwd)}


def _begin(file: str) -> None:
    """Where there is no file yet, one with every default to uncomment."""
    from muxer.settings.sample import sample

    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        with open(file, "x", encoding="utf-8") as opened:
            opened.write(sample())
    except FileExistsError:
        return
    except OSError as error:
        raise MuxerError(f"{homely(file)} cannot be made: {error.strerror}") from None
