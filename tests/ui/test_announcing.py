import pytest

from muxer.ui.announcing import BODY, TITLE, Form, form_of, has_title, notification, window_title


@pytest.mark.parametrize(
    ("env", "form"),
    [
        ({"TERM": "xterm-kitty"}, "99"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "99"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "9"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "9"),
        ({"TERM": "xterm-256color", "WT_SESSION": "x"}, "9"),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, "777"),
        ({"TERM": "foot-extra"}, "777"),
        ({"TERM": "rxvt-unicode-256color"}, "777"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "777"),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "linux"}, ""),
        ({"TERM": "alacritty"}, ""),
        ({}, ""),
        # What is outside of these does not matter: they keep the sequence to themselves.
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, ""),
        ({"TERM": "screen", "VTE_VERSION": "7600"}, ""),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "tmux", "KITTY_WINDOW_ID": "1"}, ""),
    ],
)
def test_a_terminal_is_told_in_the_form_it_knows(env: dict[str, str], form: Form) -> None:
    assert form_of(env) == form


def test_each_form_as_its_terminals_document_it() -> None:
    assert notification("9", "p1", "ada", "needs you") == "\x1b]9;ada: needs you\x1b\\"
    assert notification("777", "p1", "ada", "needs you") == "\x1b]777;notify;ada;needs you\x1b\\"
    assert notification("99", "p1", "ada", "needs you") == (
        "\x1b]99;i=muxer-p1:d=0;ada\x1b\\\x1b]99;i=muxer-p1:d=1:p=body;needs you\x1b\\"
    )
    assert notification("", "p1", "ada", "needs you") == ""


@pytest.mark.parametrize("form", ["9", "99", "777"])
def test_words_cannot_end_the_sequence_or_make_it_long(form: Form) -> None:
    evil = "4;3;50\x07\x1b\\\x1b]52;c;eA==\x9c" + "x" * 10_000
    sent = notification(form, "p;1\x1b", evil, evil)
    inside = sent.replace("\x1b\\", "").replace(f"\x1b]{form};", "")
    assert "\x1b" not in inside
    assert "\x07" not in inside
    assert "\x9c" not in inside
    assert "52;c" not in inside
    assert len(sent) < TITLE + BODY + 60
    assert not sent.startswith("\x1b]9;4;")


def test_a_window_says_what_it_shows_and_how_many_wait() -> None:
    assert window_title("acme", 2) == "muxer: acme ▲2"
    assert window_title("", 0) == "muxer"
    assert window_title("a\x1b]b\x07c", 0) == "muxer: a]bc"


def test_the_console_has_no_title() -> None:
    assert not has_title({"TERM": "linux"})
    assert has_title({"TERM": "xterm-256color"})
