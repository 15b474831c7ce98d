import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.errors import UnknownName, UsageError
from muxer.memory import write_toml
from muxer.settings.layouts import (
    DEEPEST,
    MOST,
    SavedPane,
    layout_file,
    layout_names,
    layouts_folder,
    read_layout,
    to_file,
)

TREE = {"axis": "row", "weights": [3.0, 1.0], "children": ["vim", {
    "axis": "column", "weights": [1.0, 1.0], "children": ["sh", "log s"],
}]}  # fmt: skip
PANES = {
    "vim": SavedPane(cwd="~/src", command=("vim", "a b.py")),
    "sh": SavedPane(cwd="/tmp"),
    "log s": SavedPane(cwd="/var/log", command=("tail", "-f", "x")),
}


def write(text: str, name: str = "api") -> str:
    os.makedirs(layouts_folder(), exist_ok=True)
    file = layout_file(name)
    Path(file).write_text(text)
    return file


def test_what_is_written_is_read_back() -> None:
    os.makedirs(layouts_folder())
    write_toml(layout_file("api"), to_file(TREE, PANES, focus="sh", zoomed=True), head="# hello\n\n")
    read = read_layout("api")
    assert (read.name, read.panes, read.focus, read.zoomed) == ("api", PANES, "sh", True)
    assert read.tree == TREE | {"weights": [75.0, 25.0], "children": ["vim", TREE["children"][1] | {  # type: ignore[operator]
        "weights": [50.0, 50.0]}]}  # fmt: skip
    line = int(read.at("pane", "log s", "cwd").rpartition(":")[2])
    assert Path(read.file).read_text().splitlines()[line - 1] == 'cwd = "/var/log"'


def test_one_pane_is_a_layout_and_little_need_be_said() -> None:
    write("tree.pane = 'a'\n[pane.a]\n")
    read = read_layout("api")
    assert (read.tree, read.focus, read.zoomed, read.panes) == ("a", "a", False, {"a": SavedPane()})


names = st.lists(st.text("abcde -_.é日\"'", min_size=1, max_size=6), min_size=1, max_size=8, unique=True)


