"""The verb on saved layouts: a tab's splits, and what runs where, kept in a file and opened again by name."""

import os
from collections.abc import Iterator
from typing import Any, Literal

from muxer.commands.kinds import LayoutName, TabName
from muxer.commands.table import command
from muxer.errors import MuxerError, SpawnFailed, UsageError
from muxer.model import PaneId
from muxer.paths import homely, nearest_folder, private_folder

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services
    from muxer.settings.layouts import SavedLayout

HEAD = "# A layout that was saved: `muxer layout open {name}` opens it. Weights share the room; edit what you like.\n\n"


def _show(result: dict[str, Any]) -> str:
    if "layouts" in result:
        return "\n".join(result["layouts"]) or "no layout is saved yet: muxer layout save NAME"
    return "\n".join([result["said"], *result.get("troubles", ())])


@command(show=_show)
async def layout(
    services: "Services",
    action: Literal["save", "open", "list", "delete"],
    name: LayoutName = "",
    *,
    tab: TabName = "",
    replace: bool = False,
) -> dict[str, Any]:
    """Save a tab with its programs under a name; open it again.

    Arguments:
        action: save a tab, open a layout in a new tab, list what is saved, delete one
        name: the layout's
        tab: the one to save; the shown one without it
        replace: save over a layout of that name

    Example:
        muxer layout save api --tab 2
    """
    from muxer.settings.layouts import layout_names, read_layout

    if action == "list":
        return {"layouts": layout_names()}
    if not name:
        raise UsageError(f"say which: muxer layout {action} NAME")
    if action == "save":
        return _save(services, name, tab, replace=replace)
    if action == "delete":
        return _delete(name)
    return await _open(services, read_layout(name))


def _save(services: "Services", name: str, tab: str, *, replace: bool) -> dict[str, Any]:
    from muxer.memory import write_toml
    from muxer.settings.layouts import SavedPane, layout_file, layouts_folder, to_file

    file = layout_file(name)
    if os.path.lexists(file) and not replace:
        raise MuxerError(f"a layout is named {name!r} already: --replace saves over it")
    shown = services.stage.tab_data(tab)
    living = services.panes.living
    names = {pane: living[pane].name for pane in _leaves(shown["tree"]) if pane in living}
    tree = _renamed(shown["tree"], names)
    if tree is None:
        raise MuxerError("no pane runs there yet: nothing was saved")
    panes = {
        living[pane].name: SavedPane(
            cwd=homely(living[pane].folder), command=() if living[pane].shell else living[pane].command
        )
        for pane in names
    }
    focus = names.get(shown["focus"]) or next(iter(panes))
    try:
        private_folder(layouts_folder())
        write_toml(file, to_file(tree, panes, focus=focus, zoomed=shown["zoomed"]), head=HEAD.format(name=name))
    except OSError as error:
        raise MuxerError(f"the layout cannot be saved as {file}: {error.strerror}") from None
    return {"said": f"saved as {homely(file)}", "name": name, "file": file, "panes": list(panes)}


def _delete(name: str) -> dict[str, Any]:
    from muxer.settings.layouts import known_layout

    file = known_layout(name)
    try:
        os.unlink(file)
    except OSError as error:
        raise MuxerError(f"{file} cannot be deleted: {error.strerror}") from None
    return {"said": f"{name} is deleted", "name": name}


async def _open(services: "Services", saved: "SavedLayout") -> dict[str, Any]:
    from muxer.events import Warned

    ids = {name: services.panes.new_id() for name in saved.panes}
    tree = _renamed(saved.tree, ids)
    tab, sizes = services.stage.place_tree(saved.name, tree, focus=ids[saved.focus], zoomed=saved.zoomed)
    troubles: list[str] = []
    opened: list[PaneId] = []
    for name in saved.panes:
        try:
            troubles += await _start(services, saved, name, id=ids[name], size=sizes[ids[name]])
            opened.append(ids[name])
        except MuxerError as error:
            services.stage.close_pane(ids[name])
            troubles.append(f"{_at(saved, name)}: {name} was not opened: {error}")
    if not opened:
        raise MuxerError(troubles[0])
    for line in troubles:
        services.tell(Warned(line))
    return {"said": f"opened in tab {tab}", "tab": tab, "panes": opened, "troubles": troubles}


async def _start(
    services: "Services", saved: "SavedLayout", name: str, *, id: PaneId, size: tuple[int, int]
) -> list[str]:
    """Its program in its folder, or a shell as near to it as can be; what is to be said of that."""
    pane, (cols, rows) = saved.panes[name], size
    wanted = os.path.expanduser(pane.cwd or "~")
    folder = nearest_folder(wanted)
    called = services.panes.free_name(name)
    if folder != wanted:
        await services.start(id, [], cwd=folder, name=called, cols=cols, rows=rows)
        return [f"{_at(saved, name, 'cwd')}: {pane.cwd} is gone: {called} is a shell in {homely(folder)}"]
    try:
        await services.start(id, pane.command, cwd=folder, name=called, cols=cols, rows=rows)
    except SpawnFailed as error:
        if not pane.command:
            raise
        await services.start(id, [], cwd=folder, name=called, cols=cols, rows=rows)
        return [f"{_at(saved, name, 'command')}: {error}: {called} is a shell in its place"]
    return []


def _at(saved: "SavedLayout", *path: str) -> str:
    """File and line, short enough for a status line."""
    return homely(saved.at("pane", *path))


def _leaves(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    else:
        for child in tree["children"]:
            yield from _leaves(child)


def _renamed(tree: Any, names: dict[str, str]) -> Any:
    """The tree with other names at its leaves; those that have none are left out, None where nothing is left."""
    if isinstance(tree, str):
        return names.get(tree)
    kept = [
        (renamed, weight)
        for child, weight in zip(tree["children"], tree["weights"], strict=True)
        if (renamed := _renamed(child, names)) is not None
    ]
    if len(kept) < 2:
        return kept[0][0] if kept else None
    return {"axis": tree["axis"], "weights": [w for _, w in kept], "children": [child for child, _ in kept]}
