"""Whether a person has begun to write to an agent, as far as their own keys tell it."""

from typing import NamedTuple

from muxer.model import HumanKey, PaneId

SETTLED = 0.3
"""Seconds after which what a person typed is on the screen, if it ever is."""


class _Typing(NamedTuple):
    at: float = 0.0
    wrote: bool = False
    sent_at: float = 0.0


class Drafts:
    """Of every pane; times are time.time()."""

    def __init__(self) -> None:
        self._typing: dict[PaneId, _Typing] = {}

    def typed(self, pane: PaneId, key: HumanKey, now: float, *, asked: bool) -> None:
        """A person typed. What is `asked` just then is answered by it, and nothing stays in the composer."""
        before = self._of(pane)
        if asked:
            self._typing[pane] = before._replace(at=now)
        elif key == "enter":
            self._typing[pane] = _Typing(now, wrote=False, sent_at=now)
        else:
            self._typing[pane] = before._replace(at=now, wrote=before.wrote or key == "text")

    def wrote(self, pane: PaneId, draft: bool | None = None, now: float = 0.0) -> bool:
        """Is something of theirs in the composer? One that is seen to be empty says no."""
        typing = self._of(pane)
        return typing.wrote and not (draft is False and now - typing.at >= SETTLED)

    def typed_at(self, pane: PaneId) -> float:
        """When they typed last; 0 for never."""
        return self._of(pane).at

    def sent_at(self, pane: PaneId) -> float:
        """When they sent last what was in the composer."""
        return self._of(pane).sent_at

    def sent(self, pane: PaneId) -> None:
        """What was in the composer has gone."""
        self._typing[pane] = self._of(pane)._replace(wrote=False)

    def forget(self, pane: PaneId) -> None:
        """It is gone, or another program has it."""
        self._typing.pop(pane, None)

    def _of(self, pane: PaneId) -> _Typing:
        return self._typing.get(pane, _NOTHING)


_NOTHING = _Typing()
