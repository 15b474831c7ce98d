import re

import pytest
from rich.cells import cell_len

from muxer.config import Config
from muxer.events import PaneChanged, PaneEnded
from muxer.model import Exit
from muxer.settable import Look as LookSettings
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.terminal.terminal import Terminal
from muxer.ui.app import MuxerApp
from muxer.ui.epilogue import NARROWEST, epilogue_row
from muxer.ui.look import Look
from muxer.ui.states import Sight
from tests.ui.conftest import StillRuntime
from tests.ui.glass import Glass, until

Still = tuple[MuxerApp, StillRuntime]

LOOK = Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))
ASCII = Look(config=Config(look=LookSettings(glyphs="ascii")), keymap=LOOK.keymap, theme=LOOK.theme)
ENDED = Sight(name="api", state="exited", note="exited 1", ended=True)


def row(sight: Sight, cols: int, look: Look = LOOK) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", epilogue_row(sight, cols, look))


@pytest.mark.parametrize("cols", [NARROWEST, 30, 36, 37, 80])
@pytest.mark.parametrize("look", [LOOK, ASCII])
def test_it_is_exactly_as_wide_as_its_pane(cols: int, look: Look) -> None:
    for note in ("exited 1", "again in 4s", "gave up after 5 failures", ""):
        assert cell_len(row(Sight(state="crashed", note=note, ended=True), cols, look)) == cols


def test_it_says_how_it_ended_and_what_to_do() -> None:
    assert row(ENDED, 40) == " exited 1 · enter restart · x close     "
    assert row(ENDED, 40, ASCII) == " exited 1 - enter restart - x close     "
    assert row(ENDED, 30) == " enter restart · x close      "
    unseen = Sight(state="exited", note="its end was not seen", ended=True)
    assert row(unseen, 80).startswith(" its end was not seen · enter")


async def test_only_an_ended_pane_in_focus_has_it_and_keys(still: Still, terminal: Terminal) -> None:
    app, runtime = still
    for pane in ("p1", "p2"):
        app.stage.place(pane, tab="", way="right", show=True)
        runtime.living[pane] = terminal
        app.stage.open(pane, terminal)
    glass = Glass(80, 24, answers=False)
    app.driver.attach(glass.line, glass.hello)
    await glass.sees("p2")
    runtime.known["p2"] = {"exit": Exit(status=1), "state": "exited"}
    app.stage.heard(PaneEnded("p2", Exit(status=1)))
    await glass.sees("exited 1 · enter restart · x close")
    assert glass.screen()[22].endswith("exited 1 · enter restart · x close")
    assert not any("restart" in line for line in terminal.engine.lines())
    app.bench.focus_on("p1")
    app.arranged()
    await until(lambda: "restart" not in "".join(glass.screen()), "its going")
    app.bench.focus_on("p2")
    app.arranged()
    await glass.sees("exited 1 · enter restart · x close")
    runtime.known.clear()
    app.stage.heard(PaneChanged("p2"))
    await until(lambda: "restart" not in "".join(glass.screen()), "its going")
    glass.hang_up()
