"""One run of it: what it does with its turns, its keys and its time."""

import argparse
import contextlib
import json
import os
import random
import select
import signal
import sys
import time
from collections import deque
from typing import Any

from tests.agents.scripted.composer import PLACEHOLDER, Composer
from tests.agents.scripted.dialogs import QUESTION, TRUST, Dialog, permission
from tests.agents.scripted.diary import Diary
from tests.agents.scripted.keys import ALONE, DOWN, ENTER, ESCAPE, REPORTS, UP, Event, Keys
from tests.agents.scripted.pager import show_pager
from tests.agents.scripted.screen import Screen, wrapped
from tests.agents.scripted.turns import Step, turn

FRAME = 0.1
"""The spinner turns so often."""
SPINNER = "·✢✳✶✻✽"
IDLE, BUSY = "✳", "⠂⠐"
STATUS = {"idle": "idle", "working": "working", "asking": "blocked:kind=permission"}


class Agent:
    """One run of it. `mode` is what it does: booting, idle, working, asking."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.dice = random.Random(None if options.seed is None else f"{options.seed} {time.time()}")
        self.mode = "booting"
        self.diary, self.screen = Diary(options), Screen(options)
        self.keys = Keys()
        self.composer = Composer(options.guard)
        self.transcript: list[str] = []
        self.queue: deque[list[tuple[str, str]]] = deque()
        self.steps: deque[Step] = deque()
        self.dialog: Dialog | None = None
        self.picked = 0
        self.began = self.due = time.monotonic()
        self.turned = 0
        self.words = ""
        self.woken = -1
        self.touched = False
        self.retries = False

    def note(self, did: str, **more: Any) -> None:
        self.diary.note(did, self.mode, **more)

    # turns

    def submit(self, parts: list[tuple[str, str]]) -> None:
        """A turn begins."""
        text = "".join(part for _, part in parts)
        self.note("submitted", text=text, parts=parts)
        shown = Composer(0)
        shown.parts = [*parts]
        self.say("❯ ", shown.shown())
        self.mode, self.retries = "working", False
        self.turned += 1
        self.words = f"Done ({self.turned})."
        self.diary.remember(text)
        self.steps += turn(text, self.options, self.dice)
        self.began = time.monotonic()
        self.draw()
        self.diary.hook("UserPromptSubmit", prompt=text)
        self.step()

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
        self.diary.hook("PreToolUse", tool_name="Bash")
        return self.ask(permission(command), "PermissionRequest")

    def _do_ask(self, _value: str) -> None:
        self.ask(QUESTION, "Notification")

    def ask(self, dialog: Dialog, event: str) -> None:
        self.dialog, self.picked, self.mode = dialog, 0, "asking"
        self.note("asked", kind=dialog.kind, asked=dialog.asked)
        patient = self.options.seed is None
        self.due = float("inf") if patient else time.monotonic() + self.dice.uniform(0.3, 1.5)
        self.draw()
        self.screen.notify(f"scripted needs you: {dialog.asked}")
        tool = {"tool_name": "Bash"} if dialog.kind == "permission" else {}
        self.diary.hook(event, message=dialog.asked, notification_type=dialog.kind, **tool)

    def _do_limit(self, value: str) -> None:
        seconds = float(value or 60)
        self.note("limited", until=time.time() + seconds)
        words = f"You've hit your session limit · resets in {seconds:g}s"
        self.say("● ", words)
        self.steps.clear()
        self.diary.hook("StopFailure", error="rate_limit", message=words)
        self.rest()

    def _do_error(self, _value: str) -> None:
        self.say("● ", "API Error: 500 the model is overloaded")
        self.steps.clear()
        self.diary.hook("StopFailure", error="server_error", message="API Error: 500 the model is overloaded")
        self.rest()
        if self.mode == "idle" and self.options.seed is not None:
            self.retries, self.due = True, time.monotonic() + self.dice.uniform(0.3, 1.5)

    def _do_crash(self, _value: str) -> None:
        self.note("crashed")
        os.kill(os.getpid(), signal.SIGKILL)

    def _do_leave(self, value: str) -> None:
        self.leave(int(value or 0))

    def _do_shell(self, value: str) -> None:
        """It ends, and leaves a shell behind that starts it again after a while."""
        self.note("shell")
        self.screen.put_back()
        words = [word for word in sys.argv if word != self.options.prompt]
        again = " ".join(map(_quoted, [sys.executable, *words]))
        os.execvp("sh", ["sh", "-c", f"printf '$ '; sleep {value or 60}; exec {again}"])

    def _do_pager(self, value: str) -> None:
        self.note("pager")
        self.screen.put_back()
        show_pager(float(value or 60), self.note)
        self.screen.set_up()
        self.step()

    def _do_flood(self, value: str) -> None:
        for number in range(int(value or 100)):
            self.say("  ⎿  " if not number else "     ", f"line {number} " + "x" * (number % 50))
        self.step()

    def _do_lie(self, value: str) -> None:
        self.screen.write(f"\x1b]0;{value}\x07")
        self.step()

    def _do_say(self, value: str) -> None:
        self.words = value
        self.step()

    def _do_answer(self, _value: str) -> None:
        self.say("● ", self.words)
        self.step()

    def _do_end(self, _value: str) -> None:
        """The turn ends; what the hook answers is the next one."""
        said = self.diary.hook("Stop", last_assistant_message=self.words)
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
        elif self.retries:
            self.retry()
        else:  # a restless one dies for no reason
            self._do_crash("")

    def retry(self) -> None:
        """After an error a restless one goes on by itself, and no hook says so."""
        self.note("retried")
        self.retries = False
        self.steps += [("work", "0.3"), ("answer", "")]
        self.began = time.monotonic()
        self.step()

    def ready(self) -> None:
        if self.options.trust and not self.diary.trusts():
            self.ask(TRUST, "Notification")
            self.due = float("inf")
            return
        self.note("ready")
        self.diary.hook("SessionStart", source="resume" if self.options.resume else "startup")
        if self.options.prompt:
            self.submit([("argument", self.options.prompt)])
        else:
            self.rest()

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
        elif not key.startswith(REPORTS):
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
        elif not event.data.startswith(REPORTS):
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
            self.diary.trust()
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
        self.diary.hook("PostToolUse", tool_name="Bash")
        self._do_work("0.2")

    # how it looks

    def say(self, head: str, text: str) -> None:
        width = max(10, self.screen.cols - len(head) - 1)
        rows = [piece for row in text.split("\n") for piece in wrapped(row, width)]
        self.transcript += ["", *(f"{head if not at else ' ' * len(head)}{row}" for at, row in enumerate(rows))]
        del self.transcript[:-1000]

    def draw(self) -> None:
        seconds = time.monotonic() - self.began
        beat = int(seconds / FRAME)
        rows = [" ▐▛███▜▌   Scripted Code v1.0", "▝▜█████▛▘  a model that only plays", f"  ▘▘ ▝▝    {os.getcwd()}"]
        if self.mode == "booting":
            rows = ["", "  starting…"]
        rows += self.transcript
        if self.mode == "working":
            rows += ["", f"{SPINNER[beat % len(SPINNER)]} Pondering… ({int(seconds)}s · ↓ {beat} tokens)"]
        rows += [f"  ❯ {''.join(text for _, text in parts)[:60]}" for parts in self.queue]
        rows += ["", "─" * self.screen.cols]
        rows += self._bottom()
        self.screen.draw(rows[:2] if self.mode == "booting" else rows)
        if self.mode != "booting":
            title = BUSY[beat // 10 % 2] if self.mode == "working" else IDLE
            self.screen.announce(f"{title} Scripted", STATUS[self.mode])

    def _bottom(self) -> list[str]:
        if self.dialog:
            return self.dialog.drawn(self.picked)
        first = PLACEHOLDER if not self.turned and not self.touched else ""
        foot = "  esc to interrupt" if self.mode == "working" else "" if self.composer.parts else "  ? for shortcuts"
        return [*self.composer.rows(self.screen.cols, first), "─" * self.screen.cols, foot]

    # its terminal

    def leave(self, status: int) -> None:
        self.note("left", status=status)
        self.diary.hook("SessionEnd", reason="exit")
        self.screen.put_back()
        sys.exit(status)

    def run(self) -> None:
        signal.signal(signal.SIGWINCH, lambda *_: None)
        self.woken, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGHUP, lambda *_: self.hang_up())
        self.screen.set_up()
        self.note("started", session=self.diary.session, words=sys.argv[1:], resumed=bool(self.options.resume))
        if self.options.resume:
            self.recall()
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
            self.screen.measure()
        if 0 in there:
            data = os.read(0, self.options.bite)
            if not data:
                self.hang_up()
            for event in self.keys.take(data, time.monotonic()):
                self.take(event)

    def recall(self) -> None:
        """The conversation that is taken up is shown."""
        said = self.diary.recall()
        if said is None:
            self.note("forgotten")
            self.screen.put_back()
            sys.exit(f"No conversation found with session ID {self.diary.session}")
        self.say("❯ ", "\n".join(said))

    def hang_up(self) -> None:
        self.note("hung up")
        sys.exit(129)


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
