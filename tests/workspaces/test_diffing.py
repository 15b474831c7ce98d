"""What an agent changed, as git sees it, and commits of parts of it, in real repositories."""

import os
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.workspaces.diffing import difference, partial
from muxer.workspaces.hunks import FilePatch, Picks, ids_of
from muxer.workspaces.repository import Workplace
from muxer.workspaces.writing import Who
from tests.workspaces.repositories import commit, git, repository, untouched

WHO = Who(name="Kim", email="kim@example.org")
LINES = [f"line {number}" for number in range(1, 41)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = repository(tmp_path / "home")
    for name, text in {
        "code": "\n".join(LINES) + "\n",
        "old name": "1\n2\n3\n",
        "gone": "a\nb\n",
        "tool": "#!\n",
    }.items():
        commit(home, name, text)
    (home / "data").write_bytes(bytes(range(256)))
    (home / "link").symlink_to("code")
    git(home, "add", "-A")
    git(home, "commit", "--quiet", "-m", "data")
    return home


def here(home: Path) -> Workplace:
    return Workplace(kind="here", folder=str(home))


def changed(home: Path) -> str:
    """Some of it committed, some not; the commit before all that."""
    base = git(home, "rev-parse", "HEAD")
    commit(home, "code", "\n".join(["first", *LINES[1:20], "in the middle", *LINES[20:39], "last"]) + "\n")
    git(home, "mv", "old name", "new name")
    (home / "gone").unlink()
    (home / "tool").chmod(0o755)
    (home / "data").write_bytes(b"\0" + bytes(range(256)))
    (home / "link").unlink()
    (home / "link").symlink_to("tool")
    (home / "é").mkdir()
    (home / "é" / 'q"\t').write_bytes(b"caf\xe9 \x0c one line\r\nno end")
    (home / "empty").touch()
    return base


def by_path(files: tuple[FilePatch, ...]) -> dict[str, FilePatch]:
    return {file.path: file for file in files}


def test_all_that_is_other_is_told_committed_or_not(home: Path) -> None:
    base = changed(home)
    with untouched(home):
        files = by_path(difference(here(home), base))
    assert {path: file.fate for path, file in files.items()} == {
        "code": "modified", "data": "modified", "empty": "added", "gone": "deleted", "link": "modified",
        "new name": "renamed", "tool": "modified", 'é/q"\t': "added",
    }  # fmt: skip
    assert len(files["code"].hunks) == 3
    assert files["data"].binary
    assert files["new name"].was == "old name"
    assert files["tool"].modes == ("100644", "100755")
    assert files['é/q"\t'].hunks[0].lines[0].encode(errors="surrogateescape") == b"+caf\xe9 \x0c one line\r"


def test_some_files_alone(home: Path) -> None:
    base = changed(home)
    assert [file.path for file in difference(here(home), base, ["tool", "é"])] == ["tool", 'é/q"\t']


def test_people_may_have_set_how_they_read_patches(home: Path) -> None:
    base = changed(home)
    plain = difference(here(home), base)
    settings = {
        "diff.noprefix": "true", "diff.mnemonicPrefix": "true", "color.ui": "always", "diff.external": "false",
        "core.quotePath": "true", "diff.renames": "false", "diff.context": "9", "diff.suppressBlankEmpty": "true",
        "diff.interHunkContext": "50",
    }  # fmt: skip
    for name, value in settings.items():
        git(home, "config", name, value)
    assert difference(here(home), base) == plain


def test_what_git_is_told_to_ignore_is_nobodys_work(home: Path) -> None:
    base = git(home, "rev-parse", "HEAD")
    (home / ".gitignore").write_text("built\n")
    (home / "built").write_text("x")
    inner = repository(home / "inner")
    assert [file.path for file in difference(here(home), base)] == [".gitignore"]
    assert inner.is_dir()


def test_from_a_folder_inside_it_is_all_of_the_repository(home: Path) -> None:
    base = changed(home)
    assert difference(Workplace(kind="here", folder=str(home / "é")), base) == difference(here(home), base)


def test_very_big_files_are_not_read(home: Path) -> None:
    base = git(home, "rev-parse", "HEAD")
    (home / "log").write_text("line\n" * 300_000)
    [file] = difference(here(home), base)
    assert (file.path, file.binary, file.hunks) == ("log", True, ())


def taken(home: Path, base: str, picks: Picks, place: Workplace | None = None) -> str:
    return partial(place or here(home), base, picks, message="part of it", who=WHO)


def test_everything_chosen_is_everything(home: Path) -> None:
    base = changed(home)
    before = git(home, "status", "--porcelain")
    with untouched(home / ".git" / "refs"):
        sha = taken(home, base, dict.fromkeys(ids_of(difference(here(home), base))))
    assert git(home, "status", "--porcelain") == before
    assert git(home, "log", "-1", "--format=%P %an %cn %s", sha) == f"{base} Kim Kim part of it"
    git(home, "add", "-A")
    assert git(home, "rev-parse", f"{sha}^{{tree}}") == git(home, "write-tree")


def test_a_hunk_alone(home: Path) -> None:
    base = changed(home)
    hunk = by_path(difference(here(home), base))["code"].hunks[1]
    sha = taken(home, base, {hunk.id: None})
    assert git(home, "diff", "--name-only", base, sha) == "code"
    assert git(home, "show", f"{sha}:code").splitlines() == [*LINES[:20], "in the middle", *LINES[20:]]


def test_some_lines_of_a_hunk(home: Path) -> None:
    base = git(home, "rev-parse", "HEAD")
    (home / "code").write_text("\n".join(["ONE", "TWO", *LINES[2:]]) + "\n")
    hunk = by_path(difference(here(home), base))["code"].hunks[0]
    sha = taken(home, base, {hunk.id: frozenset({0, 2})})
    assert git(home, "show", f"{sha}:code").splitlines() == ["ONE", *LINES[1:]]


@pytest.mark.parametrize("path", ["data", "tool", "new name", "gone", "link", "empty", 'é/q"\t'])
def test_one_file_alone(home: Path, path: str) -> None:
    base = changed(home)
    file = by_path(difference(here(home), base))[path]
    sha = taken(home, base, dict.fromkeys(ids_of([file])))
    git(home, "add", "-A")
    names = {file.path, file.was}
    listed = git(home, "diff", "--no-renames", "--name-only", "-z", base, sha).split("\0")
    assert set(filter(None, listed)) == names
    assert git(home, "diff", "--cached", sha, "--", *names) == ""


def test_what_is_not_there_any_more_is_not_promoted(home: Path) -> None:
    base = changed(home)
    hunk = by_path(difference(here(home), base))["code"].hunks[0]
    (home / "code").write_text("other\n")
    with pytest.raises(MuxerError, match="is not there any more: look at it again"):
        taken(home, base, {hunk.id: None})


@pytest.mark.parametrize(("lines", "text"), [({2}, "a\nb\n"), ({0, 1}, "a\n"), ({0, 2}, "b\n")])
def test_a_line_without_an_end_gets_one_when_another_follows(home: Path, lines: set[int], text: str) -> None:
    (home / "short").write_text("a")
    git(home, "add", "short")
    git(home, "commit", "--quiet", "-m", "short")
    base = git(home, "rev-parse", "HEAD")
    (home / "short").write_text("a\nb\n")
    hunk = by_path(difference(here(home), base))["short"].hunks[0]
    assert [line[:1] for line in hunk.lines] == ["-", "\\", "+", "+"]
    sha = taken(home, base, {hunk.id: frozenset(lines)})
    assert git(home, "cat-file", "-s", f"{sha}:short") == str(len(text))
    assert git(home, "show", f"{sha}:short") == text.rstrip()


def test_a_new_line_without_an_end_gets_one_when_an_old_one_stays(home: Path) -> None:
    (home / "short").write_text("a\nb")
    git(home, "add", "short")
    git(home, "commit", "--quiet", "-m", "short")
    base = git(home, "rev-parse", "HEAD")
    (home / "short").write_text("A")
    hunk = by_path(difference(here(home), base))["short"].hunks[0]
    sha = taken(home, base, {hunk.id: frozenset({0, 2})})
    assert git(home, "show", f"{sha}:short").splitlines() == ["A", "b"]


def test_half_of_what_git_does_in_two_steps_is_refused(home: Path) -> None:
    base = git(home, "rev-parse", "HEAD")
    (home / "link").unlink()
    (home / "link").write_text("a file now\n")
    gone, made = difference(here(home), base)
    assert (gone.fate, made.fate) == ("deleted", "added")
    with pytest.raises(MuxerError, match="choose the whole file"):
        taken(home, base, {made.hunks[0].id: None})
    sha = taken(home, base, dict.fromkeys(ids_of([gone, made])))
    assert git(home, "ls-tree", sha, "link").startswith("100644")


def test_a_clones_part_is_made_where_trunk_is(home: Path, tmp_path: Path) -> None:
    base = git(home, "rev-parse", "HEAD")
    git(tmp_path, "clone", "--quiet", str(home), "clone")
    clone = tmp_path / "clone"
    place = Workplace(kind="clone", folder=str(clone), source=str(home))
    (clone / "code").write_text("new\n")
    (clone / "data").write_bytes(b"\0\1")
    picks = dict.fromkeys(ids_of(difference(place, base)))
    sha = taken(home, base, picks, place)
    assert git(home, "show", f"{sha}:code") == "new"
    assert git(home, "cat-file", "-s", f"{sha}:data") == "2"


def test_line_ends_are_as_git_keeps_them(home: Path) -> None:
    (home / ".gitattributes").write_text("code text eol=crlf\n")
    git(home, "add", ".gitattributes")
    git(home, "commit", "--quiet", "-m", "ends")
    base = git(home, "rev-parse", "HEAD")
    (home / "code").write_bytes("".join(f"{line}\r\n" for line in [*LINES, "one more"]).encode())
    [file] = difference(here(home), base)
    assert (file.added, file.removed) == (1, 0)
    sha = taken(home, base, {file.hunks[0].id: None})
    assert git(home, "show", f"{sha}:code").splitlines() == [*LINES, "one more"]


def test_a_bare_repository_has_nothing_to_compare(home: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(home), "bare")
    with pytest.raises(MuxerError, match="is bare"):
        difference(Workplace(kind="clone", folder=str(tmp_path / "bare")), "HEAD")


def test_nothing_is_left_in_the_folder_for_what_is_spare(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = changed(home)
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    taken(home, base, dict.fromkeys(ids_of(difference(here(home), base))))
    assert os.listdir(spare) == []
