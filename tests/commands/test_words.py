from pathlib import Path
from typing import Any

import pytest

from muxer.commands import table
from muxer.commands.kinds import Folder
from muxer.commands.table import command, run, verb_named
from muxer.commands.words import words
from muxer.errors import MuxerError, UnknownName, UsageError


async def look(_services: object, where: Folder = "", *, deep: bool = False) -> dict[str, Any]:
    """Look around."""
    if where.endswith("nowhere"):
        raise UnknownName("folder", where, ["somewhere"])
    if deep:
        raise UsageError("not that deep")
    return {"where": where}


async def hush(_services: object) -> None:
    """Say nothing."""


@pytest.fixture(autouse=True)
def _verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "VERBS", {})
    command(hidden=True)(words)
    command(fails=lambda result: result["where"] == "/")(look)
    command(hush)


async def say(*word: str) -> Any:
    return await run(verb_named("words"), None, {"word": list(word), "cwd": "/here"})


async def test_words_are_answered_as_the_command_line_would() -> None:
    assert await say("look", "in/../it") == {"text": "where  /here/it", "status": 0}
    assert await say("look") == {"text": "where  /here", "status": 0}
    assert await say("look", "~") == {"text": f"where  {Path.home()}", "status": 0}
    assert await say("look", "/", "--json") == {"text": '{\n  "where": "/"\n}', "status": 1}
    assert await say("hush") == {"text": "", "status": 0}


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        (["lok"], UsageError, "no verb named 'lok': did you mean look? (muxer --help)"),
        (["true"], UsageError, "no verb named 'true': did you mean hush, look? muxer -- true runs the program. (mux"),
        (["-x"], UsageError, "no option -x before a verb: muxer --help lists the verbs"),
        ([""], UsageError, "no verb: muxer --help lists them, muxer -- COMMAND… runs a program"),
        (["look", "a", "b"], UsageError, "'b' is one word too many (muxer look --help)"),
        (["look", "--deep"], UsageError, "not that deep (muxer look --help)"),
        (["look", "nowhere"], UnknownName, "no folder named '/here/nowhere': did you mean somewhere?"),
        (["hush", "--json"], UsageError, "no option --json; put -- before words that begin with a hyphen (muxer hush"),
    ],
)
async def test_what_is_off_is_said_with_where_to_read_on(
    said: list[str], error: type[MuxerError], message: str
) -> None:
    with pytest.raises(error) as raised:
        await say(*said)
    assert str(raised.value).startswith(message)
