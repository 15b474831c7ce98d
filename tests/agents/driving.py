"""Homes in which coding agents start with no dialog and ask nobody but a model on loopback; and where they come from.

The real ones are installed once into a cache folder with npm. The scripted one is a program and a file in the config
folder of the test.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.agents.scripted import PROGRAM
from tests.agents.talking import PROGRAM as TALKER

PACKAGES = {
    "claude-code": "@anthropic-ai/claude-code@2.1.197",
    "codex": "@openai/codex@0.169.0",
    "gemini": "@google/gemini-cli@0.61.0",
    "opencode": "opencode-ai@1.18.33",
    "copilot": "@github/copilot@1.0.102",
}
KEY = "sk-ant-stub-0000000000000000000000000000000000"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "muxer-tests"
"""Where they are installed, for all runs."""
NOWHERE = "http://127.0.0.1:9"
"""Nobody listens there: what is not for the model fails at once."""

SCRIPTED = """\
title = "Scripted Code"
short = "scripted"
binary = ["scripted"]
processes = ["python", "python3"]
argv = {argv}
prompt = "argument"
prompt_argv = ["--", "{{prompt}}"]
model = ["--model", "{{model}}"]

[auto]
argv = ["--auto"]

[session]
new = ["--session", "{{session}}"]
resume = ["--resume", "{{session}}"]
transcript = "~/.scripted/{{session}}.jsonl"

{hooks}
[keys]
delay = {delay}
confirm = 2.0

[[rules]]
name = "trust"
state = "waiting"
wait = "trust"
screen = '(?P<words>Do you trust[^\\n]*)\\n(?:[^\\n]*\\n)*? . 1\\. (?:[^\\n]*\\n)* Esc to cancel[^\\n]*\\Z'

[[rules]]
name = "permission"
state = "waiting"
wait = "permission"
screen = '^ Bash command\\n   (?P<words>.*)\\n(?:.*\\n)* Do you want to proceed\\?\\n(?:.*\\n)* Esc to cancel.*\\Z'

[[rules]]
name = "question"
state = "waiting"
wait = "question"
screen = '^ ☐ [^\\n]*\\n (?P<words>[^\\n]*)\\n(?:[^\\n]*\\n)* Esc to cancel[^\\n]*\\Z'

[[rules]]
name = "limit"
state = "limited"
wait = "limit"
screen = "(?P<words>You've hit your session limit) · resets (?P<reset>[^\\\\n]+)\\n─+\\n❯"

[[rules]]
name = "error"
state = "waiting"
wait = "error"
screen = '● (?P<words>API Error[^\\n]*)\\n─+\\n❯'

[[rules]]
name = "working"
state = "working"
screen = '^  esc to interrupt\\Z'

[[rules]]
name = "idle"
state = "idle"
screen = '^❯(?: .*)?\\n(?:  .*\\n)*─+(?:\\n  \\? for shortcuts)?\\Z'
rows = 60

[composer]
row = '^❯ ?(?P<draft>.*)\\n(?:  .*\\n)*─+(?:\\n  (?:esc to|\\? for) .*)?\\Z'
empty = 'Try "fix the( tests")?'

[picks]
row = '^ [❯ ] (?P<key>\\d)\\. (?P<label>.*)$'
"""

TALKING = """\
title = "Talking Code"
short = "talking"
binary = [{python}]
processes = ["python", "python3"]
argv = {argv}
mcp = "claude"

[keys]
delay = 0.02
confirm = 5.0

[[rules]]
name = "working"
state = "working"
screen = '^working\\n> ?.*\\Z'

[[rules]]
name = "idle"
state = "idle"
screen = '^ready\\n> ?.*\\Z'

[composer]
row = '^> ?(?P<draft>.*)\\Z'

[[doors]]
kind = "keys"
"""

HOOKS = """\
[hooks]
format = "claude"

[hooks.events]
SessionStart = "started"
UserPromptSubmit = "prompted"
PreToolUse = "tool"
PostToolUse = "tool-ended"
PermissionRequest = "asks"
Notification = "asks"
Stop = "turn-ended"
StopFailure = "failed"
SessionEnd = "ended"

