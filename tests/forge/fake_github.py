"""A server on this machine that speaks the part of GitHub's API that muxer uses."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "secret-token"


class GitHubServer(ThreadingHTTPServer):
    """Pull requests of one repository."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pulls: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.refuses: tuple[int, dict[str, str], Any] | None = None
        """A status, headers and a body for whatever is asked."""

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api/v3"


class _Handler(BaseHTTPRequestHandler):
    server: GitHubServer

    def _answer(self, status: int, said: Any, headers: dict[str, str] | None = None) -> None:
        body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _given(self) -> dict[str, Any]:
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")  # type: ignore[no-any-return]

    def _do(self) -> None:
        given, place = self._given(), urlsplit(self.path)
        self.server.asked.append(f"{self.command} {self.path}")
        if self.server.refuses:
            status, headers, said = self.server.refuses
            self._answer(status, said, headers)
            return
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, {"message": "Bad credentials"})
            return
        home = "/api/v3/repos/acme/shop/pulls"
        if place.path == home and self.command == "GET":
            query = parse_qs(place.query)
            owner, _, head = query["head"][0].partition(":")
            found = [
                pull
                for pull in self.server.pulls
                if (owner, head, query["base"][0], query["state"][0])
                == ("acme", pull["head"]["ref"], pull["base"]["ref"], pull["state"])
            ]
            self._answer(200, found)
        elif place.path == home and self.command == "POST":
            number = len(self.server.pulls) + 1
            pull = {
                "number": number, "html_url": f"https://github.com/acme/shop/pull/{number}", "state": "open",
                "title": given["title"], "body": given["body"], "head": {"ref": given["head"]},
                "base": {"ref": given["base"]},
            }  # fmt: skip
            self.server.pulls.append(pull)
            self._answer(201, pull)
        elif place.path.startswith(f"{home}/") and self.command == "PATCH":
            pull = self.server.pulls[int(place.path.rpartition("/")[2]) - 1]
            pull.update(given)
            self._answer(200, pull)
        else:
            self._answer(404, {"message": "Not Found"})

    do_GET = do_POST = do_PATCH = _do  # noqa: N815 - as http.server names them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quietly."""


@contextmanager
def github_server() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
