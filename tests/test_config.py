import os
from pathlib import Path

import pytest

from muxer.config import (
    Config,
    Settings,
    choices_file,
    every_key,
    in_one_line,
    project_file,
    read_settings,
    user_file,
    value_of,
    with_value,
    words_of,
)
from muxer.errors import UsageError
from muxer.settable import Panes


def write(file: str | Path, text: str) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(text)


def read(text: str) -> Settings:
    write(user_file(), text)
    return read_settings()


def project(folder: Path, text: str) -> str:
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    write(folder / ".muxer" / "config.toml", text)
    return str(folder)


def test_without_a_file_everything_has_a_default() -> None:
    assert read_settings() == read_settings("/no/such/folder")
    assert read_settings().config == Config()
    assert read_settings().config.panes.scrollback == 10_000
    assert read_settings().origin(("panes", "scrollback")) == "default"


def test_what_is_set_is_set() -> None:
    settings = read('[clients]\nsize = "latest"\n[panes]\nscrollback = 500\n')
    assert (settings.config.clients.size, settings.config.panes.scrollback) == ("latest", 500)
    assert settings.troubles == ()
    assert settings.origin(("panes", "scrollback")) == f"{user_file()}:4"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[clients]\nsize = "smalest"\n', ':2: clients.size must be smallest or latest, not "smalest": did you mean'),
        ('[look]\nthem = "day"\n', ":2: unknown key them: did you mean theme?"),
        ("[look]\nscrollbak = 3\n", ":2: unknown key scrollbak: did you mean scrollback under [panes]?"),
        ("[notices]\nxyzzy = 3\n", ":2: unknown key xyzzy: there are toast, bell, desktop"),
        ('theme = "day"\n', ":1: unknown key theme: it belongs under [look]"),
        ("[panes]\n\nscrollback = -1\n", ":3: panes.scrollback must be a whole number from 0 to 1000000, not -1"),
        ("[panes]\nscrollback = 1e3\n", ":2: panes.scrollback must be a whole number"),
        ('[look]\nclock = "no"\n', ':2: look.clock must be true or false, not "no"'),
        ("[look]\nclock = 1\n", ":2: look.clock must be true or false, not 1"),
        ("[look]\ntheme = 5\n", ":2: look.theme must be text in quotes, not 5"),
        ("look.theme = {a = 1}\n", ":1: look.theme must be text in quotes, not a table"),
        ("[pane]\n", ":1: unknown table [pane]: did you mean [panes]?"),
        ("look = 3\n", ":1: look is a table: write [look], and its settings under it"),
        ("[[look]]\ntheme = 'day'\n", ":1: look is a table: write [look], and its settings under it"),
    ],
)
def test_what_is_wrong_is_one_line_and_the_rest_holds(text: str, words: str) -> None:
    settings = read(f"{text}\n[notices]\nbell = false\n" if "notices" not in text else f"{text}bell = false\n")
    (trouble,) = settings.troubles
    assert trouble.startswith(user_file() + words)
    assert "\n" not in trouble
    assert settings.config == with_value(Config(), ("notices", "bell"), value=False)


def test_every_mistake_is_told() -> None:
    settings = read('[look]\nthem = "day"\nkeymap = "vim"\nclock = 3\nglyphs = "ascii"\n')
    assert [trouble.partition(": ")[0] for trouble in settings.troubles] == [f"{user_file()}:2", f"{user_file()}:4"]
    assert (settings.config.look.keymap, settings.config.look.glyphs) == ("vim", "ascii")


def test_later_sources_win(tmp_path: Path) -> None:
    write(choices_file(), '[look]\ntheme = "a"\nkeymap = "a"\nglyphs = "ascii"\n')
    write(user_file(), '[look]\ntheme = "b"\nkeymap = "b"\n')
    settings = read_settings(project(tmp_path / "repo", '[look]\ntheme = "c"\n'))
    look = settings.config.look
    assert (look.theme, look.keymap, look.glyphs, look.light) == ("c", "b", "ascii", "day")
    assert [settings.origin(("look", name)) for name in ("theme", "keymap", "glyphs", "light")] == [
        f"{tmp_path}/repo/.muxer/config.toml:2",
        f"{user_file()}:3",
        "chosen",
        "default",
    ]


