"""Opening the broadcast dialog."""

from collections import Counter
from functools import partial

from muxer.model import PaneId
from muxer.ui.arrival import arrival_at
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.broadcast import Broadcast, Target
from muxer.ui.titles import title_of

DRAFT = "broadcast"


def _targets(desk: Desk, picked: set[PaneId]) -> list[Target]:
    """Agents first, those that are picked before the others."""
    found = []
    for pane, view in desk.views.items():
        if view.terminal is None or view.terminal.ended:
            continue
        facts = desk.runtime.facts(pane)
        about = [f"tab {facts.tab}" if facts.tab else "scratch", title_of(facts)]
        words = " · ".join(word for word in about if word)
        found.append(Target(pane, harmless(facts.name), words, pane in picked, arrival_at(desk.runtime, pane)))
    return sorted(found, key=lambda target: (target.arrival is None, not target.picked))


@does("broadcast.open")
def broadcast(desk: Desk) -> None:
    """Write once to several agents: the marked ones, else those of the tab."""
    tab = desk.bench.tab
    write_to(desk, {*desk.syncing.marked} or {*(tab.panes() if tab else ())})


def write_to(desk: Desk, picked: set[PaneId]) -> None:
    """Write to these; panes without an agent can be typed into together."""

    def keep(text: str) -> None:
        desk.lately.drafts[DRAFT] = text

    def send(text: str, targets: list[Target]) -> None:
        keep("")
        desk.call("broadcast", text=text, to=[target.pane for target in targets])
        fates = Counter(target.arrival.fate for target in targets if target.arrival)
        desk.voice.tell(f"sent to {len(targets)}: {', '.join(f'{many} {fate}' for fate, many in fates.items())}")

    def sync(panes: list[PaneId]) -> None:
        if desk.syncing.panes:
            desk.act("pane.sync")
        for pane in {*panes} ^ {*desk.syncing.marked}:
            desk.syncing.mark(pane)
        desk.act("pane.sync")

    draft, look = desk.lately.drafts.get(DRAFT, ""), partial(_targets, desk, picked)
    desk.show_screen(Broadcast(desk, look, draft=draft, on_leave=keep, on_send=send, on_sync=sync))
