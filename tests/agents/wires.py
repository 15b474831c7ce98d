"""What four model APIs ask and how they are answered: Anthropic messages, OpenAI chat and responses, Gemini.

Only what coding agents use of them. `read` says what a request asks, `whole` and `stream` say an answer.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Json = dict[str, Any]

TITLE = json.dumps({"title": "A title", "name": "title", "next_speaker": "user", "reasoning": "", "complexity_score": 1,
                    "complexity_reasoning": "", "model_choice": "flash"})  # fmt: skip
"""What is said where JSON is asked for: agents ask for titles, and for which model fits."""

APART = "\0"
"""Between the namespace and the name of a tool."""

NUMBERS = itertools.count(1)

FRAMES = re.compile(
    r"<(system-reminder|environment_context|session_context)>.*?</\1>|# AGENTS\.md instructions.*?</INSTRUCTIONS>",
    re.DOTALL,
)
"""What agents put around a person's words."""


class Asked(NamedTuple):
    """What a request asks: the newest words of the user, what a tool gave back, and the tools there are."""

    user: str
    result: str | None = None
    tools: tuple[str, ...] = ()
    as_json: bool = False


class Said(NamedTuple):
    """Words, told over so many seconds."""

    text: str
    seconds: float = 0.0


class Called(NamedTuple):
    """A tool is to be called."""

    tool: str
    given: Json


class Refused(NamedTuple):
    """An HTTP error."""

    status: int
    text: str
    resets_at: int = 0
    """When a usage limit ends (Unix time)."""


Answer = Said | Called


class Event(NamedTuple):
    """One event of a stream, and how long it is waited for."""

    data: Json | str
    name: str = ""
    seconds: float = 0.0


class Wire(NamedTuple):
    """One API."""

    name: str
    read: Callable[[Json], Asked]
    whole: Callable[[Json, Answer], Json]
    stream: Callable[[Json, Answer], Iterator[Event]]
    refusal: Callable[[Refused], Json]


def plain(text: str) -> str:
    """A person's words without what agents put around them."""
    return FRAMES.sub("", text)


def text_of(content: Any) -> str:
    """The text of a message's content, which is a text or a list of parts."""
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text") or "" for part in content or () if isinstance(part, dict))


def newest(messages: Sequence[Json], ends: Callable[[Json], bool]) -> Iterable[Json]:
    """The messages since the model spoke last, oldest first."""
    return reversed(list(itertools.takewhile(lambda message: not ends(message), reversed(messages))))


def joined(texts: Iterable[str]) -> str:
    return "\n".join(filter(None, (plain(text).strip() for text in texts)))


def pieces(answer: Said) -> Iterator[tuple[str, float]]:
    """The words of an answer, and the pause before each; a slow one ticks meanwhile."""
    ticks = int(answer.seconds * 4)
    yield answer.text, 0.0
    for tick in range(ticks):
        yield f" tick{tick}", answer.seconds / ticks


def told(answer: Said) -> str:
    return "".join(text for text, _ in pieces(answer))


# Anthropic messages

ANTHROPIC_USED = {
    "input_tokens": 10, "output_tokens": 5, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
}  # fmt: skip


def read_anthropic(body: Json) -> Asked:
    texts, result = [], None
    for message in newest(body.get("messages", []), lambda message: message["role"] == "assistant"):
        # What was queued during a tool call rides along as a system message.
        content = message["content"]
        for part in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            if part.get("type") == "text":
                texts.append(part["text"])
            elif part.get("type") == "tool_result":
                result = text_of(part.get("content"))
    as_json = bool((body.get("output_config") or {}).get("format") or body.get("output_format"))
    return Asked(joined(texts), result, tuple(tool.get("name", "") for tool in body.get("tools") or ()), as_json)


def _anthropic_block(answer: Answer) -> Json:
    if isinstance(answer, Said):
        return {"type": "text", "text": told(answer)}
    return {"type": "tool_use", "id": f"toolu_{next(NUMBERS)}", "name": answer.tool, "input": answer.given}


def whole_anthropic(body: Json, answer: Answer) -> Json:
    return {
        "id": f"msg_{next(NUMBERS)}", "type": "message", "role": "assistant", "model": body.get("model", "stub"),
        "content": [_anthropic_block(answer)], "stop_sequence": None, "usage": ANTHROPIC_USED,
        "stop_reason": "end_turn" if isinstance(answer, Said) else "tool_use",
    }  # fmt: skip


