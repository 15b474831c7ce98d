"""The verb that shows the monitor."""

from muxer.commands.line import obey
from muxer.commands.table import load_verbs, verb_named
from tests.house import house_in

load_verbs()


async def test_the_screen_is_asked_for_it() -> None:
    async with house_in() as house:
        assert await obey(verb_named("monitor"), [], house.services) == ("", 0)
        assert house.screen.acted == ["monitor.open"]
