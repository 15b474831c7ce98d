import pytest

from muxer.ui.depth import Depth, depth_of, downgrade

WORDS = b"\x1b[m\x1b[0m38;2;1;2;3 are words, not colours"


@pytest.mark.parametrize(
    ("env", "depth"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Depth.TRUE),
        ({"TERM": "xterm-kitty"}, Depth.TRUE),
        ({"TERM": "screen-256color"}, Depth.MANY),
        ({"TERM": "linux"}, Depth.SIXTEEN),
        ({"TERM": "vt100"}, Depth.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Depth.NONE),
    ],
)
def test_what_a_terminal_says_of_itself(env: dict[str, str], depth: Depth) -> None:
    assert depth_of(env) is depth


@pytest.mark.parametrize(
    ("sgr", "many", "sixteen", "none"),
    [
        (b"\x1b[38;2;255;0;0mx", b"\x1b[38;5;196mx", b"\x1b[91mx", b"x"),
        (b"\x1b[0;1;48;2;0;0;0mx", b"\x1b[0;1;48;5;16mx", b"\x1b[0;1;40mx", b"\x1b[0;1mx"),
        (b"\x1b[38:2::255:255:255mx", b"\x1b[38;5;231mx", b"\x1b[97mx", b"x"),
        (b"\x1b[38;5;9;48;5;4mx", b"\x1b[38;5;9;48;5;4mx", b"\x1b[91;44mx", b"x"),
        (b"\x1b[4:3;58;2;9;9;9mx", b"\x1b[4:3;58;5;232mx", b"\x1b[4:3mx", b"\x1b[4:3mx"),
        (b"\x1b[1;31;103;4mx", b"\x1b[1;31;103;4mx", b"\x1b[1;31;103;4mx", b"\x1b[1;4mx"),
        (WORDS, WORDS, WORDS, WORDS),
    ],
)
def test_a_frame_in_fewer_colours(sgr: bytes, many: bytes, sixteen: bytes, none: bytes) -> None:
    assert downgrade(sgr, Depth.TRUE) == sgr
    assert downgrade(sgr, Depth.MANY) == many
    assert downgrade(sgr, Depth.SIXTEEN) == sixteen
    assert downgrade(sgr, Depth.NONE) == none
