"""Agents' work at random: made, thrown away, promoted, taken back, removed; hosts are killed, and a remote drops.

Whoever asks muxer for something at a bad time is refused; what must never be is said by `wrong`.
"""

import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from muxer.errors import MuxerError
from tests.soak.ledger import Ledger, damage
from tests.soak.operators import Operator, operator
from tests.waiting import until
from tests.workspaces.repositories import AUTHOR, commit, git, repository
from tests.workspaces.transports import bare

TRUNK = "refs/heads/muxer/trunk"
SHARED = [f"shared{number}.txt" for number in range(4)]
HOOK = "#!/bin/sh\necho 'not today' >&2\nexit 1\n"
ROUND = 12
"""So many steps until all is looked at."""
PATIENCE = 0.6
"""So often muxer is waited for to do what it was asked for."""
REST = 60
"""Seconds in which muxer must have kept everything."""


class Walk:
    """One, over a few operators and what they share."""

    def __init__(self, dice: random.Random, people: list[Operator], far: Path | None) -> None:
        self.dice, self.people, self.far = dice, people, far
        self.ledger = Ledger()
        self.done: Counter[str] = Counter()
        """What was done, and what was refused."""
        self.refusals: Counter[str] = Counter()
        self._patience = PATIENCE
        self._pool = ThreadPoolExecutor(3)
        self._asked: list[Future[None]] = []

    # ---- going

    def go(self, steps: int) -> Iterator[int]:
        """So many steps, with a look at everything after each round; how many were done."""
        for number in range(1, steps + 1):
            self.step()
            if number % ROUND == 0 or number == steps:
                self.settle()
                yield number
        self._pool.shutdown()

    def step(self) -> None:
        """One of the things that people and agents do."""
        if self.dice.random() < 0.06:
            self._kill()
        else:
            self._act(self.dice.choice(self.people), MANAGED if self.dice.random() < 0.4 else WORK)

    def settle(self) -> None:
        """Everything that was asked for is over, and nothing is wrong."""
        for asked in self._asked:
            asked.result()
        self._asked.clear()
        self._reach()
        self._note()
        until(lambda: not self.lost(), f"a reference to all of {self.lost()}", REST)
        until(lambda: not self.damage(), f"the end of {self.damage()}", REST)  # while others write, git sees half of it
        assert not (wrong := self.wrong()), wrong
        if self.dice.random() < 0.3:
            for person in self.people:
                git(person.root, "gc", "--quiet")

    def lost(self) -> dict[str, str]:
        """What is nowhere just now."""
        return self.ledger.lost(self._repositories())

    def damage(self) -> list[str]:
        """What git finds wrong just now."""
        return [*damage([*(person.root for person in self.people), *filter(None, [self.far])])]

    def summary(self) -> str:
        """What was done, and why what was not."""
        rows = [*self.done.most_common(), *self.refusals.most_common(12)]
        return "\n".join(f"{count:5} {what}" for what, count in rows)

    def wrong(self) -> list[str]:
        """What must never have been."""
        found = [f"trunk was red at {sha}" for sha in self.ledger.red(self.far or self.people[0].root)]
        if self.far:
            found += [f"trunk was moved to {sha}" for sha in self.ledger.trunk if sha not in self.ledger.pushed]
        return found + [said for person in self.people if (said := person.mistakes())]

    def _act(self, person: Operator, choices: dict[str, int]) -> None:
        name = self.dice.choices([*choices], [*choices.values()])[0]
        self.done[name] += 1
        agent = self.dice.choice([*person.agents]) if person.agents else ""
        if agent or name == "spawn":
            getattr(self, f"_{name}")(person, agent)

    def _kill(self) -> None:
        """A host, at whatever it does; its agents go on meanwhile."""
        person = self.dice.choice(self.people)
        self._patience = 0.0
        self._act(person, MANAGED)
        self._patience = PATIENCE
        for _ in range(self.dice.randrange(8)):
            self._act(person, WORK)
        with suppress(MuxerError):
            person.kill()
            self.done["kill"] += 1
        for _ in range(self.dice.randrange(5)):
            self._act(person, WORK)
        person.start()

    def _note(self) -> None:
        for person in self.people:
            for folder in (person.root, *person.folders()):
                self.ledger.note(folder)
            if not self.far:
                self.ledger.note_trunk(person.root, TRUNK)
        if self.far:
            self.ledger.note_trunk(self.far, "refs/heads/main")

    def _repositories(self) -> list[Path]:
        clones = [folder for person in self.people for folder in person.folders() if (folder / ".git").is_dir()]
        return [person.root for person in self.people] + clones + ([self.far] if self.far else [])

    # ---- what agents do

    def _git(self, folder: Path, *words: str) -> bool:
        """Did git do it?"""
        words = ("git", *AUTHOR, "-c", "core.editor=true", "-C", str(folder), *words)
        done = subprocess.run(words, check=False, capture_output=True).returncode == 0
        self.ledger.note(folder)
        return done

    def _write(self, folder: Path, *, bad: float = 0.15) -> None:
        name = self.dice.choice(SHARED) if self.dice.random() < 0.3 else f"{folder.name}{self.dice.randrange(3)}.txt"
        word = "BAD" if self.dice.random() < bad else "good"
        (folder / name).write_text(f"{word} {self.dice.randrange(1 << 30)}\n")

    def _commit(self, person: Operator, agent: str, *words: str) -> None:
        folder = person.agents[agent]
        self._write(folder)
        self._git(folder, "add", "--all")
        self._git(folder, "commit", "--quiet", "--message", f"step {self.done.total()}", *words)

    def _amend(self, person: Operator, agent: str) -> None:
        self._commit(person, agent, "--amend")

    def _mend(self, person: Operator, agent: str) -> None:
        """What is bad there becomes good."""
        folder = person.agents[agent]
        for file in folder.glob("*.txt"):
            if "BAD" in file.read_text():
                file.write_text("good again\n")
        self._git(folder, "commit", "--quiet", "--all", "--message", "good again")

    def _flash(self, person: Operator, agent: str) -> None:
        """Thrown away before anybody looks."""
        folder = person.agents[agent]
        before = git(folder, "rev-parse", "HEAD")
        self._commit(person, agent)
        self._git(folder, "reset", "--quiet", "--hard", before)

    def _reset(self, person: Operator, agent: str) -> None:
        self._git(person.agents[agent], "reset", "--quiet", "--hard", f"HEAD~{self.dice.randrange(1, 4)}")

    def _merge(self, person: Operator, agent: str) -> None:
        folder = person.agents[agent]
        if not self._git(folder, "merge", "--quiet", "--no-edit", self._somewhere(person)):
            self._git(folder, "merge", "--abort")

    def _rebase(self, person: Operator, agent: str) -> None:
        folder = person.agents[agent]
        if not self._git(folder, "rebase", "--quiet", self._somewhere(person)) and self.dice.random() < 0.8:
            self._git(folder, "rebase", "--abort")

    def _unstick(self, person: Operator, agent: str) -> None:
        """What it was in the middle of is over."""
        self._git(person.agents[agent], "rebase", "--abort")
        self._git(person.agents[agent], "reset", "--quiet", "--hard")

    def _somewhere(self, person: Operator) -> str:
        listed = git(person.root, "for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes").splitlines()
        return self.dice.choice(listed)

    def _switch(self, person: Operator, agent: str) -> None:
        branch = f"{agent}-{self.dice.randrange(3)}"
        self._git(person.agents[agent], "switch", "--quiet", branch) or self._git(
            person.agents[agent], "switch", "--quiet", "--create", branch
        )

    def _drop(self, person: Operator, agent: str) -> None:
        """A branch goes, with all that is on it."""
        self._git(person.agents[agent], "branch", "--quiet", "-D", f"{agent}-{self.dice.randrange(3)}")

    def _detach(self, person: Operator, agent: str) -> None:
        self._git(person.agents[agent], "switch", "--quiet", "--detach")

    def _back(self, person: Operator, agent: str) -> None:
        """To the branch that was made for it."""
        folder = person.agents[agent]
        made = git(folder, "for-each-ref", "--format=%(refname:short)", f"refs/heads/muxer/*/{agent}/work")
        self._git(folder, "switch", "--quiet", made or "main")

    def _dirty(self, person: Operator, agent: str) -> None:
        self._write(person.agents[agent])

    def _clean(self, person: Operator, agent: str) -> None:
        self._git(person.agents[agent], "reset", "--quiet", "--hard")
        self._git(person.agents[agent], "clean", "--quiet", "-fd")

    # ---- what is asked of muxer

    def _ask(self, person: Operator, verb: str, **words: object) -> None:
        """Meanwhile others go on; now and then until it is over."""

        def ask() -> None:
            try:
                person.ask(verb, **words)
                self.done["undone" if "undo" in words else f"{verb} done"] += 1
            except MuxerError as error:
                self.refusals[f"{verb}: {str(error)[:60]}"] += 1

        asked = self._pool.submit(ask)
        self._asked.append(asked)
        if self.dice.random() < self._patience:
            asked.result()

    def _promote(self, person: Operator, agent: str) -> None:
        if self.dice.random() < 0.5:
            self._commit(person, agent)
        way = "merge" if self.far else self.dice.choice(("merge", "squash", "rebase"))
        self._ask(person, "promote", agent=agent, **{way: True})

    def _undo(self, person: Operator, _agent: str) -> None:
        for agent in person.agents:  # only whoever promoted last is not refused
            self._ask(person, "promote", agent=agent, undo=True)

    def _sync(self, person: Operator, agent: str) -> None:
        self._ask(person, "sync", agents=self.dice.choice(([], [agent])), now=self.dice.random() < 0.7)

    def _land(self, person: Operator, _agent: str) -> None:
        self._ask(person, "land", cwd=str(person.root))

    def _pick(self, person: Operator, agent: str) -> None:
        self._ask(person, "pick", agent=agent, commits=[f"HEAD~{self.dice.randrange(2)}"])

    def _spawn(self, person: Operator, _agent: str) -> None:
        if len(person.agents) < 4:
            self._make(person)

    def _make(self, person: Operator) -> None:
        self._reach()
        with suppress(MuxerError):
            if person.gone and self.dice.random() < 0.5:
                person.restore(self.dice.choice([*person.gone]))
            else:
                person.spawn("clone" if self.dice.random() < 0.25 else "worktree")

    def _remove(self, person: Operator, agent: str) -> None:
        """With work in it that muxer hardly saw."""
        self._reach()
        folder = person.agents[agent]
        if self.dice.random() < 0.5:
            self._flash(person, agent)
        self.ledger.note(folder)
        archive = self.dice.random() < 0.4
        with suppress(MuxerError):
            if person.remove(agent, archive=archive) and not archive:
                del person.gone[agent]
        if not person.agents:
            self._make(person)

    # ---- what lies between people

    def _person(self, person: Operator, _agent: str) -> None:
        """Commits something themselves, where no agent works."""
        self._write(person.root, bad=0)
        self._git(person.root, "add", "--all")
        self._git(person.root, "commit", "--quiet", "--message", f"step {self.done.total()} by hand")

    def _push(self, _person: Operator, _agent: str) -> None:
        """Whoever keeps the remote brings work to its trunk."""
        if self.far is None or not self.far.is_dir():
            return
        outside = self.far.parent / "outside"
        git(outside, "fetch", "--quiet", "--prune", "origin")
        git(outside, "reset", "--quiet", "--hard", "origin/main")
        branches = git(outside, "for-each-ref", "--format=%(refname)", "refs/remotes/origin/muxer").splitlines()
        if branches and self.dice.random() < 0.7:
            if not self._git(outside, "merge", "--quiet", "--no-edit", self.dice.choice(branches)):
                self._git(outside, "merge", "--abort")
        else:
            commit(outside, f"outside{self.dice.randrange(3)}.txt", f"good {self.dice.random()}\n")
        self.ledger.note(outside)
        self.ledger.pushed.add(git(outside, "rev-parse", "HEAD"))
        self._git(outside, "push", "--quiet", "origin", "HEAD:main")

    def _away(self, _person: Operator, _agent: str) -> None:
        """The remote is gone, or refuses; or is back."""
        if self.far is None:
            return
        if self._reach():
            return
        if self.dice.random() < 0.5:
            self.far.rename(self.far.with_suffix(".away"))
        else:
            hook = self.far / "hooks" / "pre-receive"
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(HOOK)
            hook.chmod(0o755)

    def _reach(self) -> bool:
        """It is there, and takes what it is given; was it not?"""
        if self.far is None:
            return False
        away, hook = self.far.with_suffix(".away"), self.far / "hooks" / "pre-receive"
        if away.is_dir():
            away.rename(self.far)
            return True
        if hook.exists():
            hook.unlink()
            return True
        return False


