"""What was copied, pasted."""

from tests.conftest import Desk
from tests.reading import HasCopied, begin


def test_buffers_are_pasted(desk: Desk) -> None:
    seat = begin(
        desk, r"printf 'one\ntwo\n漢 three\nlast word\n'; stty -icanon -echo; printf '\033[?2004h'; exec cat -vT"
    )
    seat.send("\x02]")
    seat.wait_for("nothing was copied yet")
    for keys, text in (("gY", "one"), ("g2Y", "one\ntwo")):
        seat.send("\x02[")
        seat.wait_for("copy ")
        seat.send(keys)
        seat.wait_for(HasCopied(text))
    seat.send("\x02]")
    seat.wait_for("^[[200~one\ntwo^[[201~")
    seat.send("\x02=")
    seat.wait_for("PASTE")
    seat.wait_for("one two")
    seat.send("\x1b[B\r")
    seat.wait_for("^[[200~one^[[201~")
