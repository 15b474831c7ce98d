"""Agents that change the same files, in real workspaces that are really watched."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from muxer.events import ClashesChanged, Event, Warned
from muxer.exchange.dues import Dues
from muxer.exchange.radar import Radar, conflict_note, work_of
from muxer.fleet.agent import Agent
from muxer.model import Workspace
from muxer.store.agents import KnownAgent, add_agent
from muxer.store.database import Store, open_store
from muxer.work import Clash, Standing, Touched
from tests.exchange.standing_agents import Crew, crew_in
from tests.fleet.delivering import small_cli
from tests.house import until
from tests.workspaces.repositories import commit, git


class Sky:
    """A radar over a crew, and what agents were told."""

    def __init__(self, crew: Crew, store: Store) -> None:
        self.crew, self.store = crew, store
        self.notes: list[tuple[str, str]] = []
        self.told: list[Event] = []
        self.begin()

    def begin(self) -> None:
        self.radar = Radar(
            self.crew.agents, self.store, self.tell, name_of=lambda agent: agent.token,
            root_of=lambda agent: agent.source or str(self.crew.shop),
            dues=Dues(self.crew.agents, self.store, self.put),
        )  # fmt: skip
        self.radar.persists = 0.05
        self.crew.standings.on_read.append(self.radar.read)

    def tell(self, event: Event) -> None:
        self.told.append(event)

    async def put(self, agent: Agent, text: str, *, sender: str, kind: str) -> int:
        assert (sender, kind) == ("muxer", "clash")
        self.notes.append((agent.token, text))
        return len(self.notes)

    async def spawn(self, name: str, kind: Workspace = "worktree") -> Agent:
        agent = await self.crew.spawn(name, kind)
        agent.id = await self.store.ask(add_agent, KnownAgent(name=name, cli="", token=name, spawned_at=1.0))
        return agent

    def seen(self) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
        names = {agent.pane: agent.token for agent in self.crew.agents.values()}
        return [(names[one.one], names[one.other], one.paths, one.conflicts) for one in self.radar.clashes()]


@pytest.fixture
async def sky(tmp_path: Path) -> AsyncIterator[Sky]:
    store, _ = await open_store(str(tmp_path / "facts.db"), on_logged=lambda _: None, on_trouble=lambda _: None)
    async with crew_in(tmp_path) as crew:
        commit(crew.shop, "money.py", "".join(f"line {number}\n" for number in range(30)))
        made = Sky(crew, store)
        yield made
        made.radar.stop()
    await store.close()


def edit(agent: Agent, line: int, text: str) -> None:
    file = Path(agent.folder, "money.py")
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:line], text, *lines[line + 1 :]]) + "\n")


async def test_files_that_two_edit_are_seen_and_whether_they_merge(sky: Sky) -> None:
    ada, bob = await sky.spawn("ada"), await sky.spawn("bob", "clone")
    edit(ada, 3, "ada's")
    edit(bob, 25, "bob's")
    await until(lambda: sky.seen() == [("ada", "bob", ("money.py",), ())], "both in one file")
    await until(lambda: sky.told == [ClashesChanged(str(sky.crew.shop))], "the news")
    edit(bob, 3, "bob's")
    await until(lambda: sky.seen() == [("ada", "bob", ("money.py",), ("money.py",))], "the conflict")
    git(bob.folder, "checkout", "--quiet", "money.py")
    await until(lambda: sky.seen() == [], "the end of it")
    assert sky.radar.clashes(str(sky.crew.shop)) == []


async def test_a_conflict_that_counts_as_many_lines_as_before_is_seen(sky: Sky) -> None:
    ada, bob = await sky.spawn("ada"), await sky.spawn("bob")
    edit(ada, 3, "the same")
    edit(bob, 3, "the same")
    await until(lambda: sky.seen() == [("ada", "bob", ("money.py",), ())], "both in one file")
    edit(bob, 3, "another")
    await until(lambda: sky.seen() == [("ada", "bob", ("money.py",), ("money.py",))], "the conflict")


async def test_both_are_told_of_a_conflict_once(sky: Sky) -> None:
    ada, bob = await sky.spawn("ada"), await sky.spawn("bob")
    edit(ada, 3, "ada's")
    edit(bob, 3, "bob's")
    await until(lambda: len(sky.notes) == 2, "the notes")
    assert dict(sky.notes) == {
        "ada": conflict_note("bob", bob.branch, ("money.py",)),
        "bob": conflict_note("ada", ada.branch, ("money.py",)),
    }
    edit(bob, 3, "line 3")
    await until(lambda: sky.seen() == [], "the end of it")
    edit(bob, 3, "bob's again")
    Path(ada.folder, "new").write_text("1\n")
    Path(bob.folder, "new").write_text("2\n")
    await until(lambda: len(sky.notes) == 4, "the next notes")
    assert {text for _, text in sky.notes[2:]} == {
        conflict_note(name, branch, ("new",)) for name, branch in (("ada", ada.branch), ("bob", bob.branch))
    }


async def test_the_next_host_tells_it_no_second_time(sky: Sky) -> None:
    ada, bob = await sky.spawn("ada"), await sky.spawn("bob")
    edit(ada, 3, "ada's")
    edit(bob, 3, "bob's")
    await until(lambda: len(sky.notes) == 2, "the notes")
    sky.radar.stop()
    sky.begin()
    await sky.crew.standings.look(ada)
    await sky.crew.standings.look(bob)
    Path(bob.folder, "new").write_text("1\n")
    Path(ada.folder, "new").write_text("2\n")
    await until(lambda: len(sky.notes) == 4, "the next notes")
    assert all("new" in text and "money.py" not in text for _, text in sky.notes[2:])


async def test_a_conflict_that_ends_soon_is_told_to_nobody(sky: Sky) -> None:
    ada, bob, cyd = await sky.spawn("ada"), await sky.spawn("bob"), await sky.spawn("cyd")
    sky.radar.persists = 1000
    edit(ada, 3, "ada's")
    edit(bob, 3, "bob's")
    await until(lambda: sky.radar._due, "the timer")
    edit(bob, 3, "line 3")
    await until(lambda: not sky.radar._due, "its end")
    sky.radar.persists = 0.05
    edit(cyd, 3, "cyd's")
    await until(lambda: len(sky.notes) == 2, "the notes")
    assert {name for name, _ in sky.notes} == {"ada", "cyd"}


async def test_who_wants_no_notes_gets_none(sky: Sky) -> None:
    ada, bob = await sky.spawn("ada"), await sky.spawn("bob")
    sky.radar.wanted = lambda agent: agent is not ada
    edit(ada, 3, "ada's")
    edit(bob, 3, "bob's")
    await until(lambda: sky.notes, "the note")
    await sky.crew.rest()
    assert [name for name, _ in sky.notes] == ["bob"]


async def test_two_in_one_folder_do_not_clash_with_each_other(sky: Sky) -> None:
    ada, bob, cyd = await sky.spawn("ada", "here"), await sky.spawn("bob", "here"), await sky.spawn("cyd")
    edit(ada, 3, "ada's")
    edit(cyd, 3, "cyd's")
    await until(lambda: len(sky.seen()) == 2, "the conflicts")
    assert {(one, other) for one, other, _, _ in sky.seen()} == {("ada", "cyd"), ("bob", "cyd")}
    assert bob.folder == ada.folder


async def test_others_repositories_are_another_matter(sky: Sky) -> None:
    ada, bob, cyd = await sky.spawn("ada"), await sky.spawn("bob"), await sky.spawn("cyd")
    sky.radar._root_of = lambda agent: "/elsewhere" if agent is bob else str(sky.crew.shop)
    edit(ada, 3, "ada's")
    edit(bob, 3, "bob's")
    edit(cyd, 3, "cyd's")
    await until(sky.seen, "the conflict")
    assert [(one, other) for one, other, _, _ in sky.seen()] == [("ada", "cyd")]
    assert sky.radar.clashes("/elsewhere") == []


async def test_who_leaves_clashes_no_more(sky: Sky) -> None:
    ada, bob = await sky.spawn("ada"), await sky.spawn("bob")
    sky.radar.persists = 1000
    edit(ada, 3, "ada's")
    edit(bob, 3, "bob's")
    await until(sky.seen, "the conflict")
    sky.told.clear()
    sky.crew.part(bob)
    sky.radar.heard(sky.crew.told[-1])
    await until(lambda: sky.radar.clashes() == [], "the end of it")
    assert sky.told == [ClashesChanged(str(sky.crew.shop))]
    assert sky.radar._due == {}


async def test_what_cannot_be_written_down_is_said_and_told_to_nobody(sky: Sky) -> None:
    ada, bob = await sky.spawn("ada"), await sky.spawn("bob")
    await sky.store.close()
    edit(ada, 3, "ada's")
    edit(bob, 3, "bob's")
    await until(lambda: any(isinstance(event, Warned) for event in sky.told), "the warning")
    assert sky.notes == []


def test_conflicts_come_first_then_who_shares_most() -> None:
    radar = Radar({}, None, lambda _: None, root_of=lambda _: "", name_of=lambda _: "", dues=None)  # type: ignore[arg-type]
    for one, paths, conflicts in (("p1", "a", ()), ("p2", "ab", ()), ("p3", "a", ("a",))):
        radar._clashes[one, "p9"] = Clash(one=one, other="p9", paths=tuple(paths), conflicts=conflicts)
    assert [clash.one for clash in radar.clashes()] == ["p3", "p2", "p1"]


def test_what_an_agent_is_told() -> None:
    assert conflict_note("bob", "muxer/ada-l/bob/work", ("a.py", "b\x1b[31m.py")) == (
        "You and bob are changing the same lines of a.py, b[31m.py: as both are now, they would not merge"
        " (git diff HEAD...muxer/ada-l/bob/work shows what is committed)."
        " Agree with each other who changes what, or keep your change away from theirs."
    )
    assert "a0, a1, a2, a3, a4 and 3 more:" in conflict_note("bob", "", tuple(f"a{number}" for number in range(8)))


def test_what_cannot_be_merged_is_no_work() -> None:
    agent = Agent(1, "p1", small_cli(), token="", folder="/x", spawned_at=0)
    assert work_of(agent, Standing(upset="unborn")) is None
    assert work_of(agent, Standing(head="1" * 40)) is None
    found = work_of(agent, Standing(head="1" * 40, touched=(Touched("a"), Touched("b")), untracked=("b",)))
    assert found
    assert (found.paths, found.loose) == (("a", "b"), frozenset({"b"}))