[hooks.fields]
session = "session_id"
transcript = "transcript_path"
prompt = "prompt"
message = "message"
answer = "last_assistant_message"
tool = "tool_name"

[[doors]]
kind = "turn-end"
while_working = true

[[doors]]
kind = "keys"

"""


def script(env: dict[str, str], *words: str, name: str = "scripted", hooks: bool = False, delay: float = 0.02) -> Path:
    """Make the scripted agent known to the muxer of this home, and find out where it writes down what it did."""
    home = Path(env["HOME"])
    log, bin_folder, files = home / "log", home / "bin", Path(env["XDG_CONFIG_HOME"], "muxer", "clis")
    for folder in (log, bin_folder, files):
        folder.mkdir(parents=True, exist_ok=True)
    program = bin_folder / "scripted"
    program.write_text(f"#!{sys.executable}\nimport runpy\nrunpy.run_path({PROGRAM!r}, run_name='__main__')\n")
    program.chmod(0o755)
    argv = json.dumps(["--log", str(log), *words, *(["--settings", "{settings}"] if hooks else [])])
    text = SCRIPTED.format(argv=argv, delay=delay, hooks=HOOKS if hooks else "")
    (files / f"{name}.toml").write_text(text)
    if str(bin_folder) not in env["PATH"]:
        env["PATH"] = f"{bin_folder}:{env['PATH']}"
    return log


def talk(env: dict[str, str]) -> Path:
    """Make the talking agent known to the muxer of this home, and find out where it writes down what it did."""
    log, files = Path(env["HOME"], "log"), Path(env["XDG_CONFIG_HOME"], "muxer", "clis")
    for folder in (log, files):
        folder.mkdir(parents=True, exist_ok=True)
    argv = json.dumps([TALKER, str(log), "{mcp}"])
    (files / "talking.toml").write_text(TALKING.format(python=json.dumps(sys.executable), argv=argv))
    return log


def told(log: Path, agent: str, what: str = "") -> list[dict[str, Any]]:
    """What a scripted agent wrote down, of one kind or of all."""
    with contextlib.suppress(FileNotFoundError):
        records = [json.loads(row) for row in (log / f"{agent}.jsonl").read_text().splitlines()]
        return [record for record in records if what in ("", record["did"])]
    return []


# the real ones


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Runs share the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(name: str) -> tuple[str, str]:
    """The folder of its program; or nothing, and why it is not there."""
    package = PACKAGES[name]
    folder = CACHE / package.replace("/", "-")
    found = folder / "node_modules" / ".bin"
    with _alone(folder):
        if (folder / "done").exists():
            return str(found), ""
        npm = shutil.which("npm")
        if npm is None:
            return "", f"{package}: npm is not installed"
        done = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", "--fetch-retries=0", "--prefix", folder, package],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        if done.returncode:
            why = next((row for row in done.stderr.splitlines() if "error" in row), "npm failed")
            return "", f"{package}: cannot be installed here: {why.strip()}"
        (folder / "done").touch()
        return str(found), ""


def furnish(name: str, env: dict[str, str], work: Path, port: int) -> None:
    """Write what it needs into this home, and into its environment."""
    env |= {"NO_PROXY": "127.0.0.1,localhost", "HTTP_PROXY": NOWHERE, "HTTPS_PROXY": NOWHERE}
    FURNISH[name](Path(env["HOME"]), env, str(work), f"http://127.0.0.1:{port}")


def _put(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))


def _claude(home: Path, env: dict[str, str], work: str, url: str) -> None:
    trusted = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
    _put(home / ".claude.json", {
        "hasCompletedOnboarding": True, "lastOnboardingVersion": "99.0.0", "theme": "dark", "autoUpdates": False,
        "customApiKeyResponses": {"approved": [KEY[-20:]], "rejected": []}, "projects": {work: trusted},
    })  # fmt: skip
    env |= {
        "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": KEY, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
    }  # fmt: skip


def _codex(home: Path, env: dict[str, str], work: str, url: str) -> None:
    _put(
        home / ".codex" / "config.toml",
        f"""\
