import asyncio

from muxer.ui.clock import FRAME, FrameClock


async def test_many_asks_are_one_frame() -> None:
    drawn: list[set[str]] = []
    done = asyncio.Event()

    def draw(panes: set[str]) -> set[str]:
        drawn.append(panes)
        done.set()
        return set()

    clock = FrameClock(draw)
    for pane in ("a", "b", "a"):
        clock.ask(pane)
    assert drawn == []
    await asyncio.wait_for(done.wait(), 5)
    assert drawn == [{"a", "b"}]


async def test_a_pane_just_typed_into_is_drawn_alone_and_at_once() -> None:
    drawn: list[set[str]] = []

    def draw(panes: set[str]) -> set[str]:
        drawn.append(panes)
        return set()

    clock = FrameClock(draw)
    clock.ask("a")
    clock.typed_into("b")
    clock.ask("b")
    assert drawn == [{"b"}]
    clock.ask("b")  # a flood does not take every turn
    assert drawn == [{"b"}]
    clock.stop()


async def test_a_pane_that_holds_its_frame_is_asked_again() -> None:
    held = [{"a"}, {"a"}, set[str]()]
    done = asyncio.Event()

    def draw(panes: set[str]) -> set[str]:
        assert panes == {"a"}
        again = held.pop(0)
        if not held:
            done.set()
        return again

    clock = FrameClock(draw)
    clock.ask("a")
    await asyncio.wait_for(done.wait(), 5)


async def test_frames_take_at_most_a_quarter_of_the_loop() -> None:
    loop = asyncio.get_running_loop()
    ends: list[float] = []
    begins: list[float] = []
    done = asyncio.Event()

    def draw(panes: set[str]) -> set[str]:
        begins.append(loop.time())
        while loop.time() < begins[-1] + 2 * FRAME:
            pass
        ends.append(loop.time())
        if len(ends) == 4:
            done.set()
            return set()
        return panes

    FrameClock(draw).ask("a")
    await asyncio.wait_for(done.wait(), 10)
    assert all(begin - end >= 5.9 * FRAME for end, begin in zip(ends, begins[1:], strict=False))


async def test_without_asks_there_is_no_timer() -> None:
    clock = FrameClock(lambda _: set())
    assert clock._timer is None
    clock.ask("a")
    assert clock._timer is not None
    clock.stop()
    assert clock._timer is None


async def test_what_sleeps_costs_nothing_until_it_is_woken() -> None:
    drawn: list[set[str]] = []
    done = asyncio.Event()

    def draw(panes: set[str]) -> set[str]:
        drawn.append(panes)
        done.set()
        return set()

    clock = FrameClock(draw)
    clock.sleep({"a"})
    assert clock._timer is None
    clock.wake()
    await asyncio.wait_for(done.wait(), 5)
    assert drawn == [{"a"}]
    clock.wake()
    assert clock._timer is None
