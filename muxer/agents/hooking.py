"""The formats in which CLIs are told of hooks, and of an MCP server: pure, each as it was seen to work."""

import json
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from muxer.agents.spec import Cli, HookKind

SERVER = "muxer"
"""What agents know our MCP server as."""
SECONDS = 10
"""How long a CLI waits for a hook before it goes on without; ours is never that slow."""
PATIENCE = 24 * 3600
"""How long it waits for a tool of ours, in seconds: an answer comes when it comes, and we say when it will not."""

HOOK_FORMATS = ("claude", "gemini", "qwen", "codex", "opencode", "copilot", "cursor", "none")
MCP_FORMATS = ("claude", "gemini", "qwen", "codex", "opencode", "copilot")

CALLBACK = (sys.executable, "-P", "-m", "muxer")
"""Runs this very muxer, and never a folder of that name in the agent's own."""

_OF_TOOLS = frozenset[HookKind]({"tool", "tool-ended", "asks"})


def command_of(cli: Cli, event: str, callback: Sequence[str]) -> str:
    """What a shell runs when that happens."""
    return shlex.join([*callback, "hook", cli.name, event])


def hook_entries(cli: Cli, callback: Sequence[str], before: str = "") -> dict[str, dict[str, Any]]:
    """By event, what stands in the list of its hooks, for a format that is JSON; `before` precedes each command."""
    if cli.hooks is None:
        return {}
    return {
        event: _entry(cli.hooks.format, kind, before + command_of(cli, event, callback))
        for event, kind in cli.hooks.events.items()
    }


def _entry(form: str, kind: HookKind, command: str) -> dict[str, Any]:
    match form:
        case "copilot":
            return {"type": "command", "bash": command, "timeoutSec": SECONDS}
        case "cursor":
            return {"command": command}
        case "gemini" | "qwen":  # milliseconds
            hook = {"type": "command", "name": SERVER, "command": command, "timeout": SECONDS * 1000}
            return {"matcher": "*", "hooks": [hook]}
        case _:
            hook = {"type": "command", "command": command, "timeout": SECONDS}
            return {"matcher": "*", "hooks": [hook]} if kind in _OF_TOOLS else {"hooks": [hook]}


def server_entry(form: str, callback: Sequence[str], env: Mapping[str, str]) -> dict[str, Any]:
    """Our MCP server, for a format that is JSON. Some CLIs hand no environment on, so it is all there."""
    program, *words = [*callback, "mcp"]
    match form:
        case "opencode":
            return {"type": "local", "command": [program, *words], "environment": dict(env), "enabled": True}
        case "copilot":
            return {"type": "local", "command": program, "args": words, "env": dict(env), "tools": ["*"]}
        case "gemini" | "qwen":
            return {"command": program, "args": words, "env": dict(env), "trust": True, "timeout": 1000 * PATIENCE}
        case _:
            return {"type": "stdio", "command": program, "args": words, "env": dict(env)}


def codex_words(cli: Cli, callback: Sequence[str], env: Mapping[str, str]) -> Iterator[str]:
    """Hooks and server as overrides of its settings, which are TOML."""
    if cli.hooks and cli.hooks.format == "codex":
        yield "--dangerously-bypass-hook-trust"  # ours are new to it at each start, and it would ask
        for event in cli.hooks.events:
            command = _toml(command_of(cli, event, callback))
            yield from ("-c", f'hooks.{event}=[{{hooks=[{{type="command",command={command},timeout={SECONDS}}}]}}]')
    if cli.mcp == "codex":
        program, *words = [*callback, "mcp"]
        for name, value in (
            ("command", _toml(program)),
            ("args", f"[{','.join(map(_toml, words))}]"),
            ("env_vars", f"[{','.join(map(_toml, env))}]"),  # by name, for anybody may read argv
            ("default_tools_approval_mode", '"approve"'),
            ("tool_timeout_sec", str(PATIENCE)),
        ):
            yield from ("-c", f"mcp_servers.{SERVER}.{name}={value}")


def _toml(text: str) -> str:
    """A string; JSON's is one, but for the way it writes letters that are not ASCII."""
    return json.dumps(text, ensure_ascii=False)
