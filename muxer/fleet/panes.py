"""The living panes: each a program on a kept pty, with a name. They outlive this process; the next one finds them.

The keeper holds the ptys; what it is told of a pane (its name, its command) is all that the next host needs.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from muxer.config import Config
from muxer.errors import UnknownName, UsageError
from muxer.events import Event, Noticed, PaneChanged, PaneClosed, PaneEnded, PaneOpened, Warned
from muxer.fleet.lull import Lull
from muxer.model import Exit, PaneFacts, PaneId
from muxer.paths import HostPaths, private_folder
from muxer.terminal.custody import Custody, Held
from muxer.terminal.engine import CopyAsked, FolderSet, Notice, TitleSet
from muxer.terminal.terminal import Terminal

REMEMBERED = 1000
"""Panes whose end is still known after they are gone."""
RECOVERIES = 2
"""So many hosts may die while they bring a pane back, before its screen is given up."""

LONGEST_NAME = 60
"""Characters of a pane's name: it is to be read in a list, and typed."""

_FOREIGN = ("TMUX", "TMUX_PANE", "STY", "WINDOWID", "COLUMNS", "LINES", "KITTY_WINDOW_ID", "WT_SESSION")
"""What would make a program believe that it runs in another terminal."""


def _nobody(_pane: PaneId) -> None:
    """Nobody looks."""


