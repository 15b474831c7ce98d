import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from muxer.agents.spec import Cli
from muxer.commands.table import load_verbs, run, verb_named
from muxer.errors import UnknownName
from muxer.fleet.agent import Agent
from muxer.model import Usage
from muxer.services import Services

USED = {
    "ada": Usage(input=12_300, output=4100, cached=1_240_000, context=182_000, window=258_400, cost=0.412, model="m-1"),
    "bob": Usage(input=700, output=30, cached=0, context=800),
    "cyd": Usage(source="muxer knows no record that Aider keeps of its tokens"),
}


class Crew:
    """Agents, and a meter that has read what they used."""

    def __init__(self, *names: str) -> None:
        self.living: dict[str, Agent] = {}
        self.names = names
        for number, name in enumerate(names, 1):
            cli = Cli(name="claude-code" if name != "cyd" else "aider", title="", short="")
            self.living[f"p{number}"] = Agent(number, f"p{number}", cli, token="", folder="/", spawned_at=0.0)

    def find(self, word: str) -> Agent:
        if word not in self.names:
            raise UnknownName("agent", word, list(self.names))
        return self.living[f"p{self.names.index(word) + 1}"]

    async def read(self, agent: Agent) -> Usage:
        return USED[self.names[agent.id - 1]]

    @property
    def services(self) -> Services:
        panes = {pane: SimpleNamespace(name=self.names[one.id - 1]) for pane, one in self.living.items()}
        made = SimpleNamespace(agents=self, meter=self, panes=SimpleNamespace(living=panes))
        return cast("Services", made)


async def asked(crew: Crew, *names: str) -> tuple[Any, str]:
    load_verbs()
    verb = verb_named("usage")
    result = await run(verb, crew.services, {"agent": list(names)})
    assert verb.show
    return json.loads(json.dumps(result)), verb.show(result)


async def test_each_agent_has_a_row_and_all_have_a_sum() -> None:
    result, shown = await asked(Crew("ada", "bob", "cyd"))
    assert shown.splitlines() == [
        "AGENT  CLI          INPUT  OUTPUT  CACHED  CONTEXT   COST   MODEL",
        "ada    claude-code  12k    4.1k    1.2M    182k 70%  $0.41  m-1",
        "bob    claude-code  700    30      0       800       -",
        "cyd    aider        -      -       -       -         -",
        "all                 13k    4.1k    1.2M    -         $0.41",
        "cyd: muxer knows no record that Aider keeps of its tokens",
    ]
    assert result["total"] == {"input": 13_000, "output": 4130, "cached": 1_240_000, "cost": 0.412, "unknown": 1}
    assert result["agents"][0]["share"] == pytest.approx(0.704, abs=0.001)


async def test_only_who_is_named_is_shown() -> None:
    result, shown = await asked(Crew("ada", "bob"), "bob", "bob")
    assert [row["name"] for row in result["agents"]] == ["bob"]
    assert len(shown.splitlines()) == 2
    with pytest.raises(UnknownName, match="bob"):
        await asked(Crew("ada", "bob"), "bobb")


async def test_a_sum_of_nothing_known_is_unknown() -> None:
    result, _ = await asked(Crew("cyd"))
    assert result["total"] == {"input": None, "output": None, "cached": None, "cost": None, "unknown": 1}


async def test_without_agents_it_says_what_to_do() -> None:
    _, shown = await asked(Crew())
    assert shown == "no agent was spawned yet: muxer spawn"
