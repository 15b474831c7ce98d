import re
from dataclasses import replace

import pytest

from muxer.commands import table
from muxer.commands.pages import overview, page
from muxer.commands.table import Function, Verb, command, verb_named
from tests.commands.toy_verbs import TOYS


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> dict[str, Verb]:
    verbs = dict(TOYS)
    monkeypatch.setattr(table, "VERBS", verbs)
    return verbs


@pytest.mark.parametrize("name", sorted(TOYS))
def test_help_fits_a_screen(name: str) -> None:
    text = page(verb_named(name))
    assert_fits(text)
    assert text.startswith(f"usage: muxer {name}")
    for parameter in verb_named(name).parameters:
        assert parameter.word in text


def assert_fits(text: str) -> None:
    assert len(text.splitlines()) <= 23, text
    assert max(map(len, text.splitlines())) < 80, text


@pytest.mark.parametrize("many", [0, 3, 80])
def test_all_verbs_fit_a_screen(toys: dict[str, Verb], many: int) -> None:
    for number in range(many):

        async def function(_services: object) -> None:
            """Do one more of the many things that a verb could do, in words that no line could hold to its end."""

        function.__name__ = f"toy_{number}"
        command(function)
    text = overview(toys.values())
    assert_fits(text)
    shown = re.findall(r"[\w-]+", text)
    assert set(toys) - {"import"} <= set(shown)
    assert "import" not in shown
    assert ("Open a pane" in text) is (many < 10)


def test_groups_of_one_are_told_together(toys: dict[str, Verb]) -> None:
    for number in range(20):
        toys[f"toy-{number}"] = replace(
            toys["stop"], name=f"toy-{number}", function=_lonely(f"muxer.commands.m{number}")
        )
    rows = overview(toys.values()).splitlines()
    assert any(row.startswith("more       toy-0 toy-1 ") for row in rows)
    assert any(row.startswith("toy_verbs  new send keys") for row in rows)


def _lonely(module: str) -> Function:
    async def lonely(_services: object) -> None: ...

    lonely.__module__ = module
    return lonely
