"""The promote dialog: what would land on trunk, the project's check at work on it, and a key that lands it.

The check begins by itself. Closing the dialog ends it, and whatever has not landed.
"""

import time
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from muxer.errors import MuxerError
from muxer.model import PaneId
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.answer import Answer
from muxer.ui.screens.panel import PADDING, Band, Panel
from muxer.ui.screens.placing import beside
from muxer.ui.screens.promote_rows import Said, commit_row, facts_of, marks, output_of, title_of, ways_of
from muxer.ui.states import plainly
from muxer.work import Trial

WAYS = ("merge", "squash", "rebase")
AROUND = 13
"""Rows that are neither the commits' nor the check's output."""
MOST = 12
"""Commits that are seen at once, at most."""
SECOND = 1.0
"""How long a check takes is told by the second, while it runs."""
HELP = """\
y                 promote; while the check runs, as soon as it is green
Y                 promote without the check
p                 as a pull request
u                 take back what was promoted last
1 2 3   tab       merge, squash, rebase; the next of them
c enter           choose commits, and be done with that
space             take the commit, or leave it out
j k   ↑ ↓         another commit; so do pgup, pgdn, home and end
d                 review all that changed
n   q   esc       close: what has not landed does not, and the check ends"""
SCROLLS = {"first": "home", "last": "end", "page_up": "page_up", "page_down": "page_down"}
"""What a list does without a bar, for each thing that it does with one."""