def _readable(name: str) -> str:
    """A name in one line. Raises UsageError for one that nobody could read or type."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise UsageError("a pane's name has letters and digits: type some")
    if len(name) > LONGEST_NAME:
        raise UsageError(f"a pane's name has {LONGEST_NAME} characters at most, not {len(name)}")
    return name


class Pane:
    """One of them."""

    __slots__ = ("command", "cwd", "exit", "facts", "id", "name", "pid", "shell", "terminal")

    def __init__(self, held: Held, terminal: Terminal) -> None:
        self.facts = facts = held.facts
        """What the keeper remembers of it for the next host."""
        self.id: PaneId = held.pane
        self.pid = held.pid
        self.name = str(facts.get("name", held.pane))
        self.command = tuple(str(word) for word in facts.get("command", ()))
        self.cwd = str(facts.get("cwd", "/"))
        self.shell = bool(facts.get("shell"))
        """Was it opened as a shell, rather than for a command?"""
        self.terminal = terminal
        self.exit: Exit | None = None

    @property
    def folder(self) -> str:
        """Where its program is now, as far as can be seen from outside."""
        if self.terminal.cwd:
            return self.terminal.cwd
        group = self.terminal.foreground() if self.exit is None else None
        for pid in (group, self.pid):
            try:
                return os.readlink(f"/proc/{pid}/cwd")
            except OSError:
                continue
        return self.cwd


class Panes:
    """All of them."""

    def __init__(
        self, custody: Custody, paths: HostPaths, config: Config, env: Mapping[str, str], tell: Callable[[Event], None]
    ) -> None:
        self.living: dict[PaneId, Pane] = {}
        self.terminals: dict[PaneId, Terminal] = {}
        self.ended: dict[PaneId, tuple[str, Exit]] = {}
        """Name and end of panes that are gone."""
        self.on_output: Callable[[PaneId], None] = _nobody
        """The screen's short way to hear of output."""
        self._custody = custody
        self._paths = paths
        self._config = config
        self._env = {name: value for name, value in env.items() if name not in _FOREIGN}
        self._tell = tell
        self._last = 0
        self._coming: set[str] = set()
        """Names of panes whose programs are being started."""
        self._lull = Lull(self._hush)
        self._waiting: dict[PaneId, set[asyncio.Event]] = {}
        private_folder(paths.panes)

    @property
    def shell(self) -> str:
        """The program of a pane that was asked for without one."""
        return self._config.panes.shell or self._env.get("SHELL", "") or "/bin/sh"

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
        """One that this host never used."""
        self._last += 1
        return f"p{self._last}"

    def _free_name(self, command: Sequence[str]) -> str:
        word = "".join(filter(str.isprintable, os.path.basename(command[0]).lstrip("-")))
        return self.free_name(word.strip() or "pane")

    def free_name(self, stem: str) -> str:
        """The name, or with a number after it when a pane has it."""
        taken = self._taken()
        ends = ("", *(f"-{n}" for n in range(2, len(taken) + 2)))
        return next(name for end in ends if (name := f"{stem[: LONGEST_NAME - len(end)]}{end}") not in taken)

    def _taken(self) -> set[str]:
        return {pane.name for pane in self.living.values()} | self._coming

    def facts(self, pane: PaneId, tab: str) -> PaneFacts:
        """What is known of a pane."""
        found = self.living[pane]
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

    async def open(self, pane: PaneId, command: Sequence[str], *, cwd: str, name: str, cols: int, rows: int) -> Pane:
        """Start a program in a pane. Raises SpawnFailed."""
        shell = not command
        argv = list(command) or [self.shell]
        name = _readable(name) if name else ""
        if name in self._taken():
            raise UsageError(f"a pane is named {name!r} already: choose another --name")
        name = name or self._free_name(argv)
        facts: dict[str, Any] = {"name": name, "command": argv, "cwd": cwd, "shell": shell, "cols": cols, "rows": rows}
        env = {
            **self._env,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "TERM_PROGRAM": "muxer",
            "MUXER_HOST": self._paths.name,
            "MUXER_PANE": pane,
            "PWD": cwd,
        }
        self._coming.add(name)
        try:
            held = await self._custody.spawn(pane, argv, cwd=cwd, env=env, cols=cols, rows=rows, facts=facts)
        finally:
            self._coming.discard(name)
        history = self._config.panes.scrollback
        terminal = Terminal.fresh(pane, held.fd, self._paths.panes, cols, rows, scrollback=history)
        made = self._adopt(held, terminal)
        self._tell(PaneOpened(pane))
        for line in terminal.trouble:
            self._tell(Warned(f"{made.name}: {line}"))
        return made

    async def recover(self) -> list[PaneId]:
        """Find what another host left; the panes that were there, oldest first."""
        held = sorted(await self._custody.held(), key=lambda one: (len(one.pane), one.pane))
        for one in held:
            # The kernel knows the size that the program was last told; a pane that is not shown keeps it.
            cols, rows = os.get_terminal_size(one.fd)
            terminal = self._recovered(one, cols or 80, rows or 24)
            self._adopt(one, terminal)
            for line in terminal.trouble:
                self._tell(Warned(line))
            number = one.pane.removeprefix("p")
            self._last = max(self._last, int(number) if number.isdecimal() else 0)
            if one.exit is not None:
                self.exited(one.pane, one.exit)
        return [one.pane for one in held]

    def _recovered(self, held: Held, cols: int, rows: int) -> Terminal:
        """A pane's terminal as it was. Output that brings down host after host is put aside in the end."""
        folder = self._paths.panes
        trying = f"{folder}/{held.pane}.trying"
        with open(trying, "a", encoding="utf-8") as tries:
            tries.write("x")
        if os.path.getsize(trying) > RECOVERIES:
            for kind in ("ring", "snapshot"):
                with suppress(FileNotFoundError):
                    os.replace(f"{folder}/{held.pane}.{kind}", f"{folder}/{held.pane}.{kind}.crashed")
            self._tell(Warned(f"{held.facts.get('name')} starts with an empty screen: its last one brought muxer down"))
        history = self._config.panes.scrollback
        terminal = Terminal.recovered(held.pane, held.fd, folder, cols, rows, scrollback=history)
        os.unlink(trying)
        return terminal

    def _adopt(self, held: Held, terminal: Terminal) -> Pane:
        pane = Pane(held, terminal)
        self.living[pane.id] = pane
        self.terminals[pane.id] = terminal
        terminal.on_output = terminal.on_end = lambda: self._seen(pane.id)
        terminal.on_notice = lambda notice: self._noticed(pane, notice)
        terminal.on_trouble = lambda line: self._tell(Warned(f"{pane.name}: {line}"))
        return pane

    def _seen(self, pane: PaneId) -> None:
        self.on_output(pane)
        self._lull.seen(pane)
        for waiting in self._waiting.get(pane, ()):
            waiting.set()

    def _hush(self, pane: PaneId) -> None:
        terminal = self.terminals.get(pane)
        if terminal is not None:
            terminal.quiet()

    @contextmanager
    def watch(self, pane: PaneId) -> Iterator[asyncio.Event]:
        """An event that is set whenever the pane's screen changes, or its program ends."""
        woken = asyncio.Event()
        self._waiting.setdefault(pane, set()).add(woken)
        try:
            yield woken
        finally:
            self._waiting[pane].discard(woken)
            if not self._waiting[pane]:
                del self._waiting[pane]

    def _noticed(self, pane: Pane, notice: Notice) -> None:
        if isinstance(notice, TitleSet | FolderSet):
            self._tell(PaneChanged(pane.id))
        elif not isinstance(notice, CopyAsked) or self._config.panes.clipboard:
            self._tell(Noticed(pane.id, notice))

    def exited(self, pane: PaneId, how: Exit) -> None:
        """Its program ended."""
        found = self.living.get(pane)
        if found is not None and found.exit is None:
            found.exit = how
            self._tell(PaneEnded(pane, how))
            for waiting in self._waiting.get(pane, ()):
                waiting.set()

    async def rename(self, pane: Pane, name: str) -> None:
        """Call it something else, also for the next host. Raises UsageError."""
        name = _readable(name)
        if name == pane.name:
            return
        if name in self._taken():
            raise UsageError(f"a pane is named {name!r} already: choose another name")
        self._coming.add(name)
        try:
            facts = {**pane.facts, "name": name}
            await self._custody.note(pane.id, facts)
        finally:
            self._coming.discard(name)
        pane.name, pane.facts = name, facts
        self._tell(PaneChanged(pane.id))

    async def signal(self, pane: Pane, number: int) -> None:
        """Send its program a signal."""
        await self._custody.signal(pane.id, number)

    async def forget(self, pane: Pane) -> None:
        """Hang its program up, and remove all that is kept of it."""
        if self.living.pop(pane.id, None) is None:
            return
        self.terminals.pop(pane.id, None)
        pane.terminal.forget()
        for kind in ("trying", "ring.crashed", "snapshot.crashed"):
            with suppress(FileNotFoundError):
                os.unlink(f"{self._paths.panes}/{pane.id}.{kind}")
        self.ended[pane.id] = pane.name, pane.exit or Exit()
        while len(self.ended) > REMEMBERED:
            del self.ended[next(iter(self.ended))]
        self._tell(PaneClosed(pane.id))
        for waiting in self._waiting.get(pane.id, ()):
            waiting.set()
        await self._custody.forget(pane.id)

    async def end(self) -> None:
        """Hang everything up; what ignores that is killed."""
        self._lull.stop()
        panes = tuple(self.living)
        for pane in tuple(self.living.values()):
            pane.terminal.forget()
        self.living.clear()
        self.terminals.clear()
        await asyncio.gather(*(self._custody.forget(pane, kill=True) for pane in panes))

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
