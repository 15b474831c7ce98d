"""Where a CLI's program is, if it is installed."""

import os
import shutil
from collections.abc import Mapping

from muxer.agents.spec import Cli

SHELL = "/bin/sh"
"""Whose environment names none has this one."""


def program_of(cli: Cli, env: Mapping[str, str]) -> str:
    """The file that would be started with that environment; empty where there is none."""
    path = env.get("PATH") or os.defpath
    names = cli.binary or (env.get("SHELL") or SHELL,)
    return next((found for name in names if (found := shutil.which(name, path=path))), "")
