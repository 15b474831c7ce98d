"""Opening the spawn dialog, and spawning what was wished in it."""

from muxer.paths import homely
from muxer.ui.deeds.table import does
from muxer.ui.desk import Desk
from muxer.ui.screens.spawn import Spawn
from muxer.ui.screens.spawn_form import SpawnForm

DRAFT = "spawn"


@does("agent.spawn")
def spawn(desk: Desk) -> None:
    """Ask for everything; what was chosen the last time is chosen already."""
    focus = desk.bench.focus
    folder = desk.runtime.facts(focus).cwd if focus and focus in desk.runtime.terminals else ""

    def begin(form: SpawnForm, prompt: str) -> None:
        desk.lately.spawned = form.remembered
        desk.lately.drafts.pop(DRAFT, None)
        room = {} if desk.bench.has_room("right", desk.panes_room) else {"split": "none"}
        desk.call("spawn", **form.arguments(prompt), cwd=folder, no_attach=True, **room)

    def keep(prompt: str) -> None:
        desk.lately.drafts[DRAFT] = prompt

    form = SpawnForm(desk.runtime.clis(), homely(folder), desk.lately.spawned or _newest(desk))
    desk.show_screen(Spawn(desk, form, draft=desk.lately.drafts.get(DRAFT, ""), on_spawn=begin, on_leave=keep))


def _newest(desk: Desk) -> dict[str, str]:
    """What the agent was spawned with that came last, for a host that has seen no dialog yet."""
    found = [agent for pane in desk.views if (agent := desk.runtime.agent(pane))]
    if not found:
        return {}
    last = max(found, key=lambda agent: agent.spawned_at)
    return {
        "cli": last.cli, "workspace": last.workspace, "model": last.model, "auto": "yes" * last.auto,
        "role": last.role, "circle": last.circle,
    }  # fmt: skip
