"""The verb on the CLIs that agents are: what there are, what their files say, and whether that holds. Needs no host."""

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal

from muxer.commands.kinds import CliName, Folder
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.paths import config_folder, homely, private_folder, state_folder

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.agents.probing import Probe
    from muxer.agents.spec import Cli

Action = Literal["ls", "show", "check"]


def _show(result: dict[str, Any]) -> str:
    if "fields" in result:
        return aligned(_flat(result["fields"]))
    if "checked" in result:
        said = [
            f"{row['name']}{' ' * bool(row['version'])}{row['version']}: {row['said']}" for row in result["checked"]
        ]
        return "\n".join([*said, *result["troubles"]]) or "no CLI is installed: muxer cli ls"
    rows = [(row["name"], row["title"], _mark(row), homely(row["program"]) or row["install"]) for row in result["clis"]]
    return "\n".join([aligned(rows), *result["troubles"]])


def _mark(row: Mapping[str, Any]) -> str:
    if not row["program"]:
        return "not installed"
    return f"{'verified' if row['verified'] else 'not verified'} {row['version']}" if row["checkable"] else ""


def _flat(data: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Fields as rows; what lies in tables and in lists of tables goes by dotted names."""
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for at, one in enumerate(value, 1):
                yield from _flat(one, f"{above}{name}.{at}.")
        else:
            yield f"{above}{name}", _written(value)


def _written(value: Any) -> str:
    if isinstance(value, list):
        return "  ".join(map(_written, value)) if value and isinstance(value[0], list) else shlex.join(map(str, value))
    if isinstance(value, str):
        return value if value.isprintable() else repr(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


@command(show=_show, local=True, fails=lambda result: "checked" in result and not result["holds"])
async def cli(
    _services: object,
    action: Action = "ls",
    what: list[CliName] = [],  # noqa: B006 - never changed; the table reads the default
    *,
    cwd: Folder = "",
) -> dict[str, Any]:
    """List the CLIs that agents can be, show or check one.

    Arguments:
        action: ls: which there are, installed ones first; show: all that is known of one; check: read a file, or ask
            a program whether it knows the options that its file gives it, and exit status 1 if not
        what: names of CLIs, for check also files; without any, check takes all that are installed
        cwd: the folder that files are looked for in

    Example:
        muxer cli check claude-code
    """
    from muxer.agents.reading import read_clis

    clis, troubles = read_clis(os.path.join(config_folder(), "clis"))
    if action == "ls":
        listed = [_listed(one) for one in clis.values()]
        return {"clis": sorted(listed, key=lambda row: not row["program"]), "troubles": troubles}
    if action == "check":
        return await _check(clis, troubles, what, cwd)
    if len(what) != 1:
        raise UsageError("say which one: muxer cli show NAME")
    found = _named(clis, what[0])
    return {"fields": _data(found)}


def _named(clis: "Mapping[str, Cli]", name: str) -> "Cli":
    if name not in clis:
        raise UnknownName("cli", name, list(clis))
    return clis[name]


def _listed(one: "Cli") -> dict[str, Any]:
    from muxer.agents.finding import program_of

    program = program_of(one, os.environ)
    last = _remembered(one, program)
    return {
        "name": one.name,
        "title": one.title,
        "program": program,
        "install": one.install,
        "version": str(last.get("version", "")),
        "verified": last.get("trouble") == "",
        "checkable": bool(one.binary),
        "seen": one.seen,
    }


def _data(made: Any) -> dict[str, Any]:
    """What its file says, as JSON has it; what it leaves out is left out."""
    from re import Pattern

    def plain(value: Any) -> Any:
        if isinstance(value, tuple):
            return [plain(one) for one in value]
        if isinstance(value, Mapping):
            return {name: plain(one) for name, one in value.items()}
        if is_dataclass(value):
            return _data(value)
        return value.pattern if isinstance(value, Pattern) else value

    told = ((one.name, plain(getattr(made, one.name))) for one in fields(made))
    return {name: value for name, value in told if value not in ("", [], {}, None)}


# ---- checking


async def _check(clis: "Mapping[str, Cli]", troubles: list[str], what: list[str], cwd: str) -> dict[str, Any]:
    from muxer.agents.finding import program_of

    rows: list[dict[str, Any]] = []
    names = [name for name in what if not _is_file(name)]
    for word in what:
        if _is_file(word):
            rows += _checked_file(os.path.join(cwd, os.path.expanduser(word)))
    chosen = [_named(clis, name) for name in names]
    if not what:
        chosen = [one for one in clis.values() if one.binary and program_of(one, os.environ)]
    rows += await _checked_programs(chosen)
    said = [] if what else troubles
    return {"checked": rows, "troubles": said, "holds": not said and all(row["holds"] for row in rows)}


def _is_file(word: str) -> bool:
    return "/" in word or word.endswith(".toml")


def _row(name: str, trouble: str, otherwise: str, version: str = "", **more: object) -> dict[str, Any]:
    return {"name": name, "version": version, "holds": not trouble, "said": trouble or otherwise, **more}


def _checked_file(file: str) -> list[dict[str, Any]]:
    from muxer.agents.reading import read_cli

    if not os.path.lexists(file):
        raise UsageError(f"there is no file {homely(file)}: muxer cli check FILE or NAME")
    _, wrong = read_cli(file)
    rows = (trouble.partition(": ") for trouble in wrong)
    return [_row(where, words, "") for where, _, words in rows] or [_row(homely(file), "", "nothing is wrong")]


async def _checked_programs(chosen: "list[Cli]") -> list[dict[str, Any]]:
    """Two at a time: they take seconds, and whole processors."""
    import asyncio

    room = asyncio.Semaphore(2)

    async def one(asked: "Cli") -> dict[str, Any]:
        async with room:
            return await _checked(asked)

    return await asyncio.gather(*map(one, chosen))


async def _checked(one: "Cli") -> dict[str, Any]:
    import asyncio

    from muxer.agents.finding import program_of
    from muxer.agents.probing import probe

    program = program_of(one, os.environ)
    if not one.binary:
        return _row(one.name, "", "a shell has no options to ask for", program=program)
    if not program:
        return _row(one.name, f"not installed: {one.install or one.binary[0]}", "")
    asked = await asyncio.to_thread(probe, one, program, os.environ)
    _remember(one, program, asked)
    known = f"verified, its help knows all {len(asked.options)} of its options"
    return _row(one.name, asked.trouble, known, asked.version, program=program, options=dict(asked.options))


# ---- what was found last


def _memory() -> str:
    return os.path.join(state_folder(), "clis.toml")


def _read_memory() -> dict[str, Any]:
    from muxer.toml import read_toml

    try:
        return read_toml(_memory())[1]
    except MuxerError:
        return {}  # it is muxer's own, and asking again costs seconds


def _facts(one: "Cli", program: str) -> dict[str, Any]:
    """What a finding holds for; once any of it changes, it says nothing any more."""
    from muxer.agents.probing import options_of

    return {"program": program, "changed": os.stat(program).st_mtime_ns, "asked": options_of(one)}


def _remembered(one: "Cli", program: str) -> dict[str, Any]:
    last = _read_memory().get(one.name)
    if not program or not isinstance(last, dict):
        return {}
    return last if last.items() >= _facts(one, program).items() else {}


def _remember(one: "Cli", program: str, asked: "Probe") -> None:
    from muxer.memory import write_toml

    found = {**_facts(one, program), "version": asked.version, "trouble": asked.trouble}
    try:
        private_folder(state_folder())
        write_toml(_memory(), {**_read_memory(), one.name: found})
    except OSError as error:
        raise MuxerError(f"{homely(_memory())} cannot be written: {error.strerror}") from None
