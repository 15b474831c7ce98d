import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.errors import MuxerError, UnknownName, UsageError
from muxer.events import Event, PaneChanged, Warned
from muxer.fleet.projects import LONGEST_NAME, Projects, repository_of
from muxer.model import ClientFacts, PaneId
from muxer.settings.project_settings import choose, read_project
from muxer.store.database import Store, open_store
from tests.house import until

WATCHER = ClientFacts(id=1, pid=1, cols=80, rows=24, term="xterm", read_only=True)
PERSON = ClientFacts(id=2, pid=2, cols=80, rows=24, term="xterm", read_only=False)


class Room:
    """Somebody sits in it, and answers what they are asked when they please."""

    def __init__(self) -> None:
        self.stage = self
        self.terminals: dict[PaneId, object] = {"p1": None}
        self.here = [PERSON]
        self.heard: list[Event] = []
        self.asked: list[tuple[str, str]] = []
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def tell(self, event: Event) -> None:
        self.heard.append(event)

    def clients(self) -> list[ClientFacts]:
        return self.here

    async def offer_project(self, name: str, folder: str) -> str:
        self.asked.append((name, folder))
        return await self.answer

    async def ask_agreement(self, file: str, text: str) -> str:
        self.asked.append((file, text))
        return await self.answer

    def warnings(self) -> list[str]:
        return [event.text for event in self.heard if isinstance(event, Warned)]


