from muxer.agents.signs import Told
from muxer.agents.spec import Cli
from muxer.fleet.agent import TOLD, Agent


def ada() -> Agent:
    cli = Cli(name="toy", title="Toy", short="toy")
    return Agent(3, "p1", cli, token="secret", folder="/w/ada", spawned_at=1.0)


def test_its_facts_say_who_it_is_and_nothing_that_proves_it() -> None:
    agent = ada()
    agent.role, agent.branch, agent.workspace, agent.session = "fixer", "work", "worktree", "0f"
    facts = agent.facts("ada")
    assert (facts.id, facts.name, facts.pane, facts.cli, facts.folder) == (3, "ada", "p1", "toy", "/w/ada")
    assert (facts.role, facts.branch, facts.workspace, facts.session) == ("fixer", "work", "worktree", "0f")
    assert "secret" not in repr(facts)


def test_only_the_last_of_what_its_hooks_said_is_kept() -> None:
    agent = ada()
    agent.told.extend(Told(kind="tool", at=float(number)) for number in range(TOLD + 5))
    assert [len(agent.told), agent.told[0].at] == [TOLD, 5.0]
