"""What may be attached, and what becomes of it."""

import os
import stat
from pathlib import Path

import pytest

from muxer.errors import MuxerError, UsageError
from muxer.mesh import spool as module
from muxer.mesh.spool import Spool, attached


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(f"{tmp_path}/state/spool")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An agent's folder; beside it lies what is none of its own."""
    (tmp_path / "secret").write_text("the key")
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


async def kept(spool: Spool, *files: object, within: object) -> tuple[str, ...]:
    async with spool.keep([str(file) for file in files], within=str(within)) as found:
        return found


def bundles(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "state/spool").glob("*"))


async def test_a_copy_is_kept_that_nobody_else_may_read(spool: Spool, own: Path, tmp_path: Path) -> None:
    (own / "notes.md").write_bytes(b"port \x00 8080")
    (own / "more.md").write_text("more")
    first, second = await kept(spool, "notes.md", own / "more.md", within=own)
    (own / "notes.md").unlink()
    assert (Path(first).read_bytes(), Path(second).read_text()) == (b"port \x00 8080", "more")
    assert [os.path.basename(file) for file in (first, second)] == ["1-notes.md", "2-more.md"]
    assert stat.S_IMODE(os.stat(first).st_mode) == 0o600
    for folder in (tmp_path / "state/spool", Path(first).parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "name",
    ["../secret", "/etc/hostname", "link", "linked/secret", "~/.ssh/id_ed25519", "../own2/x"],
    ids=lambda name: f"B50 {name}",
)
async def test_an_agent_gives_away_only_what_is_in_its_folder(
    spool: Spool, own: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for where, text in ((".ssh/id_ed25519", "key"), ("own2/x", "x")):
        (tmp_path / where).parent.mkdir()
        (tmp_path / where).write_text(text)
    (own / "link").symlink_to(tmp_path / "secret")
    (own / "linked").symlink_to(tmp_path)
    with pytest.raises(MuxerError, match=r"^cannot attach [^\n]*: an agent may give away only what is in its folder$"):
        await kept(spool, name, within=own)
    assert bundles(tmp_path) == []


def test_a_name_that_was_given_to_another_file_meanwhile_is_not_the_one_that_was_opened(own: Path) -> None:
    """B50: a link that is turned round between two looks."""
    (own / "it").write_text("it")
    opened = (own.parent / "secret").stat()
    assert not module._is_in(f"{own}/it", str(own), opened)
    assert module._is_in(f"{own}/it", str(own), (own / "it").stat())


async def test_a_person_gives_away_what_they_can_read(spool: Spool, own: Path) -> None:
    (found,) = await kept(spool, own.parent / "secret", within="/")
    assert Path(found).read_text() == "the key"


def nothing(_own: Path) -> None:
    """There is none."""


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: path.mkdir(), "not a plain file"),
        (os.mkfifo, "not a plain file"),
        (nothing, "No such file"),
        (lambda path: path.symlink_to("/dev/zero"), "only what is in its folder"),
        (lambda path: path.symlink_to(path), "Too many levels"),
    ],
    ids=["folder", "pipe", "nothing", "endless", "circle"],
)
async def test_only_a_plain_file_is_opened_and_nothing_hangs(spool: Spool, own: Path, make: object, why: str) -> None:
    make(own / "it")  # type: ignore[operator]
    with pytest.raises(MuxerError, match=why):
        await kept(spool, "it", within=own)


async def test_too_much_is_refused_and_leaves_nothing(
    spool: Spool, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 5)
    (own / "fits").write_text("12345")
    (own / "big").write_text("123456")
    with pytest.raises(UsageError, match="more than 0 MB"):
        await kept(spool, "fits", "big", within=own)
    with pytest.raises(UsageError, match="11 files cannot be attached: 10 at most"):
        await kept(spool, *["fits"] * 11, within=own)
    assert bundles(tmp_path) == []


async def test_what_is_refused_takes_its_files_along(spool: Spool, own: Path, tmp_path: Path) -> None:
    (own / "it").write_text("it")

    async def refused() -> None:
        async with spool.keep(["it"], within=str(own)):
            assert len(bundles(tmp_path)) == 1
            raise UsageError("nobody is called so")

    with pytest.raises(UsageError, match="nobody"):
        await refused()
    assert bundles(tmp_path) == []


async def test_the_oldest_go_when_there_is_no_room(spool: Spool, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 10)
    monkeypatch.setattr(module, "ROOM", 100 + 25)
    (own / "it").write_text("0123456789")
    found = []
    for age in range(4):
        (file,) = await kept(spool, "it", within=own)
        os.utime(os.path.dirname(file), (age, age))
        found.append(file)
    assert [os.path.exists(file) for file in found] == [False, True, True, True]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("a b;rm -rf\n.md", "1-a_b_rm_-rf_.md"), ("\x1b[2J.txt", "1-_2J.txt"), (".env", "1-env"), ("-rf", "1-rf"),
        ("übung.md", "1-übung.md"), ("…", "1-_"), ("x" * 200, "1-" + "x" * 60),
    ],
    ids=["blanks", "escape", "hidden", "option", "letters", "other", "long"],
)  # fmt: skip
async def test_a_copy_has_a_harmless_name(spool: Spool, own: Path, name: str, called: str) -> None:
    (own / name).write_text("it")
    (file,) = await kept(spool, name, within=own)
    assert os.path.basename(file) == called


async def test_what_cannot_be_a_name_is_refused_in_one_line(spool: Spool, own: Path) -> None:
    with pytest.raises(MuxerError, match=r"^cannot attach [^\n\x1b]*$"):
        await kept(spool, "a\0b", within=own)
    with pytest.raises(MuxerError, match=r"^cannot attach [^\n\x1b]*$"):
        await kept(spool, "\x1b[2J\nit", within=own)


def test_a_reader_is_told_where_it_lies() -> None:
    assert attached("look", ("/a/1-x", "/a/2-y")) == "look\nattached: /a/1-x\nattached: /a/2-y"
    assert attached("look", ()) == "look"
