"""History without a mode."""

from pathlib import Path

from tests.conftest import Desk
from tests.reading import SOME, HasCopied, begin, copied, top_is

MARKED = (
    r"A='\033]133;A\a'; B='\033]133;B\a'; C='\033]133;C\a'; D='\033]133;D;0\a'; "
    r'printf "$A\$ ${B}make\n${C}built 1\nbuilt 2\n$D$A\$ ${B}test\n${C}"; seq 100; printf "${D}$A\$ ${B}"; exec cat'
)


def test_prompts_and_the_last_output(desk: Desk) -> None:
    seat = begin(desk, MARKED, seen="100\n$")
    seat.send("\x02Y")
    seat.wait_for(HasCopied("\n".join(str(n) for n in range(1, 101))))
    seat.wait_for("copied 100 lines")
    seat.send("\x02(")
    seat.wait_for(top_is("$ test"))
    seat.send("\x02(")
    seat.wait_for(top_is("$ make"))
    seat.send("\x02)")
    seat.wait_for(top_is("$ test"))
    seat.send("\x02)")
    seat.wait_for("100\n$")
    seat.send("\x02[[")
    seat.wait_for(top_is("$ test"))
    seat.send("[")
    seat.wait_for(top_is("$ make"))
    seat.send("m\r")
    seat.wait_for(lambda s: len(copied(s)) == 2 and len(set(copied(s))) == 1)


def test_without_marks_it_says_what_is_missing(desk: Desk) -> None:
    seat = begin(desk, SOME)
    for keys in ("Y", "(", ")"):
        seat.send(f"\x02{keys}")
        seat.wait_for("OSC 133")
        seat.send("\x02[q")
        seat.wait_quiet()


def test_pages_without_a_mode(desk: Desk) -> None:
    seat = begin(desk, "seq 100; printf 'last word'; exec cat")
    seat.send("\x02\x1b[5~")
    seat.wait_for(top_is("60"))
    seat.send("\x02\x1b[6~")
    seat.wait_for("last word")
    seat.send("\x02\x1b[5~")
    seat.wait_for(top_is("60"))
    seat.send("\x02[")
    seat.wait_for("copy ")
    assert top_is("60")(seat)
    seat.send("q")
    seat.wait_for("last word")


def test_history_in_an_editor(desk: Desk, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nls -l "$2"; wc -c < "$2"; tail -n 3 "$2"; printf "flag %s\\n" "$1"; exec cat\n')
    editor.chmod(0o755)
    seat = desk.sit("--", "sh", "-c", SOME, EDITOR=f"'{editor}' --flag")
    seat.wait_for("last word")
    seat.send("\x02e")
    seat.wait_for("flag --flag")
    seat.wait_for("-rw-------")
    seat.wait_for(f"{1:050}{2:050}"[:80])
    folder = Path(desk.env["XDG_RUNTIME_DIR"]) / "muxer"
    assert len([*folder.glob("history-*")]) == 1
    seat.send("\x04")
    seat.wait_for("last word")
    seat.wait_for(lambda _: not [*folder.glob("history-*")])
    seat.send("\x02e")
    seat.wait_for("flag --flag")
    seat.send("\x02xy")
    seat.wait_for("last word")
    seat.wait_for(lambda _: not [*folder.glob("history-*")])
