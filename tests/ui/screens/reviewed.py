"""Work to be reviewed, as the verb `diff` tells of it."""

from typing import Any


def hunk(id: str, *lines: str, at: int = 1, heading: str = "") -> dict[str, Any]:  # noqa: A002 - as the answer has it
    return {"id": id, "old": at, "new": at, "heading": heading, "lines": list(lines)}


def file(path: str, *hunks: dict[str, Any], **more: Any) -> dict[str, Any]:
    lines = [line for one in hunks for line in one["lines"]]
    counts = {name: sum(line.startswith(sign) for line in lines) for name, sign in (("added", "+"), ("removed", "-"))}
    told = {"id": f"id-of-{path}", "path": path, "was": path, "fate": "modified", "modes": ["", ""], "why": ""}
    return {**told, **counts, "binary": False, "uncommitted": False, "hunks": list(hunks), **more}


def answer(*files: dict[str, Any]) -> dict[str, Any]:
    told = {"agent": "p1", "base": "b" * 40, "head": "h" * 40, "branch": "muxer/kim/p1/work", "subject": "fix it"}
    return {**told, "files": list(files)}


CODE = file(
    "src/code.py",
    hunk("h1", " def one():", "-    return 1", "-    # old", "+    return 2", " # end", heading="class A:"),
    hunk("h2", " x", "+y = 'new'", at=40),
)
NOTES = file("notes.md", hunk("h3", "+# Notes", "+todo"), fate="added", modes=["", "100644"], uncommitted=True)
TOOL = file("tool", modes=["100644", "100755"])
WORK = answer(CODE, NOTES, TOOL)
