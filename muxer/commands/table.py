"""The one table of verbs: an async function's signature and docstring are its words, its JSON schema and its help.

Every door (command line, `:` line, palette, MCP, chat, socket) reads a verb here and calls it through run(),
so an argument means the same wherever it comes from. Importing this loads no verb; load_verbs() does.
"""

import inspect
import os
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, TypeVar, get_type_hints, overload

from muxer import commands
from muxer.commands.kinds import Kind, as_json, kind_of
from muxer.errors import UnknownName, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.wire.caller import Pourer

Function = Callable[..., Awaitable[object]]
Show = Callable[[Any], str]
Fails = Callable[[Any], bool]
F = TypeVar("F", bound=Function)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One argument of a verb."""

    name: str
    kind: Kind
    several: type | None
    option: bool
    required: bool
    default: object
    help: str

    @property
    def flag(self) -> bool:
        """An option that takes no value."""
        return self.option and self.kind.schema.get("type") == "boolean"

    @property
    def word(self) -> str:
        """What a person writes or reads for it: --no-attach, PANE."""
        plain = self.name.rstrip("_").replace("_", "-")
        if not self.option:
            return self.kind.shape or plain.upper()
        return f"--no-{plain}" if self.flag and self.default is True else f"--{plain}"

    @property
    def term(self) -> str:
        """The word with its value: --split right|down|none, PANE."""
        if self.option and not self.flag:
            return f"{self.word} {self.kind.shape or self.name.rstrip('_').replace('_', '-').upper()}"
        return f"{self.word}…" if self.several and not self.option else self.word

    @property
    def usage(self) -> str:
        """Its part of a usage line."""
        text = f"[--] {self.term}" if self.several and not self.option else self.term
        return text if self.required else f"[{text}]"

    @property
    def described(self) -> str:
        """Its help, with the default where that says something."""
        if not self.default or self.default is True:
            return self.help
        return f"{self.help} (default {as_json(self.default)})".lstrip()

    def schema(self) -> dict[str, object]:
        one = dict(self.kind.schema)
        schema: dict[str, object] = {"type": "array", "items": one} if self.several else one
        if self.several and self.required:
            schema["minItems"] = 1
        if self.help:
            schema["description"] = self.help
        if not self.required and not self.several and self.default is not None:
            schema["default"] = as_json(self.default)
        return schema

    def value(self, given: object) -> object:
        """Python of JSON. Raises UsageError."""
        if given is None and self.default is None and not self.required:
            return None
        try:
            if self.several is None:
                return self.kind.value(given)
            if not isinstance(given, list | tuple) or (self.required and not given):
                raise ValueError(f"{given!r} is not a list with something in it")
            return self.several(self.kind.value(one) for one in given)
        except ValueError as error:
            raise UsageError(f"{self.name}: {error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsTool:
    """A verb as agents are offered it over MCP. Its `token` is no argument there: it is the one they came with."""

    name: str
    help: str = ""
    """Where the verb's summary is not what an agent should read."""
    fixed: Mapping[str, object] = field(default_factory=dict)
    """Arguments that it always has, whatever the agent says."""
    hides: tuple[str, ...] = ()
    """Arguments that only a person needs."""
    once: bool = False
    """It is not done again for a request that comes again, after a host that may have done it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing that muxer can be told to do."""

    name: str
    function: Function
    show: Show | None
    hidden: bool
    local: bool
    """Needs no host: whoever is asked does it himself, and the runtime it is handed may be None."""
    fails: Fails | None
    streams: bool
    """May go on telling, to who has a line for it: its answer is then an asynchronous generator of JSON lines."""
    offered: AsTool | None
    summary: str
    example: str

    @property
    def group(self) -> str:
        """Verbs of one module belong together."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return _parameters(self.function)

    @property
    def answers(self) -> bool:
        """Whether there is anything to print."""
        return self.function.__annotations__.get("return") not in {None, "None"}

    @property
    def usage(self) -> str:
        """Name and arguments in one line, options first."""
        ordered = sorted(self.parameters, key=lambda parameter: not parameter.option)
        return " ".join([self.name, *(parameter.usage for parameter in ordered)])

    def schema(self, *, without: Collection[str] = ()) -> dict[str, object]:
        """JSON schema of the arguments."""
        parameters = [parameter for parameter in self.parameters if parameter.name not in without]
        return {
            "type": "object",
            "properties": {parameter.name: parameter.schema() for parameter in parameters},
            "required": [parameter.name for parameter in parameters if parameter.required],
            "additionalProperties": False,
        }

    def tool(self) -> dict[str, object]:
        """As MCP tells it to an agent."""
        return {"name": self.name, "description": self.summary, "inputSchema": self.schema()}


VERBS: dict[str, Verb] = {}

ASKER: ContextVar[int | None] = ContextVar("asker", default=None)
"""The process that a verb is done for, 0 for one that cannot be told; None for whoever sits at the screen."""

LINE: "ContextVar[Pourer | None]" = ContextVar("line", default=None)
"""The connection that a verb is asked over, for one that goes on."""

PROGRESS: ContextVar[Callable[[str], None] | None] = ContextVar("progress", default=None)
"""Where a verb that takes long may say in a few words what it waits for, as often as it likes; None if nobody hears."""

KEY: ContextVar[str] = ContextVar("key", default="")
"""What the caller's program calls its request, the same when it comes again; empty where it has no name."""

CALLED_OFF = "called off"
"""A verb whose caller wants no answer any more is cancelled with this, as in `except CancelledError as e: e.args`.

One that is cancelled without it was only cut off: by a connection that was lost, or by the end of the host.
"""