WORK = {
    "commit": 10, "amend": 4, "mend": 3, "flash": 3, "reset": 3, "merge": 2, "rebase": 3, "unstick": 2, "switch": 2,
    "drop": 1, "detach": 1, "back": 4, "dirty": 1, "clean": 3,
}  # fmt: skip
"""What agents do, and how often."""
MANAGED = {
    "promote": 10, "undo": 4, "sync": 4, "land": 2, "pick": 3, "spawn": 2, "remove": 2, "person": 2, "push": 3,
    "away": 2,
}  # fmt: skip
"""What people do."""


@contextmanager
def walk(folder: Path, seed: int) -> Iterator[Walk]:
    """On this machine alone where the seed is even; by a remote, with two operators, where it is odd."""
    dice = random.Random(seed)
    homes: dict[str, tuple[Callable[[Path], Path], int]]
    with ExitStack() as stack:
        if seed % 2:
            far = bare(folder / "far.git", repository(folder / "first"))
            git(far, "config", "core.logAllRefUpdates", "always")
            git(folder, "clone", "--quiet", f"file://{far}", "outside")

            def clone(folder: Path) -> Path:
                git(folder.parent, "clone", "--quiet", f"file://{far}", str(folder))
                return folder

            homes = {"ada": (clone, 3), "bob": (clone, 1)}
        else:
            far, homes = None, {"ada": (repository, 4)}
        people = []
        for name, (begin, count) in homes.items():
            (folder / name).mkdir()
            person = stack.enter_context(operator(folder / name, name, begin, remote="origin" if far else "none"))
            people.append(person)
            for _ in range(count):
                person.spawn("worktree")
        walking = Walk(dice, people, far)
        walking.ledger.pushed.add(git(people[0].root, "rev-parse", "HEAD"))
        yield walking
