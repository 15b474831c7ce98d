"""Settings through the real program: what is saved is applied, and what is wrong is said and stops nothing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.seat import Seat
from tests.ui.deeds.screens import begin, status


def folder(desk: Desk) -> Path:
    return Path(desk.env["XDG_CONFIG_HOME"], "muxer")


def save(file: Path, text: str) -> None:
    """As editors do."""
    file.parent.mkdir(exist_ok=True)
    new = file.with_name(f".{file.name}.swp")
    new.write_text(text)
    os.replace(new, file)


def written_since(seat: Seat, needle: bytes) -> Callable[[Seat], bool]:
    begun = len(seat.raw)

    def met(seat: Seat) -> bool:
        return needle in seat.raw[begun:]

    met.__name__ = f"{needle!r} written"
    return met


def is_told_background(seat: Seat, theme: str) -> Callable[[Seat], bool]:
    themes = Path(__file__).parent.parent.parent / "themes"
    line = next(row for row in (themes / f"{theme}.toml").read_text().splitlines() if row.startswith("background"))
    red, green, blue = (line.partition("#")[2][at : at + 2] for at in (0, 2, 4))
    return written_since(seat, f"\x1b]11;rgb:{red}/{green}/{blue}".encode())


def test_saved_settings_hold_at_once(desk: Desk) -> None:
    seat = begin(desk)
    seat.wait_for(status("ctrl+b …"))
    told = is_told_background(seat, "day")
    save(folder(desk) / "config.toml", '[look]\ntheme = "day"\nkeymap = "vim"\nglyphs = "ascii"\n')
    seat.wait_for(told)
    seat.wait_for(status("settings read again"))
    seat.wait_for(" - sh")
    seat.send("\x17v")
    seat.wait_for("sh-2")


def test_a_keymap_and_a_theme_are_read_again_when_saved(desk: Desk) -> None:
    save(folder(desk) / "keymaps" / "mine.toml", 'base = "tmux"\nprefix = "ctrl+a"\n')
    save(folder(desk) / "config.toml", '[look]\nkeymap = "mine"\n')
    seat = begin_with(desk, "ctrl+a …")
    save(folder(desk) / "keymaps" / "mine.toml", 'base = "tmux"\nprefix = "ctrl+g"\n')
    seat.wait_for(status("settings read again"))
    seat.send("\x07%")
    seat.wait_for("sh-2")
    save(folder(desk) / "keymaps" / "mine.toml", 'base = "tmux"\nprefix = 3\n')
    seat.wait_for(status("keymaps/mine.toml:2: "))
    seat.send("\x02%")
    seat.wait_for("sh-3")


def begin_with(desk: Desk, hint: str) -> Seat:
    seat = desk.sit()
    seat.wait_for(status(hint))
    return seat


def test_the_size_follows_another_policy_and_new_panes_another_scrollback(desk: Desk) -> None:
    seat = begin(desk)
    wide = desk.sit(cols=120, rows=30)
    wide.wait_for("sh")
    assert desk.panes()["sh"]["cols"] <= 80
    save(folder(desk) / "config.toml", '[clients]\nsize = "latest"\n[panes]\nscrollback = 0\n')
    wide.wait_for("settings read again")
    wide.send("echo $COLUMNS $((6*7))\r")
    wide.wait_for("42")
    wide.wait_for(lambda _: desk.panes()["sh"]["cols"] > 80)
    seat.send("\x02%")
    seat.wait_for("sh-2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"[look\n", "~/config/muxer/config.toml:1: expected ']'"),
        (b"[look]\nthem = 1\n", "~/config/muxer/config.toml:2: unknown key them: did you mean theme?"),
        (b"[look]\ntheme = 'dya'\n", "~/config/muxer/config.toml:2: no theme named 'dya': did you mean day?"),
        (b"\xff\xfe", "~/config/muxer/config.toml:1: not UTF-8"),
        (b"#" * 10_000_000, "~/config/muxer/config.toml: more than 1 MB cannot be settings"),
        (b"[look]\na=1\nb=2\nc=3\n", "(2 more: muxer config check)"),
    ],
)
def test_a_host_starts_with_any_settings_and_says_what_is_wrong(desk: Desk, text: bytes, said: str) -> None:
    (folder(desk) / "config.toml").write_bytes(text)
    desk.new("cat", name="cat")
    seat = desk.sit(cols=160)
    seat.wait_for(status(said))
    seat.wait_for("cat")


def test_a_folder_in_place_of_the_settings_stops_nothing(desk: Desk) -> None:
    (folder(desk) / "config.toml").mkdir()
    seat = desk.sit(cols=120)
    seat.wait_for(status("config.toml: cannot be read: it is a folder"))
    seat.wait_for("$")
    seat.send("echo $((6*7))\r")
    seat.wait_for("42")


def test_half_a_file_changes_nothing_until_it_is_whole(desk: Desk) -> None:
    save(folder(desk) / "config.toml", '[look]\nkeymap = "vim"\n')
    seat = begin_with(desk, "ctrl+w …")
    save(folder(desk) / "config.toml", '[look]\nkeymap = "vi')
    seat.wait_for(status("config.toml:2: "))
    seat.send("\x17v")
    seat.wait_for("sh-2")
    save(folder(desk) / "config.toml", '[look]\nkeymap = "tmux"\n')
    seat.wait_for(status("settings read again"))
    seat.send("\x02%")
    seat.wait_for("sh-3")


def test_a_project_s_settings_hold_in_its_folder_and_come_when_they_are_written(desk: Desk) -> None:
    (desk.folder / ".git").mkdir()
    seat = begin_with(desk, "ctrl+b …")
    save(desk.folder / ".muxer" / "config.toml", '[look]\nkeymap = "vim"\n[panes]\nshell = "/bin/evil"\n')
    seat.wait_for(status("a project may not set panes.shell"))
    seat.send("\x17v")
    seat.wait_for("sh-2")


def test_a_folder_without_room_or_leave_stops_nothing(desk: Desk) -> None:
    (folder(desk) / "choices.toml").unlink()
    folder(desk).rmdir()
    folder(desk).write_text("a file where the folder should be")
    seat = desk.sit(cols=140)
    seat.wait_for("What do your fingers know?")
    seat.send("\r")
    seat.wait_for(status("cannot be written"))
    seat.wait_for("$")
    seat.send("echo $((6*7))\r")
    seat.wait_for("42")
