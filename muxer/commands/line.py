"""A verb and its arguments as somebody typed them: in a line of the screen or a chat, or as words of a shell."""

import shlex
from collections.abc import Sequence

from muxer.commands.table import Verb, run, verb_named
from muxer.commands.text import plain
from muxer.commands.typed import read_words
from muxer.errors import UsageError


async def answer_words(line: str, services: object, *, cwd: str = "") -> str:
    """Do what the line says, `ls`, `:ls` or `/ls`; the answer for people. Raises MuxerError in one line."""
    line = line.lstrip()
    try:
        name, *words = shlex.split(line[1:] if line.startswith((":", "/")) else line) or [""]
    except ValueError:
        raise UsageError("a quotation mark is not closed") from None
    text, _ = await obey(verb_named(name), words, services, cwd=cwd)
    return text


async def obey(verb: Verb, words: Sequence[str], services: object, *, cwd: str = "") -> tuple[str, int]:
    """Do it; what to print, and the exit status. Folders are looked for from `cwd`."""
    given, json = read_words(verb, words, cwd=cwd)
    return shown(verb, await run(verb, services, given), json=json)


def shown(verb: Verb, result: object, *, json: bool) -> tuple[str, int]:
    """What a verb's result looks like, and the exit status that it means."""
    if not verb.answers:
        return "", 0
    if json:
        from json import dumps

        text = dumps(result, ensure_ascii=False, indent=2)
    else:
        text = verb.show(result) if verb.show else plain(result)
    return text, int(verb.fails is not None and verb.fails(result))
