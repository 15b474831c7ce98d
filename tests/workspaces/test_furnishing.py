import errno
import fcntl
import os
import shutil
from pathlib import Path

import pytest

from muxer.model import Workspace
from muxer.workspaces import furnishing
from muxer.workspaces.furnishing import furnish
from muxer.workspaces.making import make
from muxer.workspaces.repository import Workplace, ground_of
from tests.workspaces.repositories import commit, git, repository

SHARED = "node_modules shares its files with the project: what changes one in place changes both"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    shop = repository(tmp_path / "shop")
    commit(shop, ".gitignore", ".env\nnode_modules\nout\nlink\n")
    (shop / ".env").write_text("KEY=1\n")
    return shop


def made(shop: Path, kind: Workspace = "worktree") -> Workplace:
    ground = ground_of(str(shop))
    assert ground
    return make(kind, ground, name="ada", under=f"{shop.parent}/trees")


@pytest.fixture(params=["worktree", "clone"])
def place(request: pytest.FixtureRequest, shop: Path) -> Workplace:
    return made(shop, request.param)


def modules(shop: Path) -> Path:
    """As package managers leave them."""
    folder = shop / "node_modules"
    for name in ("left/pad.js", ".cache/x", ".pnpm/y.js"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(name)
    (folder / ".bin").mkdir()
    (folder / ".bin" / "pad").symlink_to("../left/pad.js")
    (folder / "pkg").symlink_to("../packages/pkg")
    os.mkfifo(folder / "pipe")
    (folder / "left" / "pad.js").chmod(0o755)
    return folder


@pytest.fixture
def plain_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot clone files."""
    monkeypatch.setattr(furnishing, "_FICLONE", 0)


def test_small_files_are_copied_and_git_sees_nothing_of_it(shop: Path, place: Workplace) -> None:
    assert furnish(place, copies=[".env", "no/such", "no*"], links=["node_modules"]) == []
    copied = Path(place.folder, ".env")
    copied.write_text("KEY=2\n")
    assert (shop / ".env").read_text() == "KEY=1\n"
    assert git(place.folder, "status", "--porcelain") == ""


@pytest.mark.usefixtures("plain_disk")
def test_big_folders_are_shared_but_for_caches(shop: Path, place: Workplace) -> None:
    one = modules(shop)
    assert furnish(place, copies=[], links=["node_modules"]) == [SHARED]
    other = Path(place.folder, "node_modules")
    assert (other / "left" / "pad.js").samefile(one / "left" / "pad.js")
    assert (other / ".pnpm" / "y.js").samefile(one / ".pnpm" / "y.js")
    assert not (other / ".cache" / "x").samefile(one / ".cache" / "x")
    assert (other / ".cache" / "x").read_text() == ".cache/x"
    assert os.readlink(other / ".bin" / "pad") == "../left/pad.js"
    assert os.readlink(other / "pkg") == "../packages/pkg"
    assert not (other / "pipe").exists()
    assert git(place.folder, "status", "--porcelain") == ""


def test_where_the_disk_can_clone_nothing_is_linked(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def clone(made: object, request: int, source: int) -> None:
        assert request == furnishing._FICLONE
        os.write(made.fileno(), os.pread(source, 1000, 0))  # type: ignore[attr-defined]

    monkeypatch.setattr(fcntl, "ioctl", clone)
    one, place = modules(shop), made(shop)
    assert furnish(place, copies=[], links=["node_modules"]) == []
    copied = Path(place.folder, "node_modules", "left", "pad.js")
    assert not copied.samefile(one / "left" / "pad.js")
    assert (copied.read_text(), copied.stat().st_mode & 0o777) == ("left/pad.js", 0o755)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("../secret", "was not copied: it is no path inside the project"),
        ("/etc/passwd", "was not copied: it is no path inside the project"),
        (".git/config", "was not copied: it is no path inside the project"),
        ("link/secret", "was not copied: a link leads out of the project"),
        ("out", "was not copied: it leads out of the project"),
        ("read.me", "is there already, from git: it was left as it is"),
        ("notes", "was not copied: git does not ignore it, so it would count as the agent's work"),
    ],
)
def test_what_must_not_come_along_is_said(shop: Path, path: str, line: str) -> None:
    (shop.parent / "secret").write_text("x")
    (shop / "link").symlink_to("..")
    (shop / "out").symlink_to("../secret")
    (shop / "notes").write_text("x")
    (shop / "read.me").write_text("changed")
    place = made(shop)
    before = sorted(os.listdir(place.folder)), Path(place.folder, "read.me").read_text()
    assert furnish(place, copies=[path], links=[]) == [f"{path} {line}"]
    assert (sorted(os.listdir(place.folder)), Path(place.folder, "read.me").read_text()) == before


def test_a_tracked_link_does_not_lead_a_copy_elsewhere(shop: Path) -> None:
    (shop.parent / "elsewhere").mkdir()
    (shop / "conf").symlink_to("../elsewhere")
    git(shop, "add", "conf")
    git(shop, "commit", "--quiet", "--message", "conf")
    (shop / "conf").unlink()
    (shop / "conf").mkdir()
    (shop / "conf" / ".env").write_text("x")
    os.makedirs(shop.parent / "trees" / "elsewhere")
    assert furnish(made(shop), copies=["conf/.env"], links=[]) == [
        "conf/.env was not copied: a link leads out of the project"
    ]
    assert os.listdir(shop.parent / "trees" / "elsewhere") == []


def test_what_cannot_be_had_costs_that_alone(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: str, other: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), other)

    modules(shop)
    place = made(shop)
    monkeypatch.setattr(shutil, "copy2", full)
    monkeypatch.setattr(furnishing, "_FICLONE", 0)
    (shop / "node_modules" / ".cache" / "x").unlink()
    lines = furnish(place, copies=[".env"], links=["node_modules"])
    assert lines == [f".env was not copied whole: No space left on device ({place.folder}/.env)", SHARED]
    assert Path(place.folder, "node_modules", "left", "pad.js").is_file()
