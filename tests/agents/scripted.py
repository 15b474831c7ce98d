"""A coding agent that only plays: it looks like a real one, obeys words in what it is told, and writes down every byte.

It needs nothing but Python's library, knows nothing of muxer, and makes the mistakes that real ones make: an Enter in a
dialog approves, one too soon after a paste is a newline, Esc fires no hook. `DOES` lists the words it obeys.
"""

import argparse
import codecs
import contextlib
import fcntl
import json
import os
import random
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import textwrap
import time
import tty
import unicodedata
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

DOES = re.compile(r"\b(WORK|TOOL|ASK|LIMIT|ERROR|CRASH|LEAVE|SHELL|PAGER|FLOOD|LIE)(?::([^\s\]]+))?")
"""WORK:2 takes two seconds, TOOL:ls asks for permission, ASK asks a question, LIMIT:60 is a limit for a minute, ERROR
fails, CRASH dies, LEAVE:3 exits 3, SHELL:2 becomes a shell for two seconds, PAGER:2 shows a pager for as long,
FLOOD:1000 prints so many lines, LIE:words sets its title."""

TOKEN = re.compile(
    rb"\x1b\[200~(?P<pasted>.*?)\x1b\[201~|(?P<key>\x1b\[(?!200~)[0-9;?<]*[ -/]*[@-~]|\x1bO.|[\x00-\x1a\x1c-\x1f\x7f])"
    rb"|(?P<typed>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)
ALONE = 0.05
"""An Esc that nothing follows for so long is the key."""
FRAME = 0.1
"""The spinner turns so often."""
SPINNER = "·✢✳✶✻✽"
IDLE, BUSY = "✳", "⠂⠐"
UP, DOWN, ESCAPE, ENTER = b"\x1b[A", b"\x1b[B", b"\x1b", (b"\r", b"\x1b[13u")
PLACEHOLDER = 'Try "fix the tests"'
LONG = 500
"""A paste of more letters, or of a hundredth as many lines, is shown as a mark, as all the real ones do."""


class Event(NamedTuple):
    """What came from the terminal."""

    kind: str
    """`pasted`, `typed` or `key`."""
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode(errors="surrogateescape")


class Keys:
    """Bytes in, keys out. What is cut in the middle is waited for."""

    def __init__(self) -> None:
        self._held = b""
        self.since = 0.0

    @property
    def waits(self) -> bool:
        """Is a lone Esc held, which only time makes a key?"""
        return self._held == ESCAPE

    def take(self, data: bytes, now: float) -> Iterator[Event]:
        held = self._held + data
        while match := TOKEN.match(held):
            kind = match.lastgroup or ""
            found = match[kind]
            rest = held[match.end() :]
            if kind == "typed" and not rest and (cut := _cut_letter(found)):
                found, rest = found[:-cut], found[-cut:]
                if found:
                    yield Event(kind, found)
                held = rest
                break
            yield Event(kind, found)
            held = rest
        if held.startswith(b"\x1b\x1b"):
            yield Event("key", ESCAPE)
            held = held[1:]
        self._held, self.since = held, now

    def overdue(self, now: float) -> Iterator[Event]:
        if self.waits and now - self.since >= ALONE:
            self._held = b""
            yield Event("key", ESCAPE)


def _cut_letter(data: bytes) -> int:
    """How many bytes at the end are the beginning of a letter."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(data)
    return len(decoder.getstate()[0])


class Composer:
    """The line in which people write, and from where each piece of it came."""

    def __init__(self, guard: float) -> None:
        self.parts: list[tuple[str, str]] = []
        self.popup = False
        self._guard = guard
        self._written_at = 0.0

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.parts)

    def shown(self) -> str:
        return "".join(
            f"[Pasted text +{text.count(chr(10))} lines]" if kind == "pasted" and _is_long(text) else text
            for kind, text in self.parts
        )

    def write(self, kind: str, text: str, now: float) -> None:
        if self.parts and self.parts[-1][0] == kind == "typed":
            text = self.parts.pop()[1] + text
        self.parts.append((kind, text.replace("\r\n", "\n").replace("\r", "\n")))
        self._written_at = now
        self.popup = bool(re.search(r"(?:^|\s)@\S+$", self.text))

    def too_soon(self, now: float) -> bool:
        """Is an Enter still part of what is being pasted?"""
        return bool(self.parts) and now - self._written_at < self._guard

    def rub_out(self) -> None:
        if self.parts:
            kind, text = self.parts.pop()
            if len(text) > 1:
                self.parts.append((kind, text[:-1]))
        self.popup = False

    def clear(self) -> list[tuple[str, str]]:
        parts, self.parts, self.popup = self.parts, [], False
        return parts


class Dialog(NamedTuple):
    """Something that waits for a person."""

    kind: str
    asked: str
    rows: tuple[str, ...]
    choices: tuple[str, ...]


def permission(command: str) -> Dialog:
    program = command.partition(" ")[0]
    rows = (" Bash command", "", f"   {command}", f"   Run {program}", "", " Do you want to proceed?")
    more = f"Yes, and don't ask again for {program} commands"
    return Dialog("permission", command, rows, ("Yes", more, "No, and tell it what to do differently (esc)"))


QUESTION = Dialog("question", "Which colour should it be?", (" ☐ Colour", "", " Which colour should it be?", ""),
                  ("Red", "Blue", "Type something"))  # fmt: skip
TRUST = Dialog("trust", "Do you trust the files in this folder?", (" Do you trust the files in this folder?", ""),
               ("Yes, I trust this folder", "No, exit"))  # fmt: skip


class Agent:
    """One run of it. `mode` is what it does: booting, idle, working, asking."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.dice = random.Random(None if options.seed is None else f"{options.seed} {time.time()}")
        self.mode = "booting"
        self.keys = Keys()
        self.composer = Composer(options.guard)
        self.transcript: list[str] = []
        self.queue: deque[list[tuple[str, str]]] = deque()
        self.steps: deque[tuple[str, str]] = deque()
        self.dialog: Dialog | None = None
        self.picked = 0
        self.began = self.due = time.monotonic()
        self.turned = 0
        self.session = options.resume or options.session or str(uuid.uuid4())
        self.cols, self.rows = 80, 24
        self.woken = -1
        self.was: list[Any] = []
        self.title = ""
        self.status = ""
        self.touched = False

    # what it writes down and says

    def note(self, did: str, **more: Any) -> None:
        record = {"did": did, "at": time.time(), "run": os.getpid(), "mode": self.mode} | more
        line = json.dumps(record).encode() + b"\n"
        os.makedirs(self.options.log, exist_ok=True)
        name = os.environ.get("MUXER_AGENT") or "alone"
        fd = os.open(os.path.join(self.options.log, f"{name}.jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(fd, line)
        os.close(fd)

    def hook(self, event: str, **more: str) -> str:
        """Run what its settings say for the event, as the real ones do: it is waited for, whatever comes of it."""
        said = ""
        for entry in self.options.hooks.get(event, []):
            for hook in entry["hooks"]:
                data = {"session_id": self.session, "transcript_path": self._transcript(), "cwd": os.getcwd(),
                        "hook_event_name": event, **more}  # fmt: skip
                with contextlib.suppress(subprocess.TimeoutExpired):
                    said += subprocess.run(
                        hook["command"], shell=True, input=json.dumps(data), capture_output=True, text=True,
                        timeout=hook.get("timeout", 10), check=False,
                    ).stdout  # fmt: skip
        return said

    def _transcript(self) -> str:
        return os.path.join(os.environ.get("HOME", "/"), ".scripted", f"{self.session}.jsonl")

    def announce(self, title: str, status: str) -> None:
        """Its title and OSC 7501, as far as they are others now."""
        if "title" in self.options.signs and title != self.title:
            self.title = title
            self.write(f"\x1b]0;{title}\x07")
        if "status" in self.options.signs and status != self.status:
            self.status = status
            self.write(f"\x1b]7501;state={status}:app=scripted\x1b\\")

    @staticmethod
    def write(text: str) -> None:
        data = text.encode(errors="surrogateescape")
        while data:
            select.select([], [1], [])
            data = data[os.write(1, data) :]

    # turns

    def submit(self, parts: list[tuple[str, str]]) -> None:
        """A turn begins."""
        text = "".join(part for _, part in parts)
        self.note("submitted", text=text, parts=parts)
        shown = Composer(0)
        shown.parts = [*parts]
        self.say("❯ ", shown.shown())
        self.mode = "working"
        self.turned += 1
        self.remember(text)
        self.plan(text)
        self.began = time.monotonic()
        self.draw()
        self.hook("UserPromptSubmit", prompt=text)
        self.step()

    def remember(self, text: str) -> None:
        """Its conversation is written down, so that it can be taken up again."""
        os.makedirs(os.path.dirname(self._transcript()), exist_ok=True)
        with open(self._transcript(), "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(json.dumps({"cwd": os.getcwd(), "sessionId": self.session, "text": text}) + "\n")

    def plan(self, text: str) -> None:
        """The steps of a turn: those that the text asks for, else what a restless one comes to think of."""
        obeyed = [(found[1].lower(), found[2] or "") for found in DOES.finditer(text)]
        least, most = self.options.work
        self.steps.append(("work", str(self.dice.uniform(least, most))))
        self.steps += obeyed or ([self.whim()] if self.options.seed is not None else [])
        self.steps.append(("answer", ""))

    def whim(self) -> tuple[str, str]:
        """What a restless one does in a turn."""
        kinds = {
            "work": 12,
            "tool": 4,
            "ask": 2,
            "pager": 1,
            "shell": 1,
            "crash": 1,
            "flood": 2,
        }
        (kind,) = self.dice.choices([*kinds], [*kinds.values()])
        values = {"tool": "make", "flood": "60", "shell": "0.6"}
        return kind, values.get(kind, f"{self.dice.uniform(0.1, 0.8):.2f}")

    def step(self) -> None:
        """The next thing of the turn."""
        kind, value = self.steps.popleft() if self.steps else ("end", "")
        getattr(self, f"_do_{kind}")(value)

    def _do_work(self, value: str) -> None:
        self.mode, self.due = "working", time.monotonic() + float(value or 1)

    def _do_tool(self, value: str) -> None:
        command = value or "make"
        if self.options.auto:
            self.say("● ", f"Bash({command})")
            return self.step()
        self.hook("PreToolUse", tool_name="Bash")
        return self.ask(permission(command), "PermissionRequest")

    def _do_ask(self, _value: str) -> None:
        self.ask(QUESTION, "Notification")

    def ask(self, dialog: Dialog, event: str) -> None:
        self.dialog, self.picked, self.mode = dialog, 0, "asking"
        self.note("asked", kind=dialog.kind, asked=dialog.asked)
        patient = self.options.seed is None
        self.due = float("inf") if patient else time.monotonic() + self.dice.uniform(0.3, 1.5)
        self.draw()
        if "notify" in self.options.signs:
            self.write(f"\x1b]9;scripted needs you: {dialog.asked}\x07")
        tool = {"tool_name": "Bash"} if dialog.kind == "permission" else {}
        self.hook(event, message=dialog.asked, notification_type=dialog.kind, **tool)

    def _do_limit(self, value: str) -> None:
        seconds = float(value or 60)
        self.note("limited", until=time.time() + seconds)
        words = f"You've hit your session limit · resets in {seconds:g}s"
        self.say("● ", words)
        self.steps.clear()
        self.hook("LimitReached", message=words)
        self.rest()

    def _do_error(self, _value: str) -> None:
        self.say("● ", "API Error: 500 the model is overloaded")
        self.steps.clear()
        self.hook("StopFailure", error="server_error", message="API Error: 500 the model is overloaded")
        self.rest()

    def _do_crash(self, _value: str) -> None:
        self.note("crashed")
        os.kill(os.getpid(), signal.SIGKILL)

    def _do_leave(self, value: str) -> None:
        self.leave(int(value or 0))

    def _do_shell(self, value: str) -> None:
        """It ends, and leaves a shell behind that starts it again after a while."""
        self.note("shell")
        self.put_back()
        words = [word for word in sys.argv if word != self.options.prompt]
        again = " ".join(map(_quoted, [sys.executable, *words]))
        os.execvp("sh", ["sh", "-c", f"printf '$ '; sleep {value or 60}; exec {again}"])

    def _do_pager(self, value: str) -> None:
        """A program of its own reads the terminal for a while."""
        self.note("pager")
        self.put_back()
        seconds = float(value or 60)
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, os.getpgrp())
            tty.setraw(0, termios.TCSADRAIN)
            self.write("\x1b[2J\x1b[Hline 1\r\nline 2\r\n(END)")
            _page(self.note, seconds)
            os._exit(0)
        os.waitpid(child, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpgrp())
        self.set_up()
        self.step()

    def _do_flood(self, value: str) -> None:
        for number in range(int(value or 100)):
            self.say("  ⎿  " if not number else "     ", f"line {number} " + "x" * (number % 50))
        self.step()

    def _do_lie(self, value: str) -> None:
        self.write(f"\x1b]0;{value}\x07")
        self.step()

    def _do_answer(self, _value: str) -> None:
        self.say("● ", f"Done ({self.turned}).")
        self.step()

    def _do_end(self, _value: str) -> None:
        """The turn ends; what the hook answers is the next one."""
        said = self.hook("Stop", last_assistant_message=f"Done ({self.turned}).")
        reason = ""
        with contextlib.suppress(ValueError, AttributeError):
            answer = json.loads(said)
            reason = answer.get("reason", "") if answer.get("decision") == "block" else ""
        self.note("turn-ended")
        if reason:
            self.submit([("hook", reason)])
        else:
            self.rest()

    def rest(self) -> None:
        """It waits for its next turn, or takes it from the queue."""
        if self.queue:
            self.submit(self.queue.popleft())
            return
        self.mode = "idle"
        self.due = float("inf")
        if self.options.seed is not None and self.dice.random() < 0.05:
            self.due = time.monotonic() + self.dice.uniform(0, 3)

    def restart_or_go_on(self) -> None:
        """Time has come."""
        if self.mode == "booting":
            self.ready()
        elif self.mode == "working":
            self.step()
        elif self.mode == "asking":
            self.note("withdrawn")
            self.close_dialog("timed out")
        elif self.mode == "idle":  # a restless one dies for no reason
            self._do_crash("")

    def ready(self) -> None:
        if self.options.trust and not os.path.exists(self._trusted()):
            self.ask(TRUST, "Notification")
            self.due = float("inf")
            return
        self.note("ready")
        self.hook("SessionStart", source="resume" if self.options.resume else "startup")
        if self.options.prompt:
            self.submit([("argument", self.options.prompt)])
        else:
            self.rest()

    def _trusted(self) -> str:
        return os.path.join(os.environ.get("HOME", "/"), ".scripted", "trusted")

    # what people and others type

    def take(self, event: Event) -> None:
        now = time.monotonic()
        if self.mode == "booting":
            self.note("stray", kind=event.kind, data=event.text)
        elif self.dialog:
            self._answer(event)
        elif event.kind in ("typed", "pasted"):
            self.composer.write(event.kind, event.text, now)
            self.touched = True
        else:
            self._press(event.data, now)

    def _press(self, key: bytes, now: float) -> None:
        if key in ENTER:
            self._enter(now)
        elif key == b"\n":
            self.composer.write("typed", "\n", now)
        elif key in (b"\x7f", b"\b"):
            self.composer.rub_out()
        elif key in (b"\x15", b"\x03") and self.composer.parts:
            self.composer.clear()
        elif key in (b"\x03", b"\x04"):
            self.leave(0)
        elif key == ESCAPE and self.mode == "working":
            self.note("interrupted")
            self.steps.clear()
            self.say("  ⎿  ", "Interrupted · What should it do instead?")
            self.rest()
        elif not key.startswith((b"\x1b[I", b"\x1b[O", b"\x1b[?")):  # focus, and answers to queries
            self.note("stray", kind="key", data=repr(key))

    def _enter(self, now: float) -> None:
        text = self.composer.text
        if self.composer.too_soon(now):
            self.composer.write("typed", "\n", now)
        elif self.composer.popup:
            self.note("popup", text=text)
            self.composer.write("typed", " ", now)
        elif text.startswith(("!", "/")):
            self.note("bang" if text.startswith("!") else "slash", text=text)
            self.composer.clear()
        elif text.strip() and self.mode == "working":
            self.note("queued", text=text)
            self.queue.append(self.composer.clear())
        elif text.strip():
            self.submit(self.composer.clear())

    def _answer(self, event: Event) -> None:
        """A pasted text vanishes in a dialog, and an Enter takes what is picked."""
        assert self.dialog
        picks = [str(number).encode() for number in range(1, len(self.dialog.choices) + 1)]
        if event.kind == "key" and event.data in (UP, DOWN):
            self.picked = (self.picked + (1 if event.data == DOWN else -1)) % len(picks)
        elif event.kind == "key" and event.data in ENTER:
            self.choose(self.picked, "enter")
        elif event.kind == "key" and event.data == ESCAPE:
            self.choose(len(picks) - 1, "esc")
        elif event.kind == "typed" and event.data in picks:
            self.choose(picks.index(event.data), event.text)
        elif not event.data.startswith((b"\x1b[I", b"\x1b[O", b"\x1b[?")):
            self.note("stray", kind=event.kind, data=event.text)

    def choose(self, number: int, by: str) -> None:
        assert self.dialog
        dialog, said = self.dialog, self.dialog.choices[number]
        no = number == len(dialog.choices) - 1
        did = {"permission": "rejected" if no else "approved", "question": "answered", "trust": "trusted"}[dialog.kind]
        self.note(did, asked=dialog.asked, choice=said, by=by)
        if dialog.kind == "trust":
            self.dialog = None
            if no:
                self.leave(1)
            os.makedirs(os.path.dirname(self._trusted()), exist_ok=True)
            with open(self._trusted(), "w", encoding="utf-8"):
                pass
            self.ready()
        elif did == "rejected":
            self.steps.clear()
            self.say("  ⎿  ", "Interrupted · What should it do instead?")
            self.dialog = None
            self.rest()
        else:
            self.close_dialog(said)

    def close_dialog(self, said: str) -> None:
        assert self.dialog
        dialog, self.dialog = self.dialog, None
        self.say("● ", f"{'Bash' if dialog.kind == 'permission' else 'Answer'}({dialog.asked}) → {said}")
        self.mode = "working"
        self.draw()
        self.hook("PostToolUse", tool_name="Bash")
        self._do_work("0.2")

    # how it looks

    def say(self, head: str, text: str) -> None:
        width = max(10, self.cols - len(head) - 1)
        rows = [piece for row in text.split("\n") for piece in _wrapped(row, width)]
        self.transcript += ["", *(f"{head if not at else ' ' * len(head)}{row}" for at, row in enumerate(rows))]
        del self.transcript[:-1000]

    def draw(self) -> None:
        """The whole of it, in one synchronized update."""
        seconds = time.monotonic() - self.began
        turn = int(seconds / FRAME)
        rows = [" ▐▛███▜▌   Scripted Code v1.0", "▝▜█████▛▘  a model that only plays", f"  ▘▘ ▝▝    {os.getcwd()}"]
        if self.mode == "booting":
            rows = ["", "  starting…"]
        rows += self.transcript
        if self.mode == "working":
            rows += ["", f"{SPINNER[turn % len(SPINNER)]} Pondering… ({int(seconds)}s · ↓ {turn} tokens)"]
        rows += [f"  ❯ {''.join(text for _, text in parts)[:60]}" for parts in self.queue]
        rows += ["", "─" * self.cols]
        rows += self._dialog_rows() if self.dialog else self._composer_rows()
        if self.mode == "booting":
            rows = rows[:2]
        shown = [*rows[-self.rows :], *[""] * (self.rows - len(rows))]
        body = "\r\n".join(f"\x1b[2K{_cropped(row, self.cols)}" for row in shown)
        self.write(f"\x1b[?2026h\x1b[H{body}\x1b[?2026l")
        state = {"idle": "idle", "working": "working", "asking": "blocked:kind=permission", "booting": "clear"}[
            self.mode
        ]
        busy = self.mode == "working"
        if self.mode != "booting":
            self.announce(f"{BUSY[turn // 10 % 2] if busy else IDLE} Scripted", state)

    def _composer_rows(self) -> list[str]:
        first = PLACEHOLDER if not self.turned and not self.touched else ""
        text = self.composer.shown() or first
        rows = [piece for row in text.split("\n") for piece in _wrapped(row, max(10, self.cols - 3))]
        rule = "─" * self.cols
        foot = "  esc to interrupt" if self.mode == "working" else "" if self.composer.parts else "  ? for shortcuts"
        return [*(f"{'❯' if not at else ' '} {row}" for at, row in enumerate(rows)), rule, foot]

    def _dialog_rows(self) -> list[str]:
        assert self.dialog
        picks = [
            f" {'❯' if at == self.picked else ' '} {at + 1}. {what}" for at, what in enumerate(self.dialog.choices)
        ]
        return [*self.dialog.rows, *picks, "", " Esc to cancel · Enter to confirm"]

    # its terminal

    def set_up(self) -> None:
        tty.setraw(0, termios.TCSADRAIN)  # what was typed already is not thrown away
        self.write("\x1b[?2004h\x1b[?1004h" + ("\x1b[?1049h" if self.options.alternate else ""))
        self.measure()

    def put_back(self) -> None:
        self.write("\x1b[?2004l\x1b[?1004l" + ("\x1b[?1049l" if self.options.alternate else "\r\n"))
        termios.tcsetattr(0, termios.TCSANOW, self.was)

    def measure(self) -> None:
        self.rows, self.cols = struct.unpack("HHHH", fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8)))[:2]
        self.rows, self.cols = max(self.rows, 4), max(self.cols, 10)

    def leave(self, status: int) -> None:
        self.note("left", status=status)
        self.hook("SessionEnd", reason="exit")
        self.put_back()
        sys.exit(status)

    def run(self) -> None:
        self.was = termios.tcgetattr(0)
        signal.signal(signal.SIGWINCH, lambda *_: None)
        self.woken, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGHUP, lambda *_: self.hang_up())
        self.set_up()
        self.note("started", session=self.session, words=sys.argv[1:], resumed=bool(self.options.resume))
        if self.options.resume:
            self.say("❯ ", "\n".join(self.recall()))
        self.due = time.monotonic() + self.options.boot
        while True:
            self.draw()
            now = time.monotonic()
            nearest = min(self.due, now + FRAME if self.mode == "working" else self.due)
            nearest = min(nearest, self.keys.since + ALONE if self.keys.waits else nearest)
            self.read(min(max(0.0, nearest - now), 3600.0))
            for event in self.keys.overdue(time.monotonic()):
                self.take(event)
            if time.monotonic() >= self.due:
                self.restart_or_go_on()

    def read(self, seconds: float) -> None:
        there = select.select([0, self.woken], [], [], seconds)[0]
        if self.woken in there:
            os.read(self.woken, 512)
            self.measure()
        if 0 in there:
            data = os.read(0, self.options.bite)
            if not data:
                self.hang_up()
            for event in self.keys.take(data, time.monotonic()):
                self.take(event)

    def recall(self) -> list[str]:
        """What was said in the conversation that is taken up."""
        try:
            with open(self._transcript(), encoding="utf-8", errors="surrogateescape") as file:
                return [json.loads(row)["text"] for row in file]
        except OSError:
            self.note("forgotten")
            self.put_back()
            sys.exit(f"No conversation found with session ID {self.session}")

    def hang_up(self) -> None:
        self.note("hung up")
        sys.exit(129)


