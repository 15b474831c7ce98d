import os
from pathlib import Path

import pytest

from muxer import shipped
from muxer.errors import MuxerError, UsageError
from muxer.settings.themes import ANSI, ROLES, Theme, read_theme
from muxer.terminal.engine import Rgb

SHIPPED = shipped.names("themes")
COLORED = [name for name in SHIPPED if read_theme(name).palette]
WRITTEN = ("accent", "work", "wait", "good", "bad", "text", "quiet")
GROUNDS = ("background", "ground", "raised")


def contrast(one: Rgb, other: Rgb) -> float:
    """As WCAG has it."""

    def light(color: Rgb) -> float:
        parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def rgb(theme: Theme, name: str) -> Rgb:
    found = theme.rgb(name)
    assert found is not None, name
    return found


def least(name: str) -> float:
    """AA, and AAA for those who need it."""
    return 7.0 if name.startswith("contrast") else 4.5


def test_there_is_a_choice() -> None:
    themes = [read_theme(name) for name in COLORED]
    assert len(SHIPPED) >= 12
    assert sum(theme.dark for theme in themes) >= 5
    assert sum(not theme.dark for theme in themes) >= 4
    assert {"night", "day", "contrast", "contrast-day", "terminal"} <= set(SHIPPED)


@pytest.mark.parametrize("name", COLORED)
def test_words_of_muxers_own_can_be_read_on_every_ground(name: str) -> None:
    theme = read_theme(name)
    for role in WRITTEN:
        for ground in GROUNDS:
            assert contrast(rgb(theme, role), rgb(theme, ground)) >= least(name), f"{role} on {ground}"


@pytest.mark.parametrize("name", COLORED)
def test_what_programs_write_can_be_read(name: str) -> None:
    theme = read_theme(name)
    background, selection = rgb(theme, "background"), rgb(theme, "selection")
    for which in ("foreground", "text"):
        assert contrast(rgb(theme, which), background) >= least(name)
        assert contrast(rgb(theme, which), selection) >= least(name), f"{which} where it is selected"
    for at, color in enumerate(theme.palette):
        if at != ANSI.index("black"):
            assert contrast(color, background) >= (3.0 if ANSI[at] == "bright_black" else least(name)), ANSI[at]
    assert contrast(rgb(theme, "cursor"), background) >= 3.0
    assert (contrast(background, (0, 0, 0)) < contrast(background, (255, 255, 255))) is theme.dark


@pytest.mark.parametrize("name", COLORED)
def test_black_can_be_read_on_what_programs_fill_with_colour(name: str) -> None:
    black, *colors = read_theme(name).palette[:7]
    # On a white ground nothing that is seven to one can be more than three to one to black.
    bound = 2.9 if name == "contrast-day" else 3.5
    assert min(contrast(black, color) for color in colors) >= bound


@pytest.mark.parametrize("name", COLORED)
def test_grounds_and_lines_can_be_told_from_the_background(name: str) -> None:
    theme = read_theme(name)
    background = rgb(theme, "background")
    assert 1.05 < contrast(rgb(theme, "ground"), background) < contrast(rgb(theme, "raised"), background)
    assert contrast(rgb(theme, "line"), background) >= (4.5 if name.startswith("contrast") else 1.5)
    assert len({rgb(theme, role) for role in WRITTEN}) == len(WRITTEN)


def test_the_terminals_own_theme_names_no_colour_in_numbers() -> None:
    theme = read_theme("terminal")
    assert theme.palette == ()
    assert all(theme.rgb(role) is None for role in ROLES)


def test_ink_is_sgr() -> None:
    theme = read_theme("contrast")
    assert theme.ink("good") == "\x1b[0;38;2;0;255;0m"
    assert theme.ink("good", on="line", bold=True) == "\x1b[0;1;38;2;0;255;0;48;2;28;28;28m"
    assert theme.ink("good", on="line") == theme.ink("good", on="ground")
    assert theme.ink("line", on="accent") == "\x1b[0;38;2;28;28;28;48;2;255;255;0m"
    assert theme.ink("text", on="selection") == "\x1b[0;38;2;255;255;255;48;2;0;64;160m"


def test_ink_of_the_terminals_own_colours_stands_on_the_terminals_own_ground() -> None:
    theme = read_theme("terminal")
    assert theme.ink("bad") == "\x1b[0;31m"
    assert theme.ink("accent", on="line", bold=True) == "\x1b[0;1;94m"
    assert theme.ink("quiet", on="raised") == "\x1b[0;2m"
    assert theme.ink("line", on="accent", bold=True) == "\x1b[0;1;7;94m"
    assert theme.ink("text", on="wait") == "\x1b[0;7;33m"
    assert theme.ink("text", on="selection") == "\x1b[0;7m"


def mine(tmp_path: Path, text: str) -> Path:
    place = tmp_path / "config" / "muxer" / "themes"
    place.mkdir(parents=True)
    file = place / "mine.toml"
    file.write_text(text)
    return file


NIGHT = Path(shipped.find("themes", "night")).read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[roles]\nacent = "#ffffff"\n', "mine.toml:2: no role named 'acent': did you mean accent"),
        ('[roles]\naccent = "rouge"\n', "mine.toml:2: accent must be a colour like #7aa2f7, not 'rouge'"),
        ('[roles]\naccent = "#12345"\n', "mine.toml:2: accent must be a colour like #7aa2f7, not '#12345'"),
        ("[roles]\naccent = 7\n", "mine.toml:2: accent must be a colour like #7aa2f7, not 7"),
        ("dark = true\n", "mine.toml:1: no colour for accent, work"),
        ("roles = 3\n", "mine.toml:1: roles must be a table"),
        ("drak = true\n", "mine.toml:1: no key named 'drak': did you mean dark"),
        ('dark = "yes"\n', "mine.toml:1: dark must be true or false, not 'yes'"),
        (NIGHT.replace('red = "#f7768e"\n', "", 1), "no colour for red in [ansi]"),
        (NIGHT.replace('cyan = "#7dcfff"', 'cyan = "cyan"', 1), "cyan must be a colour like #7aa2f7, not 'cyan'"),
        (NIGHT.split("[ansi]")[0], "no colour for black, red"),
        (NIGHT.replace("[terminal]", "[terminals]"), "no key named 'terminals': did you mean terminal"),
        ("[roles\n", "mine.toml:1: "),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    mine(tmp_path, text)
    with pytest.raises(UsageError) as raised:
        read_theme("mine")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_line_is_the_one_that_is_wrong(tmp_path: Path) -> None:
    file = mine(tmp_path, NIGHT.replace('bright_red = "#ff899d"', 'bright_red = "#ff89"'))
    line = next(at for at, text in enumerate(file.read_text().splitlines(), 1) if text.startswith("bright_red"))
    with pytest.raises(UsageError, match=f"mine.toml:{line}: bright_red must be"):
        read_theme("mine")


def test_a_theme_may_leave_the_terminal_alone(tmp_path: Path) -> None:
    mine(tmp_path, NIGHT.split("[terminal]")[0])
    theme = read_theme("mine")
    assert theme.palette == ()
    assert theme.ink("accent") == "\x1b[0;38;2;122;162;247m"
    assert theme.ink("text", on="selection") == "\x1b[0;7;38;2;192;202;245m"


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    file = mine(tmp_path, "")
    os.truncate(file, 10_000_000)
    with pytest.raises(MuxerError, match=r"mine\.toml: "):
        read_theme("mine")
