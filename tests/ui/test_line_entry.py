import pytest

from muxer.ui.line_entry import LineEntry


def filled(keys: list[str], text: str = "") -> tuple[LineEntry, list[str], list[bool]]:
    done: list[str] = []
    entry = LineEntry("name", done.append, text=text)
    return entry, done, [entry.press(key) for key in keys]


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["x"], "one twox"),
        (["ß", "漢", "space", "'"], "one twoß漢 '"),
        (["backspace", "ctrl+h"], "one t"),
        (["ctrl+w"], "one "),
        (["ctrl+w", "alt+backspace"], ""),
        (["ctrl+u"], ""),
        (["home", "x"], "xone two"),
        (["ctrl+a", "delete", "ctrl+d"], "e two"),
        (["left", "ctrl+b", "x"], "one txwo"),
        (["home", "right", "ctrl+f", "ctrl+k"], "on"),
        (["left", "left", "ctrl+u", "end", "x"], "wox"),
        (["f5", "up", "ctrl+z"], "one two"),
    ],
)
def test_it_is_edited_as_a_shell_is(keys: list[str], text: str) -> None:
    entry, done, closed = filled(keys, "one two")
    assert entry.text == text
    assert not any(closed)
    assert entry.press("enter")
    assert done == [text]


@pytest.mark.parametrize("key", ["escape", "ctrl+c", "ctrl+g"])
def test_it_can_be_left(key: str) -> None:
    left: list[bool] = []
    done: list[str] = []
    entry = LineEntry("name", done.append, on_leave=lambda: left.append(True))
    assert entry.press(key)
    assert (done, left) == ([], [True])


def test_every_change_is_told_and_a_paste_is_its_first_line() -> None:
    seen: list[str] = []
    entry = LineEntry("\x1b[31msearch", lambda _: None, on_change=seen.append)
    entry.press("a")
    entry.press("left")
    entry.paste("b\x1b[2J\nrm -rf /\n")
    assert seen == ["a", "b[2Ja"]
    assert entry.words == "[31msearch b[2J▏a"
    entry.paste("")
    assert entry.text == "b[2Ja"