def _page(note: Callable[..., None], seconds: float) -> None:
    """What is typed into the pager is written down: it was meant for somebody else."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([0], [], [], left)[0] and (data := os.read(0, 4096)):
            note("stray", kind="pager", data=data.decode(errors="replace"))
            if data == b"q":
                return


def _is_long(text: str) -> bool:
    return len(text) > LONG or text.count("\n") > LONG // 100


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _wide(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Cc", "Cs"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _cropped(row: str, cols: int) -> str:
    """As much of it as there is room for, without what a terminal would obey."""
    used, kept = 0, []
    for letter in row:
        used += _wide(letter)
        if used > cols:
            break
        kept.append(letter if letter.isprintable() or _wide(letter) else "")
    return "".join(kept)


def _wrapped(row: str, width: int) -> list[str]:
    return textwrap.wrap(row, width, drop_whitespace=False, replace_whitespace=False) or [""]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripted", description="A coding agent that only plays.")
    parser.add_argument("prompt", nargs="?", default="")
    parser.add_argument("--log", required=True, help="the folder in which it writes down what it was told")
    parser.add_argument("--session", default="", help="the id of a new conversation")
    parser.add_argument("--resume", default="", help="the id of one to take up")
    parser.add_argument("--settings", default="", help="a file of hooks")
    parser.add_argument("--model", default="")
    parser.add_argument("--auto", action="store_true", help="ask nothing")
    parser.add_argument("--seed", help="be restless")
    parser.add_argument("--work", nargs=2, type=float, default=(0.2, 0.2), help="seconds that a turn takes")
    parser.add_argument("--boot", type=float, default=0.1, help="seconds that it takes to start")
    parser.add_argument("--guard", type=float, default=0.0, help="an Enter so soon after text is a newline")
    parser.add_argument("--bite", type=int, default=65536, help="bytes that it reads at once")
    parser.add_argument("--signs", default="title", help="title, status, notify; joined by commas")
    parser.add_argument("--trust", action="store_true", help="ask whether its folder is trusted")
    parser.add_argument("--alternate", action="store_true", help="use the alternate screen")
    parser.add_argument("--version", action="version", version="scripted 1.0")
    found = parser.parse_args()
    found.hooks = {}
    if found.settings:
        with open(found.settings, encoding="utf-8") as file:
            found.hooks = json.load(file).get("hooks", {})
    return found


if __name__ == "__main__":
    Agent(options()).run()
