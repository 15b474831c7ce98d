import re
from dataclasses import replace
from itertools import product

import pytest
from rich.cells import cell_len

from muxer.config import Config
from muxer.model import PaneFacts
from muxer.settable import Look as LookSettings
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.ui.look import Look
from muxer.ui.states import Sight
from muxer.ui.titles import cut, strip_line, title_line, title_of, window

PLAIN = re.compile(r"\x1b\[[0-9;]*m")
LOOK = Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))
ASCII = Look(config=Config(look=LookSettings(glyphs="ascii")), keymap=LOOK.keymap, theme=LOOK.theme)

WORKING = Sight(name="api", state="working", since=1.0, title="app.py - VIM")


def line(sight: Sight, cols: int, *notes: str, look: Look = LOOK, focused: bool = True, now: float = 1.0) -> str:
    return PLAIN.sub("", title_line(sight, cols, look, focused=focused, now=now, notes=notes))


@pytest.mark.parametrize("look", [LOOK, ASCII], ids=["drawn", "ascii"])
def test_it_is_exactly_as_wide_as_its_pane(look: Look) -> None:
    titles = ["", "app.py - VIM", "漢字のとても長いタイトルです" * 3, "/a/very/long/way/to/a/file.py"]
    widths = [1, 2, 3, 5, 8, 13, 20, 40, 80, 200]
    for name, title, note, cols in product(["", "api", "漢字"], titles, ["", "zoomed"], widths):
        sight = Sight(name=name, state="idle", since=1.0, title=title)
        shown = line(sight, cols, note, look=look, now=500.0), line(sight, cols, note, look=look, focused=False)
        assert [*map(cell_len, shown)] == [cols, cols], (name, title, note, shown)


def test_it_says_what_there_is() -> None:
    assert line(WORKING, 45, "zoomed") == " ● api  working · app.py - VIM        zoomed "
    assert line(WORKING, 45, now=245.0) == " ● api  working 4m · app.py - VIM            "
    assert line(WORKING, 45, "synced", "muted") == " ● api  working · app.py -…   synced · muted "
    assert line(WORKING, 45, look=ASCII) == " * api  working - app.py - VIM               "
    assert line(Sight(), 20) == " ◌ starting         "


def test_how_a_program_ended_is_said_on_the_right() -> None:
    ended = Sight(name="api", state="exited", title="vim", note="exited 3")
    assert line(ended, 40) == " □ api  vim                    exited 3 "
    crashed = Sight(name="api", state="crashed", title="vim", note="killed by signal 9")
    assert line(crashed, 50) == " ✕ api  vim          crashed · killed by signal 9 "
    assert line(crashed, 30) == " ✕ api  vim           crashed "
    again = Sight(name="api", state="starting", title="vim", note="again in 4s", ended=True)
    assert line(again, 50) == " ◌ api  vim                starting · again in 4s "


def test_what_has_no_room_goes_whole() -> None:
    assert line(WORKING, 7) == " ● api "
    assert line(WORKING, 12) == " ● api      "
    assert line(WORKING, 17) == " ● api  working  "
    assert line(WORKING, 22) == " ● api  working       "
    assert line(WORKING, 26) == " ● api  working · app.py… "
    assert line(WORKING, 16, "4 lines back") == " ● api  working "
    assert line(WORKING, 22, "4 lines back") == " ● api   4 lines back "


def test_each_note_has_the_colour_of_what_it_means() -> None:
    crashed = Sight(name="api", state="crashed", note="killed by signal 9")
    shown = title_line(crashed, 60, LOOK, focused=False, now=1.0, notes=["zoomed"], alarm="synced")
    for note, role in (("synced", "wait"), ("zoomed", "accent"), ("crashed · killed by signal 9", "bad")):
        assert f"{LOOK.ink(role, on='line')}{note}" in shown
    assert PLAIN.sub("", shown).endswith(" synced · zoomed · crashed · killed by signal 9 ")


def test_over_a_floating_pane_it_is_the_edge_of_a_frame() -> None:
    def edge(cols: int, *notes: str, look: Look = LOOK) -> str:
        return PLAIN.sub("", title_line(WORKING, cols, look, focused=True, now=1.0, notes=notes, framed=True))

    assert edge(40) == "┌─ ● api  working · app.py - VIM ──────┐"
    assert edge(40, "muted") == "┌─ ● api  working · app.py -… ─ muted ─┐"
    assert edge(40, look=ASCII) == "+- * api  working - app.py - VIM ------+"
    assert [cell_len(edge(cols)) for cols in range(1, 30)] == [*range(1, 30)]


def test_where_a_bar_has_no_ground_of_its_own_it_is_a_line() -> None:
    look = Look(config=Config(), keymap=LOOK.keymap, theme=read_theme("terminal"))
    assert line(WORKING, 45, "zoomed", look=look) == " ● api  working · app.py - VIM ────── zoomed "
    assert PLAIN.sub("", strip_line([WORKING], 0, 20, look)[0]) == " ● api ─────────────"


