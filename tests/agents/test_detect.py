import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muxer.agents.detect import judge, next_look, read_screen, remembered
from muxer.agents.signs import Heard, Limit, Past, Reading, Shown, Told, status_fields
from muxer.agents.spec import Cli, Composer, HookKind, Hooks, Rule
from muxer.model import Verdict
from tests.agents.seeing import NOW, Expected, captured, clis, judged, read, table

PLAIN = Cli(name="", title="tool", short="tool")
"""A command of a person's, of which nothing is known."""
HOOKED = replace(PLAIN, hooks=Hooks(format="generic"))
SIX = ("claude-code", "codex", "copilot", "gemini", "opencode", "qwen")


def told(kind: HookKind, ago: float, tool: str = "", words: str = "") -> Told:
    return Told(kind=kind, at=NOW - ago, event=kind, tool=tool, words=words)


def plain(*said: Told, cli: Cli = PLAIN, lines: str = "", quiet: float = 10.0, age: float = 600.0) -> Verdict:
    shown = Shown(tuple(lines.splitlines()), at=NOW - quiet)
    reading = read_screen(cli, shown, Heard(), NOW)
    return judge(cli, said, Heard(), shown, reading, spawned_at=NOW - age, now=NOW)


# ---- screens of real programs


@pytest.mark.parametrize("expected", [*table()], ids=lambda one: one.screen)
def test_a_captured_screen(expected: Expected) -> None:
    verdict = judged(expected.screen)
    draft = {True: "yes", False: "no", None: "-"}[verdict.draft]
    assert Expected(expected.screen, verdict.state, verdict.wait or "-", draft, verdict.words) == expected


@pytest.mark.parametrize("cli", SIX)
def test_every_permission_can_be_answered(cli: str) -> None:
    keys = [choice.keys for choice in judged(f"{cli}/permission").choices]
    assert keys[0] in ("1", "\r")
    assert len(set(keys)) == len(keys) >= 2
    assert judged(f"{cli}/idle").choices == ()


@pytest.mark.parametrize("cli", SIX)
def test_prose_that_quotes_a_dialog_is_no_dialog_and_one_that_quotes_a_composer_hides_none(cli: str) -> None:
    (heard, idle), (_, dialog) = captured(f"{cli}/idle"), captured(f"{cli}/permission")
    shown = idle._replace(lines=(*dialog.lines, *idle.lines[-12:]))
    assert read_screen(clis()[cli], shown, heard, NOW).state == "idle"
    blocked = read_screen(clis()[cli], shown._replace(lines=(*idle.lines[-12:], *dialog.lines)), heard, NOW)
    assert (blocked.state, blocked.wait, blocked.draft) == ("waiting", "permission", None)


def test_a_question_over_a_composer_is_only_spoken_of() -> None:
    rule = Rule(name="asks", state="waiting", wait="question", screen=re.compile("Sure[?]"))
    box = Composer(row=re.compile("^> ?(?P<draft>.*)$", re.MULTILINE))
    cli = replace(PLAIN, rules=(rule,), composer=box)
    assert plain(cli=cli, lines="Sure?\n>").wait is None
    assert plain(cli=cli, lines="> I asked\nSure?").wait == "question"
    assert plain(cli=replace(cli, rules=(replace(rule, wait="login"),)), lines="Sure?\n>").wait == "login"


@pytest.mark.parametrize("cli", ["claude-code", "gemini", "qwen", "copilot"])
def test_a_dialog_that_no_rule_knows_is_not_idle(cli: str) -> None:
    heard, shown = captured(f"{cli}/idle")
    rows = "Pick a flavour of ice\n\n ❯ 1. lemon\n   2. cherry\n\n Enter to confirm".splitlines()
    reading = read_screen(clis()[cli], shown._replace(lines=tuple(rows)), heard, NOW)
    assert (reading.state, reading.draft) == ("unknown", None)
    assert "no rule knows" in judge(clis()[cli], (), heard, shown, reading, spawned_at=0, now=NOW).evidence[0]
    asked = judge(clis()[cli], [told("asks", 0.5)], heard, shown, reading, spawned_at=0, now=NOW)
    assert asked.state == ("unknown" if cli == "copilot" else "waiting")