@overload
def command(function: F, /) -> F: ...
@overload
def command(
    *,
    show: Show | None = ...,
    hidden: bool = ...,
    local: bool = ...,
    fails: Fails | None = ...,
    streams: bool = ...,
    tool: AsTool | str = ...,
) -> Callable[[F], F]: ...
def command(
    function: F | None = None,
    /,
    *,
    show: Show | None = None,
    hidden: bool = False,
    local: bool = False,
    fails: Fails | None = None,
    streams: bool = False,
    tool: AsTool | str = "",
) -> F | Callable[[F], F]:
    """Put an async function into the table.

    Positional parameters are words in order, keyword-only ones are options; without a default they are required.
    `show` turns a result into text for people; a `local` verb needs no host.
    `fails` says of a result that the exit status is 1. Agents are offered it as a `tool` of that name.
    """
    offered = AsTool(name=tool) if isinstance(tool, str) and tool else tool or None
    assert not isinstance(offered, str)

    def enter(function: F) -> F:
        name = function.__name__.rstrip("_").replace("_", "-")
        if name in VERBS:
            raise TypeError(f"two verbs named {name}: {VERBS[name].function.__module__} and {function.__module__}")
        summary, _, example = _sections(function)
        VERBS[name] = Verb(
            name=name,
            function=function,
            show=show,
            hidden=hidden,
            local=local,
            fails=fails,
            streams=streams,
            offered=offered,
            summary=summary,
            example=example,
        )
        return function

    return enter if function is None else enter(function)


def load_verbs() -> dict[str, Verb]:
    """Import every module of this package, so that the table is whole."""
    for file in sorted(os.listdir(commands.__path__[0])):
        if file.endswith(".py") and not file.startswith("_"):
            import_module(f"{commands.__name__}.{file.removesuffix('.py')}")
    return VERBS


def verb_named(name: str) -> Verb:
    """The verb. Raises UnknownName with the nearest names."""
    verb = VERBS.get(name)
    if verb is None:
        raise UnknownName("verb", name, [verb.name for verb in VERBS.values() if not verb.hidden])
    return verb


async def run(verb: Verb, services: object, arguments: Mapping[str, object], *, streaming: bool = False) -> object:
    """Check JSON arguments against the signature, then do it. The answer may go on for ever only when `streaming`."""
    known = {parameter.name: parameter for parameter in verb.parameters}
    for name in arguments:
        if name not in known:
            raise UsageError(f"{verb.name} has no argument {name!r}{near(name, known)}")
    require(verb, arguments, lambda parameter: repr(parameter.name))
    values = {name: known[name].value(given) for name, given in arguments.items()}
    answer = await verb.function(services, **values)
    if isinstance(answer, AsyncGenerator) and not streaming:
        raise UsageError(f"{verb.name} would not end here: follow it with muxer {verb.name} in a terminal")
    return answer


def require(verb: Verb, given: Mapping[str, object], label: Callable[[Parameter], str]) -> None:
    """Raises UsageError for an argument that is missing."""
    missing = [label(parameter) for parameter in verb.parameters if parameter.required and parameter.name not in given]
    if missing:
        raise UsageError(f"{verb.name} needs {' and '.join(missing)}")


def near(name: str, known: Mapping[str, object] | Sequence[str], otherwise: str = "") -> str:
    """What was probably meant."""
    from difflib import get_close_matches

    found = get_close_matches(name, known, n=1, cutoff=0.5)
    return f": did you mean {found[0]}?" if found else otherwise


@cache
def _parameters(function: Function) -> tuple[Parameter, ...]:
    """Every parameter but the first: that is the runtime, whose annotation a command line must not resolve."""
    _, *parameters = inspect.signature(function).parameters.values()

    def bare() -> None: ...

    bare.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    hints = get_type_hints(bare, globalns=getattr(function, "__globals__", {}), include_extras=True)
    _, described, _ = _sections(function)
    if strangers := described.keys() - hints.keys():
        raise TypeError(f"{function.__name__} describes arguments that it has not: {', '.join(sorted(strangers))}")
    return tuple(
        _parameter(parameter, hints[parameter.name], described.get(parameter.name, "")) for parameter in parameters
    )


def _parameter(parameter: inspect.Parameter, annotation: object, words: str) -> Parameter:
    kind, several = kind_of(annotation)
    option = parameter.kind is parameter.KEYWORD_ONLY
    if not option and (parameter.kind is not parameter.POSITIONAL_OR_KEYWORD or annotation is bool):
        raise TypeError(f"{parameter.name} cannot be typed as a word: make it keyword-only")
    required = parameter.default is parameter.empty
    return Parameter(
        name=parameter.name,
        kind=kind,
        several=several,
        option=option,
        required=required,
        default=None if required else parameter.default,
        help=words,
    )


def _sections(function: Function) -> tuple[str, dict[str, str], str]:
    """Out of a docstring: the first line, the words under `Arguments:`, the lines under `Example:`."""
    summary, *lines = inspect.cleandoc(function.__doc__ or "").splitlines() or [""]
    described: dict[str, str] = {}
    example: list[str] = []
    section = name = ""
    for line in lines:
        if re.fullmatch(r"\w+:", line):
            section = line
        elif section == "Example:" and line.strip():
            example.append(line.strip())
        elif section == "Arguments:" and (entry := re.fullmatch(r" {1,4}(\w+): +(.*)", line)):
            name = entry[1]
            described[name] = entry[2]
        elif section == "Arguments:" and line.strip():
            described[name] = f"{described.get(name, '')} {line.strip()}"
    return summary, described, "\n".join(example)
