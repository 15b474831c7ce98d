"""A verb and its arguments typed as one line: words as on the command line, the answer as text for people."""

import os
import shlex

from muxer.commands.table import Parameter, parse_words, run, verb_named
from muxer.commands.text import plain
from muxer.errors import UsageError


async def answer_words(line: str, services: object, *, cwd: str = "") -> str:
    """Do what the line says. Folders are looked for from `cwd`. Raises MuxerError in one line."""
    try:
        name, *words = shlex.split(line) or [""]
    except ValueError:
        raise UsageError("a quotation mark is not closed") from None
    verb = verb_named(name)
    given = parse_words(verb, words)
    if cwd and any(_is_folder(parameter) for parameter in verb.parameters):
        given["cwd"] = os.path.normpath(os.path.join(cwd, os.path.expanduser(str(given.get("cwd", "")))))
    result = await run(verb, services, given)
    if not verb.answers:
        return ""
    return verb.show(result) if verb.show else plain(result)


def _is_folder(parameter: Parameter) -> bool:
    return parameter.name == "cwd"
