from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.wire.http import BODY_LIMIT, END, Head, Refused, answer, parse_head


def parse(*lines: str) -> Head:
    return parse_head("\r\n".join(lines).encode("latin-1") + END)


def test_a_request() -> None:
    head = parse(
        "GET /v1/events?kind=run&kind=pane&since= HTTP/1.1", "Host: here", "LAST-Event-ID:  7 ", "x:", "Accept: a\tb"
    )
    assert (head.method, head.path, head.length, head.keep) == ("GET", "/v1/events", 0, True)
    assert head.query == {"kind": ["run", "pane"], "since": [""]}
    assert head.headers == {"host": "here", "last-event-id": "7", "x": "", "accept": "a\tb"}


def test_what_ends_a_connection() -> None:
    assert not parse("GET / HTTP/1.0").keep
    assert not parse("GET / HTTP/1.1", "Host: a", "Connection: Close").keep
    assert parse("POST / HTTP/1.1", "Host: a", "Content-Length: 3").length == 3


def test_a_header_that_comes_twice_is_worth_nothing() -> None:
    assert parse("GET / HTTP/1.1", "Host: a", "Host: b").headers["host"] == "a, b"
    with pytest.raises(Refused, match="no number"):
        parse("POST / HTTP/1.1", "Host: a", "Content-Length: 3", "Content-Length: 3")


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (400, ["nonsense"]),
        (400, ["GET /"]),
        (400, ["GET  / HTTP/1.1", "Host: a"]),
        (400, ["GET http://a/ HTTP/1.1", "Host: a"]),
        (400, ["GET /é HTTP/1.1", "Host: a"]),
        (400, ["GET / HTTP/1.1\n", "Host: a"]),
        (505, ["GET / HTTP/2.0", "Host: a"]),
        (400, ["GET / HTTP/1.1"]),
        (400, ["GET / HTTP/1.1", "Host : a"]),
        (400, ["GET / HTTP/1.1", "Host: a", " folded"]),
        (400, ["GET / HTTP/1.1", "Host: a", "no colon"]),
        (400, ["GET / HTTP/1.1", "Host: a", "x: a\nContent-Length: 5"]),
        (400, ["GET / HTTP/1.1", "Host: a", "x: a\x00"]),
        (400, ["GET / HTTP/1.1", "Host: a", "Content-Length: 5"]),
        (400, ["POST / HTTP/1.1", "Host: a", "Content-Length: +5"]),
        (400, ["POST / HTTP/1.1", "Host: a", "Content-Length: ٥".encode().decode("latin-1")]),
        (400, ["POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"]),
        (411, ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked"]),
        (411, ["POST / HTTP/1.1", "Host: a"]),
        (413, ["POST / HTTP/1.1", "Host: a", f"Content-Length: {BODY_LIMIT + 1}"]),
    ],
)
def test_what_is_refused(status: int, lines: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        parse(*lines)
    assert caught.value.status == status


@given(st.binary(max_size=200))
def test_anything_is_read_or_refused(data: bytes) -> None:
    for prefix in (b"", b"GET / HTTP/1.1\r\n", b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: "):
        with suppress(Refused):
            assert 0 <= parse_head(prefix + data + END).length <= BODY_LIMIT


def test_an_answer() -> None:
    said = answer(405, b"{}\n", "Allow: GET", keep=False)
    head, _, body = said.partition(END)
    assert body == b"{}\n"
    assert head.decode().split("\r\n") == [
        "HTTP/1.1 405 Method Not Allowed",
        "Content-Type: application/json",
        "Content-Length: 3",
        "Cache-Control: no-store",
        "Connection: close",
        "Allow: GET",
    ]
