import json

import pytest

from muxer.commands import table
from muxer.commands.table import Verb, verb_named
from muxer.commands.typed import read_words
from muxer.errors import UsageError
from tests.commands.toy_verbs import TOYS


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> dict[str, Verb]:
    verbs = dict(TOYS)
    monkeypatch.setattr(table, "VERBS", verbs)
    return verbs


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
    parsed, _ = read_words(verb_named(name), words.split())
    assert parsed == arguments
    assert json.loads(json.dumps(parsed)) == arguments


def test_a_word_may_hold_anything() -> None:
    for text in ["", "- a list", "two words", "\udcff", "line\nline", "--enter"]:
        assert read_words(verb_named("send"), ["w1", "--", text]) == ({"pane": "w1", "text": text}, False)
    assert read_words(verb_named("send"), ["w1", ""]) == ({"pane": "w1", "text": ""}, False)


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
        ("send", "w1 a --enter=yes", "--enter takes no value"),
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
        read_words(verb_named(name), words.split())
    assert str(caught.value) == message
