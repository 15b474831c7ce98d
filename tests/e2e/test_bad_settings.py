"""Settings, keymaps, themes and layouts that are wrong: one line with file and line, and all else works as before."""

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Desk
from tests.e2e.test_settings import folder, save
from tests.hostlog import mistakes
from tests.seat import Seat
from tests.ui.deeds.screens import status

NIGHT = Path(__file__).parent.parent.parent / "themes" / "night.toml"


def works(seat: Seat) -> None:
    """Typing reaches the shell, a key splits, the palette opens and closes."""
    seat.send("\x02%")
    seat.wait_for("sh-2")
    seat.send("echo $((6*7))\r")
    seat.wait_for("42")
    seat.send("\x02p")
    seat.wait_for("type to find")
    seat.send("\x1b[27u")
    seat.wait_for(lambda s: "type to find" not in s.text)
    seat.send("echo $((7*7))\r")
    seat.wait_for("49")


def said_by(desk: Desk, *words: str) -> str:
    """What is wrong, one thing a line."""
    done = desk.run(*words, check=False)
    assert done.returncode in (1, 2), done
    return done.stdout + done.stderr


def theme(change: Callable[[str], str]) -> str:
    """Muxer's own, but for something."""
    text = change(NIGHT.read_text())
    assert text != NIGHT.read_text()
    return text


def without(word: str) -> Callable[[str], str]:
    return lambda text: "".join(line for line in text.splitlines(True) if not line.startswith(f"{word} "))


def line_of(word: str, text: str) -> int:
    return next(at for at, line in enumerate(text.splitlines(), 1) if line.startswith(word))


KEYMAPS = {
    "an unknown action": ('[keys]\n"pane.zoon" = ["z"]\n', "mine.toml:3: no action named 'pane.zoon': did you mean"),
    "half a file": ('[keys]\n"pane.zoom" = ["z', "mine.toml:3: "),
}


@pytest.mark.parametrize(("text", "said"), KEYMAPS.values(), ids=KEYMAPS)
def test_a_keymap(desk: Desk, text: str, said: str) -> None:
    save(folder(desk) / "keymaps" / "mine.toml", f'base = "tmux"\n{text}')
    save(folder(desk) / "config.toml", '[look]\nkeymap = "mine"\n')
    assert said in said_by(desk, "config", "check")
    place, _, words = said.partition(": ")
    assert re.search(rf"{place}(:|  ) ?{re.escape(words)}", said_by(desk, "keys", "doctor"))
    seat = desk.sit(cols=160)
    seat.wait_for(status(said))
    works(seat)
    assert mistakes(desk) == ""


THEMES: dict[str, Callable[[str], str]] = {
    "a terminal's colour is missing": without("bright_white"),
    "half a file": lambda text: text[: text.index("accent") + 12],
}


@pytest.mark.parametrize("change", THEMES.values(), ids=THEMES)
def test_a_theme(desk: Desk, change: Callable[[str], str]) -> None:
    text = theme(change)
    save(folder(desk) / "themes" / "mine.toml", text)
    save(folder(desk) / "config.toml", '[look]\ntheme = "mine"\n')
    said = next(line for line in said_by(desk, "config", "check").splitlines() if "mine.toml:" in line)
    number = int(said.split("mine.toml:")[1].split(":")[0])
    assert 1 <= number <= len(text.splitlines())
    words = said.split("mine.toml:")[1][:60]
    seat = desk.sit(cols=200)
    seat.wait_for(status(words))
    works(seat)
    assert mistakes(desk) == ""


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def a_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(file.parent)
        try:
            bound.bind(file.name)
        finally:
            os.chdir(here)


def memory(file: Path) -> None:
    """It can be opened, and cannot be read, by anybody."""
    file.symlink_to("/proc/self/mem")


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (a_pipe, "cannot be read"),
    "a socket": (a_socket, "cannot be read"),
    "unreadable": (memory, "cannot be read: input/output error"),
    "half-written": (lambda file: file.write_text('[look]\ntheme = "da'), "config.toml:2: "),
}


@pytest.mark.parametrize(("make", "said"), FILES.values(), ids=FILES)
def test_a_config_file(desk: Desk, make: Callable[[Path], object], said: str) -> None:
    make(folder(desk) / "config.toml")
    found = said_by(desk, "config", "check")
    assert found.count("\n") == 1
    assert said in found
    seat = desk.sit(cols=160)
    seat.wait_for(status(said))
    works(seat)
    assert mistakes(desk) == ""


