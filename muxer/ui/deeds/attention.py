"""What waits for a person: the queue in which it is answered, and going to who has waited longest."""

from functools import partial

from muxer.model import Need
from muxer.ui.deeds.notices import go_to
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.palette.saying import ask
from muxer.ui.screens.attention import AttentionQueue, Deeds


@does("attention.open")
def open_queue(desk: Desk) -> None:
    """Everything that waits, longest first."""

    async def explain(need: Need) -> str:
        line = f"explain {need.pane}"
        return await ask(desk, line, desk.runtime.call_words(line))

    def write(need: Need, text: str) -> None:
        if need.kind == "asked":
            desk.call("reply", ask=need.ask, text=text)
        elif need.kind == "told":
            desk.call("notify", peer=need.name, text=text)
        else:
            desk.call("send", pane=need.name, text=text)

    def urge(need: Need) -> None:
        for note in need.notes:
            desk.call("inbox", agent=need.name, now=note.id)

    def drop(need: Need) -> None:
        if need.kind == "asked":
            desk.call("cancel-ask", ask=need.ask, why="no answer is given")
        elif need.kind == "told":
            desk.call("read-inbox")
        else:
            desk.call("inbox", agent=need.name, cancel=need.notes[0].id)

    deeds = Deeds(go=partial(go_to, desk), explain=explain, write=write, urge=urge, drop=drop)
    desk.show_screen(AttentionQueue(desk, deeds))


@does("focus.waiting")
def go_to_waiting(desk: Desk) -> None:
    """To the pane that has waited longest; from one that waits, to the one after it."""
    waiting, here = list(desk.attention.waiting), desk.bench.focus
    after = waiting.index(here) + 1 if here in waiting else 0
    others = (pane for pane in waiting[after:] + waiting[:after] if pane != here and pane in desk.views)
    there = next(others, None)
    if there is not None:
        go_to(desk, there)
    elif desk.bench.next_pane():
        desk.arranged()
    else:
        desk.voice.tell("no pane waits for you")
