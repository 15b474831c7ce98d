import pytest

from muxer.errors import UnknownName
from muxer.ui.layout import Region, regions
from muxer.ui.tab_data import tab_data, unfold
from muxer.ui.workbench import Workbench

ROOM = Region(0, 0, 121, 40)


def bench() -> Workbench:
    made = Workbench()
    for pane, way in (("p1", "right"), ("p2", "right"), ("p3", "down")):
        made.place(pane, way=way, room=ROOM)  # type: ignore[arg-type]
    return made


def test_a_tab_becomes_data_and_a_tab_again() -> None:
    made = bench()
    assert made.tab
    made.tab.name = "api"
    data = tab_data(made, "")
    assert data == tab_data(made, "api") == tab_data(made, "1")
    assert (data["name"], data["focus"], data["zoomed"]) == ("api", "p3", False)
    again = {"p1": "p4", "p2": "p5", "p3": "p6"}
    tree = _renamed(data["tree"], again)
    name, sizes = unfold(made, data["name"], tree, ROOM, focus="p5", zoomed=False)
    assert name != "api"
    assert name.startswith("api")
    assert made.tab
    assert (made.tab.name, made.tab.focus) == (name, "p5")
    old, new = regions(made.tabs[0].tree, ROOM), regions(made.tab.tree, ROOM)
    assert {again[pane]: region for pane, region in old.items()} == new
    assert sizes == {pane: (region.cols, region.rows - 1) for pane, region in new.items()}


def test_a_zoom_is_kept_where_there_is_something_to_hide() -> None:
    made = bench()
    unfold(made, "one", "p4", ROOM, focus="p4", zoomed=True)
    assert made.tab
    assert not made.tab.zoomed
    tree = {"axis": "row", "weights": [1, 1], "children": ["p5", "p6"]}
    unfold(made, "two", tree, ROOM, focus="p5", zoomed=True)
    assert made.tab.zoomed


def test_a_tab_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownName, match="no tab named '7'"):
        tab_data(bench(), "7")
    with pytest.raises(UnknownName):
        tab_data(Workbench(), "")


def _renamed(tree: object, names: dict[str, str]) -> object:
    if isinstance(tree, str):
        return names[tree]
    assert isinstance(tree, dict)
    return tree | {"children": [_renamed(child, names) for child in tree["children"]]}
