"""What a person is asked once: whose keys their fingers know, and which colours they like.

Enter starts, and so does Escape; it is on record then that they were asked, so this is never shown again.
"""

import asyncio
import os
import shutil
from collections.abc import Sequence
from itertools import accumulate
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from muxer.config import Key
from muxer.errors import MuxerError
from muxer.settings.keymaps import read_keymap
from muxer.shipped import names
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.found import versions
from muxer.ui.screens.panel import PADDING, Panel, room_in_panel

QUESTION = 29
"""Columns of the questions."""
FIRST = ("tmux", "zellij", "vim", "free", "night", "day", "contrast", "terminal")
"""What most people look for stands in front."""
WORDS = {"free": "no prefix", "terminal": "terminal's own"}
"""What files' names do not say by themselves."""


class Row:
    """A question and its answers, one of them chosen."""

    def __init__(self, question: str, key: Key, answers: Sequence[str], chosen: str) -> None:
        self.question, self.key = question, key
        self.answers = sorted(answers, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
        self.at = self.answers.index(chosen) if chosen in self.answers else 0

    @property
    def chosen(self) -> str:
        """The answer as it stands."""
        return self.answers[self.at]

    def turn(self, steps: int) -> None:
        """Another answer; round at the ends."""
        self.at = (self.at + steps) % len(self.answers)


class FirstRun(ModalScreen[None]):
    """Two rows of answers; each is tried on at once."""

    CSS = f"""
    FirstRun {{ align: center middle; background: transparent; }}
    FirstRun Panel {{ margin: 0; }}
    FirstRun #rows {{ margin-top: 1; padding: 0 {PADDING}; height: auto; }}
    """
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start", priority=True),
        Binding("escape,q,ctrl+c,ctrl+g", "defaults", priority=True),
        Binding("down,j,tab", "move(1)", priority=True),
        Binding("up,k,shift+tab", "move(-1)", priority=True),
        Binding("right,l,space", "turn(1)", priority=True),
        Binding("left,h", "turn(-1)", priority=True),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        look = desk.look.config.look
        self._rows = (
            Row("What do your fingers know?", ("look", "keymap"), names("keymaps"), look.keymap),
            Row("Theme", ("look", "theme"), names("themes"), look.theme),
        )
        self._at = 0
        agents = (cli.program for cli in desk.runtime.clis() if cli.install)
        self._found = dict.fromkeys(filter(None, [*agents, shutil.which("git")]), "")
        """Programs, and their versions once they have told them."""
        self._asking: asyncio.Task[None] | None = None

    def compose(self) -> ComposeResult:
        """The questions, and what is here."""
        arrows = ("up down", "left right") if self._desk.look.ascii else ("↑ ↓", "← →")
        keys = f"{arrows[0]} move · {arrows[1]} choose · enter start · esc defaults"
        yield Panel("MUXER", Static(id="rows", markup=False), keys=keys)

    def on_mount(self) -> None:
        """Ask the programs who they are; nobody waits for them."""
        self._asking = asyncio.ensure_future(self._ask_versions())
        self._fill()

    def on_unmount(self) -> None:
        """Whoever has not told yet need not."""
        if self._asking is not None:
            self._asking.cancel()

    def on_resize(self, _event: events.Resize) -> None:
        """Answers are cut to the panel."""
        self._fill()

    async def _ask_versions(self) -> None:
        async for program, version in versions(self._found):
            self._found[program] = version
            self._fill()

    # ---- rows

    def _fill(self) -> None:
        cols = room_in_panel(self.size.width)
        (keymap, theme), worn = self._rows, self._desk.look.theme
        lines = [
            self._line(keymap, cols, under=self._at == 0),
            self._aside(self._about_keys(keymap.chosen, cols), cols),
            Content(""),
            self._line(theme, cols, under=self._at == 1),
            self._aside(f"{'dark' if worn.dark else 'light'}, {theme.at + 1} of {len(theme.answers)}", cols),
            Content(""),
            *self._programs(cols),
        ]
        self.query_one("#rows", Static).update(Content("\n").join(lines))

    def _line(self, row: Row, cols: int, *, under: bool) -> Content:
        return Content.assemble(
            (f"{row.question:{QUESTION}}", "bold $primary" if under else "$foreground"),
            _answers(row, cols - QUESTION, mark="> " if self._desk.look.ascii else "❯ ", under=under),
        )

    def _aside(self, words: str, cols: int) -> Content:
        text = Content(words).truncate(max(1, cols - QUESTION - 2), ellipsis=True)
        return Content.assemble(" " * (QUESTION + 2), text.stylize("$text-muted"))

    def _about_keys(self, name: str, cols: int) -> str:
        try:
            keymap = read_keymap(name)
        except MuxerError:
            return "cannot be read: muxer config check says why"
        start = f"{keymap.prefix}, then a key" if keymap.prefix else "keys act at once"
        way = keymap.way("help.keys")
        whole = f"{start}; {way} lists them"
        return whole if way and len(whole) <= cols - QUESTION - 2 else start

    def _programs(self, cols: int) -> list[Content]:
        """As many as two lines hold."""
        said = [f"{os.path.basename(path)} {version}".rstrip() for path, version in self._found.items()]
        lines = [""]
        for word in said or ["no agent, and no git"]:
            longer = f"{lines[-1]} · {word}" if lines[-1] else word
            if len(longer) <= cols - QUESTION - 2:
                lines[-1] = longer
            elif len(lines) == 1:
                lines.append(word)
        heads = [f"{'Found here':{QUESTION + 2}}", " " * (QUESTION + 2)]
        return [
            Content.assemble(head, (harmless(line), "$text-muted")) for head, line in zip(heads, lines, strict=False)
        ]

    # ---- keys

    def action_move(self, steps: int) -> None:
        """To the other question."""
        self._at = (self._at + steps) % len(self._rows)
        self._fill()

    def action_turn(self, steps: int) -> None:
        """Another answer, tried on."""
        row = self._rows[self._at]
        row.turn(steps)
        if row.key[1] == "theme":
            self._desk.wear(theme=row.chosen)
        self._fill()

    def action_start(self) -> None:
        """As chosen."""
        self._leave({row.key: row.chosen for row in self._rows})

    def action_defaults(self) -> None:
        """As it was."""
        self._leave({})

    def _leave(self, chosen: dict[Key, str]) -> None:
        said = self._desk.runtime.choose(chosen)
        self.dismiss()
        if said:
            self._desk.voice.warn(said)


def _answers(row: Row, cols: int, *, mark: str, under: bool) -> Content:
    """The answers side by side, as many as there is room for, and always the chosen one."""
    words = [harmless(WORDS.get(name, name)) for name in row.answers]
    ends = list(accumulate(len(mark) + len(word) + 1 for word in words))
    before = next(start for start in (0, *ends) if ends[row.at] - start < cols - 1)
    parts = []
    for at, (word, end) in enumerate(zip(words, ends, strict=True)):
        if end <= before:
            continue
        if end - before >= cols - 1:
            parts.append(Content("…").stylize("$text-muted"))
            break
        ink = "$text-muted" if at != row.at else "bold $primary" if under else "bold $foreground"
        parts.append(Content(f"{mark if at == row.at else ' ' * len(mark)}{word} ").stylize(ink))
    return Content.assemble(*parts)


def is_due(desk: Desk) -> bool:
    """Is somebody here who was never asked, and who may answer?"""
    return desk.runtime.fresh and any(not viewer.read_only for viewer in desk.driver.viewers)
