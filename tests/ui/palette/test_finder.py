import shlex
import subprocess
from pathlib import Path

import pytest

from muxer.model import AgentFacts, Exit, Verdict
from muxer.ui.palette.finder import MANY, STAYS, Finder
from tests.ui.bare_desk import BareDesk


def labels(bare: BareDesk, line: str) -> list[str]:
    return [offer.entry.label for offer in Finder(bare.desk).offers(line)]


def test_plain_words_find_everything_best_first() -> None:
    bare = BareDesk("ada", "bob", "split-logs")
    assert labels(bare, "bob")[0] == "bob"
    assert labels(bare, "theme day")[0] == "theme day"
    assert labels(bare, "kill")[0] == ":kill PANE"
    assert labels(bare, "split right")[0] == "split: a shell to the right"
    assert labels(bare, "ctrl+b z")[0] == "zoom the pane, or show all again"


def test_what_was_chosen_lately_is_first() -> None:
    bare = BareDesk("ada", "bob")
    before = labels(bare, "")
    bare.lately.chose("theme day")
    bare.lately.chose("pane p2")
    assert labels(bare, "")[:2] == ["bob", "theme day"]
    assert {*labels(bare, "")[2:]} <= {*before}
    assert labels(bare, "da")[0] == "theme day"


def test_nothing_found_is_said() -> None:
    (offer,) = Finder(BareDesk("ada").desk).offers("qqxqq")
    assert offer.entry.refusal
    assert offer.entry.label == "nothing here is named 'qqxqq'"


def test_offers_are_capped() -> None:
    bare = BareDesk(*(f"agent-{n}" for n in range(200)))
    assert len(labels(bare, "")) == MANY
    assert len(labels(bare, "agent")) == MANY
    assert labels(bare, "agent-199")[0] == "agent-199"
    assert len(labels(bare, "@agent")) == MANY


# ---- :verb


def test_a_verb_is_completed() -> None:
    bare = BareDesk("ada", "my pane")
    assert labels(bare, ":")[0] == ":kill PANE"
    assert labels(bare, ":ki") == [":kill PANE"]
    assert labels(bare, ":kill ")[:2] == [":kill ada", ":kill 'my pane'"]
    assert labels(bare, ":kill ada") == [":kill ada"]
    first = Finder(bare.desk).offers(":kill a")
    assert [offer.entry.label for offer in first] == [":kill a", ":kill ada"]
    assert first[1].entry.fill == ":kill ada "


def test_options_values_and_folders_are_completed(tmp_path: Path) -> None:
    bare = BareDesk("ada")
    (tmp_path / "src").mkdir()
    assert ":new --split" in labels(bare, ":new --s")
    assert labels(bare, ":new --split d") == [":new --split d", ":new --split down"]
    into = Finder(bare.desk).offers(f":new --cwd {tmp_path}/s")[1].entry
    assert into.fill == f":new --cwd {tmp_path}/src/"
    assert labels(bare, ":nosuch --s")[0].startswith("no verb")


async def test_a_whole_verb_line_is_run_as_typed() -> None:
    bare = BareDesk("ada")
    entry = Finder(bare.desk).offers(":send ada 'make  test' --enter")[0].entry
    assert entry.run
    await entry.run()
    assert bare.runtime.said == [("send ada 'make  test' --enter", "/home/ada")]


@pytest.mark.parametrize("line", [":kil x", ":kll"])
def test_a_wrong_verb_names_the_nearest(line: str) -> None:
    first = Finder(BareDesk("ada").desk).offers(line)[0].entry
    assert first.refusal
    assert first.label.endswith("did you mean kill?")


# ---- @name


def test_a_pane_is_completed() -> None:
    bare = BareDesk("ada", "bob", "bobby")
    assert labels(bare, "@") == ["@ada", "@bob", "@bobby"]
    assert labels(bare, "@bob") == ["@bob", "@bobby"]
    assert Finder(bare.desk).offers("@ad")[0].entry.fill == "@ada "


