"""The mesh: who there is on the left; on the right who waits for whom, and all that is said, as it is said.

A person reads, writes, answers and brakes here. Whatever is asked of the mesh is a verb, as on the command line.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from muxer.errors import MuxerError
from muxer.model import PaneId
from muxer.talk import Ask, Message
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.screens.answer import Answer
from muxer.ui.screens.mesh_pen import Pen, Purpose
from muxer.ui.screens.mesh_reading import Known, Reading
from muxer.ui.screens.mesh_rows import alarms, outcome
from muxer.ui.screens.mesh_threads import KINDS, Filter
from muxer.ui.screens.mesh_view import Picture, Room, keys, listed, said, title
from muxer.ui.screens.mesh_writing import Writing
from muxer.ui.screens.panel import PADDING, Band, Panel
from muxer.ui.screens.typed_text import LEAVE
from muxer.ui.states import plainly

KEPT = 300
"""Messages, and asks."""
AROUND = 3
"""Rows of the title and the keys."""
NARROW, WIDE = 22, 40
"""Columns of the list, at least and at most."""
WHEEL = 3
PAGE = 10
FAR = 1_000_000
LEAST = 6
"""Rows, whatever is written below them."""
TURNS = ("tab", "shift+tab")
SIDES = {"h": False, "left": False, "l": True, "right": True} | dict.fromkeys(TURNS, False)
"""Keys that go to the peers, or to the messages."""
KINDS_BY_KEY = {f"{n}": kind for n, kind in enumerate(KINDS, 1)}
WRITING = "enter done · alt+enter new line · esc leaves it for later"
MOVES = {
    "up": -1, "k": -1, "ctrl+p": -1, "down": 1, "j": 1, "ctrl+n": 1, "pageup": -PAGE, "pagedown": PAGE,
    "home": -FAR, "end": FAR, "G": FAR,
}  # fmt: skip
HELP = """\
tab h l         from the peers to the messages, and back
j k             a line down, up; a page with pgup and pgdn
home   end G    the first; the last, and from then on the newest

enter           on a peer or a circle: only what it says; again: go to its pane
enter           on a message: read all of it
1 2 3 4         all, asks, notes, what is said to you and by you
/               only threads with these words in them
esc             no filter any more; without one, close