def stream_anthropic(body: Json, answer: Answer) -> Iterator[Event]:
    whole = whole_anthropic(body, answer)
    (block,) = whole["content"]

    def event(kind: str, seconds: float = 0.0, **fields: Any) -> Event:
        return Event({"type": kind, **fields}, kind, seconds)

    yield event("message_start", message=whole | {"content": [], "stop_reason": None})
    empty: Json = {"text": ""} if isinstance(answer, Said) else {"input": {}}
    yield event("content_block_start", index=0, content_block=block | empty)
    if isinstance(answer, Said):
        for text, pause in pieces(answer):
            yield event("content_block_delta", pause, index=0, delta={"type": "text_delta", "text": text})
    else:
        given = json.dumps(answer.given)
        yield event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": given})
    yield event("content_block_stop", index=0)
    ended = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield event("message_delta", delta=ended, usage=ANTHROPIC_USED)
    yield event("message_stop")


def refuse_anthropic(refused: Refused) -> Json:
    kind = "rate_limit_error" if refused.resets_at else "api_error"
    return {"type": "error", "error": {"type": kind, "message": refused.text}}


# OpenAI chat


def read_chat(body: Json) -> Asked:
    texts, result = [], None
    for message in newest(body.get("messages", []), lambda message: message["role"] == "assistant"):
        if message["role"] == "tool":
            result = text_of(message.get("content"))
        elif message["role"] == "user":
            texts.append(text_of(message.get("content")))
    tools = tuple((tool.get("function") or {}).get("name", "") for tool in body.get("tools") or ())
    return Asked(joined(texts), result, tools)


CHAT_USED = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def _chat_call(answer: Called) -> Json:
    function = {"name": answer.tool, "arguments": json.dumps(answer.given)}
    return {"id": f"call_{next(NUMBERS)}", "type": "function", "function": function}


def _chat_frame(body: Json, kind: str) -> Json:
    return {"id": f"chatcmpl-{next(NUMBERS)}", "object": kind, "created": 1, "model": body.get("model", "stub")}


def whole_chat(body: Json, answer: Answer) -> Json:
    message: Json = {"role": "assistant", "content": None}
    if isinstance(answer, Said):
        message["content"] = told(answer)
    else:
        message["tool_calls"] = [_chat_call(answer)]
    reason = "stop" if isinstance(answer, Said) else "tool_calls"
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return _chat_frame(body, "chat.completion") | {"choices": [choice], "usage": CHAT_USED}


def stream_chat(body: Json, answer: Answer) -> Iterator[Event]:
    frame = _chat_frame(body, "chat.completion.chunk")

    def chunk(delta: Json, reason: str | None = None, seconds: float = 0.0, **fields: Any) -> Event:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return Event(frame | {"choices": [choice]} | fields, seconds=seconds)

    yield chunk({"role": "assistant", "content": ""})
    if isinstance(answer, Said):
        for text, pause in pieces(answer):
            yield chunk({"content": text}, seconds=pause)
        yield chunk({}, "stop", usage=CHAT_USED)
    else:
        yield chunk({"tool_calls": [{"index": 0, **_chat_call(answer)}]})
        yield chunk({}, "tool_calls", usage=CHAT_USED)
    yield Event("[DONE]")


def refuse_openai(refused: Refused) -> Json:
    if refused.resets_at:
        kind = "usage_limit_reached"
        return {"error": {"type": kind, "message": refused.text, "plan_type": "plus", "resets_at": refused.resets_at}}
    return {"error": {"message": refused.text, "type": "server_error"}}


# OpenAI responses

RESULTS = {"function_call_output", "custom_tool_call_output", "local_shell_call_output", "mcp_tool_call_output"}


def _kind(item: Mapping[str, Any]) -> str:
    return item.get("type") or "message"


def _spoken(item: Json) -> bool:
    """Did the model say this?"""
    kind = _kind(item)
    return item.get("role") == "assistant" or kind not in {"message", "reasoning"} | RESULTS


def _response_tools(tools: Iterable[Json]) -> Iterator[str]:
    for tool in tools:
        if _kind(tool) == "namespace":
            yield from (f"{tool.get('name', '')}{APART}{part.get('name', '')}" for part in tool.get("tools") or ())
        else:
            yield tool.get("name") or _kind(tool)


def read_responses(body: Json) -> Asked:
    items = body.get("input", [])
    if isinstance(items, str):
        return Asked(plain(items))
    # Tools may also ride in the input.
    offered = [item for item in items if _kind(item) == "additional_tools"]
    spoken = [item for item in items if _kind(item) != "additional_tools"]
    texts, result = [], None
    for item in newest(spoken, _spoken):
        if _kind(item) in RESULTS:
            output = item.get("output")
            result = output if isinstance(output, str) else json.dumps(output)
        elif item.get("role") == "user":
            texts.append(text_of(item.get("content")))
    tools = itertools.chain(body.get("tools") or (), *(item.get("tools") or () for item in offered))
    as_json = ((body.get("text") or {}).get("format") or {}).get("type") == "json_schema"
    return Asked(joined(texts), result, tuple(_response_tools(tools)), as_json)