@given(names=names, data=st.data())
def test_any_tree_survives_its_file(names: list[str], data: st.DataObject) -> None:
    tree: Any = names[0]
    for name in names[1:]:
        weights = data.draw(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=2))
        tree = {"axis": data.draw(st.sampled_from(["row", "column"])), "weights": weights, "children": [tree, name]}
    os.makedirs(layouts_folder(), exist_ok=True)
    panes = {name: SavedPane(cwd="/", command=(name,)) for name in names}
    write_toml(layout_file("any"), to_file(tree, panes, focus=names[-1], zoomed=False))
    read = read_layout("any")

    def bare(node: Any) -> Any:
        return node if isinstance(node, str) else (node["axis"], [bare(child) for child in node["children"]])

    assert bare(read.tree) == bare(tree)
    assert read.panes == panes


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "a layout needs a table [pane.NAME] for each pane"),
        ("pane = 3", 1, "a layout needs a table [pane.NAME] for each pane"),
        ("tree = {pane = 'a'}\nzomed = true\n[pane.a]", 2, "no key named 'zomed': did you mean zoomed?"),
        ("tree = {pane = 'a'}\nzoomed = 3\n[pane.a]", 2, "zoomed must be true or false"),
        ("focus = 'b'\ntree = {pane = 'a'}\n[pane.a]", 1, "focus must be one of its panes, not 'b'"),
        ("tree = {pane = 'a'}\n[pane.a]\ncwd = 3", 3, "cwd: expected str, got int"),
        ("tree = {pane = 'a'}\n[pane.a]\ncommand = 'ls -l'", 3, "command: expected array, got str"),
        ("tree = {pane = 'a'}\n[pane.a]\ncommand = ['ls', 3]", 3, "command: expected str, got int"),
        ("tree = {pane = 'a'}\n[pane.a]\ncmd = []", 3, "no key named 'cmd': did you mean cwd"),
        ("[pane.a]", 1, "tree: expected object, got null"),
        ("tree = 3\n[pane.a]", 1, "tree: expected object, got int"),
        ("[tree]\naxis = 'diagonal'\n[pane.a]", 2, "axis: invalid enum value 'diagonal'"),
        ("[tree]\naxis = 'row'\nchildren = []\n[pane.a]", 1, "a split needs two children at least"),
        ("[tree]\naxis = 'row'\nchildren = 3\n[pane.a]", 3, "children must be a list"),
        (
            "[tree]\naxis = 'row'\nchildren = [\n  {pane = 'a'},\n  {pane = 'b'},\n]\n[pane.a]", 5,
            "no pane named 'b': did you mean a?",
        ),
        (
            "[tree]\naxis = 'row'\n[[tree.children]]\npane = 'a'\n[[tree.children]]\npane = 'a'\nweight = 0\n[pane.a]",
            7, "weight must be more than 0",
        ),
        ("tree = {pane = 'a', weight = nan}\n[pane.a]", 1, "weight must be more than 0"),
        ("tree = {pane = 'a', weight = inf}\n[pane.a]", 1, "weight must be more than 0"),
        (
            "[tree]\naxis = 'row'\n[[tree.children]]\npane = 'a'\n[[tree.children]]\npane = 'a'\n[pane.a]", 7,
            "the pane a is in the tree twice",
        ),
        ("tree = {pane = 'a'}\n[pane.a]\n[pane.b]", 3, "the pane b is not in the tree"),
        ("[tree]\npane = 'a'\naxis = 'row'\n[pane.a]", 1, "either a pane, or an axis"),
        ("[tree]\npane = 'a'\nchildren = [{pane = 'a'}]\n[pane.a]", 1, "the pane a cannot have children"),
        ("[tree\n", 1, "expected"),
    ],
)  # fmt: skip
def test_what_is_off_is_one_line_with_file_and_line(text: str, line: int, words: str) -> None:
    file = write(text)
    with pytest.raises(UsageError) as caught:
        read_layout("api")
    said = str(caught.value)
    assert said.startswith(f"{file}:{line}: ")
    assert words in said
    assert "\n" not in said


def test_a_tree_without_end_is_refused() -> None:
    deep = "{pane = 'a'}"
    for _ in range(DEEPEST + 1):
        deep = f"{{axis = 'row', children = [{deep}, {{pane = 'a'}}]}}"
    write(f"tree = {deep}\n[pane.a]\n")
    with pytest.raises(UsageError, match="splits in one another"):
        read_layout("api")
    many = [f"p{n}" for n in range(MOST + 1)]
    tree = {"axis": "row", "weights": [1.0] * len(many), "children": many}
    write_toml(layout_file("api"), to_file(tree, dict.fromkeys(many, SavedPane()), focus="p0", zoomed=False))
    with pytest.raises(UsageError, match="more than"):
        read_layout("api")


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", ".x", "-x", "a\0b", "a\nb", "x" * 65, "x.", "x ", "~"])
def test_a_name_is_a_safe_file_name(name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a layout"):
        layout_file(name)


def test_names_are_listed_and_the_nearest_is_told() -> None:
    assert layout_names() == []
    with pytest.raises(UnknownName, match="there is no layout yet"):
        read_layout("api")
    for name in ("web", "api 2", "dev.local", "größe"):
        write("", name)
    Path(layouts_folder(), ".hidden.toml").touch()
    Path(layouts_folder(), "notes.txt").touch()
    assert layout_names() == ["api 2", "dev.local", "größe", "web"]
    with pytest.raises(UnknownName, match="did you mean web"):
        read_layout("wbe")


def test_the_file_reads_well() -> None:
    data = to_file(TREE, PANES, focus="sh", zoomed=False)
    assert data["pane"]["sh"] == {"cwd": "/tmp"}
    assert tomllib.loads("x = 1") == {"x": 1}
    assert to_file({"axis": "row", "weights": [1e9, 1e-9], "children": ["a", "b"]}, {}, focus="a", zoomed=False)[
        "tree"
    ]["children"][1] == {"weight": 0.01, "pane": "b"}