def test_a_screen_says_no_more_than_a_screen_can() -> None:
    """A title alone, with whatever below it, does not make it idle; nor does an old composer."""
    heard, shown = captured("claude-code/idle")
    lying = read_screen(clis()["claude-code"], shown._replace(lines=("root@host:~# ",)), heard, NOW)
    assert lying.state == "unknown"


# ---- what outranks what


def test_a_hook_outranks_what_can_be_seen() -> None:
    assert judged("claude-code/idle", told("prompted", 0.1)).state == "working"
    assert judged("claude-code/working", told("turn-ended", 0.1)).state == "idle"
    assert judged("claude-code/working", told("asks", 0.1, "Bash", "Bash: ls")).words == "Bash: ls"
    assert judged("claude-code/idle", told("failed", 0.1, words="overloaded")).wait == "error"


@pytest.mark.parametrize("cli", ["claude-code", "codex", "gemini"])
def test_after_escape_which_tells_no_hook_the_title_wins(cli: str) -> None:
    said = [told("prompted", 9), told("tool", 8, "Bash")]
    assert judged(f"{cli}/after-esc", *said, ago=0.2).state == "working"
    assert judged(f"{cli}/after-esc", *said, ago=0.4).state == "idle"
    asked = [*said, told("asks", 7, "Bash")]
    assert judged(f"{cli}/after-esc-on-permission", *asked, ago=0.4).state == "idle"


@pytest.mark.parametrize("cli", SIX)
def test_a_lost_stop_hook_is_made_good_within_five_seconds(cli: str) -> None:
    said = [told("prompted", 90), told("tool-ended", 60, "Bash")]
    assert judged(f"{cli}/idle-after-tool" if cli != "qwen" else "qwen/idle", *said, ago=4.9).state == "idle"


def test_a_turn_that_goes_on_after_its_end_was_told_is_seen() -> None:
    """A text that is handed over at the end of a turn begins another, and no hook says so."""
    assert judged("claude-code/working", told("turn-ended", 3), ago=0.1).state == "working"
    assert judged("claude-code/working", told("turn-ended", 3), ago=2.5).state == "idle"
    assert judged("codex/working", told("turn-ended", 3), ago=2.5).state == "working"


@pytest.mark.parametrize("cli", SIX)
def test_a_dialog_on_the_screen_is_there_whatever_is_told(cli: str) -> None:
    for kind in ("prompted", "tool", "turn-ended", "answered"):
        verdict = judged(f"{cli}/permission", told(kind, 0.1))
        assert (verdict.state, verdict.wait, bool(verdict.choices)) == ("waiting", "permission", True)


def test_what_a_hook_asks_is_shown_in_its_words() -> None:
    verdict = judged("claude-code/permission", told("asks", 5, "Bash", "Bash: make it"))
    assert (verdict.words, len(verdict.choices)) == ("Bash: make it", 3)


def test_a_question_that_a_hook_told_ends_when_it_is_not_seen() -> None:
    asked = told("asks", 1.0, "Bash", "Bash: ls")
    assert judged("claude-code/tool-running", asked, ago=0.1).state == "waiting"
    assert judged("claude-code/tool-running", replace(asked, at=NOW - 2), ago=0.1).state == "working"
    assert judged("claude-code/tool-running", replace(asked, at=NOW - 2), ago=4).state == "waiting"


def limited(claim: Told, reading: Reading, past: Past, *, now: float = NOW) -> Verdict:
    cli = clis()["claude-code"]
    heard, shown = captured("claude-code/idle")
    return judge(cli, [claim], heard, shown, reading, spawned_at=0, now=now, past=past)


def test_a_limit_that_a_hook_told_ends_in_its_time_or_when_the_one_on_the_screen_does() -> None:
    idle = replace(read("claude-code/idle"), limit=Limit("limit", NOW + 40))
    for words, ends in (("resets in 20s", NOW + 20), ("", NOW + 40)):
        verdict = limited(told("limited", 0, words=words), idle, Past())
        assert (verdict.state, verdict.resets_at) == ("limited", ends)
        assert limited(told("limited", 0, words=words), idle, Past(), now=ends + 1).state == "idle"
    assert limited(told("limited", 0), read("claude-code/idle"), Past(), now=NOW + 9e6).state == "limited"


