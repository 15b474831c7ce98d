from muxer.ui.history import STEPS, History, Newcomer, TabShape, free_name
from muxer.ui.layout import Split

AB = Split("row", ("a", "b"), (1.0, 1.0))
BA = Split("row", ("b", "a"), (1.0, 1.0))


def one(tree: str | Split, name: str = "1") -> tuple[TabShape, ...]:
    return (TabShape(1, name, tree),)


def test_back_and_forth() -> None:
    history = History()
    history.record(one(AB))
    assert history.undo(one(BA)) == one(AB)
    assert history.undo(one(AB)) is None
    assert history.redo(one(AB)) == one(BA)
    assert history.redo(one(BA)) is None
    assert history.undo(one(BA)) == one(AB)


def test_a_new_change_forgets_what_was_undone() -> None:
    history = History()
    history.record(one(AB))
    history.undo(one(BA))
    history.record(one(AB, "x"))
    assert history.redo(one(AB, "y")) is None


def test_it_does_not_grow_for_ever() -> None:
    history = History()
    for n in range(STEPS + 10):
        history.record(one(AB, str(n)))
    now, count = one(AB, "now"), 0
    while (back := history.undo(now)) is not None:
        now, count = back, count + 1
    assert count == STEPS
    assert now == one(AB, "10")


def test_one_gesture_is_one_step() -> None:
    history = History()
    history.record(one(AB, "1"), gesture="drag")
    history.record(one(AB, "2"), gesture="drag")
    history.settle()
    history.record(one(AB, "3"), gesture="drag")
    assert history.undo(one(AB, "4")) == one(AB, "3")
    assert history.undo(one(AB, "3")) == one(AB, "1")


def test_a_closed_pane_is_in_no_layout_any_more() -> None:
    history = History()
    history.record((TabShape(1, "1", AB), TabShape(2, "2", "c")))
    history.closed("c")
    history.closed("a")
    assert history.undo(one(Split("row", ("b", "d"), (1.0, 1.0)))) == one("b")


def test_steps_that_have_become_the_same_are_skipped() -> None:
    history = History()
    history.record(one(AB, "old"))
    history.record(one(AB))
    history.closed("a")
    assert history.undo(one("b")) == one("b", "old")


def test_an_opened_pane_is_in_all_of_them() -> None:
    history = History()
    history.record(one("a"))
    history.record(one(AB))
    history.opened(Newcomer("c", 1, "1", "b", "down"))
    history.opened(Newcomer("d", 7, "1", None, "right"))
    down = Split("column", ("b", "c"), (1.0, 1.0))
    assert history.undo(()) == (TabShape(1, "1", Split("row", ("a", down), (1.0, 1.0))), TabShape(7, "1-2", "d"))
    # Where its neighbour was not, it lies beside the last.
    assert history.undo(()) == (TabShape(1, "1", Split("column", ("a", "c"), (1.0, 1.0))), TabShape(7, "1-2", "d"))


def test_a_free_name() -> None:
    assert free_name("logs", set()) == "logs"
    assert free_name("logs", {"logs", "logs-2"}) == "logs-3"
