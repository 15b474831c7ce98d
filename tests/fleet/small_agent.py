"""A small agent: a composer, turns, and a question. What was submitted to it, and what answered it, goes to a file.

Run with that file and words: `plain` knows no paste, `eats` swallows one Enter.
"""

import json
import os
import sys
import termios
import tty

START, END = "\x1b[200~", "\x1b[201~"


class SmallAgent:
    def __init__(self, log: str, words: list[str]) -> None:
        self.log, self.words = log, words
        self.draft = self.state = ""
        self.turns: list[str] = []

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
            self.note(prompt=self.draft)
            self.turns.append(f"you: {len(self.draft)} characters")
            self.state = next((word for word in ("work", "ask") if self.draft.startswith(word)), "")
            self.draft = ""
        elif key == "\x15":
            self.draft = ""
        elif key == "\x1a":  # what a tool's end does
            self.state = ""
        elif key == "\x01":  # a question comes up
            self.state = "ask"
        else:
            self.draft += key

    def run(self) -> None:
        tty.setraw(0)
        sys.stdout.write("" if "plain" in self.words else "\x1b[?2004h")
        self.draw()
        came = b""
        while piece := os.read(0, 65536):
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
