"""Which CLI is meant: by its name, or as the only one there is, or as the last one was. Pure."""

from collections.abc import Mapping, Sequence

from muxer.agents.spec import Cli
from muxer.errors import MuxerError, UnknownName, UsageError


def cli_named(word: str, clis: Mapping[str, Cli]) -> Cli:
    """By its name, by what its agents are called, or by its program. Raises UnknownName with the nearest."""
    if word in clis:
        return clis[word]
    found = [cli for cli in clis.values() if word == cli.short or word in cli.binary]
    if not found:
        raise UnknownName("CLI", word, list(clis))
    if len(found) > 1:
        raise UsageError(f"{word!r} could be {' or '.join(cli.name for cli in found)}: say which")
    return found[0]


def usual_cli(installed: Sequence[Cli], last: str) -> Cli:
    """The only one that is installed, or the one that was spawned last. Raises MuxerError where that says nothing."""
    if not installed:
        raise MuxerError("no coding agent is installed here: muxer cli ls says how to get one")
    if len(installed) == 1:
        return installed[0]
    for cli in installed:
        if cli.name == last:
            return cli
    names = sorted(cli.name for cli in installed)
    raise UsageError(f"{', '.join(names[:-1])} and {names[-1]} are installed: say which, muxer spawn --cli {names[0]}")
