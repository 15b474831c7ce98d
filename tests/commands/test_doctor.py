"""The whole of it, as a person runs it."""

import json
import time
from typing import Any

from muxer.commands.doctor import doctor
from muxer.commands.line import answer_words
from muxer.commands.table import VERBS, load_verbs
from tests.conftest import Desk
from tests.house import house_in


def graded(answer: dict[str, Any], grade: str) -> list[dict[str, Any]]:
    """Others' processes on this machine are not what is tested here."""
    return [one for one in answer["findings"] if one["grade"] == grade and one["what"] != "leftovers"]


def test_all_is_well_and_fits_on_a_screen(desk: Desk) -> None:
    desk.new("cat", name="a")
    seat = desk.sit("doctor", rows=40)
    status = seat.wait_exit()
    lines = [line for line in seat.screen() if line]
    assert status == any(line.startswith("  ✗") for line in lines)
    assert lines[0] == "Muxer"
    others = sum("✗ leftovers" in line for line in lines)  # other programs of this machine
    assert len(lines) - others <= 24, seat.text
    assert [line for line in lines if line.startswith("  ✗") and "leftovers" not in line] == []
    assert any(line.startswith("  ✓ terminal    bittty") for line in lines)
    assert "Traceback" not in seat.text


def test_what_is_wrong_is_told_with_a_remedy_and_is_the_exit_status(desk: Desk) -> None:
    desk.set("[look]\nclok = 3\n")
    start = time.monotonic()
    ran = desk.run("doctor", "--json", check=False)
    assert time.monotonic() - start < 10
    assert ran.returncode == 1
    (one,) = graded(json.loads(ran.stdout), "wrong")
    assert (one["group"], one["what"]) == ("muxer", "settings")
    assert "config.toml:2" in one["finding"]
    told = desk.run("doctor", check=False)
    assert told.returncode == 1
    assert "  ✗ settings    " in told.stdout
    assert told.stdout.splitlines()[-1].endswith("wrong")
    assert all(len(line) < 80 for line in told.stdout.splitlines())


async def test_a_host_is_asked_within_itself_too() -> None:
    load_verbs()
    async with house_in() as house:
        answer = await doctor(house.services)
        assert {one["group"] for one in answer["findings"]} == {"muxer", "host", "programs", "terminal"}
        assert "Muxer\n" in await answer_words("doctor", house.services)
        assert not VERBS["doctor"].hidden