class Promote(ModalScreen[None]):
    """Asks the verb for everything, and does nothing but by a key."""

    CSS = f"""
    Promote {{ background: transparent; }}
    Promote Panel {{ margin: 0; }}
    Promote #ways {{ margin-top: 1; }}
    Promote #facts {{ margin-top: 1; }}
    Promote #output {{ height: auto; color: $text-muted; padding: 0 {PADDING}; }}
    Promote #wrong {{ margin-top: 1; color: $text-error; }}
    Promote OptionList > .option-list--option-highlighted {{
        color: $foreground; background: transparent; text-style: none;
    }}
    Promote.-chooses OptionList > .option-list--option-highlighted {{
        color: $primary; background: $panel; text-style: bold;
    }}
    """
    LEADS_TO_QUESTIONS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q,ctrl+c,ctrl+g", "leave", priority=True),
        Binding("y", "promote('')", priority=True),
        Binding("Y", "promote('no_check')", priority=True),
        Binding("p", "promote('pr')", priority=True),
        Binding("u", "undo", priority=True),
        Binding("d", "review", priority=True),
        Binding("c,enter", "choose", priority=True),
        Binding("space", "mark", priority=True),
        Binding("tab", "way(-1)", priority=True),
        *(Binding(str(number + 1), f"way({number})", priority=True) for number in range(len(WAYS))),
        Binding("up,k,ctrl+p", "move(-1)", priority=True),
        Binding("down,j,ctrl+n", "move(1)", priority=True),
        Binding("home,g", "leap('first')", priority=True),
        Binding("end,G", "leap('last')", priority=True),
        Binding("pageup,b,ctrl+b", "leap('page_up')", priority=True),
        Binding("pagedown,ctrl+f", "leap('page_down')", priority=True),
        Binding("question_mark", "help", priority=True),
    ]

    def __init__(self, desk: Desk, pane: PaneId, name: str) -> None:
        super().__init__()
        self._desk, self._pane, self._who = desk, pane, name
        self._said: Said | None = None
        self._all: Sequence[Said] = ()
        """Every commit of its work, also where only some are chosen."""
        self._left: set[str] = set()
        """Commits that are not to be taken."""
        self._way = WAYS[0]
        self._wrong = ""
        self._doing = ""
        """What is being done now, and for whose end a person waits."""
        self._rows, self._cols = MOST, 40
        self._watcher = partial(self.call_later, self._look_again)
        self._trial: Trial | None = None
        """As it was when it was shown."""
        self._clock: Timer

    def compose(self) -> ComposeResult:
        """Commits, what there is to know of them, and what the check says."""
        listed = OptionList(markup=False)
        listed.can_focus = False
        yield Panel(
            title_of(self._who, None, plain=self._plain),
            Static(id="ways", classes="panel--words", markup=False),
            listed,
            Static(id="facts", classes="panel--words", markup=False),
            Static(id="output", markup=False),
            Static("looking …", id="wrong", classes="panel--words", markup=False),
            keys="esc close",
        )

    def on_mount(self) -> None:
        """Look at once; what the check says is told from now on."""
        self._desk.attention.watcher = self._watcher
        self._clock = self.set_interval(SECOND, self._show, pause=True)
        self._fit()
        self._look()

    def on_unmount(self) -> None:
        """Nobody listens any more."""
        if self._desk.attention.watcher is self._watcher:
            self._desk.attention.watcher = None

    def on_resize(self) -> None:
        """The terminal's size is another."""
        self._fit()
        self._show()

    @property
    def _plain(self) -> bool:
        return self._desk.look.ascii

    # ---- what it would do

    def _arguments(self) -> dict[str, object]:
        """What a person chose, as the verb takes it."""
        taken = [one["sha"] for one in self._all if one["sha"] not in self._left]
        some = {"commits": ",".join(taken)} if self._left else {}
        return {"agent": self._pane, self._way: True, **some}

    def _look(self) -> None:
        """What is under way for another choice is given up."""
        self.run_worker(self._preview(), exclusive=True)

    async def _preview(self) -> None:
        try:
            said = await self._ask(dry_run=True)
            self._said, self._wrong = said, str(said["why_not"])
            if not self._left:
                self._all = said["commits"]
            self._show()
            if said["check"] and not said["why_not"]:
                await self._ask(dry_run=True, check=True)
        except MuxerError as error:
            self._wrong = str(error)
        self._show()

    async def _ask(self, **arguments: object) -> Said:
        found = await self._desk.runtime.call("promote", **self._arguments(), **arguments)
        assert isinstance(found, dict)
        return found

    # ---- what a person does

    def action_promote(self, how: str) -> None:
        """Land it, once it is green; or as a pull request, or whatever the check says."""
        if self._doing or self._said is None or self._said["why_not"] or not self._taken():
            return
        self._doing = (
            "it is promoted when it is green" if self._said["check"] and how != "no_check" else "it is promoted"
        )
        self._wrong = ""
        self.run_worker(self._promote({how: True} if how else {}), exclusive=how == "no_check")
        self._show()

    async def _promote(self, how: dict[str, object]) -> None:
        try:
            said = await self._ask(**how)
        except MuxerError as error:
            self._doing, self._wrong = "", str(error)
            self._show()
            return
        pull = said["pull"]
        ends = (
            f"at {said['result'][:7]}" if not pull else pull["words"] or f"pull request {pull['number']}: {pull['url']}"
        )
        self._end(f"{self._who} → {said['trunk']} {ends}")

    def action_undo(self) -> None:
        """Take back what landed last."""
        if not self._doing and self._said and self._said["undo"]:
            self._doing = "it is taken back"
            self.run_worker(self._undo(), exclusive=True)
            self._show()

    async def _undo(self) -> None:
        try:
            said = await self._desk.runtime.call("promote", agent=self._pane, undo=True)
        except MuxerError as error:
            self._doing, self._wrong = "", str(error)
            self._show()
            return
        assert isinstance(said, dict)
        self._end(f"{said['trunk']} is at {said['before'][:7]} again, without “{said['undone']}”")

    def action_review(self) -> None:
        """Look at what it changes."""
        self.dismiss()
        self.app.call_later(self._desk.act, "review.open")

    def action_way(self, number: int) -> None:
        """Another way to land; with -1, the next one."""
        if not self._doing and self._said and not self._said["shared"]:
            self._way = WAYS[number if number >= 0 else (WAYS.index(self._way) + 1) % len(WAYS)]
            self._look()

    def action_leave(self) -> None:
        """End choosing, or close; what has not landed does not."""
        if self.has_class("-chooses"):
            self.action_choose()
        else:
            self.dismiss()

    def _end(self, words: str) -> None:
        self._desk.voice.tell(plainly(words.replace("→", ">") if self._plain else words, plain=self._plain))
        self.dismiss()

    # ---- choosing

    def action_choose(self) -> None:
        """Choose commits; or be done with that."""
        if self._doing or not self._all:
            return
        if self.toggle_class("-chooses").has_class("-chooses"):
            self.query_one(OptionList).highlighted = 0
            self._show()
        elif self._taken():
            self._look()

    def action_mark(self) -> None:
        """Take a commit, or leave it out."""
        at = self.query_one(OptionList).highlighted
        if self.has_class("-chooses") and at is not None:
            self._left ^= {self._all[at]["sha"]}
            self._wrong = "" if self._taken() else "no commit is chosen: space takes one"
            self._show()

    def action_move(self, steps: int) -> None:
        """The bar goes up or down; where nobody chooses, the list does."""
        listed = self.query_one(OptionList)
        if self.has_class("-chooses"):
            listed.highlighted = ((listed.highlighted or 0) + steps) % max(1, len(self._all))
        else:
            listed.scroll_relative(y=steps, animate=False)

    def action_leap(self, way: str) -> None:
        """To the first or the last commit, or a page on."""
        listed = self.query_one(OptionList)
        if self.has_class("-chooses"):
            getattr(listed, f"action_{way}")()
        else:
            getattr(listed, f"scroll_{SCROLLS[way]}")(animate=False)

    def action_help(self) -> None:
        """All keys."""
        self._desk.show_screen(Answer("KEYS OF THE PROMOTION", plainly(HELP, plain=self._plain)))

    def _taken(self) -> bool:
        return any(one["sha"] not in self._left for one in self._all)

    # ---- what is shown

    def _look_again(self) -> None:
        """Only if it is about this check: other panes are heard here, too."""
        if self._desk.runtime.trial(self._pane) != self._trial:
            self._show()

    def _fit(self) -> None:
        size, panel = self.app.size, self.query_one(Panel)
        self._rows = max(3, min(MOST + 4, size.height - AROUND))
        place = beside(self._desk.place_of(self._pane), size.width, size.height, self._rows + AROUND)
        self._cols = max(10, place.cols - 2 * PADDING)
        panel.styles.width = place.cols
        panel.styles.offset = (place.x, place.y)

    def _show(self) -> None:
        if not self.is_mounted:
            return
        said, trial = self._said, self._desk.runtime.trial(self._pane)
        self._trial, runs = trial, trial is not None and trial.state in ("waits", "runs")
        if runs:
            self._clock.resume()
        else:
            self._clock.pause()
        bands = self.query(Band)
        bands.first().say(title_of(self._who, said, plain=self._plain))
        bands.last().say(plainly(self._keys(runs=runs), plain=self._plain))
        output = output_of(trial, self._rows // 2, self._cols, plain=self._plain) if said and said["check"] else ""
        self._list(self._rows - (output.count("\n") + 1 if output else 0))
        self._put("#ways", ways_of(said) if said else "")
        facts = partial(facts_of, now=time.time(), plain=self._plain)
        self._put("#facts", facts(said, trial, self._cols) if said else "")
        self._put("#output", output)
        self._put(
            "#wrong", harmless(self._wrong) or self._doing or ("" if said else plainly("looking …", plain=self._plain))
        )

    def _put(self, name: str, words: object) -> None:
        shown = self.query_one(name, Static)
        shown.update(words)  # type: ignore[arg-type]
        shown.display = bool(words)

    def _list(self, rows: int) -> None:
        listed = self.query_one(OptionList)
        listed.styles.max_height = max(2, rows)
        chooses = self.has_class("-chooses")
        taken, out = marks(chooses=chooses or bool(self._left), plain=self._plain)
        lines = [
            commit_row(one, self._cols, mark=out if one["sha"] in self._left else taken, plain=self._plain)
            for one in self._all
        ]
        if [option.prompt for option in listed.options] != lines:
            bar = listed.highlighted
            listed.clear_options().add_options(map(Option, lines))
            listed.highlighted = bar if chooses else None
        listed.display = bool(lines)

    def _keys(self, *, runs: bool) -> str:
        said = self._said
        if self.has_class("-chooses"):
            return "space take or leave · enter done · esc done"
        if said is None or self._doing:
            return "esc stop" if self._doing else "esc close"
        does = "pull request" if said["shared"] else "promote"
        parts = [
            "" if said["why_not"] else f"y {does} when green" if runs else f"y {does}",
            "Y without check" if said["check"] and not said["why_not"] else "",
            "c choose" if self._all else "",
            "d diff",
            "u undo last" if said["undo"] else "",
            "" if said["shared"] else "tab way",
            "? keys",
            "n close",
        ]
        return " · ".join(filter(None, parts))