def test_one_that_no_rule_can_show_ends_too() -> None:
    assert plain(told("limited", 10, words="resets in 20s"), cli=HOOKED).state == "limited"
    assert plain(told("limited", 30, words="resets in 20s"), cli=HOOKED).state == "idle"


def test_a_failure_is_the_limit_that_is_shown() -> None:
    reading = replace(read("claude-code/idle"), state="limited", wait="limit", limit=Limit("limit", NOW + 40))
    verdict = limited(told("failed", 1, words="something broke"), reading, Past())
    assert (verdict.state, verdict.wait, verdict.resets_at) == ("limited", "limit", NOW + 40)


@pytest.mark.parametrize(("kind", "wait"), [("failed", "error"), ("limited", "limit")])
def test_what_stopped_it_is_over_once_it_works_again(kind: HookKind, wait: str) -> None:
    """No hook says that it works where a text was handed over at the end of a turn."""
    stopped, idle = told(kind, 10), read("claude-code/idle")
    assert limited(stopped, idle, Past(begun=True, worked_at=NOW - 20)).wait == wait
    working = judged("claude-code/working", stopped, ago=2)
    assert working.state == "working"
    assert limited(stopped, idle, remembered(Past(), idle, working, NOW - 2)).state == "idle"


def test_two_dialogs_of_which_one_was_answered() -> None:
    two = [told("asks", 3, "Bash", "first"), told("asks", 2.9, "Edit", "second")]
    verdict = judged("claude-code/permission", *two, told("tool-ended", 0.1, "Bash"), ago=0.1)
    assert (verdict.state, verdict.words) == ("waiting", "second")


def test_hooks_that_ask_at_every_tool_are_not_believed() -> None:
    assert not clis()["copilot"].hooks.trusted  # type: ignore[union-attr]
    for _ in range(50):
        assert judged("copilot/working", told("asks", 0.1, "bash")).state == "working"
    assert judged("copilot/permission", told("asks", 0.1, "bash")).state == "waiting"
    unknown = plain(told("asks", 0.1), cli=replace(HOOKED, hooks=Hooks(format="generic", trusted=False)))
    assert unknown.state != "waiting"


def test_program_status_is_understood_from_any_program() -> None:
    cli = replace(PLAIN, rules=(Rule(name="busy", state="working", title=re.compile("^busy")),))
    for said, state, wait in (
        ("idle", "idle", None),
        ("done", "idle", None),
        ("working", "working", None),
        ("blocked:kind=permission", "waiting", "permission"),
        ("blocked:kind=question", "waiting", "question"),
        ("error", "waiting", "error"),
        ("dancing", "working", None),
    ):
        fields = status_fields(f"7501;state={said}".encode())
        assert fields is not None
        heard = Heard(title="busy", program=fields, program_at=NOW)
        reading = read_screen(cli, Shown(()), heard, NOW)
        assert (reading.state, reading.wait) == (state, wait)


def test_progress_is_a_sign_where_a_rule_says_so() -> None:
    cli = replace(PLAIN, rules=(Rule(name="busy", state="working", progress="indeterminate"),))
    assert read_screen(cli, Shown(()), Heard(progress="indeterminate", progress_at=3), NOW).at == 3
    assert read_screen(cli, Shown(()), Heard(progress="none"), NOW).state == "unknown"


# ---- the beginning, and programs of which little is known


def test_it_starts_until_it_shows_that_it_is_ready() -> None:
    assert judged("claude-code/starting").state == "starting"
    assert judged("claude-code/starting", told("started", 1)).state == "starting"
    assert judged("claude-code/starting", now=NOW + 60).state == "unknown"
    assert judged("claude-code/idle-first", told("started", 1)).state == "idle"
    assert judged("codex/starting").state == "starting"


def test_what_was_past_its_start_never_starts_again() -> None:
    cli, (heard, blank) = clis()["claude-code"], captured("claude-code/starting")
    for screen in ("idle-first", "working", "permission"):
        verdict = judged(f"claude-code/{screen}")
        past = remembered(Past(), read(f"claude-code/{screen}"), verdict, NOW)
        for _ in range(2):
            reading = read_screen(cli, blank, heard, NOW, past)
            verdict = judge(cli, (), heard, blank, reading, spawned_at=NOW - 5, now=NOW, past=past)
            assert verdict.state == "unknown"
            past = remembered(past, reading, verdict, NOW)
    assert not remembered(Past(), read("claude-code/trust"), judged("claude-code/trust"), NOW).begun


