"""What an agent is told of commits: few words, each of a repository's made harmless. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from muxer.agents.fence import plain
from muxer.work import Commit, Touched

SUBJECT = 120
"""Letters of a subject that are told; of a path, half of them."""
ONE = 400
"""Letters that a note of one commit has, but for long folders."""
DIGEST = 2000
"""The same for one of several."""
NAMED = 3
"""So many paths are named."""
_QUIET = "No answer is needed."


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A commit, as it is told."""

    commit: Commit
    summary: str
    """Its first line, after what is special about it."""

    @property
    def files(self) -> tuple[Touched, ...]:
        """What it changes itself; of a merge nobody can tell."""
        return self.commit.files if len(self.commit.parents) < 2 else ()


def note(who: str, news: Sequence[News], *, folder: str = "", foreign: bool = False) -> str:
    """What an agent is told of commits of another one, oldest first. `folder`: where git knows them, if not here."""
    whose = f"{in_a_line(who, SUBJECT)}, an agent of another operator," if foreign else in_a_line(who, SUBJECT)
    where = f"git -C {folder}" if folder else "git"
    return _one(whose, news[0], where) if len(news) == 1 else _digest(whose, news, where)


def in_a_line(text: str, longest: int) -> str:
    """A repository's words in one line, with nothing in it that acts, hides or turns the eye."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in plain(text)).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def summary_of(commit: Commit, amends: str = "") -> str:
    """What is written down of a commit: its first line, after what is special about it."""
    words = (f"amended {amends[:7]}:" if amends else "", "merge:" if len(commit.parents) > 1 else "")
    return " ".join(filter(None, (*words, in_a_line(commit.subject, SUBJECT)))) or "without a word"


def _one(whose: str, news: News, where: str) -> str:
    commit = news.commit
    begins = f'{whose} committed {commit.short} "{_quoted(news.summary)}"'
    ends = f". Look: {where} show {commit.short}. {_QUIET}"
    counts = _counts(news.files)
    named = _named(news.files, ONE - len(begins) - len(counts) - len(ends) - 6)
    return f"{begins}{counts and f' ({counts}{named})'}{ends}"


def _digest(whose: str, news: Sequence[News], where: str) -> str:
    """The newest are told one by one, as far as there is room; the others are counted."""
    first, last = news[0].commit, news[-1].commit
    counts = _counts([file for one in news for file in one.files])
    begins = f"{whose} made {len(news)} commits, {first.short} to {last.short}{counts and f' ({counts})'}:"
    ends = f"Look: {where} log --stat -n {len(news)} {last.short}. {_QUIET}"
    room = DIGEST - len(begins) - len(ends) - 40
    told: list[str] = []
    for one in reversed(news):
        line = f'{one.commit.short} "{_quoted(one.summary)}"' + _lines(one.files)
        room -= len(line) + 1
        if room < 0:
            break
        told.append(line)
    older = len(news) - len(told)
    middle = [*told, f"and {older} older {'one' if older == 1 else 'ones'}"] if older else told
    return "\n".join([begins, *middle, ends])


def _quoted(words: str) -> str:
    return words.replace('"', "'")


def _counts(files: Sequence[Touched]) -> str:
    if not files:
        return ""
    count = len({file.path for file in files})
    return f"{count} file{'s' * (count != 1)}{_lines(files)}"


def _lines(files: Sequence[Touched]) -> str:
    added, removed = sum(file.added for file in files), sum(file.removed for file in files)
    return f", +{added} −{removed}" if added or removed else ""


def _named(files: Sequence[Touched], room: int) -> str:
    """A few paths, as far as there is room."""
    paths = [in_a_line(file.path, SUBJECT // 2) for file in files[:NAMED]]
    while paths and sum(map(len, paths)) + 2 * len(paths) + 20 > room:
        paths.pop()
    if not paths:
        return ""
    more = f" and {len(files) - len(paths)} more" if len(files) > len(paths) else ""
    return f": {', '.join(paths)}{more}"
