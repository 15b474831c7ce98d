"""Commits, written without git: git finds nothing wrong with them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pygit2
import pytest

from muxer.errors import MuxerError
from muxer.workspaces.merging import rebased
from muxer.workspaces.writing import Who, who_of, write
from tests.workspaces.repositories import commit, git, repository


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return repository(tmp_path / "home")


def branched(home: Path, name: str, at: str = "main") -> None:
    git(home, "checkout", "--quiet", "-B", name, at)


@pytest.fixture
def nameless(home: Path) -> Iterator[Path]:
    """Nobody told git who they are, there or anywhere."""
    anywhere = pygit2.enums.ConfigLevel.GLOBAL
    before = pygit2.settings.search_path[anywhere]
    pygit2.settings.search_path[anywhere] = str(home.parent)
    git(home, "config", "--unset", "user.email")
    yield home
    pygit2.settings.search_path[anywhere] = before


def test_who_it_is_comes_from_git(home: Path) -> None:
    assert who_of(str(home)) == Who(name="Ada Lovelace", email="Ada.L@example.org")
    with pytest.raises(MuxerError, match="git cannot read"):
        who_of(str(home.parent))


def test_where_git_does_not_know_it_says_what_to_do(nameless: Path) -> None:
    with pytest.raises(MuxerError, match=r"git does not know who you are: git config --global user\.name"):
        who_of(str(nameless))


def test_a_name_cannot_break_out_of_its_line(home: Path) -> None:
    by = bytes(Who(name="Eve <x>\nparent 0000", email="e\x1b@<>example.org"))
    assert by.startswith(b"Eve xparent 0000 <e@example.org> ")
    tree = git(home, "rev-parse", "HEAD^{tree}")
    sha = write(
        pygit2.Repository(str(home)), tree, [git(home, "rev-parse", "HEAD")], b"said\n", author=by, committer=by
    )
    git(home, "update-ref", "refs/heads/written", sha)
    git(home, "fsck", "--strict")
    assert git(home, "log", "-1", "--format=%an|%ce|%s", sha) == "Eve xparent 0000|e@example.org|said"


def test_a_message_in_another_encoding_stays_as_it_is(home: Path) -> None:
    branched(home, "work")
    Path(home, "mine").write_text("1\n")
    git(home, "add", "mine")
    (home.parent / "message").write_bytes("grün".encode("latin-1"))
    git(home, "-c", "i18n.commitEncoding=ISO-8859-1", "commit", "--quiet", "-F", str(home.parent / "message"))
    head = git(home, "rev-parse", "HEAD")
    branched(home, "trunk")
    made = rebased(str(home), head, commit(home, "theirs", "2\n"))
    assert git(home, "log", "-1", "--format=%s %e", made.sha) == "grün ISO-8859-1"


def test_a_signature_does_not_outlive_its_commit(home: Path) -> None:
    branched(home, "work")
    raw = git(home, "cat-file", "commit", commit(home, "mine", "1\n"))
    head_of, _, message = raw.partition("\n\n")
    signed = f"{head_of}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n wsBc\n -----END PGP SIGNATURE-----\n\n{message}\n"
    written = subprocess.run(
        ["git", "-C", str(home), "hash-object", "-t", "commit", "-w", "--stdin"],
        input=signed.encode(), capture_output=True, check=True,
    )  # fmt: skip
    branched(home, "trunk")
    made = rebased(str(home), written.stdout.decode().strip(), commit(home, "theirs", "2\n"))
    assert "gpgsig" not in git(home, "cat-file", "commit", made.sha)
    git(home, "update-ref", "refs/heads/made", made.sha)
    git(home, "fsck", "--strict")


def test_where_git_does_not_know_the_last_committer_stays(nameless: Path) -> None:
    branched(nameless, "work")
    head = commit(nameless, "mine", "1\n")
    branched(nameless, "trunk")
    made = rebased(str(nameless), head, commit(nameless, "theirs", "1\n"))
    last = "--format=%cn %ce %ct"
    assert git(nameless, "log", "-1", last, made.sha) == git(nameless, "log", "-1", last, head)
    assert made.sha != head