def test_a_program_without_rules_is_judged_by_silence() -> None:
    assert plain(quiet=0.5, age=1).state == "starting"
    assert plain(quiet=0.5).state == "working"
    assert plain(lines="done\n$ ").state == "idle"
    assert plain(lines="Really? [y/N]").state == "unknown"
    assert "silence" in plain().evidence[0]


def test_silence_says_nothing_against_a_hook() -> None:
    assert plain(told("tool", 90), cli=HOOKED).state == "working"
    assert plain(told("turn-ended", 90), cli=HOOKED, quiet=0.5).state == "idle"
    assert plain(told("started", 1), cli=HOOKED, age=2).state == "idle"


def test_what_an_earlier_program_told_counts_no_more() -> None:
    assert plain(told("asks", 50), cli=HOOKED, age=20).state == "idle"


def test_a_clock_that_was_set_back_makes_what_was_new_old() -> None:
    heard, shown = captured("claude-code/idle", ago=-7200)
    reading = read_screen(clis()["claude-code"], shown, heard, NOW)
    said = [told("prompted", -7190)]
    assert judge(clis()["claude-code"], said, heard, shown, reading, spawned_at=0, now=NOW).state == "idle"


def test_why_is_told_strongest_first() -> None:
    verdict = judged("claude-code/working", told("turn-ended", 0.1, words="all\x1b[2J done"))
    assert verdict.evidence == (
        "hook turn-ended: all [2J done, 0s ago", "title: rule busy, 5s ago", "title ⠐ Stub title, 5s ago",
        "output, 5s ago",
    )  # fmt: skip
    assert judged("claude-code/after-esc", told("prompted", 20)).evidence[:2] == (
        "title: rule idle, 5s ago", "hook prompted, 20s ago",
    )  # fmt: skip


# ---- any order


TURN: list[HookKind] = ["started", "prompted", "tool", "asks", "answered", "tool-ended", "notified", "turn-ended"]
ENDS = {"idle": "idle", "working": "working", "permission": "waiting", "after-esc": "idle", "trust": "waiting"}


@settings(deadline=None)
@given(
    cli=st.sampled_from(SIX),
    screen=st.sampled_from([*ENDS]),
    kinds=st.lists(st.sampled_from(TURN), max_size=12),
    order=st.randoms(use_true_random=False),
)
def test_whatever_hooks_came_in_whatever_order_the_screen_wins_in_the_end(
    cli: str, screen: str, kinds: list[HookKind], order: random.Random
) -> None:
    """A program that works draws all the time; one that does not has drawn five seconds ago."""
    if (cli, screen) in {("qwen", "trust"), ("opencode", "trust"), ("copilot", "after-esc"), ("opencode", "after-esc")}:
        return
    said = [told(kind, 20 - at, order.choice(["Bash", "Edit", ""])) for at, kind in enumerate(kinds)]
    order.shuffle(said)
    assert judged(f"{cli}/{screen}", *said, ago=0.05 if screen == "working" else 5.0).state == ENDS[screen]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ENDS]), min_size=1, max_size=6), st.floats(0, 10))
def test_time_alone_changes_a_verdict_only_when_it_was_foretold(screens: list[str], ago: float) -> None:
    cli = clis()["claude-code"]
    heard, shown = captured(f"claude-code/{screens[-1]}", ago=ago)
    said = [told("prompted", ago - 0.05), told("asks", ago, "Bash")][: len(screens) % 3]
    now, seen = NOW, list[tuple[float, str]]()
    for step in range(200):
        at = now + step / 20
        reading = read_screen(cli, shown, heard, at)
        state = judge(cli, said, heard, shown, reading, spawned_at=NOW - 20, now=at).state
        if seen and seen[-1][1] != state:
            before = next_look(cli, said, shown, reading, spawned_at=NOW - 20, now=seen[-1][0])
            assert seen[-1][0] < before <= at + 0.001
        seen.append((at, state))


def test_an_empty_reading_is_unknown() -> None:
    assert Reading().state == "unknown"
    assert read("claude-code/starting") == replace(Reading(), draft=None)
