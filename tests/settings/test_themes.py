from pathlib import Path

import pytest

from muxer import shipped
from muxer.errors import UsageError
from muxer.settings.themes import ROLES, read_theme


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """As WCAG has it."""

    def light(color: tuple[int, int, int]) -> float:
        parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", shipped.names("themes"))
def test_every_shipped_theme_can_be_read_on_its_bars(name: str) -> None:
    theme = read_theme(name)
    for role in ROLES:
        if role != "line":
            least = 3.0 if role == "quiet" else 4.0
            assert contrast(theme.colors[role], theme.colors["line"]) >= least, role


def test_ink_is_sgr() -> None:
    theme = read_theme("contrast")
    assert theme.ink("good") == "\x1b[0;38;2;0;255;0m"
    assert theme.ink("good", on="line", bold=True) == "\x1b[0;1;38;2;0;255;0;48;2;42;42;42m"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[roles]\nacent = "#ffffff"\n', "mine.toml:2: no role named 'acent': did you mean accent"),
        ('[roles]\naccent = "red"\n', "mine.toml:2: accent must be a colour like #7aa2f7, not 'red'"),
        ("dark = true\n", "no colour for accent, work"),
        ("roles = 3\n", "mine.toml:1: roles must be a table"),
        ("drak = true\n", "mine.toml:1: no key named 'drak': did you mean dark"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    place = tmp_path / "config" / "muxer" / "themes"
    place.mkdir(parents=True)
    (place / "mine.toml").write_text(text)
    with pytest.raises(UsageError) as raised:
        read_theme("mine")
    assert words in str(raised.value)
