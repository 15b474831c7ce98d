from pathlib import Path

import pytest

from muxer.commands import line, table
from muxer.commands.kinds import Folder
from muxer.commands.line import answer_words
from muxer.errors import MuxerError


async def greet(services: object, name: str, *, cwd: Folder = "", loud: bool = False) -> dict[str, object]:
    """Say hello."""
    return {"services": services, "name": name, "cwd": cwd, "loud": loud}


async def hush(_services: object) -> None:
    """Say nothing."""


@pytest.fixture(autouse=True)
def _verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "VERBS", {})
    table.command(show=lambda said: f"hello {said['name']} in {said['cwd']}, loud {said['loud']}")(greet)
    table.command(hush)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("greet ada", "hello ada in /here, loud False"),
        ("greet 'a  b' --loud", "hello a  b in /here, loud True"),
        ("greet ada --cwd ../there/", "hello ada in /there, loud False"),
        ("greet ada --cwd /tmp", "hello ada in /tmp, loud False"),
        ("greet ada --cwd ~", f"hello ada in {Path.home()}, loud False"),
        ("  hush ", ""),
    ],
)
async def test_a_line_is_read_as_the_command_line_would(said: str, answer: str) -> None:
    assert await answer_words(said, None, cwd="/here") == answer


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("gret ada", "no verb named 'gret': did you mean greet?"),
        ("", "no verb named '': did you mean greet, hush?"),
        ("greet", "greet needs NAME"),
        ("greet 'ada", "a quotation mark is not closed"),
        ("greet ada --lout", "no option --lout: did you mean --loud?"),
        ("greet a b", "'b' is one word too many"),
    ],
)
async def test_what_is_off_is_one_line(said: str, words: str) -> None:
    with pytest.raises(MuxerError) as error:
        await answer_words(said, None)
    assert str(error.value) == words
    assert line.__doc__
