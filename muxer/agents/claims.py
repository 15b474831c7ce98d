"""What an agent is doing if its hooks are believed. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from muxer.agents.signs import Told
from muxer.agents.spec import HookKind
from muxer.model import State, Wait

_STATES: dict[HookKind, tuple[State, Wait | None]] = {
    "started": ("idle", None),
    "prompted": ("working", None),
    "tool": ("working", None),
    "tool-ended": ("working", None),
    "answered": ("working", None),
    "turn-ended": ("idle", None),
    "limited": ("limited", "limit"),
    "failed": ("waiting", "error"),
}
_CLOSING = {"started", "prompted", "turn-ended", "limited", "failed", "ended"}
"""Nothing that was asked before is open after one of these."""


class Claim(NamedTuple):
    """The state that the hooks add up to."""

    state: State
    wait: Wait | None
    told: Told
    """The one that made it so."""
    at: float
    """When the last of them spoke that has a part in it."""

    @property
    def reason(self) -> str:
        """The hook, and what it says."""
        return f"hook {self.told.event or self.told.kind}" + (f": {self.told.words}" if self.told.words else "")


def claim_of(told: Iterable[Told]) -> Claim | None:
    """What they add up to, in the order of their times; None where they say nothing of it.

    Of several questions that are open an answer closes the one that it belongs to. A tool that begins closes none:
    it may run beside the one that asks.
    """
    claim: Claim | None = None
    asked: list[Told] = []
    for one in sorted(told, key=lambda one: one.at):
        match one.kind:
            case "asks" if one.tool or not asked:  # else it reminds of what is open
                asked.append(one)
            case "ended":
                claim, asked = None, []
            case "asks" | "notified":
                pass
            case kind:
                if kind in _CLOSING:
                    asked.clear()
                elif kind != "tool":
                    _close(asked, one)
                claim = Claim(*_STATES[kind], told=one, at=one.at)
    return Claim("waiting", "permission", told=asked[0], at=asked[-1].at) if asked else claim


def _close(asked: list[Told], by: Told) -> None:
    """A tool without a name may be any, so only an answer closes what was asked first."""
    same = [one for one in asked if by.tool and one.tool == by.tool]
    if not same and by.kind == "answered":
        same = asked[:1]
    if same:
        asked.remove(same[0])
