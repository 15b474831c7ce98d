"""Opening the radar, the monitor and the mesh, and where they lead."""

from typing import cast

from muxer.ui.deeds.watching import mesh, monitor, radar
from muxer.ui.screens.broadcast import Broadcast
from muxer.ui.screens.mesh import Mesh
from muxer.ui.screens.monitor import Monitor
from muxer.ui.screens.radar import Radar
from tests.conftest import Desk
from tests.ui.bare_desk import BareDesk


async def test_a_review_is_of_the_pane_that_was_chosen() -> None:
    bare = BareDesk("ada", "bob")
    radar(bare.desk)
    deeds = cast("Radar", bare.done[-1])._deeds
    deeds.review("p1")
    assert bare.bench.focus == "p1"
    assert bare.done[-2:] == ["arranged", "review.open"]
    deeds.go("p2")
    assert bare.bench.focus == "p2"
    deeds.go("p9")
    assert bare.voice.words()[0] == "that pane is gone"


async def test_who_is_written_to_was_picked_in_the_radar() -> None:
    bare = BareDesk("ada", "bob", "cyd")
    for view in bare.views.values():
        view.terminal = type("Living", (), {"ended": False})()  # type: ignore[attr-defined]
    radar(bare.desk)
    cast("Radar", bare.done[-1])._deeds.write({"p1", "p3"})
    dialog = cast("Broadcast", bare.done[-1])
    assert {target.name: target.picked for target in dialog._look()} == {"ada": True, "bob": False, "cyd": True}


async def test_the_monitor_goes_to_a_pane() -> None:
    bare = BareDesk("ada", "bob")
    monitor(bare.desk)
    cast("Monitor", bare.done[-1])._go("p1")
    assert bare.bench.focus == "p1"


def test_the_verb_shows_it_in_a_terminal_and_what_happened_is_there(desk: Desk) -> None:
    seat = desk.sit("monitor")
    seat.wait_for("MONITOR")
    seat.wait_for("No agent is at work.")
    seat.send("2")
    desk.new("cat", name="cat")
    seat.wait_for("pane.opened")
    seat.send("q")
    seat.wait_for("NORMAL")
    desk.run("monitor")
    seat.wait_for("MONITOR")


async def test_the_mesh_goes_to_a_pane() -> None:
    bare = BareDesk("ada", "bob")
    mesh(bare.desk)
    cast("Mesh", bare.done[-1])._go("p2")
    assert bare.bench.focus == "p2"
