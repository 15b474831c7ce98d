"""The line to a host: straight, or through the proxy that the person's environment names for it."""

from base64 import b64encode
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from muxer.errors import MuxerError


def line_to(place: SplitResult, patience: float) -> HTTPConnection:
    """Not connected yet. A proxy only passes on what is said: it sees the host's name alone. Raises MuxerError."""
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    named = getproxies().get(place.scheme, "")
    if not named or proxy_bypass(place.netloc):
        return kind(place.netloc, timeout=patience)
    proxy = urlsplit(named if "://" in named else f"http://{named}")
    if proxy.scheme != "http" or not proxy.hostname or not (port := _port(proxy)):
        hint = "set HTTPS_PROXY to http://HOST:PORT, or NO_PROXY"
        raise MuxerError(f"muxer cannot speak to the proxy for {place.netloc}: {hint}")
    line = kind(proxy.hostname, port, timeout=patience)
    line.set_tunnel(place.netloc, headers=_credentials(proxy))
    return line


def _port(proxy: SplitResult) -> int:
    try:
        return proxy.port or 80
    except ValueError:
        return 0


def _credentials(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    words = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(words.encode()).decode()}"}
