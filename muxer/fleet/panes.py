"""The living panes: each a program on a kept pty, with a name. They outlive this process; the next one finds them.

The keeper holds the ptys; what it is told of a pane (its name, its command) is all that the next host needs.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from time import time

from muxer.config import Config
from muxer.errors import MuxerError, SpawnFailed, UnknownName, UsageError
from muxer.events import Event, Noticed, PaneChanged, PaneClosed, PaneOpened, Warned
from muxer.fleet import naming, screens
from muxer.fleet.lull import Lull
from muxer.fleet.pane import Occupant, Pane, Start, facts_of
from muxer.fleet.programs import Programs
from muxer.model import Exit, PaneFacts, PaneId, Policy, Run
from muxer.paths import HostPaths, private_folder
from muxer.store import panes as records
from muxer.store.database import Store
from muxer.store.panes import KnownPane
from muxer.terminal.custody import Custody, Held
from muxer.terminal.engine import CopyAsked, FolderSet, Notice, TitleSet
from muxer.terminal.terminal import Terminal

REMEMBERED = 1000
"""Panes whose end is still known after they are gone."""
LAST_WORDS = 0.3
"""How long an ended program's output may still come, in seconds: somebody else may hold its pty open."""
NOT_STARTED = Exit(status=127)
"""How a run ended that could not begin, as shells say it."""
_FOREIGN = ("TMUX", "TMUX_PANE", "STY", "WINDOWID", "COLUMNS", "LINES", "KITTY_WINDOW_ID", "WT_SESSION")
"""What would make a program believe that it runs in another terminal."""


def _nobody(_pane: PaneId) -> None:
    """Nobody looks."""


async def _as_before(pane: Pane) -> Start:
    return Start(pane.command)


