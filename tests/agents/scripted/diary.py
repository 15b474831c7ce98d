"""What it writes down and tells others: its log, its conversation, its hooks."""

import argparse
import contextlib
import json
import os
import subprocess
import time
import uuid
from typing import Any


class Diary:
    """Of one run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.session = options.resume or options.session or str(uuid.uuid4())
        folder = os.path.join(os.environ.get("HOME", "/"), ".scripted")
        self._transcript = os.path.join(folder, f"{self.session}.jsonl")
        self._trusted = os.path.join(folder, "trusted")

    def note(self, did: str, mode: str, **more: Any) -> None:
        record = {"did": did, "at": time.time(), "run": os.getpid(), "mode": mode} | more
        line = json.dumps(record).encode() + b"\n"
        os.makedirs(self._options.log, exist_ok=True)
        name = os.environ.get("MUXER_AGENT") or "alone"
        fd = os.open(os.path.join(self._options.log, f"{name}.jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(fd, line)
        os.close(fd)

    def hook(self, event: str, **more: str) -> str:
        """Run what its settings say for the event, as the real ones do: it is waited for, whatever comes of it."""
        said = ""
        for entry in self._options.hooks.get(event, []):
            for hook in entry["hooks"]:
                data = {"session_id": self.session, "transcript_path": self._transcript, "cwd": os.getcwd(),
                        "hook_event_name": event, **more}  # fmt: skip
                with contextlib.suppress(subprocess.TimeoutExpired):
                    said += subprocess.run(
                        hook["command"], shell=True, input=json.dumps(data), capture_output=True, text=True,
                        timeout=hook.get("timeout", 10), check=False,
                    ).stdout  # fmt: skip
        return said

    def remember(self, text: str) -> None:
        """Its conversation is written down, so that it can be taken up again."""
        os.makedirs(os.path.dirname(self._transcript), exist_ok=True)
        with open(self._transcript, "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(json.dumps({"cwd": os.getcwd(), "sessionId": self.session, "text": text}) + "\n")

    def recall(self) -> list[str] | None:
        """What was said in the conversation that is taken up; None where there is none."""
        try:
            with open(self._transcript, encoding="utf-8", errors="surrogateescape") as file:
                return [json.loads(row)["text"] for row in file]
        except OSError:
            return None

    def trusts(self) -> bool:
        return os.path.exists(self._trusted)

    def trust(self) -> None:
        os.makedirs(os.path.dirname(self._trusted), exist_ok=True)
        with open(self._trusted, "w", encoding="utf-8"):
            pass
