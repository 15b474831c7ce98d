"""Everything a key can do: one table of action ids, with the words that help shows. Keymap files name these ids."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can ask of the screen."""

    id: str
    words: str


ACTIONS = {
    action.id: action
    for action in (
        Action("split.right", "split: a shell to the right"),
        Action("split.down", "split: a shell below"),
        Action("focus.left", "go to the pane on the left"),
        Action("focus.right", "go to the pane on the right"),
        Action("focus.up", "go to the pane above"),
        Action("focus.down", "go to the pane below"),
        Action("pane.zoom", "zoom the pane, or show all again"),
        Action("pane.close", "close the pane"),
        Action("tab.new", "a shell in a new tab"),
        Action("tab.next", "next tab"),
        Action("tab.previous", "previous tab"),
        *(Action(f"tab.{n}", f"tab {n}") for n in range(1, 10)),
        Action("client.detach", "detach: everything goes on"),
        Action("client.suspend", "suspend this terminal, as ctrl+z would"),
        Action("prefix.send", "send the prefix to the program"),
    )
}