LAYOUT = """focus = "left"

[tree]
axis = "row"
children = [{ pane = "left" }, { pane = "right" }]

[pane.left]
cwd = "~"

[pane.right]
cwd = "~"
command = ["no-such-program", "--port", "8080"]
"""


def test_a_layout_whose_command_is_gone(desk: Desk) -> None:
    save(folder(desk) / "layouts" / "work.toml", LAYOUT)
    seat = desk.sit(cols=200)
    seat.wait_for("$")
    seat.send("\x02:")
    seat.wait_for("› :")
    seat.send("layout open work\r")
    seat.wait_for(status("layouts/work.toml:12: "))
    seat.wait_for("opened in tab work")
    seat.wait_for("right is a shell in its place")
    seat.send("\x1b[27u")
    seat.wait_for(lambda s: "opened in tab" not in s.text)
    seat.send("echo $((6*7))\r")
    seat.wait_for("42")
    assert mistakes(desk) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('{ pane = "left" }', '{ pane = "lost" }'), "work.toml:5: "),
        (lambda text: text.replace("focus", "fokus"), "work.toml:1: "),
        (lambda text: text[:60], "work.toml:"),
    ],
)
def test_a_layout_that_is_wrong_opens_nothing(desk: Desk, change: Callable[[str], str], said: str) -> None:
    save(folder(desk) / "layouts" / "work.toml", change(LAYOUT))
    seat = desk.sit(cols=200)
    seat.wait_for("$")
    seat.send("\x02\x0f")
    seat.wait_for("work")
    seat.send("\r")
    seat.wait_for(status(said))
    assert list(desk.panes()) == ["sh"]
    assert mistakes(desk) == ""
    done = desk.run("layout", "open", "work", check=False)
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


# while it runs


def running_with(desk: Desk) -> Seat:
    save(folder(desk) / "keymaps" / "mine.toml", 'base = "tmux"\n')
    save(folder(desk) / "themes" / "mine.toml", NIGHT.read_text())
    save(folder(desk) / "config.toml", '[look]\nkeymap = "mine"\ntheme = "mine"\n')
    seat = desk.sit(cols=160)
    seat.wait_for(status("ctrl+b …"))
    seat.wait_for("│$")
    seat.send("stays=there\r")
    return seat


BROKEN = {
    "config.toml": ('[look]\nkeymap = "mine"\ntheme = "mine\n', "config.toml:3: "),
    "keymaps/mine.toml": ('base = "tmux"\n[keys]\n"pane.zoon" = ["z"]\n', "mine.toml:3: "),
    "themes/mine.toml": (NIGHT.read_text().replace("#", "", 1) + "\n[", "mine.toml:"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_and_mended_while_somebody_is_there(desk: Desk, name: str) -> None:
    seat = running_with(desk)
    text, said = BROKEN[name]
    good = (folder(desk) / name).read_text()
    save(folder(desk) / name, text)
    seat.wait_for(status(said))
    works(seat)
    save(folder(desk) / name, good)
    seat.wait_for(status("settings read again"))
    seat.send("\x02\x1b[D")
    seat.send("echo $stays\r")
    seat.wait_for("│there")
    assert mistakes(desk) == ""


def test_taken_away_and_put_back_while_somebody_is_there(desk: Desk) -> None:
    seat = running_with(desk)
    for name, text in {
        one: (folder(desk) / one).read_text() for one in ("themes/mine.toml", "keymaps/mine.toml")
    }.items():
        (folder(desk) / name).unlink()
        seat.wait_for(status("config.toml:"))
        seat.wait_for(status("named 'mine'"))
        save(folder(desk) / name, text)
        seat.wait_for(status("settings read again"))
    works(seat)
    assert mistakes(desk) == ""


def test_written_over_again_and_again(desk: Desk) -> None:
    """An editor that writes in pieces, or a script gone wild: only the last words count."""
    seat = running_with(desk)
    file = folder(desk) / "config.toml"
    good = file.read_text()
    for n in range(200):
        file.write_text(good[: n % len(good)])
    file.write_text(good.replace('"mine"\n', '"vim"\n', 1))
    seat.wait_for(status("ctrl+w …"))
    seat.send("\x17v")
    seat.wait_for("sh-2")
    assert mistakes(desk) == ""
