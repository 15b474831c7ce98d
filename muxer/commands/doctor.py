"""The verb that looks for what is wrong. It needs no host, and loads what it needs when it is asked."""

import os
from collections import Counter
from itertools import groupby
from textwrap import wrap
from typing import Any

from muxer.commands.kinds import Folder
from muxer.commands.table import command

WIDTH = 79
LABEL = 16
SIGNS = {"fine": "✓", "note": "·", "wrong": "✗"}


def _shown(answer: dict[str, Any]) -> str:
    lines: list[str] = []
    for group, found in groupby(answer["findings"], key=lambda one: one["group"]):
        lines.append(group.capitalize())
        for one in found:
            head = f"  {SIGNS[one['grade']]} {one['what']}".ljust(LABEL)
            words = f"{one['finding']}: {one['remedy']}" if one["remedy"] else one["finding"]
            lines += wrap(words, WIDTH, initial_indent=head, subsequent_indent=" " * LABEL, break_on_hyphens=False)
    wrong = Counter(one["grade"] for one in answer["findings"])["wrong"]
    return "\n".join([*lines, f"{wrong} of this is wrong" if wrong else "Nothing is wrong."])


def _is_wrong(answer: dict[str, Any]) -> bool:
    return any(one["grade"] == "wrong" for one in answer["findings"])


@command(show=_shown, local=True, fails=_is_wrong)
async def doctor(services: Any, *, cwd: Folder = "") -> dict[str, Any]:
    """Look for what is wrong with muxer and this terminal.

    Arguments:
        cwd: the folder whose project's settings count

    Example:
        muxer doctor
    """
    import asyncio

    from muxer.checkup.report import report

    named = services.paths.name if services is not None else os.environ.get("MUXER_HOST") or "default"
    return {"findings": await asyncio.to_thread(report, named, cwd)}
