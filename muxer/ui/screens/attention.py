"""The queue of all that waits for a person, answered in place: a list, the bottom of the pane in question, its answers.

A key answers only what has been under the bar for a moment, and only while it is still asked; nothing but a key does.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from muxer.model import Choice, Need, NeedKind, PaneId
from muxer.ui.attention import SPOKEN, Place, place_of
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.needs import answers, bottom_of, by_key, rows_of, text_of
from muxer.ui.screens.panel import PADDING, WIDTH, Band, Panel
from muxer.ui.screens.placing import beside
from muxer.ui.screens.typed_line import TypedLine
from muxer.ui.states import plainly, short_age

SETTLED = 0.4
"""What came under the bar by itself is not answered before so many seconds: a key was meant for what was there."""
ANSWERED = 2.0
"""Nor is it answered twice within so many seconds, while its program has not taken the answer in yet."""
AROUND = 9
"""Rows that are neither the list's nor the pane's."""
WRITTEN_TO: tuple[NeedKind, ...] = ("question", "done", "error", "told")
"""A line of text does it."""
WAYS: dict[NeedKind, str] = {
    "held": "enter send now · x drop · g go there", "asked": "enter answer · x refuse · g go there",
    "told": "enter go there · x seen",
}  # fmt: skip
"""What can be done with it; with all else one can only go there."""


class Deeds(NamedTuple):
    """What the queue cannot do by itself."""

    go: Callable[[PaneId], None]
    explain: Callable[[Need], Awaitable[str]]
    """Show why it is said to be so; a line that says why not."""
    write: Callable[[Need, str], None]
    """Give its agent a line of text; it answers what that asked."""
    urge: Callable[[Need], None]
    """Let what is held go in now."""
    drop: Callable[[Need], None]
    """Cancel the oldest of what is held, refuse an answer, or have seen what was said."""


class AttentionQueue(ModalScreen[None]):
    """The bar stays on what it is on, whatever comes and goes around that."""

    CSS = f"""
    AttentionQueue {{ background: transparent; }}
    AttentionQueue Panel {{ margin: 0; }}
    AttentionQueue #answers {{ margin-top: 1; padding: 0 {PADDING}; height: auto; max-height: 4; }}
    AttentionQueue #bottom {{ margin-top: 1; padding: 0 {PADDING}; }}
    AttentionQueue _Line, AttentionQueue _Line:focus {{ height: 0; margin: 0 {PADDING}; }}
    AttentionQueue _Line.-open {{ height: 1; }}
    """
    AUTO_FOCUS = "_Line"

    def __init__(self, desk: Desk, deeds: Deeds) -> None:
        super().__init__()
        self._desk, self._deeds = desk, deeds
        self._watcher = partial(self.call_later, self._refresh)
        self._needs: list[Need] = []
        self._bar: Need | None = None
        self._place = 0
        """Where the bar is, for when what it is on goes."""
        self._came = 0.0
        """When that came under it, if it came by itself."""
        self._answered: tuple[Need, float] | None = None
        self._rows = 3
        self._cols = WIDTH - 2 * PADDING
        self._opened = False

    def compose(self) -> ComposeResult:
        """A list, a preview, and what can be done."""
        yield Panel(
            "NEEDS YOU",
            OptionList(markup=False),
            Static(id="bottom", classes="panel--quiet", markup=False),
            Static(id="answers", markup=False),
            _Line(self._pressed, self._write, self._close_line),
            keys="esc close",
        )

    def on_mount(self) -> None:
        """Whatever changes is told from now on."""
        self.query_one(OptionList).can_focus = False
        self._fit()
        self._desk.attention.watcher = self._watcher

    def on_unmount(self) -> None:
        """Nobody listens any more, unless the queue was opened again before this one was gone."""
        if self._desk.attention.watcher is self._watcher:
            self._desk.attention.watcher = None

    def on_resize(self) -> None:
        """The terminal's size is another."""
        self._fit()

    def _fit(self) -> None:
        """As much of the pane's bottom as there is room for."""
        rows = self.app.size.height
        self.query_one(OptionList).styles.max_height = listed = max(2, (rows - AROUND) // 3)
        self._rows = max(1, min(16, rows - AROUND - listed))
        self._refresh()

    # ---- what is shown

    def _refresh(self) -> None:
        self._needs = self._desk.attention.needs
        same = (n for n, need in enumerate(self._needs) if self._bar and place_of(need) == place_of(self._bar))
        at = next(same, min(self._place, len(self._needs) - 1))
        need = self._needs[at] if self._needs else None
        if self._opened and (need and _asked(need)) != (self._bar and _asked(self._bar)):
            self._came = self._now()
            self._close_line()
        self._opened = True
        self._show(at, need)

    def _show(self, at: int, need: Need | None) -> None:
        changed, self._bar, self._place = need != self._bar, need, max(0, at)
        self._lay(need)
        plain, cols = self._desk.look.ascii, self._cols
        now = time.time()
        rows = rows_of(self._needs, cols, now=now, plain=plain)
        listed = self.query_one(OptionList)
        if [option.prompt for option in listed.options] != rows:
            listed.clear_options().add_options([Option(row) for row in rows])
        listed.highlighted = at if rows else None
        longest = max((now - one.since for one in self._needs if one.since), default=0.0)
        head = f"NEEDS YOU  {len(rows)} · longest wait {short_age(longest)}" if rows else "NEEDS YOU"
        band, foot = self.query(Band).first(), self.query(Band).last()
        band.say(plainly(head, plain=plain))
        if changed or not rows:
            foot.say(self._keys(need))
        self.query_one("#bottom", Static).update(self._bottom(need))
        choices = self.query_one("#answers", Static)
        choices.display = bool(need and need.choices)
        choices.update(answers(need.choices) if need else "")

    def _bottom(self, need: Need | None) -> str:
        if need is None:
            way = self._desk.look.keymap.way("attention.open")
            again = f"\n{way} opens this again." if way else ""
            return f"Nobody waits for you.\nWho asks, stops or is done is listed here, to be answered at once.{again}"
        if need.kind in SPOKEN:
            return text_of(need.words, self._rows, self._cols, plain=self._desk.look.ascii)
        terminal = self._desk.runtime.terminals.get(need.pane)
        lines = terminal.engine.lines() if terminal is not None else []
        return bottom_of(lines, self._rows, self._cols, plain=self._desk.look.ascii)

    def _keys(self, need: Need | None) -> str:
        if need is None:
            return "esc close"
        keys = by_key(need.choices)
        parts = [
            f"{' '.join(keys)} answer" if keys else "",
            WAYS.get(need.kind, "enter go there"),
            "m write to it" if need.kind in WRITTEN_TO and "m" not in keys else "",
            "e explain" if "e" not in keys and need.kind not in SPOKEN else "",
            "s snooze" if "s" not in keys else "",
            "esc close",
        ]
        return plainly(" · ".join(filter(None, parts)), plain=self._desk.look.ascii)

    def _lay(self, need: Need | None) -> None:
        """Beside the pane that it speaks about."""
        size, panel = self.app.size, self.query_one(Panel)
        region = self._desk.place_of(need.pane) if need else None
        place = beside(region, size.width, size.height, min(size.height, self._rows + AROUND + len(self._needs)))
        self._cols = max(10, place.cols - 2 * PADDING)
        panel.styles.width = place.cols
        panel.styles.offset = (place.x, place.y)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    # ---- keys

    def _pressed(self, key: str, letter: str) -> None:
        """The answers that its program shows come first, then our own keys."""
        need = self._bar
        if key in ("escape", "ctrl+c", "ctrl+g"):
            self.dismiss()
        elif key in ("up", "ctrl+p", "shift+tab") or key in ("down", "ctrl+n", "tab"):
            self._move(1 if key in ("down", "ctrl+n", "tab") else -1)
        elif need is None:
            self.dismiss()
        elif choice := by_key(need.choices).get(letter):
            self._answer(need, choice.keys, harmless(choice.label))
        else:
            self._do(need, letter or key)

    def _do(self, need: Need, key: str) -> None:
        match key:
            case "j" | "k":
                self._move(1 if key == "j" else -1)
            case "enter" if need.kind == "held":
                self._held(need, self._deeds.urge)
            case "x" if need.kind in WAYS:
                self._held(need, self._deeds.drop)
            case "enter" | "m" if need.kind == "asked":
                self.query_one(_Line).open()
            case "enter" | "g":
                self.dismiss()
                self.app.call_later(self._deeds.go, need.pane)
            case "m" | "t" if need.kind in WRITTEN_TO:
                self.query_one(_Line).open()
            case "e" if need.kind not in SPOKEN:
                self.run_worker(self._explain(need))
            case "s":
                self._desk.attention.snooze(need)
                self._refresh()

    def _move(self, steps: int) -> None:
        """A person moved the bar: what is under it now was meant."""
        if self._needs:
            self._came = 0.0
            at = (self._place + steps) % len(self._needs)
            self._show(at, self._needs[at])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_index < len(self._needs):
            self._move(event.option_index - self._place)

    # ---- what a person does

    def _may(self, need: Need) -> bool:
        """Was the key meant for this?"""
        if self._now() - self._came < SETTLED:
            self._say("that came up just now: look at it first", wrong=True)
            return False
        if self._answered and _asked(need) == _asked(self._answered[0]) and self._now() - self._answered[1] < ANSWERED:
            self._say("that is answered: its program has to take it in")
            return False
        self._answered = need, self._now()
        return True

    def _answer(self, need: Need, keys: str, label: str) -> None:
        if self._may(need):
            said = self._desk.runtime.answer(need, keys)
            if said:
                self._answered = None
            self._say(said or f"{harmless(need.name)}: {label}", wrong=bool(said))

    def _held(self, need: Need, deed: Callable[[Need], None]) -> None:
        if self._may(need):
            deed(need)

    def _write(self) -> None:
        """What was written goes where it was written for."""
        need, text = self._bar, self.query_one(_Line).value.strip()
        if need is not None and text and self._may(need):
            if need.kind == "question":
                said = self._desk.runtime.answer(need, f"{text}\r")
                self._say(said or f"{harmless(need.name)}: {text}", wrong=bool(said))
                if said:
                    self._answered = None
                    return
            else:
                self._deeds.write(need, text)
        self._close_line()

    def _close_line(self) -> None:
        self.query_one(_Line).close()

    async def _explain(self, need: Need) -> None:
        said = await self._deeds.explain(need)
        if said:
            self._say(said, wrong=True)

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self.query(Band).last().say(words, wrong=wrong)


class _Line(TypedLine):
    """Every key comes through here, in order; while it is closed they are all the queue's."""

    def __init__(self, take: Callable[[str, str], None], enter: Callable[[], None], leave: Callable[[], None]) -> None:
        commands = {"enter": enter, "escape": leave, "ctrl+c": leave, "ctrl+g": leave}
        super().__init__("", placeholder="what to write to it: enter sends", commands=commands)
        self._take = take

    def open(self) -> None:
        """A line is written from now on."""
        self.value = ""
        self.add_class("-open")

    def close(self) -> None:
        """No longer."""
        self.remove_class("-open")

    def on_key(self, event: events.Key) -> None:
        """A key; TypedLine's own handler follows where this lets it."""
        if not self.has_class("-open"):
            event.stop()
            event.prevent_default()
            self._take(event.key, event.character if event.is_printable and event.character else "")


def _asked(need: Need) -> tuple[Place, str, tuple[Choice, ...], float]:
    """What a key answers: another question of the same agent is another."""
    return place_of(need), need.words, need.choices, need.since
