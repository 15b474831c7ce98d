from itertools import pairwise
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.work import Touched
from muxer.workspaces import commits
from muxer.workspaces.changes import LARGEST
from muxer.workspaces.commits import commit_of, commits_between, counts, fork_of, is_ancestor
from tests.workspaces.repositories import commit, empty_repository, git, repository


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")


def subjects(folder: Path, new: str, *old: str) -> list[str]:
    return [one.subject for one in commits_between(str(folder), new, old)]


def patch(folder: Path, sha: str) -> str:
    return commit_of(str(folder), sha).patch


def test_a_commit_says_who_what_and_when(shop: Path) -> None:
    first = head(shop)
    (shop / "read.me").write_text("hello\nyou\n")
    (shop / "new").write_text("1\n2\n")
    git(shop, "add", "--all")
    git(shop, "-c", "user.name=Émilie", "commit", "--quiet", "--message", "Greet\n\nAt length.")
    found = commit_of(str(shop), head(shop))
    assert (found.sha, found.parents, found.subject, found.author) == (head(shop), (first,), "Greet", "Émilie")
    assert found.at == float(git(shop, "show", "--no-patch", "--format=%ct"))
    assert found.files == (Touched("new", 2, 0), Touched("read.me", 1, 0))
    assert (found.added, found.removed, len(found.short)) == (3, 0, 7)


def test_the_first_commit_makes_all_its_files(shop: Path) -> None:
    found = commit_of(str(shop), head(shop))
    assert (found.parents, found.files) == ((), (Touched("read.me", 1, 0),))
    assert found.patch


@pytest.mark.parametrize("sha", ["", "HEAD", "main", "0" * 40, "no sha"])
def test_what_is_no_commit_is_one_line(shop: Path, sha: str) -> None:
    with pytest.raises(MuxerError, match=r"is no commit in .*: git log") as raised:
        commit_of(str(shop), sha)
    assert "\n" not in str(raised.value)
    assert commits_between(str(shop), sha, ()) == ()
    assert not is_ancestor(str(shop), sha, head(shop))
    assert not is_ancestor(str(shop), head(shop), sha)
    assert counts(str(shop), head(shop), sha) == (0, 0)
    assert fork_of(str(shop), sha, head(shop)) == ""


def test_a_tree_is_no_commit(shop: Path) -> None:
    with pytest.raises(MuxerError, match="is no commit"):
        commit_of(str(shop), git(shop, "rev-parse", "HEAD^{tree}"))


def test_texts_of_any_bytes_are_read(shop: Path) -> None:
    message = shop.parent / "message"
    message.write_bytes(b"\n\n caf\xe9 \x1b[2J\r\nmore\n")
    words = ("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--file", str(message))
    git(shop, "-c", "i18n.commitEncoding=ISO-8859-1", *words)
    assert commit_of(str(shop), head(shop)).subject == "caf� \x1b[2J"
    git(shop, "commit", "--quiet", "--allow-empty", "--allow-empty-message", "--message", "")
    found = commit_of(str(shop), head(shop))
    assert (found.subject, found.files, found.patch) == ("", (), "")


def test_a_file_that_is_no_text_or_very_big_has_no_counts(shop: Path) -> None:
    (shop / "big").write_bytes(b"x\n" * LARGEST)
    (shop / "binary").write_bytes(b"\0\n")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message", "both")
    assert commit_of(str(shop), head(shop)).files == (Touched("big"), Touched("binary"))


def test_of_very_many_files_the_first_are_told(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "MOST", 2)
    for name in "abc":
        (shop / name).write_text("x\n")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message", "three")
    before = commit_of(str(shop), head(shop))
    assert [file.path for file in before.files] == ["a", "b"]
    (shop / "c").write_text("y\n")
    git(shop, "commit", "--quiet", "--all", "--amend", "--message", "three")
    assert patch(shop, head(shop)) != before.patch


# ---- which are new


