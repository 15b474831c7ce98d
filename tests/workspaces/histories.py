"""Random histories for tests: two branches that grow from one commit, written by git fast-import."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

ROUGH = ("a.txt", "b.txt", "dir/c.txt", "dir/d.txt", "crlf.txt")
LINES = 12


@dataclass
class Tree:
    """Files as a commit has them: mode and content."""

    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def copy(self) -> "Tree":
        return Tree(dict(self.files))


Step = tuple[str, str, int, str]
"""What to do, to which file, at which line, with which word."""

steps = st.tuples(
    st.sampled_from(("edit", "edit", "edit", "insert", "cut", "drop", "add", "mode", "link", "binary", "rename")),
    st.sampled_from(ROUGH),
    st.integers(0, LINES - 1),
    st.sampled_from(("alpha", "beta", "gamma")),
)
branches = st.lists(st.lists(steps, min_size=1, max_size=2), min_size=1, max_size=3)


def first() -> Tree:
    files = {
        name: ("100644", b"".join(b"%s line %d\n" % (name.encode(), number) for number in range(LINES)))
        for name in ROUGH
    }
    files["crlf.txt"] = ("100644", files["crlf.txt"][1].replace(b"\n", b"\r\n"))
    files["link"] = ("120000", b"a.txt")
    files["image.bin"] = ("100644", bytes(range(256)) * 8)
    return Tree(files)


def changed(tree: Tree, step: Step) -> None:
    """Do that to the files; nothing, where it cannot be done."""
    what, name, line, word = step
    files = tree.files
    match what:
        case "link":
            files["link"] = ("120000", f"{word}.txt".encode())
        case "binary":
            files["image.bin"] = ("100644", bytes(range(256)) * 8 + word.encode())
        case "add":
            files[f"new-{line % 3}.txt"] = ("100644", f"{word}\n".encode())
        case _ if name not in files:
            return
        case "drop":
            del files[name]
        case "mode":
            files[name] = ("100755", files[name][1])
        case "rename":
            files[f"{name}.moved"] = files.pop(name)
        case _:
            files[name] = (files[name][0], _edited(files[name][1], what, line, word))


def _edited(content: bytes, what: str, line: int, word: str) -> bytes:
    lines = content.splitlines(keepends=True)
    end = b"\r\n" if b"\r\n" in content else b"\n"
    line = min(line, len(lines) - 1)
    if line < 0:
        return content
    if what == "cut":
        del lines[line]
    elif what == "insert":
        lines.insert(line, b"%s was put in before %d" % (word.encode(), line) + end)
    else:
        lines[line] = b"%s changed %d" % (word.encode(), line) + end
    return b"".join(lines)


def told(ours: Sequence[Sequence[Step]], theirs: Sequence[Sequence[Step]]) -> bytes:
    """Both branches for fast-import, as `ours` and `theirs`."""
    stream = _commit("refs/heads/start", first(), "start", 0)
    for name, commits in (("ours", ours), ("theirs", theirs)):
        tree = first()
        stream += b"reset refs/heads/%s\nfrom refs/heads/start\n\n" % name.encode()
        for number, some in enumerate(commits, 1):
            for step in some:
                changed(tree, step)
            stream += _commit(f"refs/heads/{name}", tree, f"{name} {number}", number)
    return stream


def _commit(ref: str, tree: Tree, message: str, at: int) -> bytes:
    who = f"Ada Lovelace <Ada.L@example.org> {1_700_000_000 + at} +0100"
    parts = [f"commit {ref}\nauthor {who}\ncommitter {who}\ndata {len(message)}\n{message}\ndeleteall\n".encode()]
    for name, (mode, content) in tree.files.items():
        parts.append(b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), name.encode(), len(content), content))
    return b"".join(parts) + b"\n"


def imported(folder: Path, stream: bytes) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet", "--force"], env=env, input=stream, check=True)
