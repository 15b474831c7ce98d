"""Every check there is, by what it is about, and what all of them say."""

import os
from dataclasses import asdict
from functools import partial

from muxer.checkup import files, hosts, installation, outside, programs
from muxer.checkup.finding import Check, guarded, run_checks
from muxer.paths import HostPaths, runtime_folder, state_folder


def report(name: str, folder: str) -> list[dict[str, str]]:
    """All findings on the host of that name, each with its group, as data."""
    # Looking must neither make nor mend the folders, as host_paths does.
    paths = HostPaths(name, os.path.join(runtime_folder(), name), os.path.join(state_folder(), name))
    groups = _groups(paths, folder)
    asked = guarded("terminal", outside.terminal)  # alone: no other thread may end us while the terminal is quiet
    found = run_checks({what: check for checks in groups.values() for what, check in checks.items()})
    sections = {group: [one for what in checks for one in found[what]] for group, checks in groups.items()}
    sections["terminal"] = asked
    return [{"group": group, **asdict(one)} for group, findings in sections.items() for one in findings]


def _groups(paths: HostPaths, folder: str) -> dict[str, dict[str, Check]]:
    return {
        "muxer": {
            "version": installation.version,
            "engine": installation.engine,
            "settings": partial(installation.settings, folder),
            "keys": installation.keys,
        },
        "host": {
            "host": partial(hosts.host, paths),
            "keeper": partial(hosts.keeper, paths),
            "folders": partial(files.folders, paths),
            "database": partial(files.database, paths),
            "space": partial(files.space, paths),
            "leftovers": partial(hosts.leftovers, paths),
        },
        "programs": {"git": programs.git, "agents": programs.agents, "clipboard": programs.clipboard},
    }
