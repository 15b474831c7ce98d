"""The same HTTP over the network, when a person asks for it: on this machine only, and for who has the token.

A browser that was led here by a foreign page is kept out by its Host and Origin, anybody else by the token.
"""

import asyncio
import contextlib
import hmac
import os
import re
import secrets
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass
from ipaddress import ip_address

from muxer.errors import MuxerError, UsageError
from muxer.wire.http import HEAD_LIMIT, Head, Refused
from muxer.wire.web import Offer, Web

MOST = 256
"""Connections at a time: strangers can open them, too, and the host needs its file descriptors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Where the door is, and the file that holds the token for it."""

    url: str
    token_file: str


class Doorway:
    """At most one open door."""

    def __init__(self, offer: Offer, folder: str) -> None:
        self._offer, self._token_file = offer, f"{folder}/token"
        self._server: asyncio.Server | None = None
        self._web = Web(offer)
        self.opened: Opened | None = None

    async def open(self, address: str, port: int, *, anywhere: bool = False) -> Opened:
        """Listen there; any free port for 0. Raises MuxerError."""
        if self.opened:
            raise MuxerError(f"{self.opened.url} is open already: close it with muxer serve --stop")
        local = _is_loopback(address)
        if not (local or anywhere):
            raise UsageError(f"{address} lets other machines run programs as you: --i-know says that you want it")
        token = secrets.token_urlsafe(32)
        try:
            self._server = await asyncio.start_server(self._let_in, address, port, limit=HEAD_LIMIT)
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "a port is a number up to 65535"
            raise UsageError(f"cannot listen on {address} port {port}: {why}; choose another --port") from None
        port = self._server.sockets[0].getsockname()[1]
        self._web = Web(self._offer, _Guard(token, port, local=local).check)
        self._write(token)
        host = f"[{address}]" if ":" in address else address
        self.opened = Opened(url=f"http://{host}:{port}", token_file=self._token_file)
        return self.opened

    def close(self) -> None:
        """Nobody comes in any more, and who is in has to leave."""
        if self._server:
            self._server.close()
            self._web.close()
            self._server = self.opened = None
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._token_file)

    def _write(self, token: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._token_file)  # what a host that was killed left there may be open to somebody
        with os.fdopen(os.open(self._token_file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(token)

    async def _let_in(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self._web.crowd < MOST:
            await self._web.serve(reader, writer)
        else:
            writer.close()


class _Guard:
    """Looks at every request."""

    def __init__(self, token: str, port: int, *, local: bool) -> None:
        self._wanted = f"Bearer {token}".encode()
        self._port, self._local = port, local

    def check(self, head: Head) -> None:
        """Raises Refused."""
        host = head.headers.get("host", "")
        if not self._is_here(host):
            raise Refused(403, "the Host header names another place")
        if head.headers.get("origin", f"http://{host}") != f"http://{host}":
            raise Refused(403, "pages of other places are not answered")
        given = head.headers.get("authorization", "").encode("latin-1")
        if head.path != "/healthz" and not hmac.compare_digest(given, self._wanted):
            raise Refused(
                401, "the token is missing or wrong: muxer serve says where it is", "WWW-Authenticate: Bearer"
            )

    def _is_here(self, host: str) -> bool:
        """A foreign name may lead here, too; a number cannot be made to."""
        found = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\]:([0-9]+)|([^:]+):([0-9]+)", host)
        if not found or int(found[2] or found[4]) != self._port:
            return False
        name = found[1] or found[3]
        if name == "localhost":
            return True
        try:
            return ip_address(name).is_loopback or not self._local
        except ValueError:
            return False


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        raise UsageError(f"{address!r} is no address: give one in numbers, like 127.0.0.1") from None
