import json

import pytest

from muxer.commands import table
from muxer.commands.kinds import Size
from muxer.commands.table import Verb, command, run, verb_named
from muxer.errors import UnknownName, UsageError
from tests.commands.toy_verbs import TOYS


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> dict[str, Verb]:
    verbs = dict(TOYS)
    monkeypatch.setattr(table, "VERBS", verbs)
    return verbs


def test_a_verb_is_read_off_its_function() -> None:
    verb = verb_named("new")
    assert verb.summary == "Open a pane."
    assert verb.example == "muxer new --split down -- htop -d 5\nmuxer new"
    assert {parameter.name: parameter.help for parameter in verb.parameters} == {
        "command": "the program and its words; a shell without it",
        "cwd": "",
        "split": "where the pane goes, beside or below: never both",
        "env": "",
        "no_attach": "stay here",
    }
    assert verb.usage == "new [--cwd CWD] [--split right|down|none] [--env ENV] [--no-attach] [[--] COMMAND…]"
    assert verb.group == "toy_verbs"


def test_a_trailing_underscore_keeps_a_name_of_python_apart() -> None:
    verb = verb_named("import")
    assert verb.hidden
    assert verb.show is not None
    assert verb.show(3) == "<3>"


def test_only_a_verb_that_returns_something_answers() -> None:
    assert [verb.name for verb in TOYS.values() if not verb.answers] == ["stop"]


async def test_a_verb_runs_with_values_of_its_own_types() -> None:
    assert await run(verb_named("resize"), None, {"pane": "w1", "size": "100x30"}) == ["w1", Size(100, 30)]
    assert await run(verb_named("keys"), None, {"pane": "w1", "key": ["a", "b"]}) == ["w1", "a", "b"]
    assert await run(verb_named("wait"), None, {"timeout": 2, "text": None}) == [None, None, 2.0, True]
    services = object()
    assert await run(verb_named("new"), services, {"command": ["a"], "env": ["B=1"]}) == {
        "services": services,
        "command": ["a"],
        "cwd": "",
        "split": "right",
        "env": ("B=1",),
        "no_attach": False,
    }


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("send", {"pane": "w1"}, "send needs 'text'"),
        ("send", {"pane": "w1", "text": "a", "entre": True}, "send has no argument 'entre': did you mean enter?"),
        ("send", {"zzz": 1}, "send has no argument 'zzz'"),
        ("send", {"pane": "w1", "text": 5}, "text: 5 is not text"),
        ("send", {"pane": None, "text": "a"}, "pane: None is not text"),
        ("send", {"pane": "w1", "text": "a", "enter": 1}, "enter: 1 is not true or false"),
        ("keys", {"pane": "w1", "key": []}, "key: [] is not a list with something in it"),
        ("keys", {"pane": "w1", "key": "ab"}, "key: 'ab' is not a list with something in it"),
        ("keys", {"pane": "w1", "key": ["a", 1]}, "key: 1 is not text"),
        ("new", {"split": "up"}, "split: 'up' is not one of right, down, none"),
        ("wait", {"timeout": None}, "timeout: None is not a number"),
    ],
)
async def test_arguments_that_are_off_never_reach_the_verb(
    name: str, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        await run(verb_named(name), None, arguments)
    assert str(caught.value) == message


def test_the_schema_says_what_run_takes() -> None:
    schema = verb_named("new").schema()
    assert json.loads(json.dumps(schema)) == {
        "type": "object",
        "properties": {
            "command": {
                "type": "array",
                "items": {"type": "string"},
                "description": "the program and its words; a shell without it",
            },
            "cwd": {"type": "string", "default": ""},
            "split": {
                "enum": ["right", "down", "none"],
                "description": "where the pane goes, beside or below: never both",
                "default": "right",
            },
            "env": {"type": "array", "items": {"type": "string"}},
            "no_attach": {"type": "boolean", "description": "stay here", "default": False},
        },
        "required": [],
        "additionalProperties": False,
    }
    assert verb_named("keys").schema()["required"] == ["pane", "key"]
    assert verb_named("wait").schema()["properties"] == {
        "pane": {"type": "string"},
        "text": {"type": "string"},
        "timeout": {"type": "number", "default": 30},
        "bell": {"type": "boolean", "default": True},
    }


def test_an_unknown_verb_gives_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"^no verb named 'rezise': did you mean resize\?$"):
        verb_named("rezise")


def test_a_hidden_verb_is_not_proposed() -> None:
    with pytest.raises(UnknownName) as caught:
        verb_named("imports")
    assert "import?" not in str(caught.value)


def test_two_verbs_cannot_share_a_name() -> None:
    async def stop(_services: object) -> None: ...

    with pytest.raises(TypeError, match="two verbs named stop"):
        command(stop)


def test_faults_of_a_verb_show_when_it_is_read(toys: dict[str, Verb]) -> None:
    @command
    async def flagged(_services: object, loud: bool) -> None: ...

    @command
    async def strange(_services: object, thing: object) -> None: ...

    @command
    async def stale(_services: object) -> None:
        """Do it.

        Arguments:
            gone: nothing
        """

    faults = {"flagged": "keyword-only", "strange": "register one in KINDS", "stale": "describes arguments .*: gone"}
    for name, fault in faults.items():
        with pytest.raises(TypeError, match=fault):
            _ = toys[name].parameters
