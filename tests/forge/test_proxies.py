"""A forge is asked through the proxy that the environment names: a real one, which tunnels."""

import gc
import socket
import socketserver
import threading
from base64 import b64encode
from collections.abc import Iterator

import pytest

from muxer.errors import MuxerError
from muxer.forge.forge import Proposal, propose
from muxer.forge.github import GitHub
from muxer.forge.remote_urls import Hosted
from tests.forge.fake_github import TOKEN, GitHubServer, github_server

SHOP = Hosted(host="github.com", owner="acme", name="shop")
PROPOSAL = Proposal(head="muxer/kim/ada/work", base="main", title="round totals", body="* abc1234 round totals")
NAMES = "http_proxy", "https_proxy", "no_proxy", "all_proxy"


class Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.asked: list[str] = []
        """Where to, and by whom."""
        self.allows = True

    @property
    def at(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Tunnel(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        lines = [line.decode().strip() for line in iter(self.rfile.readline, b"\r\n")]
        said = next((line for line in lines if line.startswith("Proxy-Authorization:")), "")
        self.server.asked.append(" ".join(filter(None, (*lines[0].split()[:2], said))))
        if not self.server.allows:
            self.wfile.write(b"HTTP/1.1 407 Who are you\r\n\r\n")
            return
        host, _, port = lines[0].split()[1].rpartition(":")
        with socket.create_connection((host, int(port))) as far:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=self._pass_on, args=(far, self.connection))
            back.start()
            self._pass_on(self.connection, far)
            back.join()

    @staticmethod
    def _pass_on(one: socket.socket, other: socket.socket) -> None:
        while data := one.recv(65_536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with github_server() as made:
        yield made


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with Proxy() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.mark.parametrize("form", ["http://{}", "{}"])
def test_it_goes_through_the_proxy(
    server: GitHubServer, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", form.format(proxy.at))
    pull, _ = propose(GitHub(SHOP, token=TOKEN, api=server.api), PROPOSAL)
    assert pull.number == 1
    assert proxy.asked == [f"CONNECT 127.0.0.1:{server.server_address[1]}"] * 2
    assert [line.split()[0] for line in server.asked] == ["GET", "POST"]


def test_hosts_that_are_left_out_are_asked_straight(
    server: GitHubServer, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.at}")
    monkeypatch.setenv("NO_PROXY", "example.org,127.0.0.1")
    propose(GitHub(SHOP, token=TOKEN, api=server.api), PROPOSAL)
    assert (proxy.asked, len(server.asked)) == ([], 2)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # of Python 3.11's own, where a tunnel is refused
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_proxy_that_says_no_hears_no_token(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://kim:p%40ss@{proxy.at}")
    proxy.allows = False
    with pytest.raises(MuxerError, match=r"api\.github\.com cannot be reached: .*407") as trouble:
        GitHub(SHOP, token=TOKEN).find_open("a", "main")
    assert "p@ss" not in str(trouble.value)
    del trouble
    gc.collect()
    by = b64encode(b"kim:p@ss").decode()
    assert proxy.asked == [f"CONNECT api.github.com:443 Proxy-Authorization: Basic {by}"]


@pytest.mark.usefixtures("proxy")
@pytest.mark.parametrize("named", ["socks5://127.0.0.1:1080", "http://", "http://proxy:x"])
def test_another_kind_of_proxy_is_said(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", named)
    with pytest.raises(MuxerError, match=r"set HTTPS_PROXY to http://HOST:PORT, or NO_PROXY"):
        GitHub(SHOP, token=TOKEN).find_open("a", "main")
