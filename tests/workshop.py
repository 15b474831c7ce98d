"""Two projects with agents at work, for pictures.

The agents are shell scripts that print what an agent would, so that a picture needs no account and is the same again.
"""

import contextlib
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.seat import MUXER, Seat
from tests.workspaces.repositories import commit, git, repository

PREFIX = "\x02"
HUSH = "stty -echo; "
END = "; exec cat >/dev/null"
ASKED = "asked"
"""A file in the home: once it is there, cyd asks for a person."""

PROGRAM = """#!/bin/sh
stty -echo
printf %s "$MUXER_TOKEN" >"$HOME/$MUXER_AGENT.token"
COLUMNS=36
. "$HOME/$MUXER_AGENT.sh"
exec cat >/dev/null
"""
"""Stands in for an agent's program: it shows what a file of the agent's name prints."""
LINE = "printf '%*s\\n' \"$COLUMNS\" '' | sed 's/ /─/g'"
BOX = f"{LINE}; printf '❯ \\n'; {LINE}; printf '  \\033[2m? for shortcuts\\033[0m'"
ADA = r"""printf '\033]2;⠂ fix order total rounding\033\\'
printf '\n\033[1m● Update\033[0m(src/routes/orders.py)\n'
printf '  └  Added \033[1m14\033[0m lines, removed \033[1m3\033[0m\n'
printf '     \033[2m41\033[0m   total = sum(prices)\n'
printf '     \033[2m42\033[0m \033[31m- return round(total, 2)\033[0m\n'
printf '     \033[2m42\033[0m \033[32m+ return total.quantize(CENT)\033[0m\n'
printf '\n\033[1m● Bash\033[0m(pytest -q tests/test_orders.py)\n  └  \033[32m41 passed\033[0m in 3.1s\n'
printf '\n\033[36m✢ Verifying…\033[0m \033[2m(4m 12s · ↓ 2.1k tokens)\033[0m\n\n'
""" + BOX.replace("? for shortcuts", "esc to interrupt")
BOB = r"""printf '\033[2J\033[H\033]2;auth tests pass\033\\\033]7501;state=idle:app=codex\033\\'
printf '\n\033[2m•\033[0m Ran \033[1mpytest -q tests/test_auth.py\033[0m\n'
printf '  \033[2m└\033[0m \033[32m41 passed\033[0m in 3.1s\n'
printf '\n\033[2m› [from ada, circle api, note 318]\033[0m\n  3f9c2ab fix order total rounding\n'
printf '  src/routes/orders.py \033[32m+14\033[0m \033[31m−3\033[0m\n  \033[2m[end of note 318]\033[0m\n\n'
printf '\n› \033[2mAsk Codex to do anything\033[0m\n\n  \033[2m? for shortcuts\033[0m'
"""
CYD = (
    r"""printf '\033]2;✳ run migration\033\\\n\033[1m● Bash\033[0m(alembic upgrade head)\n  └  Waiting…\n\n'
while [ ! -e "$HOME/asked" ]; do sleep 0.1; done
"""
    + LINE
    + r"""
printf ' \033[1mBash command\033[0m\n\n   alembic upgrade head\n   \033[2mRun the pending migrations\033[0m\n'
printf '\n Do you want to proceed?\n \033[36m❯ 1. Yes\033[0m\n   2. Yes, and don'"'"'t ask again\n   3. No\n'
printf '\n \033[2mEsc to cancel\033[0m'
"""
)
DOT = (
    r"""printf '\033[2J\033[H\033]2;✳ checkout page\033\\'
printf '\n\033[1m●\033[0m Checkout page is ready to review:\n  5 commits, 9 files, checks green.\n\n'
"""
    + BOX
    + r"""
for event in UserPromptSubmit Stop; do echo '{}' | MUXER hook claude-code $event; done
"""
)
FLEET = r"printf '\033]2;checks of the api\033\\\n\n● Running the checks of the api again\n  └  41 passed\n'"
NAMES = ("eve", "fay", "gil", "hal", "ivy", "jon", "kay", "lee", "mia", "ned", "oda", "pat")
LOG = "seq -f 'GET /orders/%.0f 200  4 ms' 4000 4400 | sed '/7 200/s/$/  slow: total recomputed/'"


