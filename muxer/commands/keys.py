"""The verb that explains keys. It needs no host, and loads what it needs when it is asked."""

from dataclasses import asdict
from typing import Any, Literal

from muxer.commands.kinds import KeymapName
from muxer.commands.table import command
from muxer.commands.text import aligned
from muxer.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # other verbs should not wait for it
    from muxer.settings.keymaps import Keymap

What = Literal["list", "explain", "doctor"]

_KINDS = {
    "wrong": "left out",
    "unentered": "out of reach",
    "unsent": "not from every terminal",
    "taken": "taken outside",
    "hides": "kept from programs",
}


def _shown(answer: dict[str, Any]) -> str:
    """The answer for people."""
    if "keys" in answer:
        return _list(answer)
    return _explanation(answer) if "key" in answer else _findings(answer)


def _is_wrong(answer: dict[str, Any]) -> bool:
    """Did the doctor find lines that were left out?"""
    return any(one["kind"] == "wrong" for one in answer.get("findings", ()))


@command(show=_shown, local=True, fails=_is_wrong)
async def keys(
    services: object,
    what: What = "list",
    key: list[str] = [],  # noqa: B006 - never changed; the table reads the default
    *,
    keymap: KeymapName = "",
) -> dict[str, Any]:
    """List all keys, explain one, or look for what is wrong.

    Arguments:
        what: list them, explain KEY, or look for what is wrong
        key: like z, ctrl+b, or both: ctrl+b z
        keymap: another one than your own

    Example:
        muxer keys explain ctrl+b z
    """
    del services
    if what == "explain" and not key:
        raise UsageError("explain needs KEY: muxer keys explain ctrl+b")
    if what != "explain" and key:
        raise UsageError(f"{what} takes no KEY: muxer keys explain {' '.join(key)}")
    worn = _keymap(keymap)
    if what == "explain":
        return _explain(worn, key)
    return _examine(worn) if what == "doctor" else _all(worn)


def _keymap(name: str) -> "Keymap":
    """The one that is named, or the person's own. Raises MuxerError."""
    from muxer.settings.keymaps import read_keymap

    if not name:
        from muxer.config import read_settings

        name = read_settings().config.look.keymap
    return read_keymap(name)


def _in_short(where: str) -> str:
    from muxer.paths import homely

    return homely(where)


# ---- list


def _all(keymap: "Keymap") -> dict[str, Any]:
    from muxer.settings.action import GROUPS
    from muxer.settings.actions import ACTIONS

    actions = sorted(ACTIONS.values(), key=lambda action: GROUPS.index(action.group))
    return {
        "keymap": keymap.name,
        "prefix": keymap.prefix,
        "keys": [
            {"action": a.id, "words": a.words, "group": a.group, "keys": list(keymap.ways(a.id))} for a in actions
        ],
        "troubles": list(keymap.troubles),
    }


def _list(answer: dict[str, Any]) -> str:
    from muxer.settings.keymaps import together

    rows = [(together(one["keys"]) or "palette", one["words"], one["action"]) for one in answer["keys"]]
    table = aligned([("KEYS", "WHAT THEY DO", "ACTION"), *rows])
    wrong = [f"{len(answer['troubles'])} lines were left out: muxer keys doctor"] if answer["troubles"] else []
    return "\n".join([table, "", *wrong, f"keymap {answer['keymap']}"])


# ---- explain


def _explain(keymap: "Keymap", key: list[str]) -> dict[str, Any]:
    from muxer.settings.explaining import explain

    found = explain(keymap, key)
    return {
        "key": found.key,
        "keymap": found.keymap,
        "does": [asdict(one) for one in found.does],
        "taken": found.taken,
        "uses": [{"owner": use.owner, "words": use.words} for use in found.uses],
        "arrives": found.arrives,
    }


def _explanation(answer: dict[str, Any]) -> str:
    rows = [(one["how"], one["words"], _in_short(one["where"]) or "in every keymap") for one in answer["does"]]
    if not any(one["layer"] in ("prefix", "direct") for one in answer["does"]) and " " not in answer["key"]:
        rows.insert(0, (answer["key"], "goes to the program", ""))
    lines = [aligned(rows) if rows else f"{answer['key']} does nothing"]
    if answer["arrives"]:
        lines += ["", f"It may not arrive: {answer['arrives']}."]
    if answer["uses"]:
        heading = "Kept from those who have a use for it:" if answer["taken"] else "Elsewhere:"
        lines += ["", heading, aligned((f"  {use['owner']}", use["words"]) for use in answer["uses"])]
    return "\n".join([*lines, "", f"keymap {answer['keymap']}"])


# ---- doctor


def _examine(keymap: "Keymap") -> dict[str, Any]:
    from muxer.settings.explaining import examine

    return {"keymap": keymap.name, "findings": [asdict(finding) for finding in examine(keymap)]}


def _findings(answer: dict[str, Any]) -> str:
    found = answer["findings"]
    if not found:
        return f"Nothing is wrong with keymap {answer['keymap']}."
    lines: list[str] = []
    for kind, heading in _KINDS.items():
        rows = [(f"  {_in_short(one['where'])}", one["words"]) for one in found if one["kind"] == kind]
        if rows:
            lines += [heading.capitalize(), aligned(rows), ""]
    return "\n".join([*lines, f"keymap {answer['keymap']}"])
