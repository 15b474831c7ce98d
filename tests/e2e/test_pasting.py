"""What is pasted arrives as it was, once, and nowhere else: in vim, in synced shells, in a line to fill in."""

from shutil import which

import pytest

from tests.conftest import Desk
from tests.hostlog import mistakes
from tests.seat import Seat

START, END = "\x1b[200~", "\x1b[201~"

LINES = "".join(
    f"\tdef number_{n}(x):  # 漢字 é ä {'=' * (n % 60)} 🎉\u0301 trailing   \n\n    \t'a\\n' \"b\" $HOME `c` \\\n"
    for n in range(1100)
)
"""More than 100 kB, with whatever editors and shells like to change."""


def pasted(text: str) -> str:
    return f"{START}{text}{END}"


@pytest.fixture
def vim(desk: Desk) -> Seat:
    if not which("vim"):
        pytest.skip("there is no vim here")
    settings = desk.folder / "vimrc"
    settings.write_text(
        "set nocompatible nofixendofline encoding=utf-8\nset autoindent smartindent expandtab textwidth=70\n"
    )
    seat = desk.sit("--", "vim", "-u", str(settings), "-i", "NONE", "-n", "pasted.txt", cols=100, rows=30)
    seat.wait_for("[New]")
    seat.wait_quiet()
    seat.send("i")
    seat.wait_for("INSERT")
    return seat


def saved(desk: Desk, seat: Seat) -> bytes:
    seat.send("\x1b[27u")
    seat.wait_for(lambda s: "INSERT" not in s.text)
    seat.send(":w\r")
    seat.wait_for("written")
    return (desk.folder / "pasted.txt").read_bytes()


def test_into_vim_byte_for_byte(desk: Desk, vim: Seat) -> None:
    assert len(LINES.encode()) > 100_000
    vim.send(pasted(f"{LINES}end of it"))
    vim.wait_for("end of it")
    assert saved(desk, vim) == f"{LINES}end of it\n".encode()
    assert mistakes(desk) == ""


def test_the_end_of_a_paste_cannot_be_faked(desk: Desk, vim: Seat) -> None:
    """A page that one copies from may hold what would end the paste and type a command."""
    vim.send(pasted("before \x1b[27u:q!\r\x1b[200~ \x1b\x1b[20~ after"))
    vim.wait_for("after")
    text = saved(desk, vim).decode()
    assert text.startswith("before ")
    assert text.endswith(" after\n")
    assert ":q!" in text


def test_into_every_synced_shell_once(desk: Desk) -> None:
    seat = desk.sit(cols=120)
    seat.wait_for("$")
    for name in ("two", "three"):
        desk.new(name=name)
    for name in ("sh", "two", "three"):
        desk.run("wait", name, "--text", r"\$", "--timeout", "20")
    seat.send("\x02y")
    seat.wait_for("SYNC 3 panes")
    text = "".join(f"echo '\u00e4 {n}  x' >> $MUXER_PANE.txt\n" for n in range(50))
    seat.send(pasted(text) + "echo done >> $MUXER_PANE.txt\r")
    wanted = "".join(f"ä {n}  x\n" for n in range(50)) + "done\n"
    files = [desk.folder / f"{pane['id']}.txt" for pane in desk.panes().values()]
    seat.wait_for(lambda _: all(file.exists() and file.read_text().endswith("done\n") for file in files))
    assert [file.read_text() for file in files] == [wanted] * 3


@pytest.mark.parametrize(("key", "label"), [(",", "rename tab"), ("$", "rename pane"), ("/", "? ▏")])
def test_into_a_line_to_fill_in_only_its_first_line(desk: Desk, key: str, label: str) -> None:
    seat = desk.sit()
    seat.wait_for("$")
    seat.send(f"\x02{key}")
    seat.wait_for(label)
    seat.send("\x15" + pasted("first\x07 one\x1b]\nrm -rf all\n"))
    seat.wait_for("first one]")
    assert "rm -rf" not in seat.text
    seat.send("\r")
    seat.wait_for(lambda s: label not in s.screen()[-1])
    assert "rm -rf" not in desk.run("capture", desk.json("ls")["panes"][0]["id"]).stdout
    assert mistakes(desk) == ""


def test_a_question_and_copy_mode_take_no_paste(desk: Desk) -> None:
    seat = desk.sit("--", "sh", "-c", "stty -echo; echo ready; cat")
    seat.wait_for("ready")
    seat.send("\x02x")
    seat.wait_for("y close")
    seat.send(pasted("y\ny\n"))
    seat.send("n")
    seat.wait_for(lambda s: "y close" not in s.text)
    seat.send("\x02[")
    seat.wait_for("COPY")
    seat.send(pasted("q\nlost\n"))
    seat.send("q")
    seat.wait_for(lambda s: "COPY" not in s.text)
    seat.send(pasted("kept") + "\r")
    seat.wait_for("kept")
    assert "lost" not in seat.text
    assert list(desk.panes()) == ["sh"]


def test_what_is_typed_before_the_first_shell_is_there_waits_for_it(desk: Desk) -> None:
    seat = desk.sit()
    seat.wait_for(b"\x1b[?1049h")
    seat.send("echo $((6*7))\r")
    seat.wait_for("42")


def test_what_is_typed_right_after_a_split_goes_to_the_new_pane(desk: Desk) -> None:
    seat = desk.sit()
    seat.wait_for("$")
    for way, name in (("%", "sh-2"), ('"', "sh-3"), ("c", "sh-4")):
        seat.send(f"\x02{way}echo {name}=$((6*7))")
        seat.send(pasted("; echo and $MUXER_PANE") + "\r")
        seat.wait_for(f"{name}=42")
        seat.wait_for(f"and {desk.panes()[name]['id']}")


def test_what_never_ends_is_not_kept_from_other_terminals(desk: Desk) -> None:
    """A line that drops in the middle of a paste."""
    seat = desk.sit()
    seat.wait_for("$")
    cut = desk.sit()
    cut.wait_for("2 clients")
    cut.send(f"{START}half of it")
    seat.send("echo $((6*7))\r")
    seat.wait_for("42")
    cut.hang_up()
    seat.wait_for(lambda s: "2 clients" not in s.text)
    seat.send(pasted("echo $((7*7))") + "\r")
    seat.wait_for("49")
