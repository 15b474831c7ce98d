import os
from pathlib import Path

import pytest

from muxer.config import choices_file, user_file
from muxer.errors import UsageError
from muxer.paths import config_folder
from muxer.settings.wardrobe import Wardrobe, every_trouble

THEME, KEYMAP = ("look", "theme"), ("look", "keymap")


def write(file: str | Path, text: str) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(text)


def own(kind: str, name: str, text: str) -> Path:
    file = Path(config_folder(), kind, f"{name}.toml")
    write(file, text)
    return file


def shipped(name: str) -> str:
    return (Path(__file__).parent.parent.parent / "themes" / f"{name}.toml").read_text()


def test_everything_has_a_default() -> None:
    worn = Wardrobe().worn
    assert (worn.keymap.name, worn.theme.name, worn.troubles) == ("tmux", "night", ())


def test_a_name_that_is_not_there_is_told_where_it_is_set_and_the_default_holds() -> None:
    write(user_file(), '[look]\ntheme = "dya"\nkeymap = "tmxu"\nglyphs = "ascii"\n')
    worn = Wardrobe().worn
    assert (worn.keymap.name, worn.theme.name, worn.config.look.glyphs) == ("tmux", "night", "ascii")
    assert worn.troubles == (
        f"{user_file()}:3: no keymap named 'tmxu': did you mean tmux?",
        f"{user_file()}:2: no theme named 'dya': did you mean day?",
    )


def test_a_broken_theme_leaves_the_one_that_was_worn() -> None:
    mine = own("themes", "mine", shipped("day"))
    write(user_file(), '[look]\ntheme = "mine"\n')
    wardrobe = Wardrobe()
    good = wardrobe.worn.theme
    mine.write_text("dark = 3\n")
    assert wardrobe.read_again()
    assert wardrobe.worn.theme == good
    assert wardrobe.worn.troubles[0].startswith(f"{mine}:1: ")
    assert Wardrobe().worn.theme.name == "night"
    mine.write_text(shipped("day"))
    assert wardrobe.read_again()
    assert wardrobe.worn.troubles == ()


def test_even_a_default_may_be_broken() -> None:
    own("themes", "night", "dark = 3\n")
    own("keymaps", "tmux", "[[\n")
    worn = Wardrobe().worn
    assert worn.theme.name != "night"
    assert worn.keymap.name != "tmux"
    assert len(worn.troubles) == 2


def test_nothing_new_is_nothing_new() -> None:
    wardrobe = Wardrobe()
    assert not wardrobe.read_again()
    write(user_file(), "[look]\nclock = false\n")
    assert wardrobe.read_again()
    assert not wardrobe.worn.config.look.clock
    assert not wardrobe.read_again()


def test_what_is_chosen_holds_for_the_next_one_too() -> None:
    wardrobe = Wardrobe()
    assert wardrobe.fresh
    assert wardrobe.choose_all({THEME: "day"}) == ""
    assert wardrobe.choose_all({KEYMAP: "tmux", ("look", "clock"): False}) == ""
    for one in (wardrobe, Wardrobe()):
        assert not one.fresh
        assert (one.worn.theme.name, one.worn.config.look.clock) == ("day", False)
        assert one.settings.origin(THEME) == "chosen"
    assert not wardrobe.read_again()


def test_who_chose_nothing_was_asked_all_the_same() -> None:
    Wardrobe().choose_all({})
    assert not Wardrobe().fresh


def test_who_wrote_settings_needs_no_welcome() -> None:
    write(user_file(), "")
    assert not Wardrobe().fresh


def test_a_bad_choice_changes_nothing() -> None:
    wardrobe = Wardrobe()
    with pytest.raises(UsageError, match=r"look\.clock must be"):
        wardrobe.choose_all({THEME: "day", ("look", "clock"): "maybe"})
    assert wardrobe.worn.theme.name == "night"
    assert wardrobe.fresh


def test_a_choice_against_a_written_setting_holds_until_a_restart_and_says_so() -> None:
    write(user_file(), '[look]\n\ntheme = "contrast"\n')
    before = Path(user_file()).read_text()
    wardrobe = Wardrobe()
    said = wardrobe.choose_all({THEME: "day"})
    assert said == f"look.theme holds until muxer is restarted: {user_file()}:3 sets it"
    wardrobe.read_again()
    assert wardrobe.worn.theme.name == "day"
    assert wardrobe.choose_all({THEME: "contrast"}) == ""
    assert Path(user_file()).read_text() == before
    assert Wardrobe().worn.theme.name == "contrast"


def test_a_setting_that_is_written_later_wins_over_the_choice() -> None:
    write(user_file(), '[look]\ntheme = "contrast"\n')
    wardrobe = Wardrobe()
    wardrobe.choose_all({THEME: "day", KEYMAP: "tmux"})
    write(user_file(), '[look]\ntheme = "contrast"\nclock = false\n')
    wardrobe.read_again()
    assert wardrobe.worn.theme.name == "day"
    write(user_file(), '[look]\ntheme = "terminal"\n')
    wardrobe.read_again()
    assert wardrobe.worn.theme.name == "terminal"


def test_choices_of_another_host_hold_here_as_well() -> None:
    one, other = Wardrobe(), Wardrobe()
    one.choose_all({THEME: "day"})
    other.choose_all({THEME: "contrast"})
    assert one.read_again()
    assert one.worn.theme.name == "contrast"


def test_choices_that_cannot_be_kept_hold_until_a_restart() -> None:
    Path(choices_file() + ".new").mkdir(parents=True)
    wardrobe = Wardrobe()
    said = wardrobe.choose_all({THEME: "day"})
    assert said.startswith(f"it holds until muxer is restarted: {choices_file()} cannot be written: ")
    wardrobe.read_again()
    assert wardrobe.worn.theme.name == "day"


def test_choices_that_cannot_be_read_are_put_aside() -> None:
    write(choices_file(), "[look\n")
    wardrobe = Wardrobe()
    assert len(wardrobe.worn.troubles) == 1
    assert "put aside" in wardrobe.choose_all({THEME: "day"})
    assert not wardrobe.worn.troubles
    assert Path(f"{choices_file()}.broken").read_text() == "[look\n"


def test_choices_of_a_newer_muxer_are_kept() -> None:
    write(choices_file(), "[look]\nhologram = true\n[future]\na = 1\n")
    Wardrobe().choose_all({THEME: "day"})
    text = Path(choices_file()).read_text()
    assert "hologram = true" in text
    assert "[future]" in text


def test_it_knows_where_files_may_be_saved(tmp_path: Path) -> None:
    write(tmp_path / "dotfiles" / "mine.toml", "")
    os.makedirs(config_folder())
    os.symlink(tmp_path / "dotfiles" / "mine.toml", user_file())
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "repo" / "src").mkdir()
    folders = set(Wardrobe(str(tmp_path / "repo" / "src")).folders())
    assert folders == {
        config_folder(),
        f"{config_folder()}/keymaps",
        f"{config_folder()}/themes",
        f"{tmp_path}/dotfiles",
        f"{tmp_path}/repo/.muxer",
    }


def test_every_trouble_is_found_worn_or_not() -> None:
    assert every_trouble("") == []
    write(user_file(), "[look]\nclok = true\n")
    own("themes", "odd", "dark = 3\n")
    own("keymaps", "odd", '[keys]\n"no.action" = "x"\n')
    wheres = [trouble.partition(": ")[0] for trouble in every_trouble("")]
    folder = config_folder()
    assert wheres == [f"{user_file()}:2", f"{folder}/keymaps/odd.toml:2", f"{folder}/themes/odd.toml:1"]
