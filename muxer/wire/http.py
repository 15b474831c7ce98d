"""HTTP/1.1 without I/O: a request's head, read so strictly that nothing can be understood in two ways, and answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs

HEAD_LIMIT = 32 << 10
BODY_LIMIT = 16 << 20
END = b"\r\n\r\n"

_REQUEST = re.compile(r"([A-Za-z]+) (/[!-~]*) HTTP/([0-9])\.([0-9])")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([ \t!-~\x80-\xff]*?)[ \t]*")


class Refused(Exception):
    """A request that is not answered as it wishes. The connection ends with it."""

    def __init__(self, status: int, text: str, *headers: str) -> None:
        super().__init__(text)
        self.status, self.headers = status, headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """All of a request but its body."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """By their names in small letters."""
    length: int
    """Of the body."""
    keep: bool
    """Another request may follow."""


def parse_head(data: bytes) -> Head:
    """Of what came up to the empty line. Raises Refused."""
    request, *lines = data.removesuffix(END).decode("latin-1").split("\r\n")
    found = _REQUEST.fullmatch(request)
    if not found:
        raise Refused(400, "this is no HTTP request")
    method, target, major, minor = found.groups()
    if major != "1":
        raise Refused(505, "only HTTP/1.1 is spoken here")
    headers: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)
        if not header:
            raise Refused(400, "a header is malformed")
        name = header[1].lower()
        # One that must be there once only is of no use in two versions: no check of it holds for both.
        headers[name] = f"{headers[name]}, {header[2]}" if name in headers else header[2]
    if minor != "0" and "host" not in headers:
        raise Refused(400, "the Host header is missing")
    path, _, query = target.partition("?")
    return Head(
        method=method,
        path=path,
        query=parse_qs(query, keep_blank_values=True),
        headers=headers,
        length=_length(method, headers),
        keep=minor != "0" and headers.get("connection", "").lower() != "close",
    )


def _length(method: str, headers: Mapping[str, str]) -> int:
    given = headers.get("content-length")
    if "transfer-encoding" in headers:
        if given is not None:
            raise Refused(400, "a body has a Content-Length or is in chunks, not both")
        raise Refused(411, "bodies in chunks are not taken: send a Content-Length")
    if given is None:
        if method == "POST":
            raise Refused(411, "a POST needs a Content-Length")
        return 0
    if not re.fullmatch("[0-9]{1,18}", given):
        raise Refused(400, "the Content-Length is no number")
    length = int(given)
    if length and method != "POST":
        raise Refused(400, f"a {method} has no body")
    if length > BODY_LIMIT:
        raise Refused(413, f"a body has {BODY_LIMIT} bytes at most")
    return length


def answer(status: int, body: bytes, *headers: str, keep: bool) -> bytes:
    """A whole answer in JSON."""
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        f"Connection: {'keep-alive' if keep else 'close'}",
        *headers,
    )
    return "\r\n".join(lines).encode() + END + body


EVENT_STREAM = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