def test_the_focused_one_carries_the_accent() -> None:
    accent = LOOK.ink("accent", on="line", bold=True)
    assert accent in title_line(WORKING, 40, LOOK, focused=True, now=1.0)
    assert accent not in title_line(WORKING, 40, LOOK, focused=False, now=1.0)


@pytest.mark.parametrize(
    ("text", "cols", "shown"),
    [
        ("short", 5, "short"), ("longer", 5, "long…"), ("two words", 6, "two w…"), ("x", 0, ""), ("xy", 1, "…"),
        ("/home/kim/acme/src/orders.py", 20, "/home/kim…/orders.py"),
        ("/home/kim/acme/src/orders.py", 11, "…/orders.py"),
        ("/home/kim/acme/src/orders.py", 8, "/home/k…"),
        ("漢字漢字", 5, "漢字…"), ("漢字漢字", 4, "漢…"),
    ],
)  # fmt: skip
def test_what_is_cut_says_so_and_a_path_keeps_its_last_part(text: str, cols: int, shown: str) -> None:
    assert cut(text, cols) == shown
    assert cell_len(shown) <= cols


def test_plain_ellipses() -> None:
    assert cut("longer words", 8, plain=True) == "longer.."


def facts(title: str = "", *command: str, name: str = "api", cwd: str = "/srv") -> PaneFacts:
    return PaneFacts(
        id="p1", name=name, tab="1", pid=1, command=command, cwd=cwd, cols=80, rows=24, state="running", title=title
    )


def test_a_program_is_known_by_its_title_or_its_command_or_its_folder() -> None:
    assert title_of(facts(" a \n title ", "vim")) == "a title"
    assert title_of(facts("", "/usr/bin/vim", "x")) == "vim"
    assert title_of(facts("", "/bin/sh", name="sh-2")) == "/srv"
    assert title_of(facts("", "/bin/sh", name="sh-2"), "make") == "make"
    assert title_of(facts("a\x1b[2Jb", "vim")) == "a[2Jb"
    assert title_of(facts("⠂ fix the tests", "vim")) == title_of(facts("✳ fix the tests", "vim")) == "fix the tests"
    assert title_of(facts("✳", "vim")) == "✳"


SIGHTS = [
    Sight(name="ada", state="working"), Sight(name="bob", state="idle"), Sight(name="cyd", state="waiting"),
    Sight(name="a-long-name", state="crashed"),
]  # fmt: skip


def strip(focus: int, cols: int, look: Look = LOOK) -> str:
    return PLAIN.sub("", strip_line(SIGHTS, focus, cols, look)[0])


def test_a_strip_names_all_panes() -> None:
    assert strip(0, 48) == " ● ada  ○ bob  ▲ cyd  ✕ a-long-name             "
    assert strip(0, 48, ASCII) == " * ada  - bob  ! cyd  x a-long-name             "
    assert strip(1, 22) == " ● ada  ○ bob        ›"
    assert strip(3, 28) == "‹  ▲ cyd  ✕ a-long-name     "
    line, spans = strip_line(SIGHTS, 1, 22, LOOK)
    assert LOOK.ink("line", on="accent", bold=True) in line
    assert spans == [(0, 7), (7, 14), (0, 0), (0, 0)]


def test_a_strip_says_what_there_is_to_say_of_the_shown_one() -> None:
    ended = [Sight(name="ada", state="exited", note="exited 1"), *SIGHTS[1:]]
    assert PLAIN.sub("", strip_line(ended, 0, 48, LOOK)[0]) == " □ ada  ○ bob  ▲ cyd  ✕ a-long-name    exited 1 "
    assert PLAIN.sub("", strip_line(ended, 0, 44, LOOK)[0]) == " □ ada  ○ bob  ▲ cyd  ✕ a-long-name         "


@pytest.mark.parametrize("focus", range(4))
def test_a_strip_is_exactly_as_wide_as_its_pane(focus: int) -> None:
    sights = [replace(sight, note="gave up after 5 failures") for sight in SIGHTS]
    for cols in (1, 2, 3, 5, 8, 13, 16, 20, 40, 80):
        line, spans = strip_line(sights, focus, cols, LOOK)
        assert cell_len(PLAIN.sub("", line)) == cols, line
        assert all(0 <= start <= end <= cols for start, end in spans), (cols, spans)


def test_a_window_always_holds_what_is_shown() -> None:
    assert window([], 0, 10) == (0, 0)
    assert window([5, 5, 5], 1, 3) == (1, 2)
    assert window([5, 5, 5], 1, 10) == (0, 2)
    assert window([9, 5, 5], 1, 10) == (1, 3)
    assert window([5, 5, 5], 2, 15) == (0, 3)
