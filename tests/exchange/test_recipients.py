"""Who hears of which commits, and when."""

import pytest

from muxer.exchange.recipients import MINUTE, MOST, Party, hears, is_wanted, patience
from muxer.model import State
from muxer.work import Relayed

ADA = Party(label="kim/ada", folder="/trees/ada")
BOB = Party(label="kim/bob", folder="/trees/bob")
API = Party(label="kim/eve", folder="/trees/eve", circle="api")
WEB = Party(label="kim/joe", folder="/trees/joe", circle="web")
ALICE = Party(label="alice/ada", foreign=True)


@pytest.mark.parametrize(
    ("listener", "author", "heard"),
    [
        (ADA, BOB, True),
        (ADA, ADA, False),
        (ADA, Party(label="kim/other", folder="/trees/ada"), False),
        (ADA, ALICE, True),
        (API, ALICE, True),
        (API, ADA, False),
        (API, WEB, False),
        (API, Party(label="kim/kay", folder="/trees/kay", circle="api"), True),
        (ADA, API, True),
        (ADA, Party(label="kim/gone"), True),
    ],
)
def test_it_is_told_to_whom_it_concerns(listener: Party, author: Party, heard: bool) -> None:
    assert hears(listener, author) is heard


@pytest.mark.parametrize(
    ("glob", "path", "wanted"),
    [
        ("*.py", "a.py", True),
        ("*.py", "deep/down/a.py", True),
        ("*.py", "a.pyc", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/deep/a.py", False),
        ("src/*.py", "other/src/a.py", False),
        ("src/**", "src/deep/a.py", True),
        ("src/**/a.py", "src/a.py", True),
        ("src", "src/deep/a.py", True),
        ("src/", "lib/src/a.py", True),
        ("./src/ui", "src/ui/x/y", True),
        ("/read.me", "read.me", True),
        ("/read.me", "docs/read.me", False),
        ("a?.md", "ab.md", True),
        ("a?.md", "a/.md", False),
        ("[a].md", "[a].md", True),
        ("[a].md", "a.md", False),
        ("a+(b", "a+(b", True),
    ],
)
def test_paths_are_chosen_as_in_gitignore(glob: str, path: str, wanted: bool) -> None:
    assert is_wanted("paths", ["never", glob], ["some/other", path]) is wanted


@pytest.mark.parametrize(("mode", "wanted"), [("all", True), ("digest", True), ("off", False), ("paths", False)])
def test_a_mode_holds_whatever_is_touched(mode: Relayed, wanted: bool) -> None:
    assert is_wanted(mode, [], ["a.py"]) is wanted


def test_each_is_told_at_once_until_it_is_too_many() -> None:
    now = 1000.0
    sent = [now - 30.0 + number for number in range(MOST)]
    assert patience("all", "idle", sent=sent[1:], waiting=0, now=now) == 0.0
    assert patience("all", "working", sent=[], waiting=0, now=now) == 0.0
    assert patience("all", "idle", sent=sent, waiting=0, now=now) == MINUTE - 30.0
    assert patience("all", "idle", sent=sent, waiting=0, now=now + MINUTE) == 0.0
    assert patience("all", "idle", sent=[], waiting=MOST, now=now) is None
    assert patience("all", "idle", sent=[], waiting=MOST - 1, now=now) == 0.0


@pytest.mark.parametrize(("state", "wait"), [("idle", 50.0), ("done", 50.0), ("unknown", 50.0), ("working", None)])
def test_a_digest_waits_for_the_end_of_a_turn_and_of_a_minute(state: State, wait: float | None) -> None:
    assert patience("digest", state, sent=[1.0, 990.0], waiting=0, now=1000.0) == wait
    assert patience("digest", "idle", sent=[], waiting=0, now=1000.0) == 0.0
