"""Copy mode: what its keys do to the lens on the pane in focus. Done outside of copy mode, they enter it first."""

from collections.abc import Callable
from functools import partial

from muxer.ui.copying.lens import CopyLens, copy_lens
from muxer.ui.copying.motions import MOTIONS
from muxer.ui.copying.search import Way
from muxer.ui.copying.selection import Kind
from muxer.ui.deeds.table import DEEDS, does
from muxer.ui.desk import Desk
from muxer.ui.harmless import harmless
from muxer.ui.line_entry import LineEntry
from muxer.ui.widgets.pane import PaneView

OnLens = Callable[[Desk, CopyLens, int], None]
"""What an action does to the lens, given the count that was typed before it, or 0."""

NO_PROMPT = "no prompt is marked there: the shell must print OSC 133"


def focused_view(desk: Desk) -> PaneView | None:
    """The view in focus, if a program is shown in it."""
    view = desk.views.get(desk.bench.focus or "")
    return view if view is not None and view.terminal is not None else None


def focused_lens(desk: Desk) -> CopyLens | None:
    """The lens in focus, if the pane there is in copy mode."""
    view = focused_view(desk)
    return view.lens if view is not None and isinstance(view.lens, CopyLens) else None


def entered(desk: Desk) -> CopyLens | None:
    """The lens in focus; the pane enters copy mode if it is not in it. None where there is no pane."""
    view = focused_view(desk)
    if view is None:
        return None
    lens = view.lens if isinstance(view.lens, CopyLens) else None
    if lens is not None and not lens.passing:
        return lens
    lens = lens or copy_lens(view, desk.look)
    lens.passing = False
    desk.mode = ""  # a mode of the screen would take the keys of copy mode
    desk.redraw(view.pane)
    desk.say_again()
    return lens


def left(desk: Desk) -> None:
    """The pane in focus leaves copy mode, and shows what its program does now."""
    view = focused_view(desk)
    if view is not None and isinstance(view.lens, CopyLens):
        view.look_through(None)
        view.live()
        desk.redraw(view.pane)
        desk.say_again()


def digit_typed(desk: Desk, key: str) -> bool:
    """A key of copy mode that no action has: part of a count, perhaps."""
    lens = focused_lens(desk)
    if lens is None or len(key) != 1 or key not in "0123456789" or not lens.digit(key):
        return False
    _again(desk)
    return True


def _again(desk: Desk) -> None:
    if desk.bench.focus in desk.views:
        desk.redraw(desk.bench.focus or "")


def _acts(desk: Desk, *, act: OnLens) -> None:
    lens = entered(desk)
    if lens is not None:
        count = lens.counted()
        act(desk, lens, count)
        lens.last = act if count else None
        _again(desk)


def _on_lens(*names: str) -> Callable[[OnLens], OnLens]:
    def enter(act: OnLens) -> OnLens:
        for name in names:
            DEEDS[f"copy.{name}"] = partial(_acts, act=act)
        return act

    return enter


# ---- coming and going


@does("copy.enter")
def enter(desk: Desk) -> None:
    """Freeze the pane in focus."""
    entered(desk)


@does("copy.leave")
def leave(desk: Desk) -> None:
    """Back to what the program does now."""
    left(desk)


@does("copy.cancel")
def cancel(desk: Desk) -> None:
    """Give up what was begun; if nothing was, leave."""
    lens = focused_lens(desk)
    if lens is None or not lens.cancel():
        left(desk)
    else:
        _again(desk)


# ---- where to


def _moves(desk: Desk, lens: CopyLens, count: int, *, motion: str) -> None:
    del desk
    lens.move(motion, count or 1)


def _steps(desk: Desk, lens: CopyLens, count: int, *, way: int) -> None:
    del desk
    lens.step(way * (count or 1))


for _motion in MOTIONS.keys() - {"line-start"}:
    _on_lens(_motion)(partial(_moves, motion=_motion))
_on_lens("down")(partial(_steps, way=1))
_on_lens("up")(partial(_steps, way=-1))


@does("copy.line-start")
def line_start(desk: Desk) -> None:
    """To the start of the line, unless it is the 0 of a count."""
    if not digit_typed(desk, "0"):
        _acts(desk, act=partial(_moves, motion="line-start"))


@_on_lens("top")
def _top(_: Desk, lens: CopyLens, count: int) -> None:
    """One `g` is enough; the second one of `12gg` does no harm."""
    if count or lens.last is not _top:
        lens.move_to_row(count - 1 if count else 0)


@_on_lens("bottom")
def _bottom(_: Desk, lens: CopyLens, count: int) -> None:
    lens.move_to_row(count - 1 if count else len(lens.page) - 1)


@_on_lens("screen-top")
def _screen_top(_: Desk, lens: CopyLens, count: int) -> None:
    lens.on_screen(max(0, count - 1))


