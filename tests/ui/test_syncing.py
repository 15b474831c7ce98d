from muxer.ui.syncing import Syncing


def test_typing_goes_to_one_pane_until_two_are_synced() -> None:
    syncing = Syncing()
    assert syncing.targets("p1") == ("p1",)
    assert not syncing.start(["p1"])
    assert not syncing.start(["p1", "p1"])
    assert syncing.banner("ctrl+b y") == ""
    assert syncing.start(["p1", "p2", "p3"])
    assert syncing.targets("p2") == ("p1", "p3", "p2")
    assert syncing.targets("p9") == ("p9",)
    assert syncing.banner("ctrl+b y") == "SYNC 3 panes · ctrl+b y ends it"
    assert syncing.banner("") == "SYNC 3 panes"
    syncing.stop()
    assert syncing.targets("p2") == ("p2",)


def test_marks_are_kept_in_order_and_shown() -> None:
    syncing = Syncing()
    assert syncing.mark("p2")
    assert syncing.mark("p1")
    assert list(syncing.marked) == ["p2", "p1"]
    assert (syncing.note("p1"), syncing.note("p3")) == ("marked", "")
    assert not syncing.mark("p2")
    assert list(syncing.marked) == ["p1"]


def test_a_pane_joins_or_leaves_while_it_is_on() -> None:
    syncing = Syncing()
    syncing.start(["p1", "p2"])
    assert syncing.mark("p3")
    assert list(syncing.panes) == ["p1", "p2", "p3"]
    assert syncing.note("p3") == "synced"
    assert not syncing.mark("p3")
    assert list(syncing.panes) == ["p1", "p2"]
    assert not syncing.drop("p9")
    assert syncing.drop("p1")
    assert [*syncing.panes, *syncing.marked, syncing.note("p2")] == [""]
