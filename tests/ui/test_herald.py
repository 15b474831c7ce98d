"""Who is told what a program announced, judged from the terminal of the one who is told."""

import re
from dataclasses import replace

import pytest

from muxer.events import AskChanged, MessagePassed, Noticed, PeersChanged
from muxer.talk import YOU, Ask, Message
from muxer.terminal.engine import Notified, Rang
from muxer.ui.app import MuxerApp
from tests.calling import Front, called, last
from tests.conftest import Desk
from tests.ui.asking import asked, finished, permission, seated, told
from tests.ui.conftest import StillRuntime
from tests.ui.glass import until


def test_a_terminal_that_lost_the_keyboard_is_told_of_the_pane_in_front_too(desk: Desk) -> None:
    seat = called(desk, TERM="foot")
    seat.send("\x022")
    seat.wait_for(Front("ada"))
    seat.send("\x1b[O")
    desk.run("send", "ada", "come back", "--enter")
    seat.wait_for(b"\x1b]777;notify;ada;Claude: come back\x1b\\")
    seat.wait_for(lambda s: "▲ 1" in last(s))
    seat.send("\x1b[I")
    seat.wait_for(lambda s: "▲" not in last(s))


@pytest.mark.parametrize(
    ("term", "sent"),
    [
        ("xterm-kitty", b"\x1b]99;i=muxer-p2:d=0;ada\x1b\\\x1b]99;i=muxer-p2:d=1:p=body;Claude: look\x1b\\"),
        ("wezterm", b"\x1b]9;ada: Claude: look\x1b\\"),
        ("foot", b"\x1b]777;notify;ada;Claude: look\x1b\\"),
        ("xterm-256color", b""),
    ],
)
def test_the_desktop_hears_of_it_in_the_terminals_own_form(desk: Desk, term: str, sent: bytes) -> None:
    seat = called(desk, TERM=term)
    desk.run("send", "ada", "look", "--enter")
    if sent:
        seat.wait_for(sent)
    seat.wait_for("Claude: look")
    if not sent:
        assert not re.search(rb"\x1b\](9|99|777);", seat.raw)


def test_a_program_that_calls_without_end_is_a_few_calls(desk: Desk) -> None:
    seat = called(desk, TERM="foot")
    storm = r"n=0; while [ $n -lt 500 ]; do n=$((n+1)); printf '\a\033]9;call %s\033\\' $n; done; echo done; cat"
    desk.new("sh", "-c", f"read go; {storm}", name="noisy", split="none")
    seat.wait_for(Front("noisy"))
    seat.send("\x021")
    seat.wait_for(Front("sh"))
    before = len(seat.raw)
    desk.run("send", "noisy", "go", "--enter")
    desk.run("wait", "noisy", "--text", "done", "--timeout", "20")
    seat.wait_for(lambda s: "▲ 1" in last(s))
    seat.wait_quiet()
    assert 1 <= seat.raw[before:].count(b"]777;") <= 3
    assert seat.raw[before:].count(b"\x1b\\\x07") + seat.raw[before:].count(b"\x07") <= 6
    assert len(seat.raw) - before < 20_000


