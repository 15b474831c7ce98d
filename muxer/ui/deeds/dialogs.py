"""Opening the dialogs of broadcast and promote."""

from collections.abc import Iterator

from muxer.model import PaneId
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.projects import project_of
from muxer.ui.screens.broadcast import Broadcast, Target
from muxer.ui.screens.promote import Promote, branch_of

DRAFT = "broadcast"


def _targets(desk: Desk) -> Iterator[Target]:
    tab = desk.bench.tab
    here = set(tab.panes()) if tab else set()
    picked = set(desk.syncing.marked) or here
    for pane, view in desk.views.items():
        if view.terminal is None or view.terminal.ended:
            continue
        facts = desk.runtime.facts(pane)
        about = [f"tab {facts.tab}" if facts.tab else "scratch", harmless(facts.title)]
        yield Target(pane, harmless(facts.name), " · ".join(word for word in about if word), pane in picked)


@does("broadcast.open")
def broadcast(desk: Desk) -> None:
    """Write once to several panes."""

    def keep(text: str) -> None:
        desk.lately.drafts[DRAFT] = text

    def sync(panes: list[PaneId]) -> None:
        if desk.syncing.panes:
            desk.act("pane.sync")
        for pane in {*panes} ^ {*desk.syncing.marked}:
            desk.syncing.mark(pane)
        desk.act("pane.sync")

    dialog = Broadcast(
        sorted(_targets(desk), key=lambda target: not target.picked),
        draft=desk.lately.drafts.get(DRAFT, ""),
        sync_way=desk.look.keymap.way("pane.sync"),
        pane=desk.place_of(desk.bench.focus or ""),
        plain=desk.look.ascii,
        on_leave=keep,
        on_sync=sync,
    )
    desk.show_screen(dialog)


@does("promote.open")
def promote(desk: Desk) -> None:
    """What a pane's workspace would give to trunk."""
    pane = desk.bench.focus
    if pane is None or pane not in desk.runtime.terminals:
        desk.voice.warn("no pane is open to promote from")
        return
    facts = desk.runtime.facts(pane)
    branch = branch_of(project_of(facts.cwd))
    desk.show_screen(Promote(facts.name, facts.cwd, branch, pane=desk.place_of(pane)))