def test_new_commits_come_oldest_first_and_each_once(shop: Path) -> None:
    base = head(shop)
    made = [commit(shop, name, name) for name in "abcde"]
    assert [one.sha for one in commits_between(str(shop), made[-1], [base])] == made
    assert subjects(shop, made[-1], made[1], made[2]) == ["wrote d", "wrote e"]
    assert subjects(shop, made[0], made[-1]) == []
    assert subjects(shop, made[-1], "0" * 40, base) == [f"wrote {name}" for name in "abcde"]
    assert subjects(shop, made[-1], "0" * 40) == ["wrote e"]
    assert subjects(shop, made[1]) == ["wrote read.me", "wrote a", "wrote b"]


def test_a_parent_comes_before_its_child_whatever_the_clocks_say(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = head(shop)
    for number, day in enumerate((5, 1, 3)):
        git(shop, "commit", "--quiet", "--allow-empty", "--message", str(number), f"--date=2020-01-0{day}T00:00:00Z")
        monkeypatch.setenv("LC_ALL", "C")
        env = f"GIT_COMMITTER_DATE=2020-01-0{day}T00:00:00Z"
        git(shop, "-c", f"alias.again=!{env} git commit --quiet --amend --allow-empty --no-edit", "again")
    assert subjects(shop, head(shop), base) == ["0", "1", "2"]


def test_a_merge_brings_both_sides_and_has_no_patch(shop: Path) -> None:
    base = head(shop)
    git(shop, "checkout", "--quiet", "-b", "side")
    commit(shop, "b", "b")
    git(shop, "checkout", "--quiet", "main")
    commit(shop, "a", "a")
    git(shop, "merge", "--quiet", "--no-ff", "--message", "both", "side")
    found = commits_between(str(shop), head(shop), [base])
    assert [one.subject for one in found] in (["wrote a", "wrote b", "both"], ["wrote b", "wrote a", "both"])
    assert (found[-1].files, found[-1].patch, len(found[-1].parents)) == ((Touched("b", 1, 0),), "", 2)


def test_of_very_many_the_newest_are_told(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = head(shop)
    for name in "abc":
        commit(shop, name, name)
    monkeypatch.setattr(commits, "NEWEST", 2)
    assert subjects(shop, head(shop), base) == ["wrote b", "wrote c"]
    assert subjects(shop, head(shop)) == ["wrote b", "wrote c"]


def test_as_many_of_the_newest_are_told_as_are_wanted(shop: Path) -> None:
    shas = [commit(shop, "read.me", str(number)) for number in range(3)]
    assert [one.sha for one in commits.commits_between(str(shop), shas[-1], (), most=2)] == shas[1:]


def test_a_shallow_end_is_where_it_ends(shop: Path) -> None:
    for name in "abc":
        commit(shop, name, name)
    git(shop.parent, "clone", "--quiet", "--depth=2", f"file://{shop}", "shallow")
    shallow = shop.parent / "shallow"
    assert subjects(shallow, head(shallow)) == ["wrote b", "wrote c"]
    assert subjects(shallow, head(shallow), git(shallow, "rev-parse", "HEAD~1")) == ["wrote c"]
    assert counts(str(shallow), head(shallow), git(shallow, "rev-parse", "HEAD~1")) == (1, 0)


@pytest.mark.parametrize(("left_out", "files"), [("blob:none", (Touched("b"),)), ("tree:0", ())])
def test_what_a_partial_clone_lacks_is_left_out(shop: Path, left_out: str, files: tuple[Touched, ...]) -> None:
    base = head(shop)
    commit(shop, "a", "a")
    commit(shop, "b", "b")
    git(shop, "config", "uploadpack.allowFilter", "true")
    git(shop.parent, "clone", "--quiet", "--no-checkout", f"--filter={left_out}", f"file://{shop}", "partial")
    found = commits_between(str(shop.parent / "partial"), head(shop), [base])
    assert [one.subject for one in found] == ["wrote a", "wrote b"]
    assert found[-1].files == files


def test_a_history_with_a_hole_is_told_as_far_as_it_can_be(shop: Path) -> None:
    made = [commit(shop, name, name) for name in "abc"]
    (shop / ".git" / "objects" / made[0][:2] / made[0][2:]).unlink()
    assert subjects(shop, made[-1])[-1] == "wrote c"


# ---- equal patches


def test_a_rebased_commit_has_the_patch_that_it_had(shop: Path) -> None:
    commit(shop, "far", "".join(f"{number}\n" for number in range(30)))
    git(shop, "checkout", "--quiet", "-b", "work")
    lines = (shop / "far").read_text()
    mine = commit(shop, "far", lines.replace("20\n", "zwanzig\n"))
    more = commit(shop, "new", "x\n")
    git(shop, "checkout", "--quiet", "main")
    commit(shop, "far", f"first\n{lines}".replace("22\n", "near\n"))
    git(shop, "rebase", "--quiet", "main", "work")
    rebased = git(shop, "rev-parse", "HEAD~1")
    assert mine != rebased
    assert (patch(shop, mine), patch(shop, more)) == (patch(shop, rebased), patch(shop, head(shop)))


def test_other_changes_have_other_patches(shop: Path) -> None:
    texts = ["a b\n", "ab\n", "a  b\n", "a b\n\n", "a b", "a b\n"]
    made = [commit(shop, "spaces", text) for text in texts]
    (shop / "spaces").chmod(0o755)
    git(shop, "commit", "--quiet", "--all", "--message", "mode")
    made.append(head(shop))
    for content in (b"\0a", b"\0b", b"\0c"):
        (shop / "binary").write_bytes(content)
        git(shop, "add", "binary")
        git(shop, "commit", "--quiet", "--message", "binary")
        made.append(head(shop))
    made += [commit(shop, name, "same\n") for name in ("one", "two")]
    patches = [patch(shop, sha) for sha in made]
    assert len(set(patches)) == len(patches)
    assert all(patches)


def test_a_renamed_file_is_two(shop: Path) -> None:
    git(shop, "mv", "read.me", "README")
    git(shop, "commit", "--quiet", "--message", "renamed")
    assert commit_of(str(shop), head(shop)).files == (Touched("README", 1, 0), Touched("read.me", 0, 1))


# ---- how two stand to each other


def test_two_commits_are_counted_from_where_they_left_each_other(shop: Path) -> None:
    base = head(shop)
    mine = [commit(shop, name, name) for name in "abc"][-1]
    git(shop, "checkout", "--quiet", "-b", "other", base)
    theirs = commit(shop, "d", "d")
    folder = str(shop)
    assert counts(folder, mine, theirs) == (3, 1)
    assert counts(folder, mine, mine) == (0, 0)
    assert fork_of(folder, mine, theirs) == base
    assert fork_of(folder, base, theirs) == base
    assert [is_ancestor(folder, base, sha) for sha in (base, mine, theirs)] == [True] * 3
    assert not is_ancestor(folder, mine, base)
    assert not is_ancestor(folder, mine, theirs)


def test_strangers_have_nothing_in_common(shop: Path) -> None:
    git(shop, "checkout", "--quiet", "--orphan", "alone")
    git(shop, "commit", "--quiet", "--message", "alone")
    main = git(shop, "rev-parse", "main")
    assert fork_of(str(shop), head(shop), main) == ""
    assert counts(str(shop), head(shop), main) == (1, 1)


def test_a_folder_that_is_no_repository_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MuxerError, match="git cannot read"):
        commits_between(str(tmp_path), "0" * 40, ())


def test_a_burst_is_read_without_losing_one(tmp_path: Path) -> None:
    folder = empty_repository(tmp_path / "burst")
    script = "".join(
        f"commit refs/heads/main\nmark :{n}\ncommitter A <a@x> {n} +0000\ndata <<E\nnumber {n}\nE\n"
        f"{f'from :{n - 1}' if n > 1 else ''}\nM 100644 inline {n}\ndata <<E\n{n}\nE\n\n"
        for n in range(1, 201)
    )
    (tmp_path / "script").write_text(script)
    git(folder, "-c", f"alias.load=!git fast-import --quiet < '{tmp_path / 'script'}'", "load")
    found = commits_between(str(folder), git(folder, "rev-parse", "main"), [])
    assert [one.subject for one in found] == [f"number {n}" for n in range(1, 201)]
    assert all(one.sha in other.parents for one, other in pairwise(found))
    assert len({one.patch for one in found}) == 200
