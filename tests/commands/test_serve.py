"""The way in over the network, opened and closed by a verb."""

import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from muxer.commands.offering import offer
from muxer.commands.table import VERBS, load_verbs, run, verb_named
from muxer.wire.doorway import Doorway
from tests.conftest import Desk
from tests.house import House, house_in
from tests.wire.homes import wait_until

load_verbs()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_in() as made:

        async def call(*_: object) -> object:
            return None

        offered = offer(lambda: made.services, call, lambda: True, "host.log")
        made.services.doorway = Doorway(offered, made.paths.folder)
        yield made
        made.services.doorway.close()


async def serve(house: House, **arguments: object) -> tuple[Any, str]:
    answer = await run(verb_named("serve"), house.services, arguments)
    show = VERBS["serve"].show
    assert show
    return answer, show(answer)


async def test_it_says_where_and_where_the_token_is(house: House) -> None:
    answer, words = await serve(house)
    assert answer["token_file"] == f"{house.paths.folder}/token"
    assert words == f"listening on {answer['url']}; the token is in {answer['token_file']}"
    assert Path(answer["token_file"]).read_text() not in json.dumps(answer)


async def test_it_stops(house: House) -> None:
    await serve(house)
    assert await serve(house, stop=True) == ({"url": "", "token_file": ""}, "closed")
    assert await serve(house, stop=True) == ({"url": "", "token_file": ""}, "closed")
    answer, _ = await serve(house)
    assert answer["url"]


def fetch(url: str, token: str = "", body: bytes | None = None) -> Any:
    request = urllib.request.Request(url, data=body, headers={"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def test_through_a_real_host(desk: Desk) -> None:
    made = desk.new("cat", name="first")
    served = desk.json("serve")
    token = Path(served["token_file"]).read_text()
    assert fetch(f"{served['url']}/healthz") == {"ok": True}
    with pytest.raises(urllib.error.HTTPError, match="401"):
        fetch(f"{served['url']}/v1")
    verbs = {verb["name"]: verb for verb in fetch(f"{served['url']}/v1", token)["ok"]}
    assert verbs["new"]["inputSchema"]["type"] == "object"
    panes = fetch(f"{served['url']}/v1/ls", token, b"{}")["ok"]["panes"]
    assert [pane["id"] for pane in panes] == [made["id"]]
    with pytest.raises(urllib.error.HTTPError, match="400"):
        fetch(f"{served['url']}/v1/events", token, b'{"follow": true}')
    request = urllib.request.Request(
        f"{served['url']}/v1/events?since=0&kind=pane.opened", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as events:
        assert events.readline().startswith(b"id: ")
        assert json.loads(events.readline().removeprefix(b"data: "))["subject"] == made["id"]
    log = Path(desk.env["XDG_STATE_HOME"], "muxer", "desk")
    assert not any(token in file.read_text(errors="replace") for file in log.glob("*.log"))
    desk.run("stop")
    wait_until(lambda: not Path(served["token_file"]).exists())
    with pytest.raises(OSError, match="refused"):
        fetch(f"{served['url']}/healthz")
