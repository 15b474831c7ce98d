"""A small agent that takes part in the mesh as real ones do: it starts the MCP server that its settings name.

`DO:tool {json}` has it call that, and a question that is put to it is answered at once with `reply`: by what such a
call gave back, if the question holds one. `STORM {json}` has it say so many things to others, one after the other,
and ask some between. What it read, and what its calls gave back, goes to a file.
"""

import json
import os
import random
import re
import select
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.fleet.small_agent import SmallAgent

PROGRAM = __file__
"""What Python is given to run it."""
ASK = re.compile(r"\[from [^\n]*?, ask (\d+)\]\n(.*?)\n\[end of ask \1\b", re.DOTALL)
DOES = re.compile(r"\b(?:DO:(\w+)|(STORM)) (?=\{)")
SHARE = 0.1
"""Of what is said in a storm, so much is asked."""

Told = Callable[[str], None]


class Talking(SmallAgent):
    """One of them."""

    def __init__(self, log: str, server: dict[str, Any]) -> None:
        super().__init__(log, [])
        words = [server["command"], *server["args"]]
        self.server = subprocess.Popen(
            words, env=os.environ | server["env"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.waiting: dict[int, Told] = {}
        self.asked = 0
        self.line = b""
        about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "talking", "version": "1"}}
        self.request("initialize", about, lambda _: self.note(ready="yes"))

    # ---- what it reads

    def submit(self, text: str) -> None:
        super().submit(text)
        for number, question in ASK.findall(text):
            self.answer(int(number), question)
        own = ASK.sub("", text)  # several may come at once
        if found := DOES.search(own):
            given = json.JSONDecoder().raw_decode(own[found.end() :])[0]
            if found[2]:
                Storm(self, **given).go_on()
            else:
                self.work(found[1], given, lambda said: self.note(tool=found[1], said=said))

    def answer(self, number: int, question: str) -> None:
        def reply(text: str) -> None:
            self.call("reply", {"ask": number, "text": text}, lambda _: None)

        if found := DOES.search(question):
            self.work(found[1], json.JSONDecoder().raw_decode(question[found.end() :])[0], reply)
        else:
            reply(f"re: {question}")

    # ---- what it calls

    def work(self, tool: str, given: dict[str, Any], then: Told) -> None:
        """It is seen to be at work as long."""

        def done(said: str) -> None:
            self.state = ""
            self.draw()
            then(said)

        self.state = "work"
        self.draw()
        self.call(tool, given, done)

    def call(self, tool: str, given: dict[str, Any], then: Told) -> None:
        self.request("tools/call", {"name": tool, "arguments": given}, then)

    def request(self, method: str, params: dict[str, Any], then: Told) -> None:
        self.asked += 1
        self.waiting[self.asked] = then
        said = {"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}
        assert self.server.stdin
        self.server.stdin.write(json.dumps(said).encode() + b"\n")
        self.server.stdin.flush()

    def pieces(self) -> Iterator[bytes]:
        """What is typed; what the server says is taken meanwhile."""
        assert self.server.stdout
        server = self.server.stdout.fileno()
        while True:
            there = select.select([0, server], [], [])[0]
            if server in there and not self.hear(os.read(server, 65536)):
                return
            if 0 in there:
                piece = os.read(0, 65536)
                if not piece:
                    return
                yield piece

    def hear(self, data: bytes) -> bool:
        *lines, self.line = (self.line + data).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if then := self.waiting.pop(said.get("id"), None):
                result = said.get("result") or {}
                content = result.get("content") or [{"text": json.dumps(said.get("error") or result)}]
                then(content[0]["text"])
        return bool(data)


class Storm:
    """Things that one says to others, each with a number: the next one once the last one is taken."""

    def __init__(self, agent: Talking, name: str, peers: list[str], count: int) -> None:
        self.agent, self.name, self.peers, self.count = agent, name, peers, count
        self.dice = random.Random(name)
        self.said = 0

    def go_on(self, _said: str = "") -> None:
        while self.said < self.count:
            self.said += 1
            peer, text = self.dice.choice(self.peers), f"<{self.name} {self.said}>"
            if self.dice.random() >= SHARE:
                self.agent.call("notify_peer", {"peer": peer, "text": text}, self.taken(peer, text))
                return
            self.agent.call("ask_peer", {"peer": peer, "text": text}, self.told(peer, text))
        self.agent.note(storm="over")

    def taken(self, peer: str, text: str) -> Told:
        def then(said: str) -> None:
            self.agent.note(told=peer, text=text, said=said)
            self.go_on()

        return then

    def told(self, peer: str, text: str) -> Told:
        return lambda said: self.agent.note(asked=peer, text=text, said=said)


if __name__ == "__main__":
    before = termios.tcgetattr(0)
    folder, file = sys.argv[1:3]
    entry = json.loads(Path(file).read_text())["mcpServers"]["muxer"]
    try:
        Talking(f"{folder}/{os.environ['MUXER_AGENT']}.jsonl", entry).run()
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
