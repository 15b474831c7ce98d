"""The files that tell one agent's CLI of muxer's hooks and MCP server, in a folder of muxer's own.

No file of the person's is touched, and what the person set there still holds.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from muxer.agents.hooking import SERVER, codex_words, hook_entries, server_entry
from muxer.agents.spec import Cli, Words
from muxer.errors import MuxerError
from muxer.paths import private_folder

_WHERE = ("XDG_RUNTIME_DIR", "XDG_STATE_HOME")
"""What muxer finds its host by, beside its name."""

_CONTENT = "OPENCODE_CONFIG_CONTENT"
_PLUGIN = "opencode.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What stands for {settings} and {mcp} in a CLI's words, and words of its own."""

    settings: str = ""
    mcp: str = ""
    argv: Words = ()


def lay(cli: Cli, folder: str, callback: Sequence[str], who: Mapping[str, str]) -> Overlay:
    """Write what this agent's CLI is to read. Raises Unsafe, or MuxerError where it cannot be written."""
    private_folder(os.path.dirname(folder))  # one CLI trusts no file below a folder that others may write to
    private_folder(folder)
    env = {**who, **{name: os.environ[name] for name in _WHERE if name in os.environ}}
    hooks = cli.hooks.format if cli.hooks and not cli.hooks.file else ""
    server = {"mcpServers": {SERVER: server_entry(cli.mcp, callback, env)}} if cli.mcp else {}
    settings = mcp = ""
    match hooks:
        case "claude":
            allowed = {"permissions": {"allow": [f"mcp__{SERVER}"]}} if server else {}
            settings = _written(folder, "settings.json", {"hooks": _listed(cli, callback), **allowed})
        case "gemini":
            quiet = {"hooksConfig": {"enabled": True, "notifications": False}}
            ours = server if cli.mcp == "gemini" else {}
            settings = _written(folder, "settings.json", {"hooks": _listed(cli, callback), **quiet, **ours})
        case "opencode":
            settings = _opencode(cli, folder, callback, env)
    if cli.mcp in ("claude", "copilot", "qwen"):
        mcp = _written(folder, "mcp.json", server)
    for door in cli.doors:
        if door.kind == "file":  # one CLI reads only a file that is there when it starts
            _put(folder, os.path.basename(door.file), "")
    return Overlay(settings=settings, mcp=mcp, argv=tuple(codex_words(cli, callback, env)))


def _listed(cli: Cli, callback: Sequence[str]) -> dict[str, Any]:
    return {event: [entry] for event, entry in hook_entries(cli, callback).items()}


def _opencode(cli: Cli, folder: str, callback: Sequence[str], env: Mapping[str, str]) -> str:
    """Its settings as one variable: what the person's says, a plugin that calls our hooks, and our server."""
    try:
        content = json.loads(os.environ.get(_CONTENT, "") or "{}")
    except ValueError:
        content = {}
    with open(f"{os.path.dirname(__file__)}/{_PLUGIN}", encoding="utf-8") as shipped:
        plugin = shipped.read()
    events = list(cli.hooks.events) if cli.hooks else []
    for place, value in (("HOOK", [*callback, "hook", cli.name]), ("EVENTS", events)):
        plugin = plugin.replace(f"const {place} = []", f"const {place} = {json.dumps(value)}")
    file = _put(folder, "muxer.js", plugin)
    content["plugin"] = [*content.get("plugin", ()), f"file://{file}"]
    if cli.mcp == "opencode":
        content["mcp"] = {**content.get("mcp", {}), SERVER: server_entry("opencode", callback, env)}
    return json.dumps(content)


def _written(folder: str, name: str, data: Mapping[str, Any]) -> str:
    return _put(folder, name, json.dumps(data, indent=1))


def _put(folder: str, name: str, text: str) -> str:
    """Write a file that only we can read, so that whoever reads finds the old one or the new one, whole; its path."""
    file, new = f"{folder}/{name}", f"{folder}/.{name}.new"
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
            opened.write(text)
        os.replace(new, file)
    except OSError as error:
        with suppress(OSError):
            os.unlink(new)
        raise MuxerError(f"{file} cannot be written: {error.strerror}") from None
    return file
