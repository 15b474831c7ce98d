"""Starts a keeper for whoever finds none."""

import subprocess
import sys

from muxer.errors import KeeperLost


def start_keeper(socket_path: str, log_path: str) -> None:
    """Start a keeper that belongs to nobody: a session of its own, and the shell between us is gone at once.

    With -P the folder we are in cannot lend it modules.
    """
    command = [sys.executable, "-P", "-m", "muxer.keeper", socket_path]
    try:
        with open(log_path, "ab") as errors:
            subprocess.run(
                ["/bin/sh", "-c", '"$@" &', "sh", *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
                check=False,
            )
    except OSError as error:
        raise KeeperLost(f"cannot start a keeper: {error}") from None
