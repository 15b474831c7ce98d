"""What the value of an argument may be: how a word and a JSON value become it, and how its schema reads.

A kind belongs to an annotation; `KINDS[Size] = Kind(...)` teaches every door a new one. Reading raises ValueError.
"""

import enum
import math
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of value. `word` makes JSON of what a person typed, `value` makes Python of JSON."""

    schema: Mapping[str, object]
    word: Callable[[str], object]
    value: Callable[[object], object]
    shape: str = ""
    """How it looks, for help: right|down, COLSxROWS. Empty for the argument's own name."""
    completes: str = ""
    """What a beginning of it is completed with: a key of completion.NAMES, or folders."""


class Size(NamedTuple):
    """Of a terminal."""

    cols: int
    rows: int

    def __str__(self) -> str:
        return f"{self.cols}x{self.rows}"


def as_json(value: object) -> object:
    """How JSON writes a value that a kind made."""
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or type(value) in {str, int, float, bool}:
        return value
    return str(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")  # noqa: TRY004 - one exception for everything unreadable
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is not true or false")  # noqa: TRY004 - as above
    return value


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{value!r} is not a whole number")  # noqa: TRY004 - as above
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    return float(value)


def _integer_word(word: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", word):
        raise ValueError(f"{word!r} is not a whole number")
    return int(word)


def _number_word(word: str) -> float:
    try:
        return _number(float(word))
    except ValueError:
        raise ValueError(f"{word!r} is not a number") from None


def _truth_word(word: str) -> bool:
    if word not in {"true", "false"}:
        raise ValueError(f"{word!r} is not true or false")
    return word == "true"


_HOOK = "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$"


def _hook(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(_HOOK[1:-1], value):
        raise ValueError(f"{value!r} is not a name of up to 64 letters, digits, dots, - and _")
    return value


def _size(value: object) -> Size:
    found = re.fullmatch(r"([1-9][0-9]{0,3})[x×]([1-9][0-9]{0,3})", value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is not a size like 80x24")
    return Size(int(found[1]), int(found[2]))


PaneName = Annotated[str, "panes"]
AgentName = Annotated[str, "agents"]
GoneName = Annotated[str, "gone agents"]
TabName = Annotated[str, "tabs"]
ThemeName = Annotated[str, "themes"]
KeymapName = Annotated[str, "keymaps"]
LayoutName = Annotated[str, "layouts"]
ProjectName = Annotated[str, "projects"]
CliName = Annotated[str, "clis"]
VerbName = Annotated[str, "verbs"]
ActionId = Annotated[str, "actions"]
SettingKey = Annotated[str, "settings"]
Folder = Annotated[str, "folders"]
"""Where it is relative, it is so to the folder of whoever typed it."""
HookName = Annotated[str, "hook"]

KINDS: dict[object, Kind] = {
    str: Kind(schema={"type": "string"}, word=_text, value=_text),
    bool: Kind(schema={"type": "boolean"}, word=_truth_word, value=_truth),
    int: Kind(schema={"type": "integer"}, word=_integer_word, value=_integer),
    float: Kind(schema={"type": "number"}, word=_number_word, value=_number),
    Size: Kind(
        schema={"type": "string", "pattern": "^[1-9][0-9]{0,3}x[1-9][0-9]{0,3}$"},
        word=lambda word: str(_size(word)),
        value=_size,
        shape="COLSxROWS",
    ),
}
KINDS[HookName] = Kind(schema={"type": "string", "pattern": _HOOK}, word=_hook, value=_hook)
for _name in (
    PaneName, AgentName, GoneName, TabName, ThemeName, KeymapName, LayoutName, ProjectName, CliName, VerbName,
    ActionId, SettingKey, Folder,
):  # fmt: skip
    KINDS[_name] = replace(KINDS[str], completes=get_args(_name)[1])


def _one_of(members: tuple[Any, ...]) -> Kind:
    """Kind of a Literal or an Enum."""
    by_word = {str(as_json(member)): member for member in members}

    def refuse(value: object) -> ValueError:
        from difflib import get_close_matches

        near = get_close_matches(str(value), by_word, n=1, cutoff=0.5)
        hint = f": did you mean {near[0]}?" if near else ""
        return ValueError(f"{value!r} is not one of {', '.join(by_word)}{hint}")

    def word(text: str) -> object:
        if text not in by_word:
            raise refuse(text)
        return as_json(by_word[text])

    def value(given: object) -> object:
        for member in members:
            plain = as_json(member)
            # 1 equals True, and JSON keeps the two apart.
            if plain == given and type(plain) is type(given):
                return member
        raise refuse(given)

    return Kind(
        schema={"enum": [as_json(member) for member in members]},
        word=word,
        value=value,
        shape="|".join(by_word),
    )


def _without_none(annotation: object) -> object:
    if get_origin(annotation) in {Union, types.UnionType}:
        members = [member for member in get_args(annotation) if member is not type(None)]
        if len(members) == 1:
            return members[0]
    return annotation


def kind_of(annotation: object) -> tuple[Kind, type | None]:
    """Kind of one value, and list or tuple when the argument holds several."""
    annotation = _without_none(annotation)
    origin, members = get_origin(annotation), get_args(annotation)
    if origin is list or (origin is tuple and members[1:] == (...,)):
        return kind_of(members[0])[0], origin
    if origin is Literal:
        return _one_of(members), None
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return _one_of(tuple(annotation)), None
    known = KINDS.get(annotation) or KINDS.get(getattr(annotation, "__supertype__", None))
    if known is None:
        raise TypeError(f"no kind of argument for {annotation!r}: register one in KINDS")
    return known, None
