"""The command line. Attaching is recognised by hand and imports next to nothing; most verbs are the host's to read.

Words go to it as they are, and what to print comes back: the table takes longer to load than most verbs take.
Exit status: 0, 1 for what went wrong, 2 for words that are off, 130 after ctrl+c. An error is one line on stderr.
"""

import os
import sys
from _collections_abc import Sequence  # what collections.abc hands on
from io import TextIOWrapper

from muxer.errors import HostUnreachable, MuxerError, UsageError
from muxer.paths import HostPaths, host_paths, runtime_folder

TYPE_CHECKING = False
if TYPE_CHECKING:  # the table takes longer to import than attaching may take
    from muxer.commands.table import Verb

SAYS = frozenset({"ask", "ask-many", "broadcast", "notify", "reply", "send"})
"""Verbs that an agent may use in its own name, with a text that may come from stdin."""
SHOWN = frozenset({"monitor", "new"})
"""Verbs whose work is to be seen: a terminal outside attaches after them."""
SPAWNS = frozenset({"orchestrate", "spawn", "spawn-peer"})
"""Verbs that take as long as a workspace takes to be made."""
INTERRUPTED = 130
PIPE_CLOSED = 141

SCREEN = 80, 24
"""The size of a host that nobody looks at yet."""

READ_HERE = frozenset({
    "ask", "ask-many", "attach", "check-ask", "cli", "completion", "config", "doctor", "events", "help", "init", "join",
    "keys", "logs", "messages", "monitor", "new", "orchestrate", "reload", "send", "setup", "spawn", "spawn-peer",
    "status", "stop", "version", "wait",
})  # fmt: skip
"""Verbs that need no host, start one, reach one of another version, tell as they go, or may wait for ever."""

HELP = {"--help", "-h"}

HURRY = 2.0
"""How long a shell that completes a line is held up at most, in seconds."""


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
    hosts, words = _hosts(words)
    name = _host_name(_one(hosts))
    word, *words = words or [""]
    if word in SAYS and _inside(name) and (token := os.environ.get("MUXER_TOKEN", "")):
        words.insert(0, f"--token={token}")
    if (word in SAYS and "-" in words) or word in READ_HERE or word.startswith("-") or _asks_help(words):
        return _read_here(name, word, words)
    if word == "hook" and (_are_hook(words) or not os.isatty(0)):
        return _hook(name, words)
    if word == "mcp" and not words:
        return _pump(name)
    if word == "complete":
        return _complete(name, words[-1] if words else "")
    from muxer.wire.client import call
    from muxer.wire.starting import here

    try:
        answer = call(host_paths(name), "words", {"word": [word, *words], "cwd": here()}, said=word)
    except HostUnreachable as error:
        return _read_here(name, word, words, unreached=error)
    assert isinstance(answer, dict)
    _print(answer["text"])
    return int(answer["status"])


def _hosts(words: list[str]) -> tuple[list[str], list[str]]:
    """The name after every -L, and the other words. What comes after -- belongs to a program."""
    hosts: list[str] = []
    others: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            return hosts, [*others, word, *left]
        if not word.startswith("-L"):
            others.append(word)
        elif name := word[2:].removeprefix("=") or next(left, ""):
            hosts.append(name)
        else:
            raise UsageError("-L needs the name of a host: muxer -L NAME")
    return hosts, others


def _one(hosts: list[str]) -> str:
    if len(hosts) > 1:
        raise UsageError(f"-L names one host, not {len(hosts)}: {', '.join(hosts)}")
    return hosts[0] if hosts else ""


def _asks_help(words: list[str]) -> bool:
    return any(word in HELP for word in (words[: words.index("--")] if "--" in words else words))


def _are_hook(words: list[str]) -> bool:
    """A CLI and an event, each as commands.kinds.HookName says at length."""
    plain = [f"_{word}".replace("-", "_").replace(".", "_") for word in words if word[:1] not in {"", "-", "."}]
    return len(words) == len(plain) == 2 and all(
        one.isascii() and len(one) <= 65 and one.isidentifier() for one in plain
    )


def _hook(host: str, words: list[str]) -> int:
    """What a hook says; one that is set up wrongly must not disturb its agent either."""
    from muxer.wire.reporting import report

    if _are_hook(words):
        report(host, *words)
    return 0


def _pump(host: str) -> int:
    """Be an agent's MCP server."""
    from muxer.wire.pump import pump

    pump(host)
    return 0