FILES = {
    "src/routes/orders.py": "def total(prices):\n    total = sum(prices)\n    return round(total, 2)\n",
    "src/money.py": "CENT = 100\n\n\ndef halves(cents):\n    return cents // 2\n",
    "tests/test_orders.py": "def test_total():\n    assert total([1, 2]) == 3\n",
}
WORK = (
    ("ada", "src/routes/orders.py", "round(total, 2)", "total.quantize(CENT)", "fix order total rounding"),
    (
        "ada",
        "tests/test_orders.py",
        "[1, 2]) == 3",
        "[1, 2]) == 3\n    assert total([HALF]) == CENT",
        "test half-cent totals",
    ),
    ("ada", "src/money.py", "\n\ndef halves(cents):\n    return cents // 2\n", "", "drop unused helper"),
    ("cyd", "src/money.py", "cents // 2", "(cents + 1) // 2", "round halves up"),
)
"""Who committed what: a file, words of it, what they became, and the subject."""
WAITS = "--wait"
TALK = (
    ("ada", "describe", "owns the order routes"),
    ("ada", "ask", "bob", "which endpoints return totals?"),
    ("bob", "reply", "0", "GET /orders, GET /orders/{id}; see src/routes/orders.py:41"),
    ("ada", "broadcast", "3f9c2ab fixes the rounding of order totals: rebase before you touch money.py"),
    ("cyd", "ask", "ada", "is the migration reversible?", WAITS),
    ("ada", "ask", "you", "May I drop the column total_cents? Nothing reads it since 91be004.", WAITS),
)
"""What agents say to each other: who, and the verb."""


def _projects(home: Path) -> dict[str, Path]:
    folders = {name: home / name for name in ("api", "web")}
    for folder in folders.values():
        if folder.exists():
            continue
        repository(folder)
        for name, text in FILES.items():
            folder.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
            commit(folder, name, text)
    return folders


def _at_git(folder: Path) -> None:
    """What the agents committed."""
    for agent, name, before, after, subject in WORK:
        file = folder.joinpath(agent, name)
        file.write_text(file.read_text().replace(before, after))
        git(file.parent, "commit", "--quiet", "--all", "--message", subject)
    folder.joinpath("ada", "notes.txt").write_text("ask about half cents\n")


def _talk(home: Path, env: dict[str, str]) -> None:
    """What the agents say to each other; who waits does so until the host leaves."""
    for agent, *words in TALK:
        told = env | {"MUXER_TOKEN": (home / f"{agent}.token").read_text()}
        says = subprocess.Popen([*MUXER, *words], env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if WAITS not in words:
            says.wait()


@contextlib.contextmanager
def at_work(env: dict[str, str], name: str, *, theme: str, cols: int, rows: int) -> Iterator[Seat]:
    """A terminal in front of the agents; the first run is shown only by the scene of that name."""
    config = Path(env["XDG_CONFIG_HOME"]) / "muxer"
    config.mkdir(exist_ok=True)
    if name == "first-run":
        for file in config.iterdir():
            file.unlink()
    else:
        still = "motion = false\nclock = false\n"
        toast = str(name == "toast").lower()
        (config / "config.toml").write_text(f'[look]\ntheme = "{theme}"\n{still}[notices]\ntoast = {toast}\n')
    home = Path(env["HOME"])
    folders = _projects(home)
    programs = home / "bin"
    programs.mkdir(exist_ok=True)
    for program in ("claude", "codex"):
        (programs / program).write_text(PROGRAM)
        (programs / program).chmod(0o755)
    env["PATH"] = f"{programs}:{env['PATH']}"

    def run(*words: str, folder: str = "api") -> Any:
        return subprocess.run([*MUXER, *words], env=env, check=True, capture_output=True, cwd=folders[folder])

    def spawn(agent: str, cli: str, script: str, *words: str, folder: str = "api") -> None:
        (home / f"{agent}.sh").write_text(script.replace("MUXER", shlex.join(MUXER)))
        run("spawn", "--name", agent, "--cli", cli, *words, folder=folder)
        run("relay", agent, "off")

    if name == "first-run":
        with Seat([*MUXER], cols, rows, env, cwd=folders["api"]) as seat:
            yield seat
        return
    spawn("ada", "claude-code", ADA)
    for folder in folders:
        run("project", "add", ".", folder=folder)
    with Seat([*MUXER], cols, rows, env, cwd=folders["api"]) as seat:
        seat.wait_for("Verifying")
        spawn("bob", "codex", BOB)
        spawn("cyd", "claude-code", CYD, "--split", "down")
        spawn("dot", "claude-code", DOT, "--tab", "review", folder="web")
        log = f"{HUSH}{LOG}{END}"
        run("new", "--no-attach", "--name", "log", "--tab", "infra", "--", "sh", "-c", log, folder="web")
        for agent in NAMES if name == "cards" else ():
            fleet = f"{HUSH}{FLEET}{END}"
            run("new", "--no-attach", "--name", agent, "--tab", "fleet", "--", "sh", "-c", fleet)
            seat.send(f"{PREFIX}\x1b5")
        _at_git(Path(env["XDG_STATE_HOME"], "muxer", "default", "worktrees", "api"))
        seat.send(f"{PREFIX}1")
        seat.send(f"{PREFIX}h")
        seat.wait_quiet(1)
        (home / ASKED).touch()
        seat.wait_for("▲")
        seat.wait_quiet(1)
        if name == "mesh":
            run("agent", "set", "ada", "--circle", "api")
            _talk(home, env)
        yield seat
