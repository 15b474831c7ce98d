"""What every shipped file promises, and that nothing else of the package names a CLI."""

import re
from pathlib import Path

import pytest

from muxer.agents.reading import SHIPPED, read_clis
from muxer.agents.spec import Cli

CLIS, TROUBLES = read_clis("")

WANTED = {
    "aider", "amp", "auggie", "claude-code", "cline", "codex", "continue", "copilot", "crush", "cursor-agent", "devin",
    "droid", "gemini", "goose", "grok", "hermes", "kilocode", "kimi", "kiro", "opencode", "pi", "qwen", "shell", "vibe",
}  # fmt: skip

ONE_TURN = {
    "-p", "-q", "-z", "--print", "--query", "--message", "--no-interactive", "--non-interactive", "--json",
    "--headless", "--output-format", "exec", "run",
}  # fmt: skip
"""Words after which a program answers once and ends."""

PACKAGE = Path(SHIPPED).parent.parent
EVERYDAY = {"continue", "cursor", "shell"}
"""Names that are words too."""
KNOWN = {
    "settings/known_chords.py": "what their keys do, for who chooses a keymap",
}
"""Modules that name some all the same."""

each_cli = pytest.mark.parametrize("cli", CLIS.values(), ids=lambda cli: cli.name)


def test_all_can_be_read() -> None:
    assert TROUBLES == []
    assert set(CLIS) >= WANTED


def test_no_two_have_a_name_or_a_program_in_common() -> None:
    for names in ([cli.short for cli in CLIS.values()], [word for cli in CLIS.values() for word in cli.binary]):
        assert len(set(names)) == len(names)


@each_cli
def test_says_where_it_comes_from_and_how_it_is_installed(cli: Cli) -> None:
    first = Path(cli.file).read_text().splitlines()[0]
    assert first.startswith(f"# {cli.title}") or cli.name == "shell"
    if cli.binary:
        assert cli.install
        assert cli.docs.startswith("https://")


@each_cli
def test_is_started_to_stay(cli: Cli) -> None:
    session = cli.session
    started = [*cli.argv, *cli.auto.argv, *session.new, *session.resume, *session.last]
    given = [word for word in cli.prompt_argv if cli.prompt == "argument"]
    assert not ONE_TURN & {*started, *given}


@each_cli
def test_its_words_have_a_place_for_what_they_give(cli: Cli) -> None:
    assert cli.prompt == "typed" or "{prompt}" in cli.prompt_argv
    assert not cli.model or "{model}" in " ".join(cli.model)
    assert not cli.effort or "{effort}" in " ".join(cli.effort)
    for words in (cli.session.new, cli.session.resume):
        assert not words or "{session}" in " ".join(words)
    assert "{session}" not in " ".join(cli.session.last)


@each_cli
def test_it_can_be_typed_into(cli: Cli) -> None:
    assert [door.kind for door in cli.doors].count("keys") == 1


@each_cli
def test_who_was_seen_running_can_be_read_on_the_screen_or_told_by_hooks(cli: Cli) -> None:
    if cli.seen:
        assert cli.hooks is not None
        assert {"prompted", "turn-ended"} <= set(cli.hooks.events.values())
        assert cli.rules
        assert cli.composer


def names_of_clis(text: str) -> set[str]:
    """Those that a text names, examples in the help of verbs left out."""
    named = {word for cli in CLIS.values() for word in (cli.name, cli.short, *cli.binary)} - EVERYDAY
    text = re.sub(r"\n    Example:\n(?:        .*\n)+", "\n", text)
    return {name for name in named if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE)}


def test_only_agents_names_a_cli() -> None:
    modules = {str(module.relative_to(PACKAGE)): module for module in sorted(PACKAGE.rglob("*.py"))}
    named = {name: names_of_clis(module.read_text()) for name, module in modules.items() if "agents/" not in name}
    assert {name: found for name, found in named.items() if found and name not in KNOWN} == {}
    assert [name for name in KNOWN if not named[name]] == [], "they name none any more: they need no place in KNOWN"


def test_a_name_would_be_found() -> None:
    assert names_of_clis('binary = "codex"') == {"codex"}
    assert names_of_clis("# as Cursor-Agent does") == {"cursor-agent"}
    assert names_of_clis("a cursor, a compilot, open-code, continue") == set()
    assert names_of_clis('"""Do.\n\n    Example:\n        muxer spawn --cli codex\n    """\ngemini') == {"gemini"}
