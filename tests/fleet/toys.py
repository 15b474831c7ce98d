"""A CLI for tests: a script that begins conversations, takes them up, and says how it was started."""

import stat
from pathlib import Path

from muxer.agents.spec import Cli, Session
from muxer.fleet.agent import Agent
from muxer.fleet.spawning import Wanted
from tests.house import House

SCRIPT = """#!/bin/sh
talks={talks}
case $1 in
    --resume) how=again; [ -e $talks/refused ] && exit 3 ;;
    *) how=new ;;
esac
[ -e $talks/forgetful ] || echo "at $PWD" > $talks/$2.txt
echo "$how $MUXER_AGENT: $4."
exec cat
"""


def toy_cli(folder: Path, name: str = "toy") -> Cli:
    """Installed in that folder, with its conversations beside it."""
    talks = folder / "talks"
    talks.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(SCRIPT.format(talks=talks))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    session = Session(
        new=("--session-id", "{session}"), resume=("--resume", "{session}"), transcript=f"{talks}/{{session}}.txt"
    )
    return Cli(
        name=name, title=name.capitalize(), short=name, binary=(str(program),), install=f"get {name}",
        prompt="argument", prompt_argv=("--", "{prompt}"), session=session,
    )  # fmt: skip


def knows(house: House, *clis: Cli) -> None:
    """The house knows these, and no others."""
    house.services.crew.clis = {cli.name: cli for cli in clis}


async def spawned(house: House, cwd: Path | str, **wanted: object) -> Agent:
    made = await house.services.spawner.spawn(Wanted(cwd=str(cwd), **wanted))  # type: ignore[arg-type]
    return made.agent
