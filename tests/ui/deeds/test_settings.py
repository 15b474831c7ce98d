from pathlib import Path

from tests.conftest import Desk
from tests.ui.deeds.screens import begin, status


def test_what_files_say_is_read_by_a_key(desk: Desk) -> None:
    seat = begin(desk)
    seat.send("\x02\x12")
    seat.wait_for(status("settings read again"))
    Path(desk.env["XDG_CONFIG_HOME"], "muxer", "config.toml").write_text("[look\n")
    seat.send("\x02\x12")
    seat.wait_for(status("~/config/muxer/config.toml:1: expected ']'"))
    seat.send("\x02\x12")
    seat.wait_for(status("config.toml:1:"))
