import pytest

from muxer.ui.charset import why_plain


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({}, ""),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "xterm", "LANG": "de_DE.UTF-8"}, ""),
        ({"TERM": "xterm", "LANG": "C.utf8"}, ""),
        ({"TERM": "xterm", "LANG": "C"}, "LANG is C, which is not UTF-8"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.ISO-8859-1"}, "LC_ALL is de_DE.ISO-8859-1, which is not UTF-8"),
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8", "LC_ALL": ""}, ""),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "LANG is C, which is not UTF-8"),
        ({"LC_CTYPE": "C.UTF-8"}, ""),
        ({"TERM": "linux", "LANG": "de_DE.UTF-8"}, "TERM is linux"),
    ],
)
def test_a_terminal_gets_plain_glyphs_for_a_reason(env: dict[str, str], why: str) -> None:
    assert why_plain(env) == why
