import threading
import time
from collections.abc import Iterator

from muxer.checkup.finding import Finding, run_checks
from muxer.errors import MuxerError


def fine() -> Iterator[Finding]:
    yield Finding(what="a", finding="one")
    yield Finding(what="a", finding="two")


def test_a_check_that_fails_is_a_finding_in_one_line() -> None:
    def refused() -> Iterator[Finding]:
        yield Finding(what="b", finding="not kept")
        raise MuxerError("it is\nwrong: mend it")

    def forbidden() -> Iterator[Finding]:
        open("/proc/self/mem/x")  # noqa: SIM115 - it cannot be opened
        yield Finding(what="c", finding="never")

    found = run_checks({"a": fine, "b": refused, "c": forbidden})
    assert list(found) == ["a", "b", "c"]
    assert [one.finding for one in found["a"]] == ["one", "two"]
    assert found["b"] == [Finding(what="b", finding="it is wrong: mend it", grade="wrong")]
    assert found["c"][0].grade == "wrong"
    assert "Not a directory" in found["c"][0].finding


def test_one_that_comes_to_no_end_is_not_waited_for_and_holds_up_no_other() -> None:
    over = threading.Event()

    def endless() -> Iterator[Finding]:
        over.wait()
        yield Finding(what="b", finding="at last")

    start = time.monotonic()
    found = run_checks({"b": endless, "a": fine}, patience=0.2)
    assert time.monotonic() - start < 5
    over.set()
    assert found["b"] == [Finding(what="b", finding="not known after 0.2 s", grade="wrong")]
    assert len(found["a"]) == 2