@_on_lens("screen-middle")
def _screen_middle(_: Desk, lens: CopyLens, __: int) -> None:
    lens.on_screen((lens.height - 1) // 2)


@_on_lens("screen-bottom")
def _screen_bottom(_: Desk, lens: CopyLens, count: int) -> None:
    lens.on_screen(lens.height - max(1, count))


def _pages(_: Desk, lens: CopyLens, count: int, *, way: int, half: bool) -> None:
    rows = max(1, lens.height // 2 if half else lens.height - 2)
    lens.page_by(way * rows * (count or 1))


def _scrolls(_: Desk, lens: CopyLens, count: int, *, way: int) -> None:
    lens.scroll(way * (count or 1))


for _name, _way in (("up", -1), ("down", 1)):
    _on_lens(f"half-{_name}")(partial(_pages, way=_way, half=True))
    _on_lens(f"page-{_name}")(partial(_pages, way=_way, half=False))
    _on_lens(f"scroll-{_name}")(partial(_scrolls, way=-_way))


def _asks(desk: Desk, lens: CopyLens, count: int, *, how: str) -> None:
    """The next key is the character."""

    def answered(key: str) -> None:
        if len(key) == 1 and not lens.find(how, key, count or 1):
            desk.voice.tell(f"no {key} there in this line")
        _again(desk)

    desk.voice.ask(f"{'up to' if how in 'tT' else 'to'} which character?", answered)


for _name, _how in (("find", "f"), ("find-back", "F"), ("till", "t"), ("till-back", "T")):
    _on_lens(_name)(partial(_asks, how=_how))


def _finds_again(_: Desk, lens: CopyLens, count: int, *, reverse: bool) -> None:
    lens.find_again(count or 1, reverse=reverse)


_on_lens("find-again")(partial(_finds_again, reverse=False))
_on_lens("find-reverse")(partial(_finds_again, reverse=True))


def _prompts(desk: Desk, lens: CopyLens, count: int, *, way: int) -> None:
    if not lens.prompt(way * (count or 1)):
        desk.voice.tell(NO_PROMPT)


_on_lens("prompt-previous")(partial(_prompts, way=-1))
_on_lens("prompt-next")(partial(_prompts, way=1))


# ---- what to take


def _selects(_: Desk, lens: CopyLens, __: int, *, kind: Kind) -> None:
    lens.select(kind)


_on_lens("characters")(partial(_selects, kind="characters"))
_on_lens("lines")(partial(_selects, kind="lines"))
_on_lens("block")(partial(_selects, kind="block"))


@_on_lens("other-end")
def _other_end(_: Desk, lens: CopyLens, __: int) -> None:
    lens.swap_ends()


@_on_lens("last-output")
def _last_output(desk: Desk, lens: CopyLens, __: int) -> None:
    if not lens.select_output():
        desk.voice.tell("no command's output is marked: the shell must print OSC 133")


def take(desk: Desk, text: str) -> None:
    """Copy a text, and say how much it was."""
    if not text:
        desk.voice.tell("there is nothing to copy")
        return
    desk.copy(text)
    lines = text.count("\n") + 1
    desk.voice.tell(f"copied {lines} lines" if lines > 1 else f"copied {len(text)} characters")


@_on_lens("yank")
def _yank(desk: Desk, lens: CopyLens, _: int) -> None:
    if lens.selection is None:
        desk.voice.tell("nothing is selected: v characters · V lines · ctrl+v block · Y takes the line")
        return
    take(desk, lens.selected())
    left(desk)


@_on_lens("yank-line")
def _yank_line(desk: Desk, lens: CopyLens, count: int) -> None:
    take(desk, lens.lines(count or 1))
    left(desk)


# ---- what to look for


def _searches(desk: Desk, lens: CopyLens, _: int, *, way: Way) -> None:
    lens.search_begins(way)

    def changed(needle: str) -> None:
        lens.seek(needle)
        _again(desk)

    def done(needle: str) -> None:
        if not needle:
            lens.search_left()
            lens.next_hit(1, reverse=False)
        elif not lens.hits:
            lens.search_left()
            desk.voice.tell(f"{harmless(needle)} is not in this pane's history")
        _again(desk)

    def given_up() -> None:
        lens.search_left()
        _again(desk)

    desk.voice.put(LineEntry("/" if way == "forward" else "?", done, on_change=changed, on_leave=given_up))


_on_lens("search-forward")(partial(_searches, way="forward"))
_on_lens("search-back")(partial(_searches, way="back"))
_on_lens("search")(partial(_searches, way="back"))


def _next_hit(desk: Desk, lens: CopyLens, count: int, *, reverse: bool) -> None:
    if not lens.next_hit(count or 1, reverse=reverse):
        desk.voice.tell("nothing is searched for: / or ?")


_on_lens("search-next")(partial(_next_hit, reverse=False))
_on_lens("search-previous")(partial(_next_hit, reverse=True))


def _search_word(desk: Desk, lens: CopyLens, _: int, *, way: Way) -> None:
    if not lens.search_word(way):
        desk.voice.tell("no word is under the cursor")


_on_lens("search-word")(partial(_search_word, way="forward"))
_on_lens("search-word-back")(partial(_search_word, way="back"))
