import time

import pytest

from muxer.terminal.portable import PortableEngine


@pytest.mark.parametrize(
    "data",
    ["x\x1b[999999999b", "\x1b[999999999S", "\x1b[999999999T", "\x1b[999999999L", "\x1b[999999999@", "\x1b[999999999I",
     "\x1b[999999999Z", "x\x1b[3g\x1b[999999999I"],
    ids=repr,
)  # fmt: skip
def test_a_huge_count_takes_no_time(data: str) -> None:
    engine = PortableEngine(80, 24)
    start = time.process_time()
    engine.feed(data.encode())
    assert time.process_time() - start < 1


def test_what_is_not_known_changes_nothing() -> None:
    engine = PortableEngine(20, 6)
    before = engine.snapshot()
    engine.feed(b"\x1b[5y\x1b[?5y\x1b[>1z\x1b[=1q\x1b[1:2H\x1b%G\x1b[1$z\x1b[?9999h\x1b[99h\x1b[>8;1m\x1b[99 q\x03")
    assert engine.snapshot() == before
    assert engine.replies == b""
