"""What the screenshots show: one thing that a person does where two projects have agents at work."""

from collections.abc import Callable
from typing import Any

from tests.seat import Seat
from tests.workshop import PREFIX

Scene = Callable[[Seat], None]


def main(seat: Seat) -> None:
    """Agents side by side."""
    seat.wait_quiet(0.5)


def zoomed(seat: Seat) -> None:
    """One of them, attached."""
    seat.send(f"{PREFIX}a")
    seat.wait_for("zoomed")
    seat.wait_quiet(0.5)


def palette(seat: Seat) -> None:
    """Everything by name."""
    seat.send(f"{PREFIX}p")
    seat.wait_for("# task")
    seat.send("lay")
    seat.wait_quiet(0.5)


def which_key(seat: Seat) -> None:
    """The prefix is held."""
    seat.send(PREFIX)
    seat.wait_for("esc cancel")
    seat.wait_quiet(0.3)


def keys(seat: Seat) -> None:
    """All keys, to search."""
    seat.send(f"{PREFIX}?")
    seat.wait_quiet(0.5)


def copy_mode(seat: Seat) -> None:
    """A search in four hundred lines, and a selection."""
    seat.send(f"{PREFIX}3")
    seat.wait_for("4400")
    seat.send(f"{PREFIX}[")
    seat.wait_for("copy ")
    seat.send("?slow\r")
    seat.wait_for("/40")
    seat.send("nnV3k")
    seat.wait_quiet(0.5)


def question(seat: Seat) -> None:
    """Closing a program asks."""
    seat.send(f"{PREFIX}x")
    seat.wait_for("y close")


def settings(seat: Seat) -> None:
    """The settings screen."""
    seat.send(f"{PREFIX}S")
    seat.wait_quiet(0.5)


def themes(seat: Seat) -> None:
    """A theme is chosen, and seen at once."""
    seat.send(f"{PREFIX}T")
    seat.wait_quiet(0.5)


def broadcast(seat: Seat) -> None:
    """The broadcast dialog."""
    seat.send(f"{PREFIX}b")
    seat.wait_quiet(0.5)


def promote(seat: Seat) -> None:
    """The promote dialog."""
    seat.send(f"{PREFIX}P")
    seat.wait_quiet(0.5)


def attention(seat: Seat) -> None:
    """Who needs a person, answered in place."""
    seat.send(f"{PREFIX}i")
    seat.wait_for("NEEDS YOU")
    seat.wait_quiet(0.5)


def review(seat: Seat) -> None:
    """What an agent changed."""
    seat.send(f"{PREFIX}D")
    seat.wait_for("since ")
    seat.send("\x1b[B\r")
    seat.wait_quiet(0.5)


def radar(seat: Seat) -> None:
    """Who changes the same files."""
    seat.send(f"{PREFIX}G")
    seat.wait_for("RADAR")
    seat.wait_quiet(0.5)


def monitor(seat: Seat) -> None:
    """All agents' work, and what one of them shows."""
    seat.send(f"{PREFIX}V")
    seat.wait_for("MONITOR")
    seat.wait_quiet(0.5)


def mesh(seat: Seat) -> None:
    """What agents say to each other, and who waits for whom."""
    seat.send(f"{PREFIX}m")
    seat.wait_for("cyd → ada → you")
    seat.wait_quiet(0.5)


def spawning(seat: Seat) -> None:
    """The spawn dialog."""
    seat.send(f"{PREFIX}A")
    seat.wait_for("SPAWN")
    seat.wait_quiet(0.5)


def scratch(seat: Seat) -> None:
    """The floating scratch pane."""
    seat.send(f"{PREFIX}t")
    seat.wait_for("└")
    seat.wait_quiet(0.5)


def synced(seat: Seat) -> None:
    """Synced typing is on."""
    seat.send(f"{PREFIX}y")
    seat.wait_for("SYNC")
    seat.wait_quiet(0.3)


def toast(seat: Seat) -> None:
    """Somebody asks, and it is told over the panes."""
    seat.wait_quiet(0.3)


def sidebar(seat: Seat) -> None:
    """The list of panes, filtered."""
    seat.send(f"{PREFIX}w")
    seat.wait_for("go to")
    seat.send("review")
    seat.wait_quiet(0.5)


def cards(seat: Seat) -> None:
    """Twelve panes in one tab."""
    seat.send(f"{PREFIX}4")
    seat.wait_for("oda")
    seat.wait_quiet(0.5)


def notices(seat: Seat) -> None:
    """What was said lately."""
    seat.send(f"{PREFIX}~")
    seat.wait_quiet(0.5)


def naming(seat: Seat) -> None:
    """A line to fill in."""
    seat.send(f"{PREFIX},")
    seat.wait_quiet(0.2)
    seat.send("the-api-and-everything-that-belongs-to-it")
    seat.wait_quiet(0.5)


def closing(seat: Seat) -> None:
    """A longer question."""
    seat.send(f"{PREFIX}&")
    seat.wait_for("y close")


def ended(seat: Seat) -> None:
    """Programs that ended: one is started again by itself, one says what to do."""
    for policy, name in (("on-failure", "server"), ("never", "tests")):
        seat.send(f"{PREFIX}:")
        seat.wait_for("PALETTE")
        seat.send(f"new --tab ended --restart {policy} --name {name} -- sh -c 'echo 1 of 9 failed; exit 1'\r")
        seat.wait_for(f"p{6 if name == 'server' else 7} {name}")
    seat.wait_for("enter restart")
    seat.wait_quiet(0.2)


def frozen(seat: Seat) -> None:
    """Everything stands still."""
    seat.send(f"{PREFIX}F")
    seat.wait_for("FROZEN")
    seat.wait_quiet(0.5)


def first_run(seat: Seat) -> None:
    """The first screen of all."""
    seat.wait_for("esc defaults")
    seat.wait_quiet(1)


SCENES: dict[str, Scene] = {
    "main": main, "zoomed": zoomed, "palette": palette, "which-key": which_key, "keys": keys, "copy-mode": copy_mode,
    "question": question, "settings": settings, "themes": themes, "broadcast": broadcast, "promote": promote,
    "attention": attention, "spawn": spawning, "radar": radar, "monitor": monitor, "mesh": mesh, "review": review,
    "scratch": scratch, "synced": synced, "first-run": first_run,
    "toast": toast, "sidebar": sidebar, "cards": cards, "notices": notices, "naming": naming, "closing": closing,
    "ended": ended, "frozen": frozen,
}  # fmt: skip

_PICTURES = "attention spawn promote review radar monitor mesh zoomed palette which-key copy-mode scratch first-run"
SHOWN: list[tuple[str, str, dict[str, Any]]] = [
    ("main", "main", {}),
    ("light", "main", {"theme": "day"}),
    ("contrast", "main", {"theme": "contrast"}),
    ("narrow", "main", {"cols": 60, "rows": 20}),
    *((name, name, {}) for name in _PICTURES.split()),
]
"""What the README shows: file, scene, options."""
