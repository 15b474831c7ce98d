import asyncio

from muxer.events import ClashesChanged, Event, TrialChanged, Warned, WorkChanged
from muxer.terminal.terminal import Terminal
from muxer.ui.app import MuxerApp
from muxer.ui.screens.promote import Promote
from muxer.work import Clash, Standing
from tests.ui.conftest import StillRuntime
from tests.ui.glass import Glass, until

Still = tuple[MuxerApp, StillRuntime]


async def test_a_pane_comes_has_its_size_and_goes(still: Still, terminal: Terminal) -> None:
    app, runtime = still
    stage = app.stage
    tab, cols, rows = stage.place("p1", tab="build", way="none", show=True)
    assert (tab, cols, rows) == ("build", 80, 22)
    runtime.living["p1"] = terminal
    stage.open("p1", terminal)
    assert (terminal.cols, terminal.rows) == (80, 22)
    tab, cols, rows = stage.place("p2", tab="", way="right", show=True)
    assert (tab, cols, rows) == ("build", 39, 22)
    stage.resize_pane("p2", 50, 22)
    assert app.bench.regions(app.panes_room)["p2"].cols == 50
    stage.close_pane("p2")
    assert stage.tab_of("p2") == ""
    assert (terminal.cols, terminal.rows) == (80, 22)


async def test_what_lived_stands_where_it_stood(still: Still) -> None:
    app, _ = still
    for pane in ("p1", "p2"):
        app.stage.place(pane, tab="", way="down", show=True)
    remembered = app.bench.to_data()
    app.stage.restore(remembered, ["p2", "p7"])
    assert [tab.panes() for tab in app.bench.tabs] == [["p2"], ["p7"]]
    assert {"p2", "p7"} <= set(app.views)


async def test_a_warning_is_said(still: Still) -> None:
    app, _ = still
    app.stage.heard(Warned("the disk is full"))
    assert app.voice.words() == ("the disk is full", "bad")


async def test_without_anybody_nothing_is_asked(still: Still) -> None:
    app, _ = still
    assert await app.stage.offer_project("api", "/srv/api") == "later"
    assert await app.stage.ask_agreement("/srv/api/.muxer/config.toml", "") == "no"
    looker = Glass(80, 24, answers=False)
    looker.hello |= {"read_only": True}
    app.driver.attach(looker.line, looker.hello)
    assert await app.stage.ask_agreement("/srv/api/.muxer/config.toml", "") == "no"
    looker.hang_up()


async def test_what_a_dialog_leads_to_is_asked_over_it(still: Still) -> None:
    app, runtime = still
    runtime.refuses = "nothing is promoted here"
    glass = Glass(80, 24, answers=False)
    app.driver.attach(glass.line, glass.hello)
    app.show_screen(Promote(app, "p1", "ada"))
    for key, answer in ((b"n", "no"), (b"y", "yes")):
        asked = asyncio.ensure_future(app.stage.ask_agreement("/srv/api/.muxer/config.toml", "check = 'make'"))
        await glass.sees("check = 'make'")
        glass.type(key)
        while answer == "yes" and not asked.done():  # at first it is too soon to have been meant
            await asyncio.sleep(0.05)
            glass.type(key)
        assert await asyncio.wait_for(asked, 10) == answer
        await glass.sees(runtime.refuses)
    glass.hang_up()


async def test_one_question_at_a_time_and_none_over_a_dialog(still: Still) -> None:
    app, _ = still
    glass = Glass(80, 24, answers=False)
    app.driver.attach(glass.line, glass.hello)
    app.act("help.keys")
    await glass.sees("KEYS")
    offers = [asyncio.ensure_future(app.stage.offer_project(name, f"/srv/{name}")) for name in ("api", "web")]
    await asyncio.sleep(0.01)
    assert len(app.screen_stack) == 2
    glass.type(b"\x1b[27u")
    await glass.sees("Keep api as a project?")
    assert len(app.screen_stack) == 2
    glass.type(b"y")
    await glass.sees("Keep web as a project?")
    glass.type(b"n")
    assert await asyncio.wait_for(asyncio.gather(*offers), 10) == ["yes", "later"]
    glass.hang_up()


async def test_work_that_changes_is_told_to_who_watches_and_in_the_sidebar(still: Still, terminal: Terminal) -> None:
    app, runtime = still
    runtime.living["p1"] = terminal
    app.stage.place("p1", tab="", way="none", show=True)
    app.stage.open("p1", terminal)
    glass = Glass(120, 24)
    app.driver.attach(glass.line, glass.hello)
    await glass.sees("Panes")
    app.attention.watcher = lambda: None
    happened: list[Event] = [WorkChanged("p1"), ClashesChanged("/api"), TrialChanged("p1")]
    for number, event in enumerate(happened, 1):
        runtime.standings["p1"] = Standing(ahead=number)
        await until(lambda: app.attention._soon is None)
        app.stage.heard(event)
        assert app.attention._soon, event
        await glass.sees(f" +{number}")
    runtime.clashing = [Clash(one="p1", other="p1", paths=("a.py",), conflicts=("a.py",))]
    app.stage.heard(ClashesChanged("/api"))
    await glass.sees("‼ p1 and p1")
    glass.hang_up()


async def test_an_action_is_done_as_a_key_would(still: Still) -> None:
    app, _ = still
    glass = Glass(80, 24)
    app.driver.attach(glass.line, glass.hello)
    app.stage.act("radar.open")
    await glass.sees("No agent works in a git repository.")
    glass.hang_up()