def test_the_project_is_found_upwards_to_its_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    inner = tmp_path / "home" / "repo" / "a" / "b"
    inner.mkdir(parents=True)
    write(tmp_path / ".muxer" / "config.toml", "")
    assert project_file(str(inner)) == ""
    write(tmp_path / "home" / ".muxer" / "config.toml", "")
    assert project_file(str(inner)) == f"{tmp_path}/home/.muxer/config.toml"
    (tmp_path / "home" / "repo" / ".git").touch()
    assert project_file(str(inner)) == ""
    write(tmp_path / "home" / "repo" / ".muxer" / "config.toml", "")
    assert project_file(str(inner)) == f"{tmp_path}/home/repo/.muxer/config.toml"


def test_a_project_sets_harmless_things_only(tmp_path: Path) -> None:
    text = '[panes]\nshell = "/bin/evil"\nclipboard = true\nscrollback = 5\n'
    write(user_file(), "[panes]\nclipboard = false\n")
    settings = read_settings(project(tmp_path / "repo", text))
    assert settings.config.panes == Panes(scrollback=5, clipboard=False)
    file = f"{tmp_path}/repo/.muxer/config.toml"
    assert settings.troubles == (
        f"{file}:2: a project may not set panes.shell: put it into {user_file()}",
        f"{file}:3: a project may not set panes.clipboard: put it into {user_file()}",
    )


def test_what_is_a_project_s_is_set_in_its_own_file_only(tmp_path: Path) -> None:
    write(user_file(), '[project]\ncli = "codex"\nrolez = ["a"]\n[look]\nclock = false\n')
    settings = read_settings(project(tmp_path / "repo", '[project]\ncli = "codex"\ncheck = 3\n'))
    assert settings.config == with_value(Config(), ("look", "clock"), value=False)
    assert settings.troubles == (
        f"{user_file()}:2: cli is a project's: say muxer project set NAME cli VALUE",
        f"{user_file()}:3: unknown key rolez: did you mean roles?",
        f"{tmp_path}/repo/.muxer/config.toml:3: project.check must be text in quotes or a list of texts, not 3",
    )
    assert ("project", "cli") not in every_key()
    with pytest.raises(UsageError, match=r"there is no setting project\.cli"):
        with_value(Config(), ("project", "cli"), "codex")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_project_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    folder = project(tmp_path / "repo", '[look]\ntheme = "c"\n')
    os.chown(tmp_path / "repo" / ".muxer" / "config.toml", 12345, -1)
    settings = read_settings(folder)
    assert settings.config == Config()
    assert "belongs to uid 12345" in settings.troubles[0]


@pytest.mark.parametrize("text", ["[look\n", "[look]\ntheme = ", "\x00"])
def test_a_half_written_file_counts_as_it_did_before(text: str) -> None:
    good = read('[look]\ntheme = "day"\n')
    write(user_file(), text)
    again = read_settings(before=good)
    assert again.config == good.config
    assert again.origin(("look", "theme")) == good.origin(("look", "theme"))
    assert len(again.troubles) == 1
    assert read_settings(before=again).config == good.config
    assert read_settings().config == Config()
    os.unlink(user_file())
    assert read_settings(before=again).config == Config()


def test_a_folder_in_place_of_the_file_is_one_line() -> None:
    os.makedirs(user_file())
    assert read_settings().troubles == (f"{user_file()}: cannot be read: it is a folder",)


def test_files_at_home_are_named_as_people_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert read("[look\n").troubles[0].startswith("~/.config/muxer/config.toml:1: ")


def test_one_value_can_be_another() -> None:
    assert with_value(Config(), ("look", "theme"), "day").look.theme == "day"
    with pytest.raises(UsageError, match=r"look\.clock must be true or false"):
        with_value(Config(), ("look", "clock"), "maybe")
    with pytest.raises(UsageError, match=r"no setting look\.no"):
        with_value(Config(), ("look", "no"), 1)


def test_every_setting_says_what_it_is_for() -> None:
    for key in every_key():
        assert words_of(key)[-1] in ".?"
        assert value_of(Config(), key) is not None


def test_several_troubles_are_one_line() -> None:
    assert in_one_line(()) == ""
    assert in_one_line(("a: b",)) == "a: b"
    far = "~/a/project/in/a/place/far/away/from/home/.muxer/config.toml:2: no"
    assert in_one_line((far,)) == "…/.muxer/config.toml:2: no"
    assert in_one_line(("a: b", "c", "d")) == "a: b  (2 more: muxer config check)"
