"""The Model Context Protocol, from a server's side: JSON-RPC 2.0 without I/O, over tools that somebody else has.

One message in, one answer out, or none for what wants none. Who asks is known before; no message can say otherwise.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muxer import __version__
from muxer.errors import MuxerError

VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""Of the protocol, newest first; what we use of it is the same in all."""

_NOT_JSON, _NO_REQUEST, _NO_METHOD, _BAD_ARGUMENTS = -32700, -32600, -32601, -32602

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something that an agent can have done. All its arguments are text."""

    name: str
    help: str
    arguments: Mapping[str, str]
    """What each is, by its name; all are needed."""
    call: Callable[..., Awaitable[object]]
    """Given the arguments by name. Raises MuxerError."""

    def schema(self) -> Answer:
        """As the protocol tells it."""
        given = {name: {"type": "string", "description": words} for name, words in self.arguments.items()}
        shape = {"type": "object", "properties": given, "required": list(given), "additionalProperties": False}
        return {"name": self.name, "description": self.help, "inputSchema": shape}


async def answered(message: str, tools: Sequence[Tool], *, about: str = "") -> str:
    """The answer to one message, as JSON in one line; empty where none is wanted. `about` is told to the model once."""
    try:
        asked = json.loads(message)
    except (ValueError, RecursionError):
        return _line({"id": None, "error": _error(_NOT_JSON, "this is not JSON")})
    if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
        return _line({"id": None, "error": _error(_NO_REQUEST, "one request at a time, with a method")})
    if "id" not in asked:
        return ""
    given = asked.get("params")
    said = await _reply(asked["method"], given if isinstance(given, dict) else {}, tools, about)
    return _line({"id": asked["id"], **said})


async def _reply(method: str, given: Answer, tools: Sequence[Tool], about: str) -> Answer:
    match method:
        case "initialize":
            wanted = given.get("protocolVersion")
            return {
                "result": {
                    "protocolVersion": wanted if wanted in VERSIONS else VERSIONS[0],
                    "capabilities": {"tools": {"listChanged": False}},
                    "serverInfo": {"name": "muxer", "version": __version__},
                    "instructions": about,
                }
            }
        case "ping":
            return {"result": {}}
        case "tools/list":
            return {"result": {"tools": [tool.schema() for tool in tools]}}
        case "tools/call":
            return await _called(given, {tool.name: tool for tool in tools})
        case _:
            return {"error": _error(_NO_METHOD, f"there is no method {method[:100]!r} here")}


async def _called(given: Answer, tools: Mapping[str, Tool]) -> Answer:
    """What a tool says; what it refuses is an answer too, which the model can act upon."""
    tool = tools.get(str(given.get("name")))
    if tool is None:
        return {"error": _error(_BAD_ARGUMENTS, f"no such tool: there is {', '.join(tools)}")}
    arguments = given.get("arguments") or {}
    wrong = not isinstance(arguments, dict) or arguments.keys() != tool.arguments.keys()
    if wrong or not all(isinstance(value, str) for value in arguments.values()):
        needs = " and ".join(tool.arguments) or "no arguments"
        return _said(f"{tool.name} needs {needs}, as text, and nothing else", refused=True)
    try:
        answer = await tool.call(**arguments)
    except MuxerError as error:
        return _said(str(error), refused=True)
    return _said(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False), refused=False)


def _said(text: str, *, refused: bool) -> Answer:
    return {"result": {"content": [{"type": "text", "text": text}], "isError": refused}}


def _error(code: int, words: str) -> Answer:
    return {"code": code, "message": words}


def _line(answer: Answer) -> str:
    return json.dumps({"jsonrpc": "2.0", **answer})
