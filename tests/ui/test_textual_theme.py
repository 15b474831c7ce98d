import pytest
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from muxer import shipped
from muxer.config import Config
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.ui.look import Look
from muxer.ui.textual_theme import Costume, textual_theme
from tests.ui.glass import until


def variables(name: str) -> dict[str, str]:
    theme = textual_theme(read_theme(name), "worn")
    return theme.to_color_system().generate() | theme.variables


@pytest.mark.parametrize("name", shipped.names("themes"))
def test_every_name_that_textuals_own_themes_know_has_a_colour(name: str) -> None:
    ours = variables(name)
    for own in BUILTIN_THEMES["ansi-dark" if name == "terminal" else "nord"].to_color_system().generate():
        assert own in ours
    for known in ("background", "surface", "panel", "text-muted", "border", "ansi-background"):
        assert Color.parse(ours[known])


def test_roles_keep_their_colours() -> None:
    ours = textual_theme(read_theme("night"), "worn")
    assert (ours.primary, ours.warning, ours.error) == ("#7aa2f7", "#e0af68", "#f7768e")
    assert (ours.background, ours.surface, ours.panel) == ("#1a1b26", "#222539", "#292e42")
    assert variables("night")["text-muted"] == "#8c95c0"


def test_what_is_the_terminals_own_stays_its_own() -> None:
    ours = variables("terminal")
    assert (ours["primary"], ours["surface"], ours["text-muted"]) == (
        "ansi_bright_blue",
        "ansi_default",
        "ansi_default",
    )


def a_look() -> Look:
    return Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))


async def test_an_app_wears_what_its_look_says_and_a_closed_dialog_can_wait() -> None:
    app, look = App[None](), a_look()
    costume = Costume(app, look)
    assert app.current_theme.primary == "#7aa2f7"
    async with app.run_test():
        look.theme = read_theme("day")
        costume.change(at_once=True)
        assert app.current_theme.primary == "#1d5fbf"
        worn = app.theme
        costume.change(at_once=True)
        assert app.theme == worn
        look.theme = read_theme("nord")
        costume.change(at_once=False)
        assert app.theme == worn
        await until(lambda: app.current_theme.primary == "#88c0d0")
