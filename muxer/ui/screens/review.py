"""The review: all that an agent changed, file by file. Hunks are chosen for trunk, lines are commented.

Nothing is done to its workspace: what is chosen becomes a commit of its own, what is commented goes into its inbox.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import ModalScreen

from muxer.errors import MuxerError
from muxer.model import PaneId
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.answer import Answer
from muxer.ui.screens.panel import Band
from muxer.ui.screens.review_notes import note_of
from muxer.ui.screens.review_page import files_of, picks
from muxer.ui.screens.review_reading import MOVES, Reading
from muxer.ui.screens.review_view import FileRows, Lines
from muxer.ui.screens.typed_line import TypedLine
from muxer.ui.states import plainly

BESIDE = 100
"""From so many columns on, files and lines are seen at once."""
PAIRED = 140
"""And before and after."""
LEAVE = frozenset({"escape", "ctrl+c", "ctrl+g"})
HELP = """\
j k             a line or a file down, up
space b         a page on, back
g G             the first, the last
n p   ] [       the next hunk, the one before
N P   tab       the next file, the one before
left right      sideways, along long lines
enter           into the lines of a file
h   escape      back to the files
/               search in all files; with nothing written, the next one
s               choose the hunk for trunk, or no longer
S               choose all of the file
v               select lines from here on: s and c are about those
y               promote what is chosen
c               comment the line
x               drop the comment on it
X               drop all comments and what is chosen
C               send all comments to the agent
r               read it again
q               close: what is chosen and commented is kept for the next time

A added   D deleted   R renamed   M modified   ✎ not committed, or commented
● chosen   ○ a part of it"""


class Review(ModalScreen[None]):
    """Covers everything."""

    CSS = """
    Review { background: $background; }
    Review Horizontal { height: 1fr; width: 100%; }
    Review FileRows { width: 36; }
    Review Lines { width: 1fr; }
    Review.-narrow FileRows { width: 1fr; }
    Review.-narrow Lines, Review.-narrow.-inside FileRows { display: none; }
    Review.-narrow.-inside Lines { display: block; }
    Review Band.-foot { margin-top: 0; }
    Review _Line, Review _Line:focus { height: 0; padding: 0 2; border: none; background: transparent; }
    Review _Line.-open { height: 1; }
    """
    AUTO_FOCUS = "_Line"

    def __init__(self, desk: Desk, pane: PaneId, name: str, promote: Callable[[str], Awaitable[object]]) -> None:
        super().__init__()
        self._desk, self._pane, self._called, self._promote = desk, pane, harmless(name), promote
        self._watcher = partial(self.call_later, self._look_again)
        self._standing = desk.runtime.standing(pane)
        self._reading = Reading(desk.lately.reviews.pop(pane, None))
        plain = desk.look.ascii
        self._head = Band("", classes="-head")
        self._foot = Band("", parts=plainly(" · ", plain=plain), classes="-foot")
        self._listed = FileRows(plain=plain, turn=self._step, click=self._click_file)
        self._lines = Lines(self._reading.page, plain=plain, turn=self._turn, click=self._click_line)
        self._line = _Line(self._pressed)
        self._answer: Mapping[str, Any] = {}
        self._words, self._wrong = "", False
        """What is said until the next key."""

    def compose(self) -> ComposeResult:
        """Whose work it is, files, lines, and what can be done."""
        yield self._head
        yield Horizontal(self._listed, self._lines)
        yield self._line
        yield self._foot

    def on_mount(self) -> None:
        """It is read in the background, now and whenever it is another."""
        self._desk.attention.watcher = self._watcher
        self._reading.say("reading …")
        self._read()

    def on_unmount(self) -> None:
        """Nobody listens any more, unless another review was opened before this one was gone."""
        if self._desk.attention.watcher is self._watcher:
            self._desk.attention.watcher = None

    def on_resize(self, event: events.Resize) -> None:
        """Another size; the place in the file stays."""
        self.set_class(event.size.width < BESIDE, "-narrow")
        self._reading.page.height = max(1, event.size.height - 2)
        self._reading.lay(paired=event.size.width >= PAIRED)
        self.call_after_refresh(self._show)

    # ---- what is read

    def _look_again(self) -> None:
        standing = self._desk.runtime.standing(self._pane)
        if standing != self._standing:
            self._standing = standing
            self._read()

    def _read(self) -> None:
        self.run_worker(self._take(), group="read", exclusive=True)

    async def _take(self) -> None:
        answer = await self._ask("diff", agent=self._pane)
        if not isinstance(answer, dict) or not self.is_attached:
            return
        kept = self._reading.made if not self._answer else None
        self._answer = answer
        gone = self._reading.take(files_of(answer), words=f"{self._called} changed nothing yet")
        if gone:
            self._say(f"{gone} of what you chose changed: it is chosen no longer", wrong=True)
        elif kept:
            self._say(f"kept from before: {kept} · X drops that")
        else:
            self._show()

    async def _ask(self, verb: str, **arguments: object) -> object:
        try:
            return await self._desk.runtime.call(verb, **arguments)
        except MuxerError as error:
            if self.is_attached:
                if not self._answer:
                    self._reading.say("")
                self._say(str(error), wrong=True)
            return None

    # ---- what is shown

    def _show(self) -> None:
        reading = self._reading
        self.set_class(reading.inside or not reading.files, "-inside")
        self._listed.show(reading.files, reading.at, reading.chosen)
        self._lines.show(reading.file, reading.chosen, reading.marks, alive=reading.inside)
        self._head.say(self._plainly(self._title()))
        self._foot.say(self._plainly(self._words or self._keys()), wrong=self._wrong)

    def _title(self) -> str:
        files, comments = self._reading.files, len(self._reading.comments)
        added, removed = sum(file.added for file in files), sum(file.removed for file in files)
        parts = [
            f"REVIEW  {self._called}",
            f"{len(self._reading.chosen)} chosen" if self._reading.chosen else "",
            f"{comments} comment{'s' * (comments != 1)} to send" if comments else "",
            f"{len(files)} file{'s' * (len(files) != 1)} +{added} −{removed}" if files else "",
            f"{self._answer['branch']} since {self._answer['base'][:7]}" if self._answer else "",
        ]
        return " · ".join(filter(None, parts))

    def _keys(self) -> str:
        reading = self._reading
        if not reading.files:
            return "r read again · q close"
        parts = [
            reading.file.path if reading.file and reading.inside else "enter open",
            "s choose",
            "c comment" if reading.inside else "/ search",
            "y promote" if reading.chosen else "",
            "C send" if reading.comments else "",
            "? keys",
            "v select · n p hunks · h files" if reading.inside else "",
            "q close",
        ]
        return " · ".join(filter(None, parts))

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._words, self._wrong = words, wrong
        self._show()

    def _plainly(self, words: str) -> str:
        return plainly(harmless(words), plain=self._desk.look.ascii)

    # ---- keys

    def _pressed(self, key: str, letter: str) -> None:
        self._words, self._wrong = "", False
        reading, pressed = self._reading, letter or key
        if pressed == "q" or (key in LEAVE and not (reading.inside and key == "escape")):
            self._close()
        elif pressed == "?":
            self._desk.show_screen(Answer("KEYS OF THE REVIEW", plainly(HELP, plain=self._desk.look.ascii)))
        elif pressed == "r":
            self._read()
        elif reading.files and pressed in MOVES:
            MOVES[pressed](reading)
            self._show()
        elif reading.files:
            self._do(pressed)

    def _do(self, key: str) -> None:
        reading, line = self._reading, self._line
        match key:
            case "/":
                line.open("search in all files", self._search)
            case "c" if reading.inside:
                line.open("what to say about it: enter keeps it, C sends all of them", self._comment)
            case "C" if reading.comments:
                self.run_worker(self._send())
            case "y" if reading.chosen:
                line.open("what the commit says: enter promotes it", self._promote_chosen, self._answer["subject"])
            case "y":
                self._say("nothing is chosen: s chooses a hunk, S all of a file", wrong=True)

    def _close(self) -> None:
        self.dismiss()
        if made := self._reading.made:
            self._desk.lately.reviews[self._pane] = made
            self._desk.voice.tell(f"kept for the next review of {self._called}: {made}")

    def _step(self, rows: int) -> None:
        if self._reading.files:
            self._reading.inside = False
            self._reading.step(rows)
            self._show()

    def _turn(self, rows: int) -> None:
        self._reading.page.turn(rows)
        self._show()

    def _click_file(self, y: int) -> None:
        at = self._listed.top + y
        if at < len(self._reading.files):
            self._reading.inside = at == self._reading.at
            if not self._reading.inside:
                self._reading.open(at)
            self._show()

    def _click_line(self, y: int) -> None:
        if self._reading.files:
            self._reading.inside = True
            self._reading.page.go(self._reading.page.top + y)
            self._show()

    # ---- what is done with a written line

    def _search(self, text: str) -> None:
        if self._reading.search(text):
            self._show()
        else:
            self._say(f"{self._reading.sought or 'it'} is nowhere in what changed", wrong=True)

    def _comment(self, text: str) -> None:
        if self._reading.comment(text):
            self._show()
        else:
            self._say("there is no line here: go to one, and comment that", wrong=True)

    async def _send(self) -> None:
        sent = [*self._reading.comments]
        said = await self._ask("send", pane=self._pane, text=note_of(sent))
        if isinstance(said, dict):
            self._reading.comments = [one for one in self._reading.comments if one not in sent]
            self._say(f"note {said['note']} for {self._called}: {said['why'] or said['now']}")

    def _promote_chosen(self, message: str) -> None:
        self.run_worker(self._promoting(message))

    async def _promoting(self, message: str) -> None:
        made = await self._ask("part", agent=self._pane, hunks=picks(self._reading.chosen), message=message)
        if not isinstance(made, dict):
            return
        self._say(f"promoting {made['commit'][:7]} …")
        try:
            await self._promote(made["commit"])
        except MuxerError as error:
            self._say(str(error), wrong=True)
            return
        self._reading.chosen.clear()
        self._say(f"promoted {made['commit'][:7]} {made['message']}")
        self._read()


class _Line(TypedLine):
    """Every key comes through here, in order; while nothing is written they are all the review's."""

    def __init__(self, take: Callable[[str, str], None]) -> None:
        super().__init__("", placeholder="", commands={"enter": self._enter, **dict.fromkeys(LEAVE, self.close)})
        self._take = take
        self._taken: Callable[[str], None]

    def open(self, placeholder: str, taken: Callable[[str], None], text: str = "") -> None:
        """A line is written from now on, for whoever takes it."""
        self.placeholder, self._taken = placeholder, taken
        self.put(text)
        self.add_class("-open")

    def close(self) -> None:
        """No longer."""
        self.remove_class("-open")

    def _enter(self) -> None:
        self.close()
        self._taken(self.value.strip())

    def on_key(self, event: events.Key) -> None:
        """A key; TypedLine's own handler follows where this lets it."""
        if not self.has_class("-open"):
            event.stop()
            event.prevent_default()
            self._take(event.key, event.character if event.is_printable and event.character else "")
