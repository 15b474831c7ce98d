"""What a program says, as plain lines."""

import io

import pytest

from muxer.exchange import spoken
from muxer.exchange.spoken import LAST, LONGEST, Spoken


def said(*parts: bytes) -> tuple[str, ...]:
    one = Spoken(io.BytesIO())
    for part in parts:
        one.take(part)
    return one.lines


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        ([b"one\ntwo"], ("one", "two")),
        ([b"on", b"e\r\ntw", b"o\n"], ("one", "two")),
        ([b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\x1b(B\n"], ("red x",)),
        ([b"10%\r20%\r30%"], ("30%",)),
        ([b"10%\r", b"20%\r", b"done\n"], ("done",)),
        ([b"caf\xc3", b"\xa9\n\xff\n"], ("café", "\ufffd")),
        ([b"a\x00b\x08c\x7f\n"], ("abc",)),
        ([b"a\tb\n"], ("a   b",)),
        ([], ()),
    ],
)
def test_lines(parts: list[bytes], lines: tuple[str, ...]) -> None:
    assert said(*parts) == lines


def test_only_the_last_are_kept_and_no_line_is_endless() -> None:
    lines = said(*(b"line %d\n" % number for number in range(1000)), b"x" * 100_000)
    assert (len(lines), lines[-2], len(lines[-1])) == (LAST, "line 999", LONGEST)


def test_all_of_it_is_in_the_file_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "LARGEST", 10)
    file = io.BytesIO()
    one = Spoken(file)
    one.take(b"\x1b[31m123")
    one.take(b"456")
    one.take(b"789")
    assert file.getvalue() == b"\x1b[31m12345"
    assert one.lines == ("123456789",)


def test_a_full_disk_does_not_end_it() -> None:
    with open("/dev/full", "wb", buffering=0) as file:
        one = Spoken(file)
        one.take(b"one\n")
    assert one.lines == ("one",)
