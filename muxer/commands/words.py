"""The verb behind the fast command line: it sends its words as they are, and prints what comes back."""

from typing import Any

from muxer.commands.kinds import Folder
from muxer.commands.table import command
from muxer.errors import UsageError


@command(hidden=True)
async def words(services: object, word: list[str], *, cwd: Folder = "") -> dict[str, Any]:
    """Do what the words say; answer as the command line would.

    Arguments:
        word: a verb and its arguments, as a shell hands them over
        cwd: the folder in which they were typed

    Example:
        muxer words -- ls --json
    """
    from muxer.commands.line import obey
    from muxer.commands.typed import verb_meant

    verb = verb_meant(word[0])
    try:
        text, status = await obey(verb, word[1:], services, cwd=cwd)
    except UsageError as error:
        raise UsageError(f"{error} (muxer {verb.name} --help)") from None
    return {"text": text, "status": status}
