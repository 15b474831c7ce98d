"""Verbs on the host itself, and on the terminals attached to it."""

from dataclasses import asdict
from typing import Any

from muxer.commands.panes import overview, plain
from muxer.commands.table import command
from muxer.errors import MuxerError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services


@command
async def attach(services: "Services", *, read_only: bool = False) -> None:
    """Show the host in this terminal.

    Arguments:
        read_only: look, but do not touch

    Example:
        muxer attach --read-only
    """
    del services, read_only
    raise MuxerError("attach is done by a terminal: run muxer attach in one")


@command(show=lambda result: f"{result['detached']} detached")
async def detach(services: "Services") -> dict[str, int]:
    """Let every attached terminal go; everything goes on.

    Example:
        muxer detach
    """
    return {"detached": services.stage.dismiss_clients(f"detached from {services.paths.name}")}


@command(show=overview)
async def ls(services: "Services") -> dict[str, Any]:
    """List panes, and who is attached.

    Example:
        muxer ls --json
    """
    seen = services.overview()
    return {
        **seen,
        "clients": [asdict(client) for client in seen["clients"]],
        "panes": [plain(pane) for pane in seen["panes"]],
    }


@command(show=lambda result: f"the host is process {result['host']['pid']} now")
async def reload(services: "Services") -> dict[str, Any]:
    """Start the host anew, as after an upgrade; programs stay.

    Example:
        muxer reload
    """
    return await services.reload()


@command
async def version(services: "Services") -> dict[str, Any]:
    """Say which muxer this is.

    Example:
        muxer version --json
    """
    return {"host": services.overview()["host"]}