def _complete(name: str, line: str) -> int:
    """For a shell: what the line could go on with, if a host is there to say; never an error."""
    from muxer.wire.client import call
    from muxer.wire.starting import here

    *before, last = line.split(" ")
    try:
        if before[-1:] == ["-L"]:
            _print("\n".join(sorted(host for host in os.listdir(runtime_folder()) if host.startswith(last))))
            return 0
        hosts, _ = _hosts([word for word in before if word])
        paths = host_paths(_one(hosts) or name)
        _print(str(call(paths, "complete", {"line": line, "cwd": here()}, timeout=HURRY)))
    except (MuxerError, OSError):
        return 0
    return 0


def _read_here(name: str, word: str, words: list[str], unreached: HostUnreachable | None = None) -> int:
    """By the table. No host answered where `unreached` says why."""
    from muxer.commands.pages import overview, page
    from muxer.commands.table import load_verbs

    verbs = load_verbs()
    if word == "help" and words:
        word, words = words[0], ["--help"]
    if word in {"help", *HELP}:
        _print(overview(verbs.values()))
        return 0
    from muxer.commands.typed import verb_meant

    verb = verb_meant(word if word not in {"--version", "-V"} else "version")
    if _asks_help(words):
        _print(page(verb))
        return 0
    try:
        return _perform(verb, name, words, unreached)
    except UsageError as error:
        raise UsageError(f"{error} (muxer {verb.name} --help)") from None


def _perform(verb: "Verb", name: str, words: list[str], unreached: HostUnreachable | None) -> int:
    from muxer.commands.typed import read_words
    from muxer.wire.starting import here

    given, json = read_words(verb, words, cwd=here())
    if verb.name == "attach":
        return _attach(name, given.get("read_only") is True, None)
    if verb.name == "version":
        return _tell(verb, _version() if json else f"muxer {_version()['version']}", json=json)
    if verb.local:
        return _tell(verb, _here(verb, name, given), json=json)
    if unreached:
        raise unreached
    paths = host_paths(name)
    if verb.streams:
        return _follow(paths, verb, given, json=json)
    starts = verb.name in {"monitor", "new", *SPAWNS}
    for text in ("prompt", *(("text",) if verb.name in SAYS else ())):
        if given.get(text) == "-":
            given[text] = sys.stdin.read()
    result = _new(paths, verb, given) if starts else _ask(paths, verb, given)
    if verb.name not in SHOWN or json or given.get("no_attach") or os.environ.get("MUXER_PANE") or not _on_terminal():
        return _tell(verb, result, json=json)
    return _attach(name, read_only=False, command=None)


def _here(verb: "Verb", name: str, arguments: "dict[str, object]") -> object:
    """What a verb answers that needs no host; some are about one, and look for its name where programs in panes do."""
    import asyncio

    from muxer.commands.table import run

    os.environ["MUXER_HOST"] = name
    return asyncio.run(run(verb, None, arguments))


def _ask(paths: HostPaths, verb: "Verb", arguments: "dict[str, object]") -> object:
    """What the host answers, and as long as the verb may take."""
    from muxer.wire.client import call

    if verb.name not in SPAWNS and all(parameter.name != "timeout" for parameter in verb.parameters):
        return call(paths, verb.name, arguments, until_gone=verb.name == "stop" and not any(arguments.values()))
    return call(paths, verb.name, arguments, timeout=None)


def _follow(paths: HostPaths, verb: "Verb", arguments: "dict[str, object]", *, json: bool) -> int:
    """Print what is told, as it is told."""
    from json import loads

    from muxer.wire.client import stream

    for lines in stream(paths, verb.name, arguments):
        _print(lines.decode() if json or not verb.show else verb.show([loads(line) for line in lines.splitlines()]))
        if sys.stdout is not None:
            sys.stdout.flush()
    return 0


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
    """Show what was answered; what goes on is shown as it comes, a line of JSON each."""
    from collections.abc import Iterator

    from muxer.commands.line import shown

    if isinstance(result, Iterator):
        from json import dumps

        for one in result:
            _print(dumps(one, ensure_ascii=False) if json else shown(verb, [one], json=False)[0])
            sys.stdout.flush()
        return 0
    text, status = shown(verb, result, json=json)
    _print(text)
    return status


def _print(text: str) -> None:
    """On stdout, whatever letters it can show, with the newline that a last line needs."""
    if text and sys.stdout is not None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        print(text, end="" if text.endswith("\n") else "\n")