space           mark a peer, or all of a circle
c               write to the marked ones, else to who is under the bar
a               ask them
r               answer the ask under the bar, if it was put to you; else go to one that was
x               call off the ask under the bar
b               hold all that agents say to each other, or let it go on
L               let two go on that are held because they wrote to each other without end
q               close"""


class _Side(Static):
    """Rows that are turned with the wheel, and chosen with a click."""

    def __init__(self, name: str, turn: Callable[[int], None], click: Callable[[int], None]) -> None:
        super().__init__(id=name, markup=False)
        self._turn, self._click = turn, click

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Further down."""
        event.stop()
        self._turn(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Back."""
        event.stop()
        self._turn(-WHEEL)

    def on_click(self, event: events.Click) -> None:
        """That row."""
        event.stop()
        self._click(event.y)


class Mesh(ModalScreen[None]):
    """Whoever watches changes nothing by that, but that what was said to the person is read."""

    CSS = f"""
    Mesh {{ background: transparent; }}
    Mesh Panel {{ width: 100%; height: 100%; margin: 0; }}
    Mesh #alarms {{ height: auto; }}
    Mesh Horizontal {{ height: 1fr; padding: 0 {PADDING}; }}
    Mesh #peers {{ height: 1fr; }}
    Mesh #talk {{ width: 1fr; height: 1fr; margin-left: 1; }}
    Mesh #to {{ height: 1; padding: 0 {PADDING}; color: $text-accent; }}
    """
    AUTO_FOCUS = "Pen"

    def __init__(self, desk: Desk, *, go: Callable[[PaneId], None]) -> None:
        super().__init__()
        self._desk, self._go = desk, go
        self._watcher = partial(self.call_later, self._look_again)
        self._reading = Reading()
        self._pen = Pen(self._pressed, self._left)
        self._writing = Writing(desk, self._reading, self._pen, say=self._say, changed=self._look_again)
        self._messages: Sequence[Message] = ()
        self._asks: Sequence[Ask] = ()
        self._news: object = None
        """What was known when these were read."""
        self._busy = self._ticks = False
        self._words, self._wrong = "", False
        """What is said until the next key."""
        self._peers = self._talk = Picture([], 0)

    def compose(self) -> ComposeResult:
        """Who, what they say, and what one writes."""
        peers = _Side("peers", partial(self._turn, False), self._click_peer)
        talk = _Side("talk", partial(self._turn, True), self._click_message)
        alarmed, to = Static(id="alarms", markup=False), Static(id="to", markup=False)
        yield Panel("MESH", alarmed, Horizontal(peers, talk), to, self._pen, keys="q close")

    def on_mount(self) -> None:
        """Whatever changes is told from now on. There is one, however often it is asked for."""
        if sum(isinstance(screen, Mesh) for screen in self.app.screen_stack) > 1:
            self.dismiss()
            return
        self._desk.attention.watcher = self._watcher
        self._look_again()

    def on_unmount(self) -> None:
        """Nobody listens any more."""
        if self._desk.attention.watcher is self._watcher:
            self._desk.attention.watcher = None

    def on_resize(self) -> None:
        """The terminal's size is another."""
        self._draw()

    # ---- what there is

    def _look_again(self) -> None:
        """Messages are read again only when there may be others, or one of them has arrived."""
        if not self.is_attached:
            return
        self._take()
        if not self._busy and self._news != self._newest():
            self._busy = True
            self.run_worker(self._read())

    def _newest(self) -> tuple[int, dict[str, int]]:
        """How often somebody spoke, and what waits for each agent."""
        runtime = self._desk.runtime
        waits = {peer.id: len(runtime.notes(peer.pane)) for peer in runtime.peers() if peer.pane}
        return self._desk.attention.talk, waits

    async def _read(self) -> None:
        runtime = self._desk.runtime
        try:
            while self._news != (newest := self._newest()):
                self._news = newest
                self._messages, self._asks = await runtime.messages(KEPT), await runtime.asks(KEPT)
                if self.is_attached and self._take():
                    await runtime.call("read-inbox")
        except MuxerError as error:
            self._say(str(error), True)
        finally:
            self._busy = False

    def _take(self) -> bool:
        runtime, (_, waits) = self._desk.runtime, self._newest()
        known = Known(runtime.peers(), self._messages, self._asks, waits, runtime.braked, runtime.loops())
        came = self._reading.take(known)
        self._draw()
        return came

    # ---- what is shown

    def _draw(self) -> None:
        if not self.query("#peers"):
            return  # something happened while it goes
        plain, size, reading, purpose = self._desk.look.ascii, self.app.size, self._reading, self._pen.purpose
        loud = alarms(reading, size.width, plain=plain)
        self._fill("#alarms", loud, shown=bool(loud))
        left = max(NARROW, min(WIDE, size.width // 4))
        rows = max(LEAST, size.height - AROUND - len(loud) - (purpose.rows + 1 if purpose else 0))
        room = Room(max(1, size.width - left - 2 * PADDING - 3), rows, time.time(), plain)
        self._peers = listed(reading, room._replace(cols=left))
        self.query_one("#peers").styles.width = left
        self._fill("#peers", self._peers.rows)
        self._talk = said(reading, room, spawns=self._desk.look.keymap.way("agent.spawn"))
        bar = Content(plainly("│ ", plain=plain)).stylize("$text-muted")
        self._fill("#talk", [bar + line for line in self._talk.rows])
        self._fill("#to", [Content(plainly(purpose.label, plain=plain))] if purpose else [], shown=bool(purpose))
        self.query(Band).first().say(plainly(title(reading, self._desk.host), plain=plain))
        words = self._words or (keys(reading) if purpose is None else WRITING)
        self.query(Band).last().say(plainly(words, plain=plain), wrong=self._wrong)
        self._tick()

    def _fill(self, side: str, rows: list[Content], *, shown: bool = True) -> None:
        static = self.query_one(side, Static)
        static.display = shown
        static.update(Content("\n").join(rows))

    def _tick(self) -> None:
        """How long one waits is told by the second, where anything may move."""
        waits = any(ask.outcome == "open" for ask in self._reading.known.asks)
        if waits and not self._ticks and self._desk.look.config.look.motion:
            self._ticks = True
            self.set_timer(1.0, self._ticked)

    def _ticked(self) -> None:
        self._ticks = False
        self._draw()

    def _say(self, words: str, wrong: bool) -> None:
        self._words, self._wrong = harmless(words), wrong
        if self.is_attached:
            self._draw()

    # ---- keys

    def _pressed(self, key: str, letter: str) -> None:
        """One key each."""
        pressed, reading = letter or key, self._reading
        self._words, self._wrong = "", False
        if pressed != "x":
            self._writing.settle()
        if pressed == "q" or key in LEAVE:
            self._leave(whole=pressed == "q")
        elif pressed in MOVES:
            self._turn(reading.inside, MOVES[pressed])
        elif pressed in SIDES:
            reading.inside = SIDES.get(pressed) or (pressed in TURNS and not reading.inside)
            self._draw()
        elif pressed in KINDS_BY_KEY:
            self._choose(reading.chosen._replace(kind=KINDS_BY_KEY[pressed]))
        else:
            self._do(pressed)

    def _do(self, key: str) -> None:
        match key:
            case "enter":
                self._enter()
            case " " | "space" if not self._reading.inside:
                self._reading.mark()
                self._draw()
            case "c" | "a":
                self._writing.begin(asks=key == "a")
            case "r":
                self._writing.answer()
            case "x":
                self._writing.call_off()
            case "b":
                self._writing.brake()
            case "L":
                self._writing.release()
            case "/":
                self._pen.open(Purpose("search", "", self._search, rows=1, live=True), self._reading.chosen.text)
                self._draw()
            case "?":
                self._desk.show_screen(Answer("KEYS OF THE MESH", plainly(HELP, plain=self._desk.look.ascii)))

    def _turn(self, inside: bool, rows: int) -> None:
        self._reading.inside = inside
        self._reading.step(rows)
        self._draw()

    def _click_peer(self, y: int) -> None:
        reading, at = self._reading, self._peers.at(y)
        if 0 <= at < len(reading.entries):
            again = not reading.inside and reading.entries[at] == reading.entry
            reading.inside = False
            reading.enter(at)
            self._enter() if again else self._draw()

    def _click_message(self, y: int) -> None:
        reading, at = self._reading, self._talk.at(y)
        if 0 <= at < len(reading.lines):
            again = reading.inside and at == reading.at
            reading.inside = True
            reading.go(at)
            self._draw()
            if again:
                self._open()

    def _leave(self, *, whole: bool, go: PaneId = "") -> None:
        """First out of a filter, then out of here."""
        if self._reading.chosen != Filter() and not whole:
            self._choose(Filter())
        elif self.is_current:
            self.dismiss()
            if go:
                self.app.call_later(self._go, go)

    def _choose(self, chosen: Filter) -> None:
        self._reading.choose(chosen)
        self._draw()

    def _enter(self) -> None:
        """Only what is under the bar; a peer that is looked at already is gone to; a message is read whole."""
        chosen, entry = self._reading.chosen, self._reading.entry
        if self._reading.inside:
            self._open()
        elif entry.kind == "all":
            self._choose(Filter(kind=chosen.kind))
        elif entry.kind == "circle":
            self._choose(chosen._replace(circle=entry.id, peer=""))
        elif chosen.peer == entry.id and entry.peers[0].pane:
            self._leave(whole=True, go=entry.peers[0].pane)
        else:
            self._choose(chosen._replace(peer=entry.id, circle=None))

    def _open(self) -> None:
        line = self._reading.line
        if line is None:
            return
        message = line.message
        fate = outcome(line.ask, now=time.time())[0] if line.ask else ""
        heading = f"{message.kind.upper()} {message.id}  {message.sender_name} to {', '.join(line.to)}  {fate}"
        text = "\n".join((message.text, *(f"file {file}" for file in message.files)))
        self._desk.show_screen(Answer(harmless(heading), text))

    # ---- what is written

    def _left(self, purpose: Purpose, text: str) -> None:
        """It was not sent: it is there the next time. A search is over."""
        if purpose.live:
            self._search("")
        else:
            self._desk.lately.drafts[purpose.draft] = text
            self._draw()

    @on(TextArea.Changed)
    def _written(self, event: TextArea.Changed) -> None:
        event.stop()
        if self._pen.purpose is not None and self._pen.purpose.live:
            self._search(self._pen.text)

    def _search(self, text: str) -> None:
        self._choose(self._reading.chosen._replace(text=text.strip()))