model = "stub-model"
model_provider = "stub"
check_for_update_on_startup = false

[model_providers.stub]
name = "stub"
base_url = "{url}/v1"
wire_api = "responses"
env_key = "STUB_KEY"
request_max_retries = 0
stream_max_retries = 0

[projects.{json.dumps(work)}]
trust_level = "trusted"
""",
    )
    env |= {"STUB_KEY": "stub"}


def _gemini(home: Path, env: dict[str, str], work: str, url: str) -> None:
    _put(home / ".gemini" / "settings.json", {
        "security": {"auth": {"selectedType": "gemini-api-key"}}, "model": {"name": "gemini-2.5-pro"},
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
        "privacy": {"usageStatisticsEnabled": False}, "telemetry": {"enabled": False},
        "ui": {"hideTips": True, "hideBanner": True},
    })  # fmt: skip
    _put(home / ".gemini" / "trustedFolders.json", {work: "TRUST_FOLDER"})
    env |= {"GEMINI_API_KEY": "stub", "GOOGLE_GEMINI_BASE_URL": url, "GEMINI_CLI_NO_RELAUNCH": "true"}


def _opencode(home: Path, env: dict[str, str], _work: str, url: str) -> None:
    # A folder with a plugin makes it install a package first; without a registry that must fail at once.
    _put(home / ".npmrc", f"fetch-retries=0\nregistry={NOWHERE}/\n")
    models = {"stub-model": {"name": "Stub", "limit": {"context": 100_000, "output": 8000}}}
    provider = {
        "npm": "@ai-sdk/openai-compatible", "name": "Stub", "options": {"baseURL": f"{url}/v1", "apiKey": "stub"},
        "models": models,
    }  # fmt: skip
    _put(Path(env["XDG_CONFIG_HOME"], "opencode", "opencode.json"), {
        "autoupdate": False, "share": "disabled", "model": "stub/stub-model", "small_model": "stub/stub-model",
        "provider": {"stub": provider}, "permission": {"bash": "ask"},
    })  # fmt: skip
    env |= {f"OPENCODE_DISABLE_{what}": "1" for what in ("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD")}


def _copilot(home: Path, env: dict[str, str], work: str, url: str) -> None:
    _put(home / ".copilot" / "settings.json", {"trustedFolders": [work], "banner": "never", "autoUpdate": False})
    _put(home / ".copilot" / "config.json", {"trustedFolders": [work], "trusted_folders": [work], "banner": "never"})
    env |= {
        "COPILOT_OFFLINE": "true", "COPILOT_PROVIDER_BASE_URL": f"{url}/v1", "COPILOT_PROVIDER_API_KEY": "stub",
        "COPILOT_MODEL": "gpt-4.1", "COPILOT_AUTO_UPDATE": "false",
    }  # fmt: skip


FURNISH: dict[str, Callable[[Path, dict[str, str], str, str], None]] = {
    "claude-code": _claude,
    "codex": _codex,
    "gemini": _gemini,
    "opencode": _opencode,
    "copilot": _copilot,
}

SHELL = {
    "claude-code": 'TOOL:Bash {{"command":"{}","description":"make a file"}}',
    "codex": 'TOOL:exec_command {{"cmd":"{}","sandbox_permissions":"require_escalated","justification":"need it"}}',
    "gemini": 'TOOL:run_shell_command {{"command":"{}","description":"make a file"}}',
    "opencode": 'TOOL:bash {{"command":"{}","description":"make a file"}}',
    "copilot": 'TOOL:bash {{"command":"{}","description":"make it","sessionId":"s1","mode":"sync","initial_wait":10}}',
}
"""What makes the model run a command for which each of them asks."""


def to_run(name: str, command: str) -> str:
    """Words for the model, that ask it to run the command."""
    return SHELL[name].format(command)


def all_of(names: Sequence[str]) -> str:
    """A PATH of their programs; those that are not there are left out."""
    return ":".join(folder for name in names for folder in [install(name)[0]] if folder)
