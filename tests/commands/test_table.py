import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Literal

import pytest

from muxer import cli
from muxer.commands import table
from muxer.commands.kinds import Size
from muxer.commands.table import Verb, command, parse_words, run, verb_named
from muxer.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from a_runtime_that_no_command_line_can_import import Services  # type: ignore[import-not-found]

Split = Literal["right", "down", "none"]

SHIPPED = dict(table.VERBS)
"""Real verbs that another test of this process loaded; toys of the same names must not meet them."""
table.VERBS.clear()


@command
async def new(
    services: "Services",
    command: list[str] = [],  # noqa: B006 - a default that is only read
    *,
    cwd: str = "",
    split: Split = "right",
    env: tuple[str, ...] = (),
    no_attach: bool = False,
) -> dict[str, object]:
    """Open a pane.

    Words that no door reads.

    Arguments:
        command: the program and its words; a shell without it
        split: where the pane goes,
            beside or below: never both
        no_attach: stay here

    Example:
        muxer new --split down -- htop -d 5
        muxer new
    """
    return {"services": services, "command": command, "cwd": cwd, "split": split, "env": env, "no_attach": no_attach}


@command
async def send(_services: object, pane: str, text: str, *, enter: bool = False) -> list[object]:
    """Type text into a pane."""
    return [pane, text, enter]


@command
async def keys(_services: object, pane: str, key: list[str]) -> list[object]:
    """Press keys."""
    return [pane, *key]


@command
async def resize(_services: object, pane: str, size: Size) -> list[object]:
    """Give a pane a size."""
    return [pane, size]


@command
async def wait(
    _services: object, pane: str | None = None, *, text: str | None = None, timeout: float = 30, bell: bool = True
) -> list[object]:
    """Wait."""
    return [pane, text, timeout, bell]


@command(show=lambda result: f"<{result}>", hidden=True)
async def import_(_services: object, *, from_file: str) -> int:
    """Bring in what another muxer wrote."""
    return len(from_file)


@command
async def stop(_services: object) -> None:
    """End everything."""


TOYS = {verb.name: verb for verb in map(verb_named, ["new", "send", "keys", "resize", "wait", "import", "stop"])}
table.VERBS.clear()
table.VERBS.update(SHIPPED)


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
    assert verb.group == "test_table"


def test_a_trailing_underscore_keeps_a_name_of_python_apart() -> None:
    verb = verb_named("import")
    assert verb.hidden
    assert verb.show is not None
    assert verb.show(3) == "<3>"


def test_only_a_verb_that_returns_something_answers() -> None:
    assert [verb.name for verb in TOYS.values() if not verb.answers] == ["stop"]


@pytest.mark.parametrize(
    ("name", "words", "arguments"),
    [
        ("new", "", {}),
        ("new", "-- htop -d 5", {"command": ["htop", "-d", "5"]}),
        ("new", "htop", {"command": ["htop"]}),
        (
            "new",
            "--split down -- git log -- -- file --split",
            {"split": "down", "command": ["git", "log", "--", "--", "file", "--split"]},
        ),
        ("new", "-- --", {"command": ["--"]}),
        ("new", "htop --no-attach -- -d 5", {"no_attach": True, "command": ["htop", "-d", "5"]}),
        ("new", "--cwd=/a=b --env A=1 --env=B=2", {"cwd": "/a=b", "env": ["A=1", "B=2"]}),
        ("send", "w1 hello", {"pane": "w1", "text": "hello"}),
        ("send", "--enter w1 hello", {"pane": "w1", "text": "hello", "enter": True}),
        ("send", "w1 --enter hello", {"pane": "w1", "text": "hello", "enter": True}),
        ("send", "w1 -- -x", {"pane": "w1", "text": "-x"}),
        ("send", "-- w1 --", {"pane": "w1", "text": "--"}),
        ("send", "w1 -5", {"pane": "w1", "text": "-5"}),
        ("keys", "w1 a - b", {"pane": "w1", "key": ["a", "-", "b"]}),
        ("resize", "w1 100x30", {"pane": "w1", "size": "100x30"}),
        ("wait", "", {}),
        ("wait", "--timeout 2.5 w1 --no-bell --text x", {"pane": "w1", "timeout": 2.5, "bell": False, "text": "x"}),
        ("import", "--from-file f", {"from_file": "f"}),
    ],
)
def test_words_become_arguments(name: str, words: str, arguments: dict[str, object]) -> None:
    parsed = parse_words(verb_named(name), words.split())
    assert parsed == arguments
    assert json.loads(json.dumps(parsed)) == arguments


