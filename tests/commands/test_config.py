import json
import os
import subprocess
from pathlib import Path

from muxer.commands.table import load_verbs, run, verb_named
from tests.conftest import HOST, Desk
from tests.house import house_in
from tests.seat import MUXER


def config_file(desk: Desk) -> Path:
    return Path(desk.env["XDG_CONFIG_HOME"], "muxer", "config.toml")


def test_show_names_every_value_and_where_it_is_set(desk: Desk) -> None:
    file = config_file(desk)
    file.write_text('[look]\ntheme = "day"\nclok = 3\n')
    shown = {row["key"]: row for row in desk.json("config", "show")["settings"]}
    assert shown["look.theme"] == {"key": "look.theme", "value": "day", "origin": "~/config/muxer/config.toml:2"}
    assert shown["panes.scrollback"] == {"key": "panes.scrollback", "value": 10_000, "origin": "default"}
    lines = desk.run("config").stdout.splitlines()
    assert len(lines) == len(shown)
    assert len({line.index("default") for line in lines if line.endswith(" default")}) == 1


def test_show_counts_the_project_of_the_folder(desk: Desk) -> None:
    (desk.folder / ".git").mkdir()
    (desk.folder / ".muxer").mkdir()
    (desk.folder / ".muxer" / "config.toml").write_text("[look]\nclock = false\n")
    shown = {row["key"]: row for row in desk.json("config", "show")["settings"]}
    assert shown["look.clock"]["value"] is False
    assert desk.json("config", "path")["project"] == str(desk.folder / ".muxer" / "config.toml")


def test_check_says_what_is_wrong_and_fails(desk: Desk) -> None:
    right = desk.run("config", "check")
    assert (right.returncode, right.stdout) == (0, "nothing is wrong\n")
    config_file(desk).write_text('[look]\nclok = 3\ntheme = "dya"\n')
    wrong = desk.run("config", "check", check=False)
    assert wrong.returncode == 1
    assert wrong.stdout.splitlines() == [
        "~/config/muxer/config.toml:2: unknown key clok: did you mean clock?",
        "~/config/muxer/config.toml:3: no theme named 'dya': did you mean day?",
    ]
    told = desk.run("config", "check", "--json", check=False)
    assert (told.returncode, json.loads(told.stdout)) == (1, {"troubles": wrong.stdout.splitlines()})


def test_check_reads_the_files_of_clis_too(desk: Desk) -> None:
    file = config_file(desk).parent / "clis" / "mine.toml"
    file.parent.mkdir()
    file.write_text('title = "Mine"\nshort = "mine"\nbinary = ["mine"]\ninstall = "-"\ndocs = "-"\nmodle = ["-m"]\n')
    wrong = desk.run("config", "check", check=False)
    assert wrong.returncode == 1
    assert wrong.stdout.splitlines() == ["~/config/muxer/clis/mine.toml:6: no field named 'modle': did you mean model?"]


def test_path_is_the_person_s_file(desk: Desk) -> None:
    assert desk.run("config", "path").stdout == f"{config_file(desk)}\n"


def test_no_host_is_started_for_it(desk: Desk) -> None:
    desk.run("config", "show")
    assert not os.path.exists(f"{desk.env['XDG_RUNTIME_DIR']}/muxer/{HOST}/host")


def test_edit_opens_a_file_of_defaults_and_checks_what_was_saved(desk: Desk) -> None:
    editor = desk.folder / "an editor"
    editor.write_text('#!/bin/sh\ntest "$1" = -x || exit 7\ncat "$2"; echo "[look]\nclok = 1" > "$2"\n')
    editor.chmod(0o755)
    left = desk.run("config", "edit", check=False, VISUAL=f"'{editor}' -x", EDITOR="false")
    assert '# theme = "night"' in left.stdout
    assert left.stdout.endswith("~/config/muxer/config.toml:2: unknown key clok: did you mean clock?\n")
    assert left.returncode == 1
    again = desk.run("config", "edit", check=False, EDITOR=f"'{editor}' -y")
    assert (again.returncode, again.stderr) == (1, f"muxer: {editor} left with status 7\n")
    assert config_file(desk).read_text() == "[look]\nclok = 1\n"


def test_an_editor_that_is_not_there_is_one_line(desk: Desk) -> None:
    left = desk.run("config", "edit", check=False, EDITOR="no-such-editor")
    assert left.stderr == "muxer: no-such-editor cannot be started: no such file or directory; set VISUAL or EDITOR\n"


def test_a_file_that_cannot_be_made_is_one_line(desk: Desk) -> None:
    home = desk.folder / "file"
    home.touch()
    left = subprocess.run(
        [*MUXER, "config", "edit"], env=desk.env | {"XDG_CONFIG_HOME": str(home)}, capture_output=True, text=True,
        check=False, timeout=40, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert left.stderr.splitlines() == [f"muxer: {home}/muxer/config.toml cannot be made: Not a directory"]


async def test_a_host_edits_in_a_pane(tmp_path: Path) -> None:
    load_verbs()
    async with house_in() as house:
        answer = await run(verb_named("config"), house.services, {"what": "edit", "cwd": str(tmp_path)})
        assert isinstance(answer, dict)
        assert os.path.exists(answer["path"])
        assert "settings" in [pane.name for pane in house.services.panes.living.values()]
