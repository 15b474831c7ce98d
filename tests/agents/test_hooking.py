import shlex
import tomllib

from muxer.agents.hooking import (
    CALLBACK,
    HOOK_FORMATS,
    MCP_FORMATS,
    codex_words,
    command_of,
    hook_entries,
    server_entry,
)
from muxer.agents.reading import read_clis

CLIS, _ = read_clis("")
ENV = {"MUXER_TOKEN": "t"}
SPACED = ("/my apps/py'thon", "-m", "muxer")


def test_every_format_that_a_file_names_is_known() -> None:
    assert {cli.hooks.format for cli in CLIS.values() if cli.hooks} <= set(HOOK_FORMATS)
    assert {cli.mcp for cli in CLIS.values() if cli.mcp} <= set(MCP_FORMATS)


def test_a_command_is_one_for_a_shell() -> None:
    command = command_of(CLIS["codex"], "Stop", SPACED)
    assert shlex.split(command) == [*SPACED, "hook", "codex", "Stop"]


def test_entries_have_the_form_that_was_seen_to_work() -> None:
    claude = hook_entries(CLIS["claude-code"], ("muxer",))
    assert claude["Stop"] == {"hooks": [{"type": "command", "command": "muxer hook claude-code Stop", "timeout": 10}]}
    assert claude["PreToolUse"]["matcher"] == "*"
    gemini = hook_entries(CLIS["gemini"], ("muxer",))["AfterAgent"]
    assert gemini["hooks"][0]["timeout"] == 10_000
    copilot = hook_entries(CLIS["copilot"], ("muxer",), "guard ")["agentStop"]
    assert copilot == {"type": "command", "bash": "guard muxer hook copilot agentStop", "timeoutSec": 10}
    assert hook_entries(CLIS["cursor-agent"], ("muxer",))["stop"] == {"command": "muxer hook cursor-agent stop"}
    assert hook_entries(CLIS["aider"], ("muxer",)) == {}


def test_servers_have_the_form_that_was_seen_to_work() -> None:
    assert server_entry("claude", CALLBACK, ENV) == {
        "type": "stdio", "command": CALLBACK[0], "args": ["-P", "-m", "muxer", "mcp"], "env": ENV,
    }  # fmt: skip
    assert server_entry("opencode", ("muxer",), ENV) == {
        "type": "local", "command": ["muxer", "mcp"], "environment": ENV, "enabled": True,
    }  # fmt: skip
    assert server_entry("copilot", ("muxer",), ENV)["tools"] == ["*"]
    assert server_entry("gemini", ("muxer",), ENV)["trust"] is True
    assert "type" not in server_entry("qwen", ("muxer",), ENV)


def test_overrides_are_toml_and_tell_nobody_the_token() -> None:
    spaced = ('/größe 🦊/a"b\\', *SPACED)
    words = list(codex_words(CLIS["codex"], spaced, {"MUXER_TOKEN": "secret", "MUXER_AGENT": "ada"}))
    text = "\n".join(word for option, word in zip(words[1::2], words[2::2], strict=True) if option == "-c")
    data = tomllib.loads(text)
    assert data["hooks"]["Stop"][0]["hooks"][0]["command"] == command_of(CLIS["codex"], "Stop", spaced)
    server = data["mcp_servers"]["muxer"]
    assert [server["command"], *server["args"]] == [*spaced, "mcp"]
    assert server["env_vars"] == ["MUXER_TOKEN", "MUXER_AGENT"]
    assert server["default_tools_approval_mode"] == "approve"
    assert "secret" not in text
    assert list(codex_words(CLIS["claude-code"], SPACED, {})) == []
