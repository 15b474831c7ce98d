"""Copy mode, search and buffers: what a person takes with them, and what goes on meanwhile."""

import re
from pathlib import Path

from tests.conftest import Desk
from tests.reading import SOME, HasCopied, at, begin


def test_what_is_selected_arrives_outside(desk: Desk) -> None:
    seat = begin(desk, SOME)
    seat.send("\x02[")
    seat.wait_for("copy 6/22")
    for keys, text in (
        ("gvey", "first"),
        ("gwvjly", "line\nsecond 漢"),
        ("gVjy", "first line\nsecond 漢字 line"),
        ("gll\x16jly", "rs\nco"),
        ("4GVy", f"{1:050}{2:050}"),
        ("4G0v$y", f"{1:050}{2:050}"),
        ("g2wvey", "second"),
        ("G?last\rvey", "last"),
        ("gwv\r", "l"),
        ("g2Y", "first line\nsecond 漢字 line"),
    ):
        seat.send("\x02[")
        seat.wait_for("copy ")
        seat.send(keys)
        seat.wait_for(HasCopied(text))
        seat.wait_for("copied")
        seat.wait_for(lambda s: "copy " not in s.text)
    seat.send("typed\r")
    seat.wait_for("last wordtyped")


def test_ten_thousand_lines_are_searched(desk: Desk) -> None:
    seat = begin(desk, "seq -f 'entry %06g of the log' 12000; printf 'last word'; exec cat", seen="last word")
    seat.send("\x02/")
    seat.wait_for("?")
    seat.send("entry 00")
    seat.wait_for(lambda s: re.search(r'/\d{4} "entry 00"', s.text))
    seat.send("4567 ")
    seat.wait_for('1/1 "entry 004567 "')
    seat.wait_for("entry 004567 of the log")
    seat.send("\r")
    seat.wait_for(lambda s: s.cursor_shown and s.screen()[s.cursor[1]].startswith("entry 004567"))
    seat.send("/entry 00456\r")
    seat.wait_for('8/10 "entry 00456"')
    seat.send("n")
    seat.wait_for('9/10 "entry 00456"')
    seat.send("NN")
    seat.wait_for('7/10 "entry 00456"')
    seat.send("5n")
    seat.wait_for('2/10 "entry 00456"')
    seat.send("Vjy")
    seat.wait_for(HasCopied("entry 004561 of the log\nentry 004562 of the log"))


def test_output_goes_on_but_what_is_read_stays(desk: Desk) -> None:
    seat = begin(desk, r"printf 'last word\n'; while read line; do seq 1000; echo $line; done")
    seat.send("go\r")
    seat.wait_for("1000\ngo")
    seat.send("\x02[")
    seat.wait_for("copy 1")
    seat.send("\x15\x15")
    seat.wait_for(lambda s: "1000" not in s.text)
    seat.wait_quiet()
    seen = seat.screen()[1:-1]
    desk.run("send", "sh", "more", "--enter")
    desk.run("wait", "sh", "--text", "^more", "--timeout", "20")
    seat.wait_quiet()
    assert seat.screen()[1:-1] == seen
    seat.send("q")
    seat.wait_for("1000\nmore")


def test_another_pane_is_typed_into_meanwhile(desk: Desk) -> None:
    seat = begin(desk, SOME)
    seat.send("\x02[g")
    seat.wait_for("copy 1/")
    desk.new("sh", "-c", "echo other; exec cat", name="other")
    seat.wait_for("other")
    seat.send("hello\r")
    desk.run("wait", "other", "--text", "^hello", "--timeout", "20")
    seat.send("\x02h")
    seat.wait_for(at(0, 1))
    seat.send("Vy")
    seat.wait_for(HasCopied("first line"))


def test_a_zoomed_page_is_wrapped_anew(desk: Desk) -> None:
    seat = begin(desk, SOME)
    desk.new("cat", name="other")
    seat.send("\x02h")
    seat.send("\x02[4G$")
    seat.wait_for("copy ")
    seat.send("\x02z")
    seat.wait_for("0" * 49 + "1" + "0" * 30)
    seat.send("Vy")
    seat.wait_for(HasCopied(f"{1:050}{2:050}"))


def test_what_was_copied_reaches_vim_byte_for_byte(desk: Desk, tmp_path: Path) -> None:
    text = "  indented\n\n漢字 e\u0301 and   more: %s \\033[31m"
    (tmp_path / "text").write_text(text)
    saved = tmp_path / "saved"
    seat = begin(
        desk,
        f"cat {tmp_path}/text; printf '\\nlast word'; read go; "
        f"exec vim -u NONE -i NONE -N --cmd 'set showmode' {saved}",
    )
    seat.send("\x02[g3Y")
    seat.wait_for(HasCopied(text))
    seat.send("\r")
    seat.wait_for("[New")
    seat.send("i")
    seat.wait_for("INSERT")
    seat.send("\x02]")
    seat.wait_for("033[31m")
    seat.send("\x1b")
    seat.wait_for(lambda s: "INSERT" not in s.text)
    seat.send(":wq\r")
    seat.wait_exit()
    assert saved.read_text() == f"{text}\n"
