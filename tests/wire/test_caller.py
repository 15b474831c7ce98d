from muxer.errors import UnknownName
from muxer.wire.caller import failure, refusal


def test_a_refusal_travels_by_name() -> None:
    assert refusal(UnknownName("pane", "x", [])) == {
        "error": {"kind": "UnknownName", "text": "no pane named 'x': there is no pane yet"}
    }


def test_a_bug_names_itself_and_the_log() -> None:
    assert str(failure(KeyError("a"), "host.log")) == "the host failed: KeyError: 'a'; see host.log"
