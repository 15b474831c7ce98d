"""The terminal that a key came from."""

from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk


@does("client.detach")
def detach(desk: Desk) -> None:
    """Let the terminal go; everything goes on."""
    if desk.driver.active is not None:
        desk.driver.active.leave(f"detached from {desk.host}")


@does("client.suspend")
def suspend(desk: Desk) -> None:
    """Stop its client, as ctrl+z would."""
    if desk.driver.active is not None:
        desk.driver.active.suspend()
