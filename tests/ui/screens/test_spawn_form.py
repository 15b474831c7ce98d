import pytest

from muxer.model import CliFacts
from muxer.ui.screens.spawn_form import COMMAND, LABELS, SpawnForm

CLAUDE = CliFacts(
    name="claude-code", title="Claude Code", program="/bin/claude", install="npm i claude", models=True, autos=True
)
CODEX = CliFacts(name="codex", title="Codex", program="/bin/codex", install="", models=True, efforts=True, autos=True)
AIDER = CliFacts(name="aider", title="Aider", program="", install="uv tool install aider-chat")


def form(**remembered: str) -> SpawnForm:
    return SpawnForm([CLAUDE, CODEX, AIDER], "~/src/api", remembered)


def test_rows_are_those_that_the_cli_has() -> None:
    made = form()
    assert made.rows == [row for row in LABELS if row not in ("exec", "effort")]
    made.step("cli", 1)
    assert made.rows == [row for row in LABELS if row != "exec"]
    made.step("cli", 1)
    assert not {"model", "effort", "auto", "exec"} & set(made.rows)
    made.step("cli", 1)
    assert made.values["cli"] == COMMAND
    assert made.rows[:2] == ["cli", "exec"]
    made.step("cli", 1)
    assert made.values["cli"] == "claude-code"


def test_choices_go_round_and_letters_jump() -> None:
    made = form()
    made.step("workspace", -1)
    assert made.values["workspace"] == "here"
    made.jump("cli", "A")
    assert made.values["cli"] == "aider"
    made.jump("cli", "a")
    assert made.values["cli"] == COMMAND, "the next that begins so"
    made.jump("cli", "z")
    assert made.values["cli"] == COMMAND
    made.jump("n", "7")
    assert made.values["n"] == "7"


def test_only_what_is_said_reaches_the_verb() -> None:
    made = form()
    assert made.arguments("") == {"cli": "claude-code", "n": 1, "restart": "never"}
    made.values |= {"name": " ada ", "model": "opus", "auto": "yes", "n": "3", "workspace": "clone", "effort": "high"}
    assert made.arguments("fix it\nnow\n") == {
        "cli": "claude-code", "name": "ada", "model": "opus", "auto": True, "n": 3, "restart": "never",
        "workspace": "clone", "prompt": "fix it\nnow",
    }  # fmt: skip


def test_a_command_has_neither_cli_nor_model() -> None:
    made = form(cli=COMMAND, exec="htop -d 5", model="left over")
    assert made.arguments("") == {"exec": "htop -d 5", "n": 1, "restart": "never"}


def test_what_is_wrong_is_said() -> None:
    made = form()
    assert made.wrong == ""
    made.jump("cli", "aid")
    assert made.wrong == "Aider is not installed: uv tool install aider-chat"
    assert made.words("cli") == "not installed: uv tool install aider-chat"
    assert form(cli=COMMAND).wrong == "say which command is to be run, or choose an agent"
    assert SpawnForm([], "~", {}).wrong


def test_the_next_one_begins_with_the_same() -> None:
    made = form()
    made.values |= {"cli": "codex", "name": "ada", "circle": "api", "n": "4", "restart": "always"}
    again = form(**made.remembered)
    assert {row: again.values[row] for row in ("cli", "name", "circle", "n", "restart")} == {
        "cli": "codex", "name": "", "circle": "api", "n": "1", "restart": "always",
    }  # fmt: skip


@pytest.mark.parametrize("remembered", [{"cli": "gone"}, {"n": "99"}, {"nosuch": "x"}, {"project": "sold"}])
def test_what_is_no_choice_any_more_is_forgotten(remembered: dict[str, str]) -> None:
    assert form(**remembered).values == form().values


def test_projects_come_later() -> None:
    made = form()
    assert made.words("project") == "~/src/api"
    made.know_projects([("web", "/src/web")])
    made.step("project", 1)
    assert made.arguments("")["project"] == "web"
    assert made.words("project") == "/src/web"
