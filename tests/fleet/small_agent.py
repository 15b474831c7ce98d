"""A small agent: a composer, turns, and a question. What was submitted to it, and what answered it, goes to a file.

Run with that file and words: `plain` knows no paste, `eats` swallows one Enter, `loses` loses what is sent, and
`door:FILE` takes what is written there. SIGUSR1 sends it away, where it draws and does not read; and back.
"""

import json
import os
import select
import signal
import sys
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

START, END = "\x1b[200~", "\x1b[201~"


class SmallAgent:
    def __init__(self, log: str, words: list[str]) -> None:
        self.log, self.words = log, words
        self.draft = self.state = ""
        self.turns: list[str] = []
        self.away = False
        self.door = next((word.removeprefix("door:") for word in words if word.startswith("door:")), "")
        self.taken = 0

    def note(self, **what: str) -> None:
        with open(self.log, "a") as file:
            file.write(json.dumps(what) + "\n")

    def draw(self) -> None:
        shown = [*self.turns[-4:], {"work": "working", "ask": "Allow this? 1 yes 2 no"}.get(self.state, "ready")]
        if self.state != "ask":
            shown.append("> " + " ".join(self.draft.split())[:40])
        sys.stdout.write("\x1b[2J\x1b[H" + "\r\n".join(shown))
        sys.stdout.flush()

    def key(self, key: str) -> None:
        if self.state == "ask":
            if key in "1\r":
                self.note(approved=key)
                self.state = ""
        elif key == "\r":
            if "loses" not in self.words:
                self.submit(self.draft)
            self.draft = ""
        elif key == "\x7f":
            self.draft = self.draft[:-1]
        elif key == "\x15":
            self.draft = ""
        elif key == "\x1a":  # what a tool's end does
            self.state = ""
        elif key == "\x01":  # a question comes up
            self.state = "ask"
        else:
            self.draft += key

    def submit(self, text: str) -> None:
        self.note(prompt=text)
        self.turns.append("you: " + " ".join(text.split())[:40])
        self.state = next((word for word in ("work", "ask") if text.startswith(word)), "")

    def look_at_door(self) -> None:
        """Between turns it takes one."""
        lines = Path(self.door).read_text().splitlines() if os.path.isfile(self.door) else []
        if len(lines) > self.taken and not self.state:
            self.submit(json.loads(lines[self.taken])["text"])
            self.taken += 1
            self.draw()

    def leave(self, *_: object) -> None:
        self.away = not self.away

    def pieces(self) -> Iterator[bytes]:
        """What is typed."""
        while True:
            typed, _, _ = select.select([0], [], [], 0.02 if self.door else None)
            if self.away:
                self.draw()
                time.sleep(0.02)
            elif not typed:
                self.look_at_door()
            elif piece := os.read(0, 65536):
                yield piece
            else:
                return

    def run(self) -> None:
        tty.setraw(0)
        signal.signal(signal.SIGUSR1, self.leave)
        sys.stdout.write("" if "plain" in self.words else "\x1b[?2004h")
        self.draw()
        came = b""
        for piece in self.pieces():
            came += piece
            try:
                text = came.decode()
            except UnicodeDecodeError:
                continue
            if START in text and END not in text.rpartition(START)[2]:
                continue
            came = b""
            while text:
                if text.startswith(START):
                    pasted, _, text = text.removeprefix(START).partition(END)
                    self.draft += pasted if self.state != "ask" else ""
                elif "eats" in self.words and text.startswith("\r"):
                    self.words.remove("eats")
                    text = text[1:]
                else:
                    self.key(text[0])
                    text = text[1:]
            self.draw()


if __name__ == "__main__":
    before = termios.tcgetattr(0)
    try:
        SmallAgent(sys.argv[1], sys.argv[2:]).run()
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
