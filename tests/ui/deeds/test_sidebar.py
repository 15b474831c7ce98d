"""The list of panes, as a person uses it."""

import re
from pathlib import Path

from bittty import Board

from tests.conftest import Desk
from tests.seat import Seat


def begin(desk: Desk, cols: int = 100, rows: int = 24) -> Seat:
    for name in ("acme", "web"):
        (desk.folder / name / ".git").mkdir(parents=True)
    desk.new("sh", "-c", "echo compiling; exec cat", name="ada", cwd=str(desk.folder / "acme"))
    desk.new("sh", "-c", "echo 41 passed; exec cat", name="bob", cwd=str(desk.folder / "web"))
    desk.new("sh", "-c", "read x; echo late; exec cat", name="cyd", cwd=str(desk.folder / "acme"), tab="two")
    seat = desk.sit(cols=cols, rows=rows)
    seat.wait_for("ctrl+b …")
    return seat


def listed(seat: Seat) -> list[str]:
    """The names in the sidebar, from the top."""
    beside = [row[:20] for row in seat.screen()]
    return [found[1] for row in beside if (found := re.match(r"[▌ ][●○▲] (\S+)", row))]


def test_it_lists_projects_and_panes_in_an_order_that_stays(desk: Desk) -> None:
    seat = begin(desk)
    seat.wait_for(lambda s: "41 passed" in s.screen()[9])
    rows = [row[:19].rstrip() for row in seat.screen()]
    assert [row.removesuffix(" •") for row in rows[:10]] == [
        " Panes           3",
        " acme",
        " ● ada    working",
        "   compiling",
        "▌● cyd    working",
        "▌  sh",
        "",
        " web",
        " ● bob    working",
        "   41 passed",
    ]
    assert listed(seat) == ["ada", "cyd", "bob"]


def test_what_nobody_sees_is_unread_in_the_list_and_on_its_tab(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x021")
    seat.wait_for(lambda s: "▌● ada" in s.text or "▌● bob" in s.text)
    seat.wait_quiet()
    desk.run("send", "cyd", "--enter", "")
    seat.wait_for(lambda s: re.search(r"cyd +\w+ •", s.text))
    seat.wait_for("2 two●")
    seat.send("\x022")
    seat.wait_for(lambda s: "•" not in s.text and "2 two●" not in s.text)
    assert "late" in seat.text


def test_a_key_hides_and_shows_it_and_nothing_is_drawn_askew_on_the_way(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x021")
    seat.wait_for(" Panes")
    seat.wait_quiet(0.6)
    before = bytes(seat.raw)
    seat.send("\x02s")
    seat.wait_for(lambda s: " Panes" not in s.text)
    seat.wait_for(lambda s: s.screen()[0].count("●") == 2)
    seat.wait_quiet(0.6)
    board = Board(width=100, height=24)
    board.feed_host_data(before)
    page = board.blitter.main_page
    seen = set()
    for frame in re.split(rb"(?=\x1b\[\?2026h)", bytes(seat.raw)[len(before) :]):
        board.feed_host_data(frame)
        seen.add(page.get_line_text(0).rstrip().partition(" working")[0])
    assert len(seen) == 2, seen
    assert desk.panes()["ada"]["cols"] == 50
    seat.send("\x02s")
    seat.wait_for(" Panes")
    seat.wait_for(lambda _: desk.panes()["ada"]["cols"] == 40)


def test_at_eighty_columns_it_is_hidden_until_somebody_wants_it(desk: Desk) -> None:
    seat = begin(desk, cols=80)
    assert " Panes" not in seat.text
    seat.send("\x02s")
    seat.wait_for(" Panes")
    seat.resize(35, 12)
    seat.wait_for(lambda s: " Panes" not in s.text and "ctrl+b …" in s.text)
    seat.send("\x02s")
    seat.wait_for("too narrow")


def test_the_wheel_and_a_click(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x021")
    seat.wait_for(lambda s: listed(s) == ["ada", "cyd", "bob"])
    at = next(y for y, row in enumerate(seat.screen()) if "cyd" in row[:20])
    seat.send(f"\x1b[<0;5;{at + 1}M\x1b[<0;5;{at + 1}m")
    seat.wait_for("▌● cyd")
    seat.wait_for(lambda s: "2 two" in s.text and "late" not in s.text)
    seat.send("\x1b[<65;5;3M\x1b[<64;5;3M")
    seat.wait_quiet()
    assert listed(seat) == ["ada", "cyd", "bob"]


def test_a_few_letters_go_to_a_pane(desk: Desk) -> None:
    seat = begin(desk, cols=80)
    seat.send("\x021")
    seat.send("\x02w")
    seat.wait_for("go to ▏")
    seat.wait_for(" /")
    assert not seat.cursor_shown
    seat.send("cy")
    seat.wait_for("/cy")
    seat.wait_for(lambda s: listed(s) == ["cyd"])
    seat.send("\r")
    seat.wait_for(lambda s: "go to" not in s.text and "/cy" not in s.text)
    seat.send("\r")
    seat.wait_for("late")
    assert seat.cursor_shown
    # It was hidden before, and is so again; escape changes nothing.
    assert "Panes" not in seat.text
    seat.send("\x02w")
    seat.wait_for("go to ▏")
    seat.send("\x1b[A\x1b[A")
    seat.send("\x1b")
    seat.wait_for(lambda s: "go to" not in s.text)
    assert "late" in seat.text
    seat.send("\x02w")
    seat.send("nobody\r")
    seat.wait_for(lambda s: "go to" not in s.text)
    assert "late" in seat.text


def test_its_settings_are_obeyed(desk: Desk) -> None:
    config = Path(desk.env["XDG_CONFIG_HOME"], "muxer", "config.toml")
    config.parent.mkdir(exist_ok=True)
    config.write_text('[look]\nsidebar = "shown"\nglyphs = "ascii"\nclock = false\n')
    seat = desk.sit("--", "cat", cols=80)
    seat.wait_for("ctrl+b ..")
    seat.wait_for(" Panes")
    seat.wait_for("* cat")
    assert seat.text.isascii()
    assert not re.search(r"\d\d:\d\d", seat.text)


def test_a_terminal_without_unicode_gets_plain_glyphs_and_is_told_why(desk: Desk) -> None:
    seat = desk.sit("--", "cat", LANG="de_DE.ISO-8859-1", cols=100)
    seat.wait_for("glyphs are plain ASCII, since LANG is de_DE.ISO-8859-1")
    seat.wait_for("* cat")
    seat.wait_for(lambda s: s.text.isascii())
    again = desk.sit(cols=100)
    again.wait_for("* cat")
    seat.close()
    again.wait_for("● cat")