def test_a_click_on_a_toast_goes_there(desk: Desk) -> None:
    seat = called(desk)
    desk.run("send", "bob", "x", "--enter")
    seat.wait_for("▌ ▲ bob")
    y = next(y for y, row in enumerate(seat.screen()) if "▌ ▲ bob" in row)
    x = seat.screen()[y].index("▌") + 3
    seat.send(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m")
    seat.wait_for(Front("bob"))
    seat.wait_for(lambda s: "▲" not in s.text)


def test_settings_turn_each_way_off(desk: Desk) -> None:
    folder = desk.folder.parent / "home" / "config" / "muxer"
    (folder / "config.toml").write_text("[notices]\ntoast = false\nbell = false\ndesktop = false\n")
    seat = called(desk, TERM="foot")
    before = len(seat.raw)
    desk.run("send", "bob", "x", "--enter")
    seat.wait_for(lambda s: "▲ 1" in last(s))
    desk.run("send", "ada", "look", "--enter")
    seat.wait_for(lambda s: "▲ 2" in last(s))
    assert "▌" not in seat.text
    assert b"\x07" not in seat.raw[before:]
    assert b"]777;" not in seat.raw[before:]


def test_the_windows_title_is_put_back_when_one_leaves(desk: Desk) -> None:
    seat = called(desk)
    seat.wait_for(b"\x1b]2;muxer: work\x1b\\")
    assert seat.raw.count(b"\x1b[22;2t") == 1
    seat.send("\x02d")
    seat.wait_for("[detached from desk]")
    assert seat.wait_exit() == 0
    assert seat.raw.count(b"\x1b[23;2t") == 1


async def test_an_agent_that_begins_to_wait_calls_once(still: tuple[MuxerApp, StillRuntime]) -> None:
    async with seated(*still) as seat:
        seat.need(permission("p2"))
        await seat.glass.sees("asks for permission:")
        await until(lambda: "▲ 1 needs you" in seat.last)
        seat.need(permission("p2", "Bash: alembic upgrade head, then make"))  # it is known better now
        seat.app.stage.heard(Noticed("p2", Rang()))
        seat.app.stage.heard(Noticed("p2", Notified("Claude", "needs your permission")))
        assert [(said.words, said.times) for said in seat.app.notices.lately] == [
            ("asks for permission: Bash: alembic upgrade head", 1)
        ]
        assert seat.glass.raw.count(b"\x07") == 1
        seat.need()
        await until(lambda: "▲" not in seat.last)
        await until(lambda: not seat.row("asks for permission:"))
        seat.need(permission("p2", "Bash: make", since=300.0))
        await seat.glass.sees("Bash: make")


async def test_whoever_looks_at_an_agent_is_not_called_but_it_counts_until_it_is_answered(
    still: tuple[MuxerApp, StillRuntime],
) -> None:
    async with seated(*still) as seat:
        seat.need(permission("p1"))
        await until(lambda: "▲ 1" in seat.last)
        assert not seat.app.notices.waiting
        assert seat.app.notices.lately[0].seen
        assert not seat.row("▌ ▲")


async def test_a_finished_turn_is_seen_by_whoever_looks_at_it(still: tuple[MuxerApp, StillRuntime]) -> None:
    async with seated(*still) as seat:
        seat.need(finished("p2"))
        await until(lambda: "▲ 1" in seat.last)
        assert not seat.called("finished_seen")
        seat.glass.type(b"\x022")
        await seat.calls("finished_seen", pane="p2")
        seat.need(finished("p2", since=300.0))
        await until(lambda: len(seat.called("finished_seen")) > 1, "seen at once, as somebody looks")


async def test_the_windows_title_counts_agents_too(still: tuple[MuxerApp, StillRuntime]) -> None:
    async with seated(*still) as seat:
        seat.need(permission("p1"), finished("p2"))
        await until(lambda: " ▲2\x1b\\".encode() in seat.glass.raw)


ASK = Ask(
    id=7, asker="a2", asker_name="p2", answerer=YOU, answerer_name=YOU, text="Which port?", asked_at=300.0,
    deadline_at=0.0,
)  # fmt: skip
MESSAGE = Message(
    id=9, kind="note", sender="a2", sender_name="p2", recipient=YOU, recipient_name=YOU, text="x", sent_at=400.0
)


async def test_a_question_to_the_person_calls_once_until_it_is_answered(
    still: tuple[MuxerApp, StillRuntime],
) -> None:
    """B20."""
    async with seated(*still) as seat:
        seat.runtime.needed = [asked()]
        seat.app.stage.heard(AskChanged(ASK))
        seat.app.stage.heard(AskChanged(ASK))
        await seat.glass.sees("asks you: Which port?")
        await until(lambda: "▲ 1" in seat.last)
        assert [said.words for said in seat.app.notices.lately] == ["asks you: Which port?"]
        seat.runtime.needed = []
        seat.app.stage.heard(AskChanged(ASK))
        await until(lambda: "▲" not in seat.last)
        assert not seat.app.notices.waits("p2")


async def test_a_question_is_not_seen_by_who_looks_at_the_pane_of_its_asker(
    still: tuple[MuxerApp, StillRuntime],
) -> None:
    async with seated(*still) as seat:
        assert seat.app.bench.focus == "p1"
        seat.runtime.needed = [asked("p1")]
        seat.app.stage.heard(AskChanged(ASK))
        await seat.glass.sees("asks you: Which port?")


async def test_what_is_told_to_the_person_calls_until_it_was_read(still: tuple[MuxerApp, StillRuntime]) -> None:
    async with seated(*still) as seat:
        seat.runtime.needed = [told()]
        seat.app.stage.heard(MessagePassed(replace(MESSAGE, recipient="a3")))
        assert seat.app.notices.lately == ()
        seat.app.stage.heard(MessagePassed(MESSAGE))
        await seat.glass.sees("tells you: It is merged")
        seat.runtime.needed = []
        seat.app.stage.heard(PeersChanged("a2"))
        assert seat.app.notices.waits("p2")
        seat.app.stage.heard(PeersChanged(YOU))
        assert not seat.app.notices.waits("p2")


async def test_a_peer_without_a_pane_is_heard_too(still: tuple[MuxerApp, StillRuntime]) -> None:
    async with seated(*still) as seat:
        for needed in ([asked("")], [asked("")], [], [asked("", words="And\x1b[2J now?", ask=8)]):
            seat.runtime.needed = needed
            seat.app.stage.heard(AskChanged(ASK))
        assert [said.words for said in seat.app.notices.lately] == [
            "gus asks you: And[2J now?", "gus asks you: Which port?",
        ]  # fmt: skip
        await until(lambda: "▲ 1" in seat.last)
