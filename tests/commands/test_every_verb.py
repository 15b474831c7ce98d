"""What every verb promises, whoever wrote it: help, an example, completion, its place in the palette, plain errors."""

import shlex
from typing import Any

import pytest

from muxer import cli
from muxer.commands.completion import NAMES, complete_line
from muxer.commands.line import answer_words
from muxer.commands.pages import overview, page
from muxer.commands.table import VERBS, Verb, load_verbs
from muxer.commands.typed import read_words, verb_meant
from muxer.errors import UsageError
from muxer.wire.server import ANY_PROTOCOL
from tests.ui.bare_desk import BareDesk

SHIPPED = list(load_verbs().values())
NOBODY: Any = None
"""For what asks nobody."""

each_verb = pytest.mark.parametrize("verb", SHIPPED, ids=lambda verb: verb.name)


@each_verb
def test_help_fits_a_screen(verb: Verb) -> None:
    lines = page(verb).splitlines()
    assert len(lines) < 24, page(verb)
    assert max(map(len, lines)) < 80, page(verb)
    assert all(parameter.help for parameter in verb.parameters), "an argument is not explained"


@each_verb
def test_the_summary_is_one_short_sentence(verb: Verb) -> None:
    assert 0 < len(verb.summary) <= 60, f"{len(verb.summary)} letters: {verb.summary}"
    assert verb.summary.endswith(".")


def test_all_fit_a_screen() -> None:
    lines = overview(VERBS.values()).splitlines()
    assert len(lines) < 24
    assert max(map(len, lines)) < 80
    shown = " ".join(lines).split()
    assert [verb.name for verb in SHIPPED if not verb.hidden and verb.name not in shown] == []


@each_verb
def test_its_example_can_be_typed(verb: Verb) -> None:
    assert verb.example, f"{verb.name} has no example"
    for line in verb.example.splitlines():
        said = line.partition("muxer ")[2].rstrip(")")
        _, words = cli._hosts(shlex.split(said))
        assert verb_meant(words[0]) is verb
        read_words(verb, words[1:])


@each_verb
async def test_a_wrong_word_is_one_line(verb: Verb) -> None:
    with pytest.raises(UsageError, match=r"^no option --no-such-option[^\n]*$"):
        await answer_words(f":{verb.name} --no-such-option", None)
    with pytest.raises(UsageError, match=rf"^no option --no-such-option[^\n]* \(muxer {verb.name} --help\)$"):
        cli._read_here("nobody", verb.name, ["--no-such-option"])


@each_verb
def test_its_arguments_are_completed(verb: Verb) -> None:
    for parameter in verb.parameters:
        what = parameter.kind.completes
        assert not what or what == "folders" or what in NAMES, f"nothing completes {what}"
        if parameter.option:
            _, found = complete_line(f"{verb.name} {parameter.word[:-1]}", NOBODY)
            assert (parameter.word, parameter.help) in found
        named = {"pane": "panes", "tab": "tabs", "cwd": "folders", "keymap": "keymaps", "project": "projects"}
        assert what == named.get(parameter.name, what), f"{parameter.name} has a kind of its own: {what or 'text'}"


@each_verb
def test_an_agent_is_told_of_it(verb: Verb) -> None:
    tool = verb.tool()
    assert tool == {"name": verb.name, "description": verb.summary, "inputSchema": verb.schema()}
    schema: Any = tool["inputSchema"]
    assert [name for name, one in schema["properties"].items() if not one.get("description")] == []


def test_the_palette_offers_every_verb() -> None:
    bare = BareDesk("ada")
    assert [found.word for found in bare.runtime.complete("")] == [v.name for v in SHIPPED if not v.hidden]


def test_the_command_line_reads_itself_what_it_must() -> None:
    must = {verb.name for verb in SHIPPED if verb.local or verb.streams}
    must |= {verb.name for verb in SHIPPED for parameter in verb.parameters if parameter.name == "timeout"}
    assert (
        must | {"attach", "help", "monitor", "new", "orchestrate", "spawn", "spawn-peer", "version"} | ANY_PROTOCOL
        == cli.READ_HERE
    )
