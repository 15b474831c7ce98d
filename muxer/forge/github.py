"""GitHub and GitHub Enterprise, by their HTTP API. A token is sent to its own host alone, and never shown."""

import json
import os
import subprocess
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from time import localtime, strftime
from typing import Any
from urllib.parse import quote, urlsplit

from muxer.errors import MuxerError
from muxer.forge.forge import Proposal, Pull
from muxer.forge.proxies import line_to
from muxer.forge.remote_urls import Hosted

PATIENCE = 20.0
"""Seconds that it may take to answer."""
LARGEST = 4 << 20
LONGEST = 200
"""Letters that are told of what it says."""


class GitHub:
    """One repository there."""

    def __init__(self, hosted: Hosted, *, token: str, api: str = "") -> None:
        self._hosted, self._token = hosted, token
        self._api = api or api_of(hosted.host)

    def find_open(self, head: str, base: str) -> Pull | None:
        """The one that is open for these branches."""
        named = quote(f"{self._hosted.owner}:{head}", safe="")
        found = self._ask("GET", f"/pulls?state=open&head={named}&base={quote(base, safe='')}")
        # One that does not understand the filter tells of all that are open.
        same = (one for one in found if one["head"]["ref"] == head and one["base"]["ref"] == base)
        return next(map(_pull, same), None)

    def open(self, proposal: Proposal) -> Pull:
        """A new one."""
        given = {"head": proposal.head, "base": proposal.base, "title": proposal.title, "body": proposal.body}
        return _pull(self._ask("POST", "/pulls", given))

    def update(self, pull: Pull, body: str) -> None:
        """Say something else in it."""
        self._ask("PATCH", f"/pulls/{pull.number}", {"body": body})

    def _ask(self, method: str, path: str, given: Mapping[str, str] | None = None) -> Any:
        hosted, place = self._hosted, urlsplit(self._api)
        line = line_to(place, PATIENCE)
        where = f"{place.path}/repos/{quote(hosted.path)}{path}"
        headers = {
            "Accept": "application/vnd.github+json", "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json", "User-Agent": "muxer", "X-GitHub-Api-Version": "2022-11-28",
        }  # fmt: skip
        try:
            line.request(method, where, body=json.dumps(given) if given else None, headers=headers)
            answer = line.getresponse()
            said = _read(answer)
        except (OSError, HTTPException) as error:
            why = _plain(str(error) or type(error).__name__)
            raise MuxerError(f"{place.netloc} cannot be reached: {why}; the work is pushed, try again") from None
        finally:
            line.close()
        if answer.status not in (200, 201) or not isinstance(said, dict | list):
            raise MuxerError(self._trouble(answer, said if isinstance(said, dict) else {}))
        return said

    def _trouble(self, answer: HTTPResponse, said: Mapping[str, Any]) -> str:
        """In one line that says what to do."""
        host, path = self._hosted.host, _plain(self._hosted.path)
        words = _plain(str(said.get("message", "")) or answer.reason)
        if answer.status in (403, 429) and _is_limit(answer, words):
            reset = answer.headers.get("X-RateLimit-Reset", "")
            until = f"after {strftime('%H:%M', localtime(int(reset)))}" if reset.isdecimal() else "in a minute"
            return f"{host} was asked too often: try again {until}"
        match answer.status:
            case 301 | 302 | 307 | 308:
                line = f"{path} moved on {host}: git remote set-url says where it is now"
            case 401:
                line = f"{host} does not accept the token: make a new one, or gh auth login --hostname {host}"
            case 403:
                line = f"the token may not open pull requests in {path}: give it that right ({words})"
            case 404:
                line = f"{path} is not there on {host}, or the token may not see it: give it that right ({words})"
            case 422:
                line = f"{host} refuses the pull request: {_refusals(said) or words}"
            case status:
                line = f"{host} answers {status}: {words}; try again later"
        return line


def api_of(host: str) -> str:
    """Where the API of a host is."""
    if host == "github.com":
        return "https://api.github.com"
    return f"https://api.{host}" if host.endswith(".ghe.com") else f"https://{host}/api/v3"


def token_for(host: str, env: Mapping[str, str] = os.environ) -> str:
    """What the person proves themselves with there; empty where they have nothing. Takes its time.

    A variable that names no host is GitHub's own; another host's has to be named beside it.
    """
    names = ["GITHUB_TOKEN", "GH_TOKEN"]
    named = {env.get("GH_HOST", ""), urlsplit(env.get("GITHUB_SERVER_URL", "")).netloc}
    if not _is_own(host):
        names = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", *names] if host in named else []
    for name in names:
        if token := env.get(name, "").strip():
            return token if token.isascii() and token.isprintable() else ""
    try:
        words = ["gh", "auth", "token", "--hostname", host]
        done = subprocess.run(
            words, env={**env}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    token = done.stdout.strip()
    return token if done.returncode == 0 and token.isascii() and token.isprintable() else ""


def is_github(host: str) -> bool:
    """Does its name say so? A host of Enterprise may be called anything."""
    return _is_own(host) or "github" in host


def _is_own(host: str) -> bool:
    return host == "github.com" or host.endswith(".ghe.com")


def _read(answer: HTTPResponse) -> Any:
    try:
        return json.loads(answer.read(LARGEST) or b"null")
    except ValueError:
        return None


def _pull(said: Mapping[str, Any]) -> Pull:
    return Pull(number=int(said["number"]), url=_plain(str(said["html_url"])), body=str(said.get("body") or ""))


def _is_limit(answer: HTTPResponse, words: str) -> bool:
    headers = answer.headers
    return headers.get("X-RateLimit-Remaining") == "0" or "Retry-After" in headers or "rate limit" in words.lower()


def _refusals(said: Mapping[str, Any]) -> str:
    """GitHub's reasons: some are sentences, some name a field."""
    errors = said.get("errors") or []
    lines = [
        str(one.get("message") or f"{one.get('field', '')} is {one.get('code', 'wrong')}")
        if isinstance(one, dict)
        else str(one)
        for one in (errors if isinstance(errors, list) else [])
    ]
    return _plain("; ".join(lines))


def _plain(text: str) -> str:
    line = "".join(filter(str.isprintable, " ".join(text.split())))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
