"""The command line. Attaching is recognised by hand and imports next to nothing; all else is read off the table.

Exit status: 0, 1 for what went wrong, 2 for words that are off, 130 after ctrl+c. An error is one line on stderr.
"""

import os
import sys
from _collections_abc import Sequence  # what collections.abc hands on
from io import TextIOWrapper

from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.paths import HostPaths, host_paths

TYPE_CHECKING = False
if TYPE_CHECKING:  # the table takes longer to import than attaching may take
    from muxer.commands.table import Verb

INTERRUPTED = 130
PIPE_CLOSED = 141

SCREEN = 80, 24
"""What help fits on, and the size of a host that nobody looks at yet."""

NO_BREAK = "\N{NO-BREAK SPACE}"

ABOUT = """\
muxer: a fullscreen terminal multiplexer for coding agents

usage: muxer [-L NAME] [VERB …]
  muxer                attach; start the host if none runs
  muxer -- COMMAND…    the same, with a program of yours in a pane
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words say; the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        plain = _plain(words)
        status = _attach(*plain) if plain else _obey(words)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has enough; the interpreter must not find the pipe closed once more when it leaves.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return PIPE_CLOSED
    except MuxerError as error:
        print("muxer:", *str(error).splitlines(), file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return status


def _plain(words: list[str]) -> tuple[str, bool, list[str] | None] | None:
    """Host, read-only and command when these words only attach; None when it takes the table to understand them."""
    name = ""
    attach = read_only = False
    left = iter(words)
    for word in left:
        if word == "-L" and not name:
            name = next(left, "")
            if not name:
                return None
        elif word == "attach" and not attach:
            attach = True
        elif word == "--read-only" and attach:
            read_only = True
        elif word == "--" and not attach:
            command = list(left)
            return (name, False, command) if command else None
        else:
            return None
    return name, read_only, None


def _host_name(name: str) -> str:
    return name or os.environ.get("MUXER_HOST", "") or "default"


def _inside(name: str) -> bool:
    """Whether we run in a pane of that host: a host cannot be shown inside itself."""
    return bool(os.environ.get("MUXER_PANE")) and os.environ.get("MUXER_HOST", "") == name


def _attach(name: str, read_only: bool, command: list[str] | None) -> int:
    name = _host_name(name)
    if _inside(name):
        if command:
            return _obey(["-L", name, "new", "--", *command])
        raise MuxerError(f"this is a pane of muxer {name!r}: muxer new opens another; unset MUXER_PANE to attach here")
    from muxer.wire.attach import attach
    from muxer.wire.starting import here

    return attach(host_paths(name), read_only=read_only, start=not read_only, command=command, cwd=here())


def _obey(words: list[str]) -> int:
    """Any verb."""
    from muxer.commands.table import load_verbs

    hosts, words = _hosts(words)
    _one(hosts)
    load_verbs()
    word, *words = words or [""]
    if word == "help" and words:
        word, words = words[0], ["--help"]
    if word in {"help", "--help", "-h"}:
        _print(_overview())
        return 0
    verb = _verb(word if word not in {"--version", "-V"} else "version")
    try:
        return _perform(verb, hosts, words)
    except UsageError as error:
        raise UsageError(f"{error} (muxer {verb.name} --help)") from None


def _hosts(words: list[str]) -> tuple[list[str], list[str]]:
    """Every -L before the verb, and the words from the verb on."""
    hosts: list[str] = []
    while words and words[0].startswith("-L"):
        glued = words[0][2:]
        if not glued and len(words) == 1:
            raise UsageError("-L needs the name of a host: muxer -L NAME")
        hosts.append(glued or words[1])
        words = words[1:] if glued else words[2:]
    return hosts, words


def _one(hosts: list[str]) -> str:
    if len(hosts) > 1:
        raise UsageError(f"-L names one host, not {len(hosts)}: {', '.join(hosts)}")
    return hosts[0] if hosts else ""


def _verb(word: str) -> "Verb":
    """The verb, or one line that says what was probably meant."""
    from muxer.commands.table import VERBS, verb_named

    if word in {"", "--"}:
        raise UsageError("no verb: muxer --help lists them, muxer -- COMMAND… runs a program")
    if word.startswith("-"):
        raise UsageError(f"no option {word} before a verb: muxer --help lists the verbs")
    try:
        return verb_named(word)
    except UnknownName as error:
        from shutil import which

        program = f" muxer -- {word} runs the program." if which(word) and VERBS else ""
        raise UsageError(f"{error}{program} (muxer --help)") from None


def _perform(verb: "Verb", hosts: list[str], words: list[str]) -> int:
    from muxer.commands.table import Words
    from muxer.wire.starting import here

    before = words[: words.index("--")] if "--" in words else words
    if "--help" in before or "-h" in before:
        _print(_page(verb))
        return 0
    reader = Words(verb)
    reader.add_argument("-L", dest="-L", action="append")
    if verb.answers:
        reader.add_argument("--json", dest="--json", action="store_true")
    given = reader.read(words)
    more = given.pop("-L", [])
    name = _host_name(_one([*hosts, *(more if isinstance(more, list) else [])]))
    json = given.pop("--json", False) is True
    if verb.name == "attach":
        return _attach(name, given.get("read_only") is True, None)
    if verb.name == "version":
        return _tell(verb, _version() if json else f"muxer {_version()['version']}", json=json)
    if any(parameter.name == "cwd" for parameter in verb.parameters):
        given["cwd"] = os.path.join(here(), os.path.expanduser(str(given.get("cwd", "")))).rstrip("/") or "/"
    if verb.local or verb.name != "new":
        return _tell(verb, _here(verb, given) if verb.local else _ask(host_paths(name), verb, given), json=json)
    paths = host_paths(name)
    result = _new(paths, verb, given)
    if json or given.get("no_attach") or os.environ.get("MUXER_PANE") or not _on_terminal():
        return _tell(verb, result, json=json)
    return _attach(name, read_only=False, command=None)


def _here(verb: "Verb", arguments: "dict[str, object]") -> object:
    """What a verb answers that needs no host."""
    import asyncio

    from muxer.commands.table import run

    return asyncio.run(run(verb, None, arguments))


def _ask(paths: HostPaths, verb: "Verb", arguments: "dict[str, object]") -> object:
    """What the host answers, and as long as the verb may take."""
    from muxer.wire.client import call

    if all(parameter.name != "timeout" for parameter in verb.parameters):
        return call(paths, verb.name, arguments)
    return call(paths, verb.name, arguments, timeout=None)


def _new(paths: HostPaths, verb: "Verb", arguments: "dict[str, object]") -> object:
    """Ask once only, and after the host is up: a second try could open a second pane."""
    from muxer.wire.starting import here, start_host

    size = os.get_terminal_size() if _on_terminal() else SCREEN
    start_host(paths, (size[0], size[1]), None, here()).close()
    return _ask(paths, verb, arguments)


def _on_terminal() -> bool:
    return os.isatty(0) and os.isatty(1)


def _version() -> dict[str, object]:
    import platform

    from muxer import __version__
    from muxer.wire.frames import PROTOCOL

    return {"version": __version__, "protocol": PROTOCOL, "python": platform.python_version()}


def _tell(verb: "Verb", result: object, *, json: bool) -> int:
    """Show what was answered."""
    if not verb.answers:
        return 0
    if json:
        from json import dumps

        _print(dumps(result, ensure_ascii=False, indent=2))
    else:
        from muxer.commands.text import plain

        _print(verb.show(result) if verb.show else plain(result))
    return int(verb.fails is not None and verb.fails(result))


def _print(text: str) -> None:
    """On stdout, whatever letters it can show, with the newline that a last line needs."""
    if text and sys.stdout is not None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        print(text, end="" if text.endswith("\n") else "\n")


def _overview() -> str:
    """Every verb on one screen: with its summary while there is room, by name when there are too many."""
    from itertools import groupby
    from textwrap import shorten

    from muxer.commands.table import VERBS

    verbs = sorted((verb for verb in VERBS.values() if not verb.hidden), key=lambda verb: verb.group)
    groups = [(group, list(members)) for group, members in groupby(verbs, key=lambda verb: verb.group)]
    room = len(groups) + len(verbs) + ABOUT.count("\n") + 3 < SCREEN[1]
    lines = [ABOUT]
    for group, members in groups:
        if room:
            lines.append(group.capitalize())
            for verb in members:
                head = f"  {verb.name:12} "
                lines.append(head + shorten(verb.summary.rstrip("."), SCREEN[0] - 1 - len(head), placeholder=" …"))
        else:
            lines += _folded(f"{group:10} ", " ".join(verb.name for verb in members))
    return "\n".join([*lines, "", "muxer VERB --help explains one. -L NAME picks a host, else MUXER_HOST does."])


def _page(verb: "Verb") -> str:
    """Help of one verb."""
    rows = [(parameter.term, parameter.described) for parameter in verb.parameters]
    options = [parameter.usage for parameter in verb.parameters if parameter.option]
    if verb.answers:
        rows.append(("--json", "answer in JSON"))
        options.append("[--json]")
    rows.append(("-L NAME", "the host; MUXER_HOST or 'default' without it"))
    options.append("[-L NAME]")
    usage = [verb.name, *options, *(parameter.usage for parameter in verb.parameters if not parameter.option)]
    column = min(max(len(term) for term, _ in rows), 24) + 4
    # No line ends between an option and its value.
    lines = _folded("usage: muxer ", " ".join(part.replace(" ", NO_BREAK) for part in usage))
    lines = [*(line.replace(NO_BREAK, " ") for line in lines), "", *_folded("", verb.summary), ""]
    for term, words in rows:
        lines += _folded(f"  {term}  ".ljust(column), words, column)
    if verb.example:
        lines += ["", "Example:", *(f"  {line}" for line in verb.example.splitlines())]
    return "\n".join(lines)


def _folded(head: str, words: str, indent: int = 0) -> list[str]:
    from textwrap import wrap

    return wrap(
        words,
        SCREEN[0] - 1,
        initial_indent=head,
        subsequent_indent=" " * (indent or len(head)),
        break_on_hyphens=False,
    ) or [head.rstrip()]
