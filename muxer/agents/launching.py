"""How an agent is started: the words and the environment of its program, from its CLI's file and a person's wish."""

import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from muxer.agents.overlays import lay
from muxer.agents.spec import Cli, Options, Words

LONGEST = 100_000
"""Bytes of a prompt that is given in argv: systems bound the length of a word."""

_PLACE = re.compile(r"\{(prompt|session|model|effort|folder|settings|mcp|port|token)\}")
_SAFE_ID = r"[A-Za-z0-9][A-Za-z0-9_.:-]*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants of an agent, and who it is."""

    name: str
    token: str
    """What it proves itself with."""
    role: str = ""
    circle: str = ""
    prompt: str = ""
    model: str = ""
    effort: str = ""
    auto: bool = False
    session: str = ""
    """The id of a new conversation, if its CLI takes one from us."""
    resume: str = ""
    """The id of the conversation to take up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How it is started."""

    argv: Words
    """After the program."""
    env: Mapping[str, str] = field(default_factory=dict)
    typed: str = ""
    """The prompt, where it must be typed once the agent is ready."""
    session: str = ""
    """The id of its conversation, as far as it is known before it starts."""
    resumed: bool = False
    """Is that one taken up again?"""
    port: int = 0
    """Where it listens on this machine for text; 0 where it does not."""


def prepare(cli: Cli, wish: Wish, *, folder: str, callback: Sequence[str], host: str) -> Launch:
    """How to start it now. Files that it is to read are written into `folder`, which is its alone.

    That is also what {folder} stands for: it is started where it works, so it needs not be told. `callback` are the
    words that run muxer. A conversation whose id does not look like its CLI's is not taken up.
    Raises Unsafe, or MuxerError where the files cannot be written.
    """
    resumed = bool(wish.resume and cli.session.resume and re.fullmatch(cli.session.shape or _SAFE_ID, wish.resume))
    session = wish.resume if resumed else wish.session if cli.session.new else ""
    port = _free_port() if _wants_port(cli) else 0
    who = {"MUXER_HOST": host, "MUXER_AGENT": wish.name, "MUXER_TOKEN": wish.token}
    overlay = lay(cli, folder, callback, who)
    as_argument = cli.prompt == "argument" and _fits_argv(wish.prompt, cli.prompt_argv)
    values = {
        "prompt": wish.prompt if as_argument else "",
        "session": session,
        "model": wish.model,
        "effort": wish.effort,
        "folder": folder,
        "token": wish.token,
        "settings": overlay.settings,
        "mcp": overlay.mcp,
        "port": str(port) if port else "",
    }
    conversation = cli.session.resume if resumed else cli.session.new
    auto = cli.auto if wish.auto else Options()
    first, last = (conversation, ()) if resumed and cli.session.first else ((), conversation)
    words = (first, cli.argv, overlay.argv, auto.argv, cli.model, cli.effort, last, cli.prompt_argv)
    env = {name: _fill(value, values) for name, value in ({**cli.env, **auto.env}).items()}
    return Launch(
        argv=tuple(chain.from_iterable(filled(group, values) for group in words)),
        env={name: value for name, value in env.items() if value is not None} | who,
        typed="" if as_argument else wish.prompt,
        session=session,
        resumed=resumed,
        port=port,
    )


def filled(words: Sequence[str], values: Mapping[str, str]) -> Iterator[str]:
    """The words with their values; an option without one of its values is left out, and so is what belongs to it."""
    for option in _options(words):
        whole = [_fill(word, values) for word in option]
        if None not in whole:
            yield from (word for word in whole if word is not None)


def _options(words: Sequence[str]) -> list[list[str]]:
    """Each with the words that belong to it."""
    options: list[list[str]] = []
    for word in words:
        if not options or word.startswith("-"):
            options.append([])
        options[-1].append(word)
    return options


def _fill(word: str, values: Mapping[str, str]) -> str | None:
    """The word with its values; None where it has a place for one that there is not."""
    if any(not values[place] for place in _PLACE.findall(word)):
        return None
    return _PLACE.sub(lambda place: values[place[1]], word)


def _fits_argv(prompt: str, words: Words) -> bool:
    """Can it be a word of argv, which no CLI takes for an option?"""
    if "\0" in prompt or len(prompt.encode(errors="replace")) > LONGEST:
        return False
    return not prompt.startswith("-") or "--" in words


def _wants_port(cli: Cli) -> bool:
    return any("{port}" in word for word in (*cli.argv, *cli.env.values()))


def _free_port() -> int:
    """One of this machine's own that nobody listens on now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
