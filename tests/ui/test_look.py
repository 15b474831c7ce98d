import msgspec

from muxer.config import Config
from muxer.settings.keymaps import read_keymap
from muxer.settings.themes import read_theme
from muxer.ui.look import Look


def test_it_is_changed_in_place_and_asked_each_time() -> None:
    look = Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))
    night = look.ink("accent", on="line", bold=True)
    assert night == read_theme("night").ink("accent", on="line", bold=True)
    look.theme = read_theme("day")
    assert look.ink("accent", on="line", bold=True) != night


def test_glyphs_are_plain_where_a_person_or_a_terminal_says_so() -> None:
    look = Look(config=Config(), keymap=read_keymap("tmux"), theme=read_theme("night"))
    assert not look.ascii
    look.plain = True
    assert look.ascii
    look.plain = False
    look.config = msgspec.structs.replace(Config(), look=msgspec.structs.replace(Config().look, glyphs="ascii"))
    assert look.ascii
