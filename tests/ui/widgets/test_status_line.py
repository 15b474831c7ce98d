import re

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from muxer.config import Config
from muxer.settable import Look as LookSettings
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.ui.look import Look
from muxer.ui.widgets.status_line import CURSOR, Status, StatusLine, TabMark, composed

PLAIN = re.compile(r"\x1b\[[0-9;]*m")
LOOK = Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))
ASCII = Look(config=Config(look=LookSettings(glyphs="ascii")), keymap=LOOK.keymap, theme=LOOK.theme)

HINTS = (("a", "attach"), ("b", "broadcast"), ("?", "keys"))
CALM = Status(
    host="work", tabs=(TabMark("1"), TabMark("logs", unread=True), TabMark("ci", waits=True, unread=True)), shown=0,
    prefix="ctrl+b", hints=HINTS, waiting=2, clock="14:07",
)  # fmt: skip
MANY = tuple(TabMark(f"tab漢{n}", waits=n == 7, zoomed=n == 3) for n in range(20))


def text(status: Status, cols: int, look: Look = LOOK) -> str:
    return PLAIN.sub("", composed(status, look, cols)[0])


def changed(**fields: object) -> Status:
    given = {name: getattr(CALM, name) for name in Status.__slots__} | fields
    return Status(**given)


def test_it_says_mode_host_tabs_keys_who_waits_and_the_time() -> None:
    assert text(CALM, 98) == (
        " NORMAL  work  1  2 logs●  3 ci▲     ctrl+b …  a attach  b broadcast  ? keys  ▲ 2 need you  14:07 "
    )
    assert text(CALM, 99, ASCII) == (
        " NORMAL  work  1  2 logs*  3 ci!     ctrl+b ..  a attach  b broadcast  ? keys  ! 2 need you  14:07 "
    )
    assert "▲ 1 needs you " in text(changed(waiting=1), 98)
    assert "need" not in text(changed(waiting=0), 98)


def test_what_has_no_room_goes_whole_the_least_important_first() -> None:
    assert text(CALM, 74) == " NORMAL  work  1  2 logs●  3 ci▲  ctrl+b …  a attach  ▲ 2 need you  14:07 "
    assert text(CALM, 64) == " NORMAL  work  1  2 logs●  3 ci▲  ctrl+b …  ▲ 2 need you  14:07 "
    assert text(CALM, 49) == " work  1  2 logs●  3 ci▲    ctrl+b …  ▲ 2  14:07 "
    assert text(CALM, 40) == " work  1  2 logs●  3 ci▲  ctrl+b …  ▲ 2 "
    assert text(CALM, 20) == " 1 ›  ctrl+b …  ▲ 2 "
    assert text(CALM, 8) == " 1  ▲ 2 "
    assert text(CALM, 3) == " 1 "


def test_a_mode_is_loud() -> None:
    line = composed(changed(mode="resize", hints=(("esc", "leave"),)), LOOK, 80)[0]
    assert f"{LOOK.ink('line', on='accent', bold=True)} RESIZE " in line
    assert "NORMAL" not in line
    assert PLAIN.sub("", line).startswith(" RESIZE   work "), "a blank keeps it apart from what follows"
    assert "esc leave" in PLAIN.sub("", line)


def test_synced_typing_is_louder() -> None:
    line = composed(changed(banner="SYNC 3 panes"), LOOK, 30)[0]
    assert line.startswith(f"{LOOK.ink('line', on='wait', bold=True)} SYNC 3 panes ")


def test_a_banner_says_at_least_what_is_on() -> None:
    banner = "FROZEN · ctrl+b F lets all go on"
    assert text(changed(banner=banner), 60).startswith(f" {banner} ")
    assert text(changed(banner=banner), 30).startswith(" FROZEN ")


def test_a_tab_shows_the_worst_of_its_panes() -> None:
    tabs = (TabMark("1"), TabMark("a", crashed=True, unread=True), TabMark("b", crashed=True, waits=True))
    line = composed(changed(tabs=tabs), LOOK, 80)[0]
    assert " 2 a✕  3 b▲ " in PLAIN.sub("", line)
    assert f"{LOOK.ink('bad', on='line')}✕" in line


def test_a_question_goes_before_everything_else_and_its_answers_stay_as_long_as_they_can() -> None:
    asked = changed(words="close vim, where make runs?  y close · n keep", loud="wait")
    assert text(asked, 90).startswith(" work  1  2 logs●  3 ci▲  close vim, where make runs?  y close · n keep ")
    assert " close vim, where make runs?  y close · n keep " in text(asked, 52)
    assert text(asked, 47) == " close vim, where make runs?  y close · n keep "
    assert text(asked, 40) == " close vim, where …  y close · n keep   "
    assert text(asked, 20) == " close vim, where … "
    warned = changed(words="the disk is full: nothing can be kept", loud="bad")
    assert text(warned, 30) == " 1  the disk is full: …   ▲ 2 "


def test_the_end_of_a_line_that_is_typed_is_seen() -> None:
    typed = changed(words=f"rename tab {'x' * 100}end{CURSOR}", loud="wait")
    assert f"xend{CURSOR}" in text(typed, 60)
    assert text(typed, 60).startswith(" …x")
    assert text(changed(words=f"rename tab a{CURSOR}{'b' * 80}", loud="wait"), 40).startswith(f" rename tab a{CURSOR}b")


def test_of_many_tabs_the_shown_one_and_its_neighbours_are_there() -> None:
    shown = text(Status(tabs=MANY, shown=7), 60)
    assert "8 tab漢7▲" in shown
    assert shown.count("tab") >= 4
    assert "‹ " in shown
    assert "› " in shown
    assert "4 tab漢3 Z " in text(Status(tabs=MANY, shown=3), 60)


@pytest.mark.parametrize("cols", [1, 2, 5, 9, 12, 19, 30, 41, 80, 200])
@pytest.mark.parametrize("look", [LOOK, ASCII])
def test_it_is_exactly_as_wide_as_the_screen(cols: int, look: Look) -> None:
    for status in (
        CALM, Status(), changed(banner="SYNC 3 panes · ctrl+b y ends it"), changed(tabs=MANY, shown=19),
        changed(mode="copy", words="漢字" * 50, loud="bad"), changed(clients=3, words=f"to {'漢' * 60}{CURSOR}"),
    ):  # fmt: skip
        assert cell_len(text(status, cols, look)) == cols


class Shown(App[None]):
    """Just the line."""

    def __init__(self) -> None:
        super().__init__()
        self.line = StatusLine(LOOK)

    def compose(self) -> ComposeResult:
        yield self.line


async def test_it_knows_what_it_says_and_where_its_tabs_are() -> None:
    app = Shown()
    async with app.run_test(size=(90, 5)):
        assert app.line.show(CALM)
        assert not app.line.show(CALM)
        assert app.line.show(changed(clock="14:08"))
        (piece,) = app.line.pieces()
        line = PLAIN.sub("", piece.ansi)
        assert piece.cols == cell_len(line) == 90
        assert app.line.tab_at(line.index("2 logs")) == 1
        assert app.line.tab_at(line.index("3 ci")) == 2
        assert app.line.tab_at(line.index("work")) is None
        assert app.line.tab_at(89) is None