class Country:
    """Projects, the store that keeps them, and who is asked."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.move_in()

    def move_in(self) -> None:
        """Another host on the same store."""
        self.room = Room()
        self.projects = Projects(self.store, self.room)


@pytest.fixture
async def country(tmp_path: Path) -> AsyncIterator[Country]:
    store, _ = await open_store(str(tmp_path / "facts.db"), on_logged=lambda _: None, on_trouble=lambda _: None)
    yield Country(store)
    await store.close()


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=kim", "-c", "user.email=kim@example.org")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def repository(folder: Path) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    return folder


def says(folder: Path, text: str) -> None:
    (folder / ".muxer").mkdir(exist_ok=True)
    (folder / ".muxer" / "config.toml").write_text(text)


# ---- adding


async def test_the_repository_around_a_folder_is_the_project(country: Country, tmp_path: Path) -> None:
    inner = repository(tmp_path / "acme") / "src" / "deep"
    inner.mkdir(parents=True)
    added = await country.projects.add(str(inner))
    assert (added.name, added.folder) == ("acme", str(tmp_path / "acme"))
    assert country.projects.find("acme") == added
    assert country.projects.name_of(str(inner)) == "acme"
    assert country.projects.name_of(f"{tmp_path}/acme-too") == country.projects.name_of("") == ""
    assert country.room.heard == [PaneChanged("p1")]


async def test_a_plain_folder_is_one_too_and_the_nearest_counts(country: Country, tmp_path: Path) -> None:
    (tmp_path / "notes" / "more").mkdir(parents=True)
    await country.projects.add(str(tmp_path / "notes"))
    await country.projects.add(str(tmp_path / "notes" / "more"))
    assert country.projects.name_of(f"{tmp_path}/notes/more/x") == "more"
    assert country.projects.name_of(f"{tmp_path}/notes/x") == "notes"


async def test_a_worktree_belongs_to_its_main_repository(country: Country, tmp_path: Path) -> None:
    acme = repository(tmp_path / "acme")
    git(acme, "commit", "-q", "--allow-empty", "-m", "first")
    git(acme, "worktree", "add", "-q", str(tmp_path / "elsewhere" / "fix"))
    inner = tmp_path / "elsewhere" / "fix" / "src"
    inner.mkdir()
    assert country.projects.name_of(str(inner)) == ""
    assert (await country.projects.add(str(inner))).folder == str(acme)
    assert country.projects.name_of(str(inner)) == "acme"


async def test_a_file_that_only_looks_like_a_worktree_s_points_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository(tmp_path / "here"))
    odd = tmp_path / "odd"
    odd.mkdir()
    for text in (b"gitdir: /nowhere/.git/worktrees/x", b"gitdir: ../.git/modules/x", b"\xff", b"gitdir: \0", b""):
        (odd / ".git").write_bytes(text + b"\n")
        assert repository_of(str(odd)) == str(odd)
    (odd / ".git").unlink()
    os.mkfifo(odd / ".git")
    assert repository_of(str(odd)) == str(odd)


async def test_home_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = repository(tmp_path / "home")
    (home / "notes").mkdir()
    assert repository_of(str(home / "notes")) == str(home)
    monkeypatch.setenv("HOME", str(home))
    assert repository_of(str(home / "notes")) == repository_of(str(home)) == repository_of("") == ""


async def test_names_differ_and_can_be_read(country: Country, tmp_path: Path) -> None:
    long = "x" * (LONGEST_NAME + 5)
    for folder in ("a/api", "b/api", "c/api", "-\x1b[31m", f"a/{long}", f"b/{long}"):
        (tmp_path / folder).mkdir(parents=True)
        await country.projects.add(str(tmp_path / folder))
    names = {known.name for known in country.projects.known}
    assert names == {"api", "api-2", "api-3", "[31m", long[:LONGEST_NAME], f"{long[: LONGEST_NAME - 2]}-2"}


async def test_what_cannot_be_added_is_one_line(
    country: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "api").mkdir()
    with pytest.raises(UsageError, match=r"there is no folder .*/gone: name one that is there"):
        await country.projects.add(str(tmp_path / "gone"))
    for name in ("a/b", "-x", " ", "a\nb", "x" * (LONGEST_NAME + 1)):
        with pytest.raises(UsageError, match="cannot name a project"):
            await country.projects.add(str(tmp_path / "api"), name)
    odd = os.fsencode(tmp_path) + b"/\xff"
    os.mkdir(odd)
    with pytest.raises(UsageError, match="is not UTF-8: rename the folder first"):
        await country.projects.add(os.fsdecode(odd))
    await country.projects.add(str(tmp_path / "api"))
    with pytest.raises(UsageError, match="is the project api already"):
        await country.projects.add(str(tmp_path / "api"))
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    with pytest.raises(UsageError, match=r"belongs to uid \d+, not to you"):
        await country.projects.add(str(tmp_path))
    with pytest.raises(UnknownName, match="no project named 'apo': did you mean api"):
        country.projects.find("apo")


async def test_what_is_removed_is_forgotten_with_what_was_chosen_for_it(country: Country, tmp_path: Path) -> None:
    folder = str(repository(tmp_path / "acme"))
    added = await country.projects.add(folder)
    choose(folder, "base", ["trunk"])
    await country.projects.remove(added)
    assert country.projects.known == ()
    assert read_project(folder).project.base == ""
    assert os.path.isdir(folder)


async def test_another_host_knows_them(country: Country, tmp_path: Path) -> None:
    await country.projects.add(str(repository(tmp_path / "acme")))
    country.move_in()
    assert country.projects.name_of(f"{tmp_path}/acme") == ""
    await country.projects.learn()
    assert country.projects.name_of(f"{tmp_path}/acme") == "acme"


# ---- offering


async def test_a_repository_is_offered_once_in_a_host(country: Country, tmp_path: Path) -> None:
    acme = repository(tmp_path / "acme")
    (acme / "src").mkdir()
    (tmp_path / "link").symlink_to(acme)
    for folder in (acme / "src", tmp_path / "link", acme):
        country.projects.attached(str(folder))
    await until(lambda: country.room.asked)
    country.room.answer.set_result("later")
    country.projects.attached(str(acme))
    await asyncio.gather(*country.projects._offers.values())
    assert country.room.asked == [("acme", str(acme))]
    assert country.projects.known == ()


@pytest.mark.parametrize(("answer", "names"), [("yes", ["acme"]), ("never", [])])
async def test_an_answer_is_remembered(country: Country, tmp_path: Path, answer: str, names: list[str]) -> None:
    acme = str(repository(tmp_path / "acme"))
    country.room.answer.set_result(answer)
    country.projects.attached(acme)
    await asyncio.gather(*country.projects._offers.values())
    await country.store.settled()
    assert [known.name for known in country.projects.known] == names
    country.move_in()
    await country.projects.learn()
    country.projects.attached(acme)
    await asyncio.gather(*country.projects._offers.values())
    assert country.room.asked == []


async def test_nothing_else_is_offered(country: Country, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    await country.projects.add(str(tmp_path / "plain"))
    for folder in ("", "/", str(tmp_path), str(repository(tmp_path / "plain" / "inner"))):
        country.projects.attached(folder)
    assert country.projects._offers == {}


# ---- agreeing


async def test_commands_of_a_project_s_own_file_wait_for_somebody_who_has_read_it(
    country: Country, tmp_path: Path
) -> None:
    folder = tmp_path / "acme"
    file = str(folder / ".muxer" / "config.toml")
    await country.projects.add(str(repository(folder)))
    says(folder, "[project]\ncheck = 'make'\n")
    country.room.here = [WATCHER]
    assert not await country.projects.may_run(read_project(str(folder)))
    assert not await country.projects.may_run(read_project(str(folder)))
    assert country.room.warnings() == [f"commands of {file} wait for you: muxer project agree acme"]
    country.room.here.append(PERSON)
    both = [asyncio.ensure_future(country.projects.may_run(read_project(str(folder)))) for _ in range(2)]
    await until(lambda: country.room.asked)
    assert country.room.asked == [(file, "[project]\ncheck = 'make'\n")]
    country.room.answer.set_result("yes")
    assert await asyncio.gather(*both) == [True, True]
    await country.store.settled()
    country.move_in()
    assert await country.projects.may_run(read_project(str(folder)))
    assert country.room.asked == []
    says(folder, "[project]\ncheck = 'make; rm -rf ~'\n")
    country.room.answer.set_result("no")
    assert not await country.projects.may_run(read_project(str(folder)))
    assert not await country.projects.may_run(read_project(str(folder)))
    assert len(country.room.asked) == 1


async def test_what_its_person_chose_runs_unasked(country: Country, tmp_path: Path) -> None:
    says(repository(tmp_path / "acme"), "[project]\ncheck = 'make'\nroles = ['reviewer']\n")
    choose(str(tmp_path / "acme"), "check", ["pytest"])
    assert await country.projects.may_run(read_project(str(tmp_path / "acme")))
    choose(str(tmp_path / "acme"), "check", [])
    country.room.here = []
    assert not await country.projects.may_run(read_project(str(tmp_path / "acme")))


async def test_a_person_may_agree_by_name(country: Country, tmp_path: Path) -> None:
    folder = repository(tmp_path / "acme")
    added = await country.projects.add(str(folder))
    with pytest.raises(MuxerError, match="is not there: nothing has to be agreed to"):
        await country.projects.agree(added)
    says(folder, "[project\n")
    with pytest.raises(MuxerError, match=r"config\.toml:1: "):
        await country.projects.agree(added)
    says(folder, "[project]\ncli = 'codex'\n")
    settings = await country.projects.agree(added)
    assert settings.own.text == "[project]\ncli = 'codex'\n"
    assert await country.projects.may_run(settings)
    assert country.room.asked == []
