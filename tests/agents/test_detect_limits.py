"""Usage limits that agents show: in whose words, and when they end."""

from dataclasses import replace

import pytest

from muxer.agents.detect import judge, read_screen, remembered
from muxer.agents.signs import Heard, Past, Shown
from muxer.model import Verdict
from tests.agents.seeing import NOW, captured, clis

LIMITS = [
    ("claude-code", "  ⎿ \xa0You've hit your limit · resets 3pm (UTC)", 15),
    ("claude-code", "  ⎿ \xa0You've hit your session limit · resets 3:00pm (UTC)", 15),
    ("claude-code", "● You've hit your session limit · resets 3pm (UTC)\n  /login to switch to an API account.", 15),
    ("claude-code", "  ⎿ \xa0You've hit your weekly limit · resets\n     3pm (UTC)", 15),
    ("claude-code", "  ⎿ \xa0You've hit your session\n     limit · resets 3pm\n     (UTC)", 15),
    ("claude-code", "  ⎿ \xa0You've hit your Opus limit · resets 3pm (UTC)\n     /upgrade to increase it.", 15),
    ("claude-code", "  ⎿ \xa0You're out of usage credits · resets 3pm (UTC)", 15),
    ("claude-code", "  ⎿ \xa05-hour limit reached ∙ resets 3pm (UTC)", 15),
    ("claude-code", "  ⎿ \xa0Claude usage limit reached. Your limit will reset at 4pm (UTC).", 16),
    ("claude-code", "  ⎿ \xa0You've hit your org's monthly spend limit · run /usage-credits to raise it", 0),
    ("claude-code", "  ⎿ \xa0Your org is out of usage · add funds to continue", 0),
    ("codex", "■ You’ve hit your usage limit. Upgrade to Pro or try again at 3:00 PM UTC.", 15),
    ("codex", "■ You’ve hit your usage limit for stub. Switch to another model now, or try\nagain at 3:00 PM UTC.", 15),
    ("codex", "■ You’ve hit your usage limit. Try\nagain at Jan 12th, 1970 3:00 PM UTC.", 15),
    ("codex", "■ You've hit your usage limit. Try again in 1 hour 13 minutes 20 seconds.", 15),
    ("codex", "■ You’ve hit your usage limit. To get more access now, send a request to your admin.", 0),
    ("codex", "■ You hit your spend cap set in your workspace. Increase your spend cap to continue.", 0),
    ("codex", "■ Your workspace is out of credits. Add credits to continue.", 0),
]
"""How they say it, and the hour in which it ends."""


def saying(cli: str, said: str, *, at: float) -> tuple[Heard, Shown]:
    """It is idle, and that is the last that it said."""
    heard, shown = captured(f"{cli}/idle")
    row = next(y for y, line in enumerate(shown.lines) if line.startswith(("✻", "  Worked for")))
    lines = (*shown.lines[:row], *said.split("\n"), *shown.lines[row + 1 :])
    if cli == "codex":
        heard = replace(heard, program={"state": "error", "app": "codex"})
    return heard, shown._replace(lines=lines, at=at)


@pytest.mark.parametrize(("cli", "said", "hour"), LIMITS)
def test_a_usage_limit_is_told_with_its_end(cli: str, said: str, hour: int) -> None:
    heard, shown = saying(cli, said, at=NOW)
    verdict = judge(clis()[cli], (), heard, shown, read_screen(clis()[cli], shown, heard, NOW), spawned_at=0, now=NOW)
    assert (verdict.state, verdict.wait) == ("limited", "limit")
    if hour:
        assert NOW < verdict.resets_at <= NOW + 86_400
        assert (verdict.resets_at - hour * 3600) % 86_400 == 0


@pytest.mark.parametrize(("cli", "said", "hour"), [limit for limit in LIMITS if limit[2]])
def test_one_that_is_over_and_is_drawn_again_stays_over(cli: str, said: str, hour: int) -> None:
    heard, shown = saying(cli, said, at=NOW)
    first = read_screen(clis()[cli], shown, heard, NOW)
    assert first.limit
    ended = first.limit.resets_at
    past = remembered(Past(), first, Verdict(state="limited"), NOW)
    for now in (ended + 1, ended + 60, ended + 7200):
        reading = read_screen(clis()[cli], shown._replace(at=now), heard, now, past)
        assert (reading.state, reading.wait) == ("idle", None)
        past = remembered(past, reading, Verdict(state="idle"), now)
    new = read_screen(clis()[cli], shown._replace(at=0.0), heard, ended + 60)
    assert (new.state, hour) == ("limited" if " in 1 hour" in said else "idle", hour)


def test_what_is_left_of_a_limit_is_counted_from_when_it_was_seen_first() -> None:
    past, ends = Past(), set[float]()
    for minutes in range(5):
        now = NOW + 60 * minutes + 20
        said = f"■ You've hit your usage limit. Try again in {75 - minutes} minutes."
        for at in (now, now + 30):
            heard, shown = saying("codex", said, at=at)
            reading = read_screen(clis()["codex"], shown, heard, at, past)
            past = remembered(past, reading, Verdict(state="limited"), at)
            ends.add(reading.limit.resets_at if reading.limit else 0)
    assert ends == {NOW + 20 + 75 * 60}


def test_a_limit_that_comes_after_work_is_another() -> None:
    heard, shown = saying("codex", "■ You've hit your usage limit. Try again in 1 minute.", at=NOW)
    cli = clis()["codex"]
    first = read_screen(cli, shown, heard, NOW)
    past = remembered(Past(), first, Verdict(state="limited"), NOW)
    assert read_screen(cli, shown._replace(at=NOW + 90), heard, NOW + 90, past).state == "idle"
    past = remembered(past, first, Verdict(state="working"), NOW + 80)
    again = read_screen(cli, shown._replace(at=NOW + 90), heard, NOW + 90, past)
    assert (again.state, again.limit and again.limit.resets_at) == ("limited", NOW + 150)


@pytest.mark.parametrize("said", ["Context limit reached · /compact or /clear to continue", "Fast limit reached"])
def test_other_limits_are_none_of_its_usage(said: str) -> None:
    heard, shown = saying("claude-code", f"  ⎿ \xa0{said}", at=NOW)
    assert read_screen(clis()["claude-code"], shown, heard, NOW).state == "idle"


def test_what_is_offered_at_a_limit_is_a_question() -> None:
    heard, shown = captured("claude-code/idle")
    menu = (
        "─" * 80 + "\n What do you want to do?\n\n ❯ 1. Stop and wait for limit to reset\n   2. Upgrade your plan\n\n"
    )
    rows = (*shown.lines[:6], *f"{menu} Enter to confirm · Esc to cancel".split("\n"))
    verdict = read_screen(clis()["claude-code"], shown._replace(lines=rows), heard, NOW)
    assert (verdict.state, verdict.wait, verdict.words) == ("waiting", "question", "What do you want to do?")
    assert [choice.keys for choice in verdict.choices] == ["1", "2"]