def test_a_word_may_hold_anything() -> None:
    for text in ["", "- a list", "two words", "\udcff", "line\nline", "--enter"]:
        assert parse_words(verb_named("send"), ["w1", "--", text]) == {"pane": "w1", "text": text}
    assert parse_words(verb_named("send"), ["w1", ""]) == {"pane": "w1", "text": ""}


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("send", "", "send needs PANE and TEXT"),
        ("send", "w1", "send needs TEXT"),
        ("send", "w1 a b", "'b' is one word too many"),
        ("send", "w1 a -- -b", "'-b' is one word too many"),
        ("send", "w1 a --entre", "no option --entre: did you mean --enter?"),
        ("send", "w1 a --ent", "no option --ent: did you mean --enter?"),
        ("send", "w1 -lt", "no option -lt; put -- before words that begin with a hyphen"),
        ("send", "w1 a --enter=yes", "--enter: ignored explicit argument 'yes'"),
        ("new", "--split rihgt", "--split: 'rihgt' is not one of right, down, none: did you mean right?"),
        ("new", "--cwd", "--cwd: needs a value"),
        ("new", "--cwd -- x", "--cwd: needs a value"),
        ("keys", "w1", "keys needs KEY"),
        ("resize", "w1 big", "COLSxROWS: 'big' is not a size like 80x24"),
        ("wait", "--timeout soon", "--timeout: 'soon' is not a number"),
        ("wait", "--bell", "no option --bell: did you mean --no-bell?"),
        ("import", "", "import needs --from-file"),
    ],
)
def test_words_that_are_off_are_told_in_one_line(name: str, words: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_words(verb_named(name), words.split())
    assert str(caught.value) == message


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


def test_every_shipped_verb_explains_itself_on_one_screen() -> None:
    # In a process of its own: a module fills the table once, when it is first imported.
    program = (
        "from muxer import cli; from muxer.commands.table import load_verbs\n"
        "for verb in load_verbs().values(): print(verb.name, verb.schema(), '\\0', cli._page(verb), '\\1')"
    )
    pages = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    for entry in pages.split("\1\n")[:-1]:
        name, page = entry.split(" ", 1)[0], entry.partition("\0")[2].strip("\n ")
        assert_fits(page)
        assert name in page.partition("Example:")[2].split(), f"{name} has no example"


@pytest.mark.parametrize("name", sorted(TOYS))
def test_help_fits_a_screen(name: str) -> None:
    page = cli._page(verb_named(name))
    assert_fits(page)
    assert page.startswith(f"usage: muxer {name}")
    for parameter in verb_named(name).parameters:
        assert parameter.word in page


def assert_fits(page: str) -> None:
    assert len(page.splitlines()) <= 23, page
    assert max(map(len, page.splitlines())) < 80, page


@pytest.mark.parametrize("many", [0, 3, 80])
def test_all_verbs_fit_a_screen(toys: dict[str, Verb], many: int) -> None:
    for number in range(many):

        async def function(_services: object) -> None:
            """Do one more of the many things that a verb could do, in words that no line could hold to its end."""

        function.__name__ = f"toy_{number}"
        command(function)
    page = cli._overview()
    assert_fits(page)
    shown = re.findall(r"[\w-]+", page)
    assert set(toys) - {"import"} <= set(shown)
    assert "import" not in shown
    assert ("Open a pane" in page) is (many < 10)
