"""An agent that its usage limit stopped is told to go on when that is over, unless somebody else was faster."""

from collections.abc import Callable

from muxer.fleet.agent import Agent
from muxer.fleet.going_on import GO_ON, GoingOn
from muxer.model import State, Verdict
from tests.fleet.delivering import Delivering
from tests.house import until

Does = Callable[[State], None]


async def stopped(place: Delivering, *, wanted: bool = True) -> tuple[Agent, GoingOn, Does]:
    """One that worked until its limit."""
    ada = await place.agent()
    going_on = GoingOn(place.agents, place.inbox)
    going_on.wanted = wanted

    def does(state: State) -> None:
        ada.verdict = place.states[ada.pane] = Verdict(state=state)
        going_on.heard(ada.pane)
        place.inbox.heed(ada.pane)

    does("working")
    does("limited")
    return ada, going_on, does


async def test_it_is_told_once_when_the_limit_is_over(place: Delivering) -> None:
    ada, going_on, does = await stopped(place)
    await until(lambda: [note.state for note in place.inbox.waiting(ada.pane)] == ["held"], "a note that is held")
    assert place.inbox.waiting(ada.pane)[0].reason == "its usage limit is reached"
    does("limited")
    del place.states[ada.pane]
    place.look(ada)
    going_on.heard(ada.pane)
    place.inbox.heed(ada.pane)
    assert await place.prompted(1) == [GO_ON]
    await until(lambda: not place.inbox.waiting(ada.pane), "nothing that waits")


async def test_nobody_tells_it_what_it_was_told(place: Delivering) -> None:
    ada, _, does = await stopped(place)
    await until(lambda: [note.text for note in place.inbox.waiting(ada.pane)] == [GO_ON], "what is to be said")
    does("working")
    assert place.inbox.waiting(ada.pane) == []
    does("limited")
    await until(lambda: len(place.inbox.waiting(ada.pane)) == 1, "the next limit's own")


async def test_it_is_only_done_where_a_person_wants_it(place: Delivering) -> None:
    ada, going_on, does = await stopped(place, wanted=False)
    await place.house.stores[-1].settled()
    assert place.inbox.waiting(ada.pane) == []
    going_on.wanted = True
    does("idle")
    does("limited")  # it had nothing to do
    await place.house.stores[-1].settled()
    assert place.inbox.waiting(ada.pane) == []
    ada.verdict = Verdict(state="working")
    going_on.heard(ada.pane)
    does("limited")
    await until(lambda: len(place.inbox.waiting(ada.pane)) == 1, "one that was at work")
