import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.agents.splicing import with_hooks, without_hooks
from muxer.errors import MuxerError

OURS = {"Stop": {"hooks": [{"command": "ours Stop"}]}, "Start": {"command": "ours Start"}}


def ours(event: str, entry: Any) -> bool:
    return f"ours {event}" in json.dumps(entry)


WRITTEN = [
    "{}\n",
    '{"a": 1}',
    '{"a":1,"b":[1,{"c":"}\\"],"}]}',
    '{\n\t"a" : "x",\n\t"hooks" : {\n\t\t"Stop" : [\n\t\t\t{"command": "theirs"}\n\t\t]\n\t}\n}\n',
    '{\r\n    "hooks": {"Other": [1, 2], "Stop": [ {"k": "{["} ]},\r\n    "z": -1.5e3\r\n}\r\n',
    '{"hooks": {"Stop": [{"command": "a"},{"command": "b"}], "X": []}, "größe": "日本\\ud83d\\ude00"}',
]


@pytest.mark.parametrize("text", WRITTEN)
def test_ours_come_and_go_and_leave_every_other_byte(text: str) -> None:
    written = with_hooks(text, OURS, ours)
    before, after = json.loads(text), json.loads(written)
    for event, entry in OURS.items():
        assert after["hooks"][event] == [*before.get("hooks", {}).get(event, []), entry]
        after["hooks"][event].remove(entry)
    after["hooks"] = {event: entries for event, entries in after["hooks"].items() if entries or event == "X"}
    assert (
        {**after, "hooks": before["hooks"]} if "hooks" in before else {k: v for k, v in after.items() if v}
    ) == before
    assert with_hooks(written, OURS, ours) == written
    assert without_hooks(written, ours) == (text if text != "{}\n" else "{}\n")


def test_what_is_inserted_looks_like_what_is_there() -> None:
    assert with_hooks('{\n    "a": 1\n}\n', {"Stop": {"b": [2]}}, ours) == (
        '{\n    "a": 1,\n    "hooks": {\n      "Stop": [\n        {\n          "b": [\n            2\n          ]\n'
        "        }\n      ]\n    }\n}\n"
    )
    assert with_hooks('{"hooks": {"Stop": [1]}}', {"Stop": 2}, ours) == '{"hooks": {"Stop": [1, 2]}}'
    assert json.loads(with_hooks("", {"Stop": 1}, ours, version=1)) == {"version": 1, "hooks": {"Stop": [1]}}
    assert json.loads(with_hooks('{"version": 3}', {"Stop": 1}, ours, version=1))["version"] == 3


def test_older_ones_of_ours_are_replaced() -> None:
    text = '{"hooks": {"Stop": [{"command": "ours Stop of old"}, 5], "Gone": [{"command": "ours Gone"}]}}'
    assert json.loads(with_hooks(text, OURS, ours))["hooks"] == {
        "Stop": [5, OURS["Stop"]],
        "Start": [OURS["Start"]],
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{\n // mine\n}", "line 2 is not JSON"),
        ("[]", "it does not hold a JSON object"),
        ('{"hooks": []}', 'its "hooks" are not lists by event'),
        ('{"hooks": {"Stop": {}}}', 'its "hooks" are not lists by event'),
        ('{"a":' + "[" * 100_000, "it is nested too deep"),
    ],
)
def test_what_cannot_be_understood_is_refused(text: str, why: str) -> None:
    with pytest.raises(MuxerError, match=f"^{why}"):
        with_hooks(text, OURS, ours)
    with pytest.raises(MuxerError, match=f"^{why}"):
        without_hooks(text, ours)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
hooks = st.dictionaries(
    st.sampled_from(["Stop", "Start", "Else"]), st.lists(values, min_size=1, max_size=3), min_size=1
)


@given(
    data=st.dictionaries(st.text().filter(lambda name: name != "hooks"), values, max_size=4),
    theirs=st.none() | hooks,
    indent=st.sampled_from([None, 0, 1, 4, "\t"]),
    ascii_only=st.booleans(),
)
def test_whatever_is_there_is_there_again(
    data: dict[str, Any], theirs: dict[str, Any] | None, indent: int | str | None, *, ascii_only: bool
) -> None:
    whole = data if theirs is None else {**data, "hooks": theirs}
    text = json.dumps(whole, indent=indent, ensure_ascii=ascii_only)
    written = with_hooks(text, OURS, ours)
    assert without_hooks(written, ours) == text
    assert {name: value for name, value in json.loads(written).items() if name != "hooks"} == data
