"""Who waits for whom, and whether one more would make all of them wait for ever."""

from collections.abc import Collection, Mapping, Sequence

from muxer.talk import PeerId


def chain(waiting: Mapping[PeerId, Collection[PeerId]], asker: PeerId, answerer: PeerId) -> list[PeerId]:
    """From the answerer to the asker, each waiting for the next: what would close. Empty if nothing would."""
    came: dict[PeerId, PeerId] = {answerer: ""}
    near = [answerer]
    for one in near:  # it grows: nearest first, so the shortest is found
        if one == asker:
            return _back(came, one)
        for other in waiting.get(one, ()):
            if other not in came:
                came[other] = one
                near.append(other)
    return []


def _back(came: Mapping[PeerId, PeerId], last: PeerId) -> list[PeerId]:
    path = [last]
    while before := came[path[-1]]:
        path.append(before)
    return path[::-1]


def in_words(names: Sequence[str]) -> str:
    """Of a chain whose last one is who asks: `bob waits for cyd, who waits for you`."""
    first, *others = (*names[:-1], "you")
    return f"{first} waits for {', who waits for '.join(others)}"
