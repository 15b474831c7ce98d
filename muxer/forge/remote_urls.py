"""What the address of a remote says: the host that a repository lies on, whose it is, and its name there."""

import re
from dataclasses import dataclass

_URL = re.compile(
    r"(?P<scheme>https?|git|ssh|git\+ssh|ssh\+git)://(?:[^/]*@)?(?P<host>\[[^]/]+\]|[^/:]+)(?::(?P<port>\d*))?/(?P<path>.+)",
    re.IGNORECASE,
)
_SCP = re.compile(r"(?:[^/:]*@)?(?P<host>\[[^]/]+\]|[^/:@]+):(?P<path>.+)")
_SAME = {"ssh.github.com": "github.com", "www.github.com": "github.com"}
"""Other names of a host: GitHub's ssh on port 443, its web pages."""
_USUAL = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """A repository on a host."""

    host: str
    """With its port, where it is asked there by http."""
    owner: str
    name: str

    @property
    def path(self) -> str:
        """As people write it."""
        return f"{self.owner}/{self.name}"

    @property
    def page(self) -> str:
        """Where people look at it."""
        return f"https://{self.host}/{self.path}"


def hosted_by(url: str) -> Hosted | None:
    """What a remote's address says; None for a folder, and for what nobody hosts."""
    found = _URL.fullmatch(url) or (None if "://" in url else _SCP.fullmatch(url))
    if found is None:
        return None
    said = found.groupdict()
    host, scheme, port = said["host"].lower(), (said.get("scheme") or "ssh").lower(), said.get("port") or ""
    if port and scheme in _USUAL and port != _USUAL[scheme]:
        host = f"{host}:{port}"
    owner, _, name = said["path"].strip("/").removesuffix(".git").strip("/").rpartition("/")
    if not owner or not name or not url.isprintable():
        return None
    return Hosted(host=_SAME.get(host, host), owner=owner, name=name)