RESPONSE_USED = {
    "input_tokens": 10, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 5,
    "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 15,
}  # fmt: skip


def _response_item(answer: Answer) -> Json:
    number = next(NUMBERS)
    if isinstance(answer, Said):
        part = {"type": "output_text", "text": told(answer), "annotations": []}
        return {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed", "content": [part]}
    space, _, name = answer.tool.rpartition(APART)
    item = {
        "type": "function_call", "id": f"fc_{number}", "call_id": f"call_{number}", "name": name,
        "arguments": json.dumps(answer.given), "status": "completed",
    }  # fmt: skip
    return item | ({"namespace": space} if space else {})


def whole_responses(body: Json, answer: Answer) -> Json:
    return {
        "id": f"resp_{next(NUMBERS)}", "object": "response", "created_at": 1, "status": "completed", "error": None,
        "model": body.get("model", "stub"), "output": [_response_item(answer)], "usage": RESPONSE_USED,
        "incomplete_details": None,
    }  # fmt: skip


def stream_responses(body: Json, answer: Answer) -> Iterator[Event]:
    whole = whole_responses(body, answer)
    (item,) = whole["output"]
    count = itertools.count()
    at = {"item_id": item["id"], "output_index": 0, "content_index": 0}

    def event(kind: str, seconds: float = 0.0, **fields: Any) -> Event:
        return Event({"type": kind, "sequence_number": next(count), **fields}, kind, seconds)

    yield event("response.created", response=whole | {"status": "in_progress", "output": [], "usage": None})
    if isinstance(answer, Said):
        yield event("response.output_item.added", output_index=0, item=item | {"status": "in_progress", "content": []})
        empty = {"type": "output_text", "text": "", "annotations": []}
        yield event("response.content_part.added", part=empty, **at)
        for text, pause in pieces(answer):
            yield event("response.output_text.delta", pause, delta=text, **at)
        yield event("response.output_text.done", text=told(answer), **at)
    else:
        started = item | {"status": "in_progress", "arguments": ""}
        yield event("response.output_item.added", output_index=0, item=started)
        given = item["arguments"]
        yield event("response.function_call_arguments.done", item_id=item["id"], output_index=0, arguments=given)
    yield event("response.output_item.done", output_index=0, item=item)
    yield event("response.completed", response=whole)


# Gemini


def read_gemini(body: Json) -> Asked:
    texts, result = [], None
    for message in newest(body.get("contents", []), lambda message: message.get("role") == "model"):
        for part in message.get("parts", []):
            texts.append(part.get("text") or "")
            if "functionResponse" in part:
                result = json.dumps(part["functionResponse"].get("response"))
    declared = itertools.chain(*(tool.get("functionDeclarations") or () for tool in body.get("tools") or ()))
    as_json = (body.get("generationConfig") or {}).get("responseMimeType") == "application/json"
    return Asked(joined(texts), result, tuple(tool.get("name", "") for tool in declared), as_json)


GEMINI_USED = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}


def _gemini_part(answer: Answer) -> Json:
    if isinstance(answer, Said):
        return {"text": told(answer)}
    return {"functionCall": {"name": answer.tool, "args": answer.given, "id": f"fc{next(NUMBERS)}"}}


def _gemini_frame(part: Json, *, ends: bool) -> Json:
    candidate: Json = {"content": {"role": "model", "parts": [part]}, "index": 0}
    if ends:
        candidate["finishReason"] = "STOP"
    return {"candidates": [candidate], "usageMetadata": GEMINI_USED, "modelVersion": "stub"}


def whole_gemini(_body: Json, answer: Answer) -> Json:
    return _gemini_frame(_gemini_part(answer), ends=True)


def stream_gemini(_body: Json, answer: Answer) -> Iterator[Event]:
    if isinstance(answer, Called):
        yield Event(_gemini_frame(_gemini_part(answer), ends=True))
        return
    for text, pause in pieces(answer):
        yield Event(_gemini_frame({"text": text}, ends=False), seconds=pause)
    yield Event(_gemini_frame({"text": ""}, ends=True))


def refuse_gemini(refused: Refused) -> Json:
    status = "RESOURCE_EXHAUSTED" if refused.resets_at else "INTERNAL"
    return {"error": {"code": refused.status, "message": refused.text, "status": status}}


WIRES = {
    "/messages": Wire("anthropic", read_anthropic, whole_anthropic, stream_anthropic, refuse_anthropic),
    "/chat/completions": Wire("chat", read_chat, whole_chat, stream_chat, refuse_openai),
    "/responses": Wire("responses", read_responses, whole_responses, stream_responses, refuse_openai),
    "enerateContent": Wire("gemini", read_gemini, whole_gemini, stream_gemini, refuse_gemini),
}
"""By how the path of a request ends."""
