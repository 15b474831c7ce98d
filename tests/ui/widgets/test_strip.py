from rich.color import Color
from rich.console import Console
from textual.strip import Strip

from muxer.settings.themes import read_theme
from muxer.ui.textual_theme import tones_of
from muxer.ui.widgets.strip import Piece, RowStrip, painted

CONSOLE = Console(color_system="truecolor")


def row() -> RowStrip:
    return RowStrip([Piece(0, 5, "\x1b[31mred\x1b[0m"), Piece(6, 4, "漢x")], 10, 3)


def test_a_row_goes_out_as_the_bytes_it_is() -> None:
    assert row().render(CONSOLE) == "\x1b[4G\x1b[0m\x1b[5X\x1b[31mred\x1b[0m\x1b[0m\x1b[10G\x1b[0m\x1b[4X漢x\x1b[0m"


def test_a_piece_can_be_drawn_at_its_place() -> None:
    assert painted(Piece(2, 3, "abc"), 1, 7) == "\x1b[8;4H\x1b[0m\x1b[3Xabc\x1b[0m"
    assert painted(Piece(2, 0, ""), 1, 7) == ""


def test_cut_it_is_segments_of_the_same_text() -> None:
    assert row().text == "red   漢x "
    assert row().crop(1, 4).text == "ed "
    left, right = row().divide([3, 10])
    assert (left.text, right.text) == ("red", "   漢x ")
    style = left._segments[0].style
    assert style is not None
    assert style.color is not None
    assert style.color.number == 1


def test_cut_it_has_the_themes_numbers_for_the_terminals_own_colours() -> None:
    theme = read_theme("night")
    toned = RowStrip([Piece(0, 9, "\x1b[31mred\x1b[0m own")], 9, 0, tones=tones_of(theme))
    red, own = toned.crop(0, 3)._segments[0].style, toned.crop(4, 7)._segments[0].style
    assert red is not None
    assert own is not None
    assert (red.color, red.bgcolor) == (Color.from_rgb(*theme.palette[1]), Color.from_rgb(0x1A, 0x1B, 0x26))
    assert (own.color, own.bgcolor) == (Color.from_rgb(0xC0, 0xCA, 0xF5), Color.from_rgb(0x1A, 0x1B, 0x26))
    assert tones_of(read_theme("terminal")) is None


def test_uncut_it_stays_itself() -> None:
    whole = row()
    assert whole.crop(0, 10) is whole
    assert whole.divide([10]) == [whole]
    assert whole.adjust_cell_length(10) is whole
    assert whole.crop(0, 0).cell_length == 0


def test_it_is_what_textual_expects_of_a_strip() -> None:
    whole = row()
    assert isinstance(whole, Strip)
    assert whole.cell_length == whole.cell_count == 10
    assert Strip.join([whole.crop(0, 4), whole.crop(4, 10)]).text == whole.text
    assert len(list(whole)) > 1
