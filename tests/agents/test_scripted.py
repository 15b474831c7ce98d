import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agents.scripted import PROGRAM
from tests.agents.scripted.keys import Event, Keys
from tests.seat import Seat
from tests.waiting import until

PASTED = "\x1b[200~{}\x1b[201~"


class Played:
    """A scripted agent on a terminal, and what it wrote down."""

    def __init__(self, folder: Path, *words: str, **env: str) -> None:
        self.log = folder / "log"
        program = [sys.executable, PROGRAM, "--log", str(self.log), "--boot", "0.01", *words]
        folder.mkdir(exist_ok=True)
        home = {"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self.seat = Seat(program, env=home | env, cwd=folder)

    def did(self, what: str = "") -> list[dict[str, Any]]:
        file = self.log / "alone.jsonl"
        records = [json.loads(row) for row in file.read_text().splitlines()] if file.exists() else []
        return [record for record in records if what in ("", record["did"])]

    def saw(self, what: str, times: int = 1) -> dict[str, Any]:
        self.seat.wait_for(lambda _: len(self.did(what)) >= times)
        return self.did(what)[-1]

    def paste(self, text: str) -> None:
        self.seat.send(PASTED.format(text))


@pytest.fixture
def played(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Played]:
    agent = Played(tmp_path, *getattr(request, "param", ()))
    try:
        yield agent
    finally:
        agent.seat.close()


def with_words(*words: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("played", [words], indirect=True)


def ready(played: Played) -> Seat:
    played.saw("ready")
    played.seat.wait_for("? for shortcuts")
    return played.seat


def test_a_turn(played: Played) -> None:
    seat = ready(played)
    assert "❯ Try" in seat.text
    played.paste("fix\nthis")
    seat.wait_for("  this")
    seat.send("\r")
    seat.wait_for("esc to interrupt")
    seat.wait_for("● Done (1).")
    seat.wait_for("? for shortcuts")
    assert played.saw("submitted")["parts"] == [["pasted", "fix\nthis"]]
    assert b"\x1b]0;\xe2\xa0\x82 Scripted\x07" in seat.raw
    assert played.did("turn-ended")


def test_what_is_typed_and_what_is_pasted_stay_apart(played: Played) -> None:
    seat = ready(played)
    seat.send("my draft ")
    seat.wait_for("❯ my draft")
    played.paste("a message")
    seat.wait_for("a message")
    seat.send("\r")
    assert played.saw("submitted")["parts"] == [["typed", "my draft "], ["pasted", "a message"]]


def test_an_enter_in_a_dialog_approves(played: Played) -> None:
    seat = ready(played)
    seat.send("TOOL:make\r")
    seat.wait_for("❯ 1. Yes")
    played.paste("a message")
    assert played.saw("stray")["data"] == "a message"
    seat.send("\r")
    assert played.saw("approved")["by"] == "enter"
    seat.wait_for("● Done (1).")
    assert "a message" not in seat.text


@pytest.mark.parametrize(
    ("key", "did"), [("1", "approved"), ("3", "rejected"), ("\x1b", "rejected"), ("\x1b[B\x1b[B\r", "rejected")]
)
def test_a_dialog_is_answered_with_keys(played: Played, key: str, did: str) -> None:
    seat = ready(played)
    seat.send("TOOL:make\r")
    seat.wait_for("Do you want to proceed?")
    seat.send(key)
    played.saw(did)
    seat.wait_for("? for shortcuts")


def test_a_question(played: Played) -> None:
    seat = ready(played)
    seat.send("ASK\r")
    seat.wait_for("Which colour should it be?")
    seat.send("2")
    assert played.saw("answered")["choice"] == "Blue"


def test_esc_ends_a_turn_without_a_word(played: Played) -> None:
    seat = ready(played)
    seat.send("WORK:60\r")
    seat.wait_for("esc to interrupt")
    seat.send("\x1b")
    played.saw("interrupted")
    seat.wait_for("? for shortcuts")
    assert not played.did("turn-ended")


def test_what_is_sent_while_it_works_is_a_turn_of_its_own(played: Played) -> None:
    seat = ready(played)
    seat.send("WORK:0.5\r")
    seat.wait_for("esc to interrupt")
    played.paste("and then this")
    seat.send("\r")
    played.saw("queued")
    assert played.saw("submitted", 2)["text"] == "and then this"


@with_words("--guard", "0.5")
def test_an_enter_too_soon_after_a_paste_is_a_newline(played: Played) -> None:
    seat = ready(played)
    seat.send(PASTED.format("hello") + "\r")
    seat.wait_for("❯ hello")
    seat.pump(0.6)
    assert not played.did("submitted")
    seat.send("\r")
    assert played.saw("submitted")["text"] == "hello\n"


@pytest.mark.parametrize(("text", "did"), [("!rm x", "bang"), ("/exit", "slash"), ("look at @file", "popup")])
def test_traps(played: Played, text: str, did: str) -> None:
    seat = ready(played)
    seat.send(text)
    seat.wait_for(f"❯ {text}")
    seat.send("\r")
    assert played.saw(did)["text"] == text
    assert not played.did("submitted")


@with_words("--signs", "title,status,notify")
def test_signs(played: Played) -> None:
    seat = ready(played)
    seat.send("TOOL:make\r")
    seat.wait_for("Do you want to proceed?")
    assert b"\x1b]7501;state=working:app=scripted\x1b\\" in seat.raw
    seat.wait_for(b"\x1b]7501;state=blocked:kind=permission:app=scripted\x1b\\")
    seat.wait_for(b"\x1b]9;scripted needs you: make\x07")


@with_words("--trust")
def test_trust_is_asked_for_once(played: Played) -> None:
    played.seat.wait_for("Do you trust")
    assert not played.did("ready")
    played.seat.send("\r")
    ready(played)


def test_a_limit(played: Played) -> None:
    seat = ready(played)
    seat.send("LIMIT:60\r")
    seat.wait_for("You've hit your session limit · resets")
    seat.wait_for("? for shortcuts")


def test_after_an_error_a_patient_one_waits_and_a_restless_one_goes_on_by_itself(tmp_path: Path) -> None:
    for words, goes_on in (((), False), (("--seed", "1"), True)):
        played = Played(tmp_path / str(goes_on), *words, "ERROR")
        played.seat.wait_for("● API Error: 500")
        if goes_on:
            played.saw("retried")
            played.seat.wait_for("● Done (1).")
        played.seat.close()
        assert bool(played.did("retried")) == goes_on


def test_a_crash_is_one(played: Played) -> None:
    ready(played).send("CRASH\r")
    assert played.seat.wait_exit() == -signal.SIGKILL
    assert [record["did"] for record in played.did()] == ["started", "ready", "submitted", "crashed"]


def test_it_leaves_as_it_is_told(played: Played) -> None:
    ready(played).send("LEAVE:3\r")
    assert played.seat.wait_exit() == 3


def test_a_shell_left_behind_takes_nothing(played: Played) -> None:
    seat = ready(played)
    seat.send("SHELL:0.5\r")
    seat.wait_for(b"$ ")
    seat.send("into the shell\n")
    played.saw("stray")
    assert played.did("stray")[0]["data"] == "into the shell"
    ready(played)
    assert len(played.did("started")) == 2


def test_a_pager_is_not_the_agent(played: Played) -> None:
    seat = ready(played)
    seat.send("PAGER:30\r")
    seat.wait_for("(END)")
    assert os.tcgetpgrp(seat.fd) != seat.pid
    seat.send("q")
    assert played.saw("stray")["kind"] == "pager"
    seat.wait_for("● Done (1).")
    assert os.tcgetpgrp(seat.fd) == seat.pid


def test_a_conversation_is_taken_up(tmp_path: Path) -> None:
    first = Played(tmp_path, "--session", "s1", "the first words")
    first.seat.wait_for("● Done (1).")
    first.seat.close()
    second = Played(tmp_path, "--resume", "s1")
    second.seat.wait_for("❯ the first words")
    second.seat.close()
    third = Played(tmp_path, "--resume", "s2")
    assert third.seat.wait_exit() == 1
    assert "No conversation found" in third.seat.raw.decode()


def test_hooks_hear_of_everything_and_can_go_on(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    say = f"cat >> {heard}; echo >> {heard}"
    block = json.dumps({"decision": "block", "reason": "once more"})
    once = f"cat >> {heard}; [ -e {tmp_path}/told ] || {{ touch {tmp_path}/told; echo '{block}'; }}"
    hooks = {event: [{"hooks": [{"command": say}]}] for event in ("SessionStart", "UserPromptSubmit")}
    hooks["Stop"] = [{"hooks": [{"command": once}]}]
    (tmp_path / "settings.json").write_text(json.dumps({"hooks": hooks}))
    played = Played(tmp_path, "--settings", str(tmp_path / "settings.json"), "hello SAY:5432")
    record = played.saw("submitted", 2)
    assert record["parts"] == [["hook", "once more"]]
    assert '"prompt": "hello SAY:5432"' in heard.read_text()
    assert '"last_assistant_message": "5432"' in heard.read_text()
    played.seat.close()


def test_draws_itself_anew_at_another_size(played: Played) -> None:
    seat = ready(played)
    seat.resize(40, 10)
    seat.wait_for(lambda seat: seat.screen().count("─" * 40) == 2 and "? for" in seat.text)


@with_words("--bite", "7")
def test_reads_slowly_and_whole(played: Played) -> None:
    seat = ready(played)
    text = "äöü " * 50 + "日本語 ⠿ end"
    played.paste(text)
    seat.send("\r")
    assert played.saw("submitted")["parts"] == [["pasted", text]]


@with_words("--seed", "1", "--work", "0", "0.1")
def test_a_restless_one_does_many_things(played: Played) -> None:
    seat = played.seat
    kinds: set[str] = set()

    def goes_on() -> bool:
        seat.read(0.05)
        if seat.ended:
            return True
        if "? for shortcuts" in seat.text:
            seat.send("go on\r")
        kinds.update(record["did"] for record in played.did())
        return len(kinds) > 6

    until(goes_on, "restlessness")
    assert {"started", "ready", "submitted"} <= kinds


@pytest.mark.parametrize("cut", range(1, 30))
def test_keys_may_be_cut_anywhere(cut: int) -> None:
    data = "\x1b[200~a\x1bé\r\x1b[201~\r\x1b[Bx\x1b[I".encode()
    keys = Keys()
    events = [event for at in range(0, len(data), cut) for event in keys.take(data[at : at + cut], 0.0)]
    typed = [Event("pasted", "a\x1bé\r".encode()), Event("key", b"\r"), Event("key", b"\x1b[B"), Event("typed", b"x")]
    assert events == [*typed, Event("key", b"\x1b[I")]


def test_esc_is_a_key_after_a_while() -> None:
    keys = Keys()
    assert not [*keys.take(b"\x1b", 1.0)]
    assert not [*keys.overdue(1.01)]
    assert [*keys.overdue(1.1)] == [Event("key", b"\x1b")]
