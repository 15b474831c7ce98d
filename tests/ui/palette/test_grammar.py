import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.ui.palette.grammar import SIGNS, Kind, Line, read_line, spelled


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("", Line(kind="find")),
        ("  two  words ", Line(kind="find", text="two  words")),
        (":", Line(kind="verb")),
        (":ki", Line(kind="verb", name="ki")),
        (" :  kill  p3 ", Line(kind="verb", name="kill", text="p3", named=True)),
        (":kill ", Line(kind="verb", name="kill", named=True)),
        (":send a 'b c' --enter", Line(kind="verb", name="send", text="a 'b c' --enter", named=True)),
        ("@", Line(kind="tell")),
        ("@bo", Line(kind="tell", name="bo")),
        ("@bob ", Line(kind="tell", name="bob", named=True)),
        ("@bob  hi there ", Line(kind="tell", name="bob", text="hi there", named=True)),
        ('@"my pane" hi', Line(kind="tell", name="my pane", text="hi", named=True)),
        ("@'it' s", Line(kind="tell", name="it", text="s", named=True)),
        ('@"my pa', Line(kind="tell", name="my pa")),
        ("@@ all of you", Line(kind="tell all", text="all of you")),
        ("@@", Line(kind="tell all")),
        ("#mend the test", Line(kind="task", text="mend the test")),
        ("/needle: #1 ", Line(kind="search", text="needle: #1")),
        ("! make test | tail", Line(kind="shell", text="make test | tail")),
        ("a:b", Line(kind="find", text="a:b")),
    ],
)
def test_what_a_line_means(line: str, meaning: Line) -> None:
    assert read_line(line) == meaning


def test_every_sign_has_a_meaning_of_its_own() -> None:
    kinds: list[Kind] = [kind for _, kind, _ in SIGNS]
    assert [read_line(f"{sign}x").kind for sign, _, _ in SIGNS] == kinds
    assert len({*kinds}) == len(kinds)


@given(st.text())
def test_every_line_means_something(line: str) -> None:
    read = read_line(line)
    assert read.text == read.text.strip()


names = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1)


@given(names.filter(lambda name: name == name.strip() and not ('"' in name and "'" in name)))
def test_a_name_is_read_as_it_was_spelled(name: str) -> None:
    read = read_line(f"@{spelled(name)} text")
    assert (read.kind, read.name, read.text) == ("tell", name, "text")
