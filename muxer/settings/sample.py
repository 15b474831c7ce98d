"""A `config.toml` to begin with: every setting with its default, commented out, and what it is for."""

from typing import Any, Literal, get_args, get_origin

from muxer.config import GROUPS, Config, every_key, kind_of, value_of, words_of

HEAD = """\
# Your settings. What is commented out is the default; what is wrong is said, and the rest holds.
# Saved is applied: no restart. `muxer config show` says what holds, and where it is set."""


def sample() -> str:
    """The whole file."""
    lines = [HEAD]
    group = ""
    for key in every_key():
        if key[0] != group:
            group = key[0]
            lines += [f"\n[{group}]  # {_about(group)}"]
        right = " | ".join(written(value) for value in get_args(kind_of(key)) if get_origin(kind_of(key)) is Literal)
        lines += [
            f"# {words_of(key)}",
            f"# {key[1]} = {written(value_of(Config(), key))}" + (f"  # {right}" if right else ""),
        ]
    return "\n".join(lines) + "\n"


def written(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"{}"'.format(value.replace("\\", "\\\\").replace('"', '\\"'))
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    return str(value)


def _about(group: str) -> str:
    return str(GROUPS[group].__doc__).rstrip(".").lower()
