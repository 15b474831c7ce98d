"""What a person wishes of an agent before it is spawned: rows to choose in or to write in. Pure.

Which rows there are follows from the CLI that is chosen; what is left empty is left to the verb.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from muxer.model import CliFacts

MOST = 20
"""Agents at once."""
COMMAND = ""
"""Chosen instead of a CLI: any command."""


class Choice(NamedTuple):
    """One value of a row, as it is shown, and what is good to know of it."""

    value: str
    shown: str
    words: str = ""
    ready: bool = True


LABELS = {
    "cli": "agent", "exec": "command", "name": "name", "project": "project", "workspace": "workspace",
    "model": "model", "effort": "effort", "auto": "asks", "role": "role", "circle": "circle", "n": "how many",
    "restart": "restart",
}  # fmt: skip
"""All rows, in their order."""
WORDS = {
    "exec": "what is run, in a shell's words",
    "name": "what it is called, if not after its CLI",
    "model": "as its CLI calls it; empty: the one it has set",
    "effort": "as its CLI calls it; empty: the one it has set",
    "role": "what it is for: a word that others find it by",
    "circle": "the group whose agents may write to each other",
}
"""What is written into a row that has no choices."""
EMPTY = {
    "exec": "none yet", "name": "after its CLI", "model": "as it is set", "effort": "as it is set", "role": "none",
    "circle": "none",
}  # fmt: skip
"""What a row stands for while nothing is written in it."""
_FIXED: Mapping[str, tuple[Choice, ...]] = {
    "workspace": (
        Choice("", "by default", "a worktree, unless the project says otherwise or is no repository"),
        Choice("worktree", "worktree", "a branch and a folder of its own, beside the project"),
        Choice("clone", "clone", "a repository of its own"),
        Choice("here", "here", "in the folder itself, together with whoever else works there"),
    ),
    "auto": (
        Choice("", "before it acts", "you are asked before it runs tools, as its CLI does it"),
        Choice("yes", "nothing", "it runs tools without asking you"),
    ),
    "n": tuple(Choice(str(n), str(n), "agents at once, each with a workspace of its own") for n in range(1, MOST + 1)),
    "restart": (
        Choice("never", "never", "when it has ended, it stays so"),
        Choice("on-failure", "on failure", "when it failed, it is started again and takes up its conversation"),
        Choice("always", "always", "when it ended, it is started again and takes up its conversation"),
    ),
}


class SpawnForm:
    """The rows and what stands in them."""

    def __init__(self, clis: Sequence[CliFacts], here: str, remembered: Mapping[str, str]) -> None:
        self._clis = {cli.name: cli for cli in clis}
        self._choices = dict(_FIXED)
        self._choices["cli"] = (
            *(Choice(cli.name, cli.title, cli.program or cli.install, bool(cli.program)) for cli in clis),
            Choice(COMMAND, "a command", "any program: no model, no hooks"),
        )
        self._here = Choice("", "here", here)
        self.know_projects(())
        self.values = {row: choices[0].value for row, choices in self._choices.items()} | dict.fromkeys(WORDS, "")
        for row, value in remembered.items():
            if row in WORDS or value in {choice.value for choice in self._choices.get(row, ())}:
                self.values[row] = value

    def know_projects(self, projects: Sequence[tuple[str, str]]) -> None:
        """Names and folders of the projects that there are."""
        self._choices["project"] = (self._here, *(Choice(name, name, folder) for name, folder in projects))

    # ---- rows

    @property
    def rows(self) -> list[str]:
        """Those that the chosen CLI has."""
        cli = self._clis.get(self.values["cli"])
        lacking = {"exec"} if cli else {"model", "effort", "auto"}
        if cli:
            has = {"model": cli.models, "effort": cli.efforts, "auto": cli.autos}
            lacking |= {row for row, there in has.items() if not there}
        return [row for row in LABELS if row not in lacking]

    def choice(self, row: str) -> Choice | None:
        """What is chosen in it; None where one writes."""
        choices = self._choices.get(row)
        if choices is None:
            return None
        return next((one for one in choices if one.value == self.values[row]), choices[0])

    def words(self, row: str) -> str:
        """What is good to know of it."""
        choice = self.choice(row)
        if choice is None:
            return WORDS[row]
        return choice.words if choice.ready else f"not installed: {choice.words}"

    def step(self, row: str, steps: int) -> None:
        """To the value before or after the one that is chosen; round at the ends."""
        choices = self._choices[row]
        at = choices.index(self.choice(row) or choices[0])
        self.values[row] = choices[(at + steps) % len(choices)].value

    def jump(self, row: str, letters: str) -> None:
        """To the next value that begins like this."""
        choices = self._choices[row]
        at = choices.index(self.choice(row) or choices[0])
        for choice in (*choices[at + 1 :], *choices[: at + 1]):
            if choice.shown.lower().startswith(letters.lower()):
                self.values[row] = choice.value
                return

    # ---- the verb

    @property
    def wrong(self) -> str:
        """Why it cannot be spawned like this; nothing where it can."""
        if self.values["cli"] == COMMAND and not self.values["exec"].strip():
            return "say which command is to be run, or choose an agent"
        choice = self.choice("cli")
        return f"{choice.shown} is not installed: {choice.words}" if choice and not choice.ready else ""

    def arguments(self, prompt: str) -> dict[str, object]:
        """What the verb is called with; what is empty, it decides."""
        said: dict[str, object] = {row: value for row in self.rows if (value := self.values[row].strip())}
        said |= {"n": int(self.values["n"])} | ({"auto": True} if "auto" in said else {})
        return said | ({"prompt": prompt.strip("\n")} if prompt.strip() else {})

    @property
    def remembered(self) -> dict[str, str]:
        """What the next one begins with: all but the name."""
        return self.values | {"name": "", "n": "1"}