@pytest.mark.parametrize(("word", "pane"), [("bob", "p2"), ("p1", "p1"), ("ad", "p1"), ("bobb", "p3")])
async def test_text_is_typed_into_a_pane(word: str, pane: str) -> None:
    bare = BareDesk("ada", "bob", "bobby")
    (offer,) = Finder(bare.desk).offers(f"@{word} run  the tests")
    assert offer.entry.run
    assert await offer.entry.run() == ""
    assert bare.runtime.said == [("send", {"pane": pane, "text": "run  the tests", "enter": True})]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("@bbo hi", "no pane named 'bbo': did you mean bob?"),
        ("@bbo", "no pane named 'bbo': did you mean bob?"),
        ("@gone hi", "gone exited 3: nothing reads what is typed there"),
        ("@bob ", "type what to write to bob"),
        ("@ag hi", "'ag' could be p3 (agent-1), p4 (agent-2): say which by its id"),
        ("#mend", "tasks come with a later version; until then write to a pane: @NAME TEXT"),
        ("!", "type a command: it runs in a new pane"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(line: str, words: str) -> None:
    bare = BareDesk("ada", "bob", "agent-1", "agent-2")
    bare.add("p8", "gone", ended=Exit(status=3))
    (offer,) = Finder(bare.desk).offers(line)
    assert offer.entry.refusal
    assert offer.entry.label == words
    assert (offer.entry.do, offer.entry.run, offer.entry.fill) == (None, None, "")


# ---- the others


def staffed(**verdicts: Verdict) -> BareDesk:
    """Panes of these names, each with an agent that does this."""
    bare = BareDesk(*verdicts)
    for number, (name, verdict) in enumerate(verdicts.items(), 1):
        pane = f"p{number}"
        bare.runtime.agents[pane] = AgentFacts(id=number, name=name, pane=pane, cli="claude-code")
        bare.runtime.verdicts[pane] = verdict
    return bare


async def test_text_for_an_agent_goes_through_its_inbox_and_what_becomes_of_it_is_said() -> None:
    bare = staffed(ada=Verdict(state="idle"), bob=Verdict(state="waiting", wait="permission"))
    bare.runtime.holds["p2"] = "it asks for permission"
    offer, _ = Finder(bare.desk).offers("@bob go on")
    assert offer.entry.aside == "held: it asks for permission"
    assert offer.entry.run
    await offer.entry.run()
    assert bare.runtime.said == [("send", {"pane": "p2", "text": "go on", "enter": True})]
    assert Finder(bare.desk).offers("@ad")[0].entry.aside == "write to the agent in tab 1"


async def test_an_agent_can_be_asked_too() -> None:
    bare = staffed(ada=Verdict(state="idle"))
    bare.add("p9", "sh")
    _, offer = Finder(bare.desk).offers("@ada which port?")
    assert (offer.entry.label, offer.entry.aside) == ("ask ada: which port?", "its answer comes to you")
    assert offer.entry.run
    assert await offer.entry.run() == ""
    assert bare.runtime.said == [("ask", {"peer": "ada", "text": "which port?"})]
    assert labels(bare, "@sh which port?") == ["write to sh: which port?"]


async def test_writing_to_all_agents() -> None:
    bare = staffed(ada=Verdict(state="idle"), bob=Verdict(state="working"), cyd=Verdict(state="idle", draft=True))
    bare.runtime.holds = {"p2": "it works", "p3": "you have a draft in its prompt"}
    bare.add("p9", "sh")
    first = Finder(bare.desk).offers("@@ stop  now")[0].entry
    assert first.label == "write to all agents (3): stop  now"
    assert first.aside == "1 now, 1 queued, 1 held"
    assert first.run
    await first.run()
    assert bare.runtime.said == [("broadcast", {"text": "stop  now"})]
    assert labels(bare, "@@")[0] == "type what to write to all agents (3)"


def test_writing_to_all_without_an_agent_keeps_the_text() -> None:
    bare = BareDesk("ada", "bob")
    first, draft, sync = (offer.entry for offer in Finder(bare.desk).offers("@@ stop  now"))
    assert first.refusal
    assert first.label == "no agent is there to write to: spawn one"
    assert sync.do
    sync.do()
    assert draft.do
    draft.do()
    assert bare.done == ["pane.sync", "broadcast.open"]
    assert bare.lately.drafts == {"broadcast": "stop  now"}


def test_a_search_needs_a_pane() -> None:
    assert labels(BareDesk(), "/x") == ["no pane is open to search in"]
    bare = BareDesk("ada")
    (offer,) = Finder(bare.desk).offers("/")
    assert offer.entry.do
    offer.entry.do()
    assert bare.done == ["copy.search"]


async def test_a_command_runs_in_a_pane_named_for_it() -> None:
    bare = BareDesk("ada", "make")
    (offer,) = Finder(bare.desk).offers("!make test | tail")
    assert offer.entry.run
    await offer.entry.run()
    (said,) = bare.runtime.said
    assert isinstance(said, tuple)
    verb, arguments = said
    assert verb == "new"
    assert arguments["name"] == "make-2"
    assert arguments["cwd"] == "/home/make"
    assert arguments["command"][-1] == "make test | tail"


@pytest.mark.parametrize(("command", "status"), [("echo out", 0), ("echo out; exit 3", 3)])
def test_what_a_command_printed_can_be_read(command: str, status: int) -> None:
    words = ["/bin/sh", "-c", STAYS, "/bin/sh", command]
    done = subprocess.run(words, input="\n", capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == status, shlex.join(words)
    assert ("enter closes" in done.stdout) == (status == 0)
    assert done.stdout.startswith("out\n")