class Panes(Programs):
    """All of them."""

    def __init__(
        self,
        custody: Custody,
        paths: HostPaths,
        config: Config,
        env: Mapping[str, str],
        tell: Callable[[Event], None],
        *,
        store: Store,
    ) -> None:
        super().__init__(custody, store, tell)
        self.terminals: dict[PaneId, Terminal] = {}
        self.ended: dict[PaneId, tuple[str, Exit]] = {}
        """Name and end of panes that are gone."""
        self.outlook: dict[PaneId, tuple[int, float, bool]] = {}
        """How often a pane's program was started again, when it is next, and whether that was given up."""
        self.on_output: Callable[[PaneId], None] = _nobody
        """The screen's short way to hear of output."""
        self.on_heard: Callable[[PaneId], None] = _nobody
        """The same for who watches agents, screen or no screen."""
        self._paths = paths
        self._config = config
        self.env = {name: value for name, value in env.items() if name not in _FOREIGN}
        """What programs are started with."""
        self.again: Callable[[Pane], Awaitable[Start]] = _as_before
        """How a pane's program is started once more."""
        self._last = 0
        self._coming: set[str] = set()
        """Names of panes whose programs are being started."""
        self.on_saved: Callable[[Pane], None] = lambda _pane: None
        """Its snapshot was written, in a quiet moment."""
        self._lull = Lull(self._hush, self._save)
        private_folder(paths.panes)

    @property
    def shell(self) -> str:
        """The program of a pane that was asked for without one."""
        return self._config.panes.shell or self.env.get("SHELL", "") or "/bin/sh"

    # ---- which

    def find(self, word: str) -> Pane:
        """By id, name, or the beginning of a name that only one has. Raises UnknownName with the nearest."""
        if word in self.living:
            return self.living[word]
        named = [pane for pane in self.living.values() if pane.name == word]
        named = named or [pane for pane in self.living.values() if word and pane.name.startswith(word)]
        if len(named) == 1:
            return named[0]
        if named:
            which = ", ".join(f"{pane.id} ({pane.name})" for pane in named)
            raise UsageError(f"{word!r} could be {which}: say which by its id")
        raise UnknownName("pane", word, [*(pane.name for pane in self.living.values()), *self.living])

    def heed(self, config: Config) -> None:
        """These settings hold from now on, for panes that are opened later."""
        self._config = config

    def new_id(self) -> PaneId:
        """One that no pane ever had."""
        self._last += 1
        return f"p{self._last}"

    def free_name(self, stem: str) -> str:
        """The name, or with a number after it when a pane has it."""
        return naming.free_name(stem, self.taken())

    @contextmanager
    def reserve(self, name: str) -> Iterator[str]:
        """Keep a name for a pane that is about to be. Raises UsageError."""
        name = naming.readable(name)
        if name in self.taken():
            raise UsageError(f"a pane is named {name!r} already: choose another name")
        self._coming.add(name)
        try:
            yield name
        finally:
            self._coming.discard(name)

    def taken(self) -> set[str]:
        """The names that panes have, or are about to have."""
        return {pane.name for pane in self.living.values()} | self._coming

    def facts(self, pane: PaneId, tab: str) -> PaneFacts:
        """What is known of a pane."""
        found = self.living[pane]
        restarts, again_at, gave_up = self.outlook.get(pane, (0, 0.0, False))
        return PaneFacts(
            id=found.id,
            name=found.name,
            tab=tab,
            pid=found.pid,
            command=found.command,
            cwd=found.folder,
            cols=found.terminal.cols,
            rows=found.terminal.rows,
            state=found.exit.state if found.exit else "running",
            title=found.terminal.title,
            exit=found.exit,
            policy=found.policy,
            restarts=restarts,
            again_at=again_at,
            gave_up=gave_up,
            frozen=found.frozen,
        )

    def busy(self, pane: PaneId) -> str:
        """The program that closing it would end; nothing for a shell that waits or a program that has ended."""
        found = self.living.get(pane)
        if found is None or found.exit is not None:
            return ""
        group = found.terminal.foreground()
        if found.shell and group in (None, found.pid):
            return ""
        try:
            with open(f"/proc/{group}/comm", encoding="utf-8", errors="replace") as name:
                return name.read().strip()
        except OSError:
            return os.path.basename(found.command[0]) if found.command else "a program"

    # ---- life

    async def open(
        self, pane: PaneId, command: Sequence[str], *, cwd: str, name: str, cols: int, rows: int,
        policy: Policy = "never", occupant: Occupant | None = None,
    ) -> Pane:  # fmt: skip
        """Start a program in a pane, which is written down before. Raises SpawnFailed."""
        shell = not command
        argv = list(command) or [self.shell]
        name = name or self.free_name(naming.named_for(argv))
        with nullcontext(name) if occupant else self.reserve(name) as name:
            known = KnownPane(id=pane, name=name, command=tuple(argv), cwd=cwd, shell=shell, policy=policy)
            facts = {**facts_of(known), "cols": cols, "rows": rows}
            env = self._environment(pane, cwd)
            try:
                self._store.note(records.open_pane, known)
                if occupant:
                    occupant.moves_in(pane)
                    env |= occupant.env
                await self._store.settled()
                held = await self._custody.spawn(pane, argv, cwd=cwd, env=env, cols=cols, rows=rows, facts=facts)
            except BaseException:
                self._store.note(records.close_pane, pane)
                raise
        self._store.note(records.start_run, pane, held.pid)
        history = self._config.panes.scrollback
        terminal = Terminal.fresh(pane, held.fd, self._paths.panes, cols, rows, scrollback=history)
        made = self._adopt(held, terminal)
        self._tell(PaneOpened(pane))
        for line in terminal.trouble:
            self._tell(Warned(f"{made.name}: {line}"))
        return made

    def _environment(self, pane: PaneId, cwd: str) -> dict[str, str]:
        return {
            **self.env,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "TERM_PROGRAM": "muxer",
            "MUXER_HOST": self._paths.name,
            "MUXER_PANE": pane,
            "PWD": cwd,
        }

    async def learn(self) -> None:
        """Know which ids there were, before any is given or found."""
        self._last = await self._store.read(records.last_number)

    async def recover(self) -> list[PaneId]:
        """Find what another host left; the panes that were there, oldest first."""
        last = {pane.id: await self._last_run(pane.id) for pane in await self._store.read(records.open_panes)}
        held = sorted(await self._custody.held(), key=lambda one: records.number_of(one.pane))
        # Some were closed, and the host died before the keeper knew.
        closed = [one for one in held if records.number_of(one.pane) <= self._last and one.pane not in last]
        for one in held:
            if one not in closed:
                self._find(one, last.get(one.pane))
        for one in closed:
            await self._custody.forget(one.pane)
        await self._store.settled()
        return list(self.living)

    async def _last_run(self, pane: PaneId) -> Run | None:
        runs = await self._store.read(records.runs_of, pane, 1)
        return runs[-1] if runs else None

    def _find(self, held: Held, last: Run | None) -> None:
        self._last = max(self._last, records.number_of(held.pane))
        # The kernel knows the size that the program was last told; a pane that is not shown keeps it.
        cols, rows = os.get_terminal_size(held.fd)
        pane = self._recover(held, cols or 80, rows or 24)
        self._store.note(records.open_pane, pane.known)
        if last is None or (held.exit is None and last.ended_at is not None):
            self._store.note(records.start_run, pane.id, pane.pid)
        if held.exit is not None:
            self.exited(pane.id, held.exit)

    def _recover(self, held: Held, cols: int, rows: int) -> Pane:
        def put_aside() -> None:
            self._tell(Warned(f"{held.facts['name']} starts with an empty screen: its last one brought muxer down"))

        history = self._config.panes.scrollback
        terminal = screens.bring_back(
            held.pane, held.fd, self._paths.panes, cols, rows, scrollback=history, say=put_aside
        )
        for line in terminal.trouble:
            self._tell(Warned(line))
        return self._adopt(held, terminal)

    def bring_back(self, known: KnownPane, how: Exit, *, cols: int = 80, rows: int = 24) -> Pane:
        """A pane whose program ended with the last host and keeper: its screen, as far as it was kept."""
        held = Held(pane=known.id, pid=0, fd=-1, facts=facts_of(known))
        pane = self._recover(held, cols, rows)
        pane.exit = how
        self._store.note(records.end_run, pane.id, how)
        return pane

    async def restart(self, pane: Pane) -> None:
        """Start its command again, in the same terminal, if need be after stopping it. Raises SpawnFailed."""
        await self.stop(pane)
        terminal = pane.terminal
        await self._until(pane, lambda: terminal.ended, LAST_WORDS)
        self._must_live(pane)
        terminal.part(f"restarted, {pane.exit}")
        start = await self.again(pane)
        env = {**self._environment(pane.id, pane.cwd), **start.env}
        facts = {**pane.facts, "frozen": False, "command": list(start.command)}
        size = {"cols": terminal.cols, "rows": terminal.rows}
        try:
            held = await self._custody.spawn(
                pane.id, start.command, cwd=pane.cwd, env=env, **size, facts=facts, again=True
            )
        except SpawnFailed as error:
            if pane.id in self.living:
                terminal.part(str(error))
                self._store.note(records.start_run, pane.id, 0)
                self._store.note(records.end_run, pane.id, NOT_STARTED)
            raise
        self._must_live(pane)
        pane.facts, pane.pid, pane.exit, pane.asked = held.facts, held.pid, None, False
        pane.command = start.command
        self._store.note(records.start_run, pane.id, pane.pid)
        terminal.renew(held.fd)
        terminal.start()
        self._tell(PaneChanged(pane.id))

    def _must_live(self, pane: Pane) -> None:
        if pane.id not in self.living:
            raise MuxerError(f"{pane.name} was closed meanwhile: open it with muxer new")

    def _adopt(self, held: Held, terminal: Terminal) -> Pane:
        pane = Pane(held, terminal)
        self.living[pane.id] = pane
        self.terminals[pane.id] = terminal
        terminal.on_output = terminal.on_end = lambda: self._seen(pane.id)
        terminal.on_notice = lambda notice: self._noticed(pane, notice)
        terminal.on_trouble = lambda line: self._tell(Warned(f"{pane.name}: {line}"))
        return pane

    def _seen(self, pane: PaneId) -> None:
        if found := self.living.get(pane):
            found.heard_at = time()
        self.on_output(pane)
        self.on_heard(pane)
        self._lull.seen(pane)
        self._wake(pane)

    def _hush(self, pane: PaneId) -> None:
        if pane in self.living:
            self.terminals[pane].quiet()
            self.on_saved(self.living[pane])

    def _save(self, pane: PaneId) -> None:
        if pane in self.living:
            self.terminals[pane].save(pack=True)
            self.on_saved(self.living[pane])

    def _noticed(self, pane: Pane, notice: Notice) -> None:
        if isinstance(notice, TitleSet | FolderSet):
            self._tell(PaneChanged(pane.id))
        elif not isinstance(notice, CopyAsked) or self._config.panes.clipboard:
            self._tell(Noticed(pane.id, notice))

    async def rename(self, pane: Pane, name: str) -> None:
        """Call it something else, also for the next host. Raises UsageError."""
        if naming.readable(name) == pane.name:
            return
        with self.reserve(name) as kept:
            await self._remember(pane, name=kept)
            pane.name = kept
        self._store.note(records.rename_pane, pane.id, pane.name)
        self._tell(PaneChanged(pane.id))

    async def forget(self, pane: Pane) -> None:
        """Hang its program up, and remove all that is kept of it."""
        if self.living.pop(pane.id, None) is None:
            return
        self.terminals.pop(pane.id, None)
        pane.terminal.forget()
        screens.clear(pane.id, self._paths.panes)
        self.ended[pane.id] = pane.name, pane.exit or Exit()
        while len(self.ended) > REMEMBERED:
            del self.ended[next(iter(self.ended))]
        self._tell(PaneClosed(pane.id))
        self._wake(pane.id)
        self._write_closed(pane)
        await self._store.settled()
        await self._let_go(pane)

    def _write_closed(self, pane: Pane) -> None:
        if pane.exit is None:
            self._store.note(records.end_run, pane.id, Exit(), asked=True)
        self._store.note(records.close_pane, pane.id)

    async def _let_go(self, pane: Pane, *, kill: bool = False) -> None:
        if pane.frozen:
            await self._signal(pane, signal.SIGCONT, "session")  # or it could not end
        if pane.pid:
            await self._custody.forget(pane.id, kill=kill)

    async def end(self) -> None:
        """End all programs, and remove all that is kept of them."""
        self._lull.stop()
        self._tell = lambda _: None  # nobody is to act on what ends now
        panes = tuple(self.living.values())
        await asyncio.gather(*(self.stop(pane) for pane in panes), return_exceptions=True)
        for pane in panes:
            pane.terminal.forget()
            self._write_closed(pane)
        self.living.clear()
        self.terminals.clear()
        await asyncio.gather(*(self._let_go(pane, kill=True) for pane in panes))

    def save(self) -> None:
        """Make the next host's start short."""
        for terminal in self.terminals.values():
            terminal.pause()
            terminal.save()

    def resume(self) -> None:
        """Go on after all: no next host came to be."""
        for terminal in self.terminals.values():
            terminal.resume()

    def close(self) -> None:
        """Let go of everything; the programs go on."""
        self._lull.stop()
        for terminal in self.terminals.values():
            terminal.close()
