"""Whether a person has begun to write to an agent, as far as their own keys tell it."""

from typing import NamedTuple

from muxer.model import HumanKey, PaneId


class _Typing(NamedTuple):
    at: float = 0.0
    wrote_at: float = 0.0
    sent_at: float = 0.0


class Drafts:
    """Of every pane; times are time.time()."""

    def __init__(self) -> None:
        self._typing: dict[PaneId, _Typing] = {}

    def typed(self, pane: PaneId, key: HumanKey, now: float, *, asked: bool) -> None:
        """A person typed. What is `asked` just then is answered by it, and nothing stays in the composer."""
        before = self._of(pane)._replace(at=now)
        if not asked and key == "enter":
            before = _Typing(now, sent_at=now)
        elif not asked and key == "text":
            before = before._replace(wrote_at=now)
        self._typing[pane] = before

    def wrote(self, pane: PaneId, draft: bool | None = None, heard_at: float = 0.0) -> bool:
        """Is something of theirs in the composer? One that was drawn empty after their last letter says no."""
        wrote_at = self.wrote_at(pane)
        return wrote_at > 0 and not (draft is False and heard_at > wrote_at)

    def wrote_at(self, pane: PaneId) -> float:
        """When they wrote the last letter that was not sent since; 0 for none."""
        return self._of(pane).wrote_at

    def typed_at(self, pane: PaneId) -> float:
        """When they typed last; 0 for never."""
        return self._of(pane).at

    def sent_at(self, pane: PaneId) -> float:
        """When they sent last what was in the composer."""
        return self._of(pane).sent_at

    def sent(self, pane: PaneId, at: float) -> None:
        """What was in the composer then has gone; what they wrote later is there."""
        typing = self._of(pane)
        if typing.wrote_at <= at:
            self._typing[pane] = typing._replace(wrote_at=0.0)

    def forget(self, pane: PaneId) -> None:
        """It is gone, or another program has it."""
        self._typing.pop(pane, None)

    def _of(self, pane: PaneId) -> _Typing:
        return self._typing.get(pane, _NOTHING)


_NOTHING = _Typing()
