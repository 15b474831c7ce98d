"""Reads what a person typed: which verb is meant, and the arguments in its words. What is off is said in one line."""

import os
import re
from collections.abc import Iterator, Sequence

from muxer.commands.table import Parameter, Verb, near, require, verb_named
from muxer.errors import UnknownName, UsageError

JSON = "--json"


def verb_meant(word: str) -> Verb:
    """The verb. Raises UsageError with what was probably meant."""
    if word in {"", "--"}:
        raise UsageError("no verb: muxer --help lists them, muxer -- COMMAND… runs a program")
    if word.startswith("-"):
        raise UsageError(f"no option {word} before a verb: muxer --help lists the verbs")
    try:
        return verb_named(word)
    except UnknownName as error:
        from shutil import which

        program = f" muxer -- {word} runs the program." if which(word) else ""
        raise UsageError(f"{error}{program} (muxer --help)") from None


def read_words(verb: Verb, words: Sequence[str], *, cwd: str = "") -> tuple[dict[str, object], bool]:
    """Arguments for run(), and whether the answer is to be JSON. Folders are looked for from `cwd`."""
    cut = words.index("--") if "--" in words else len(words)
    given, plain, json = _options(verb, words[:cut])
    plain += words[cut + 1 :]
    for parameter in verb.parameters:
        if parameter.option or not plain:
            continue
        if parameter.several:
            given[parameter.name] = [_value(parameter, word) for word in plain]
            plain.clear()
        else:
            given[parameter.name] = _value(parameter, plain.pop(0))
    if plain:
        raise UsageError(f"{plain[0]!r} is one word too many")
    require(verb, given, lambda parameter: parameter.word)
    for parameter in verb.parameters:
        if cwd and parameter.kind.completes == "folders":
            typed = os.path.expanduser(str(given.get(parameter.name, "")))
            given[parameter.name] = os.path.normpath(os.path.join(cwd, typed))
    return given, json


def _options(verb: Verb, words: Sequence[str]) -> tuple[dict[str, object], list[str], bool]:
    """What the options say, the words between them, and whether --json was among them."""
    known = {parameter.word: parameter for parameter in verb.parameters if parameter.option}
    given: dict[str, object] = {}
    plain: list[str] = []
    json = False
    left = iter(words)
    for word in left:
        name, glued, value = word.partition("=")
        parameter = known.get(name)
        if word == JSON and verb.answers:
            json = True
        elif parameter is None:
            if _dashed(word):
                names = [*known, JSON] if verb.answers else [*known]
                raise UsageError(
                    f"no option {name}{near(name, names, '; put -- before words that begin with a hyphen')}"
                )
            plain.append(word)
        elif parameter.flag:
            if glued:
                raise UsageError(f"{name} takes no value")
            given[parameter.name] = parameter.default is not True
        else:
            read = _value(parameter, value if glued else _next(left, name))
            earlier = given.get(parameter.name, [])
            given[parameter.name] = [*earlier, read] if parameter.several and isinstance(earlier, list) else read
    return given, plain, json


def _next(left: Iterator[str], name: str) -> str:
    word = next(left, None)
    if word is None or _dashed(word):
        raise UsageError(f"{name}: needs a value")
    return word


def _dashed(word: str) -> bool:
    """Does it look like an option? Neither a hyphen alone does, nor a number, nor a sentence."""
    return word.startswith("-") and word != "-" and " " not in word and not re.fullmatch(r"-\d*\.?\d+", word)


def _value(parameter: Parameter, word: str) -> object:
    try:
        return parameter.kind.word(word)
    except ValueError as error:
        raise UsageError(f"{parameter.word}: {error}") from None
