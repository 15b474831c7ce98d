"""GitHub's API, spoken with a real server on this machine."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.forge.forge import Proposal, propose
from muxer.forge.github import GitHub, api_of, is_github, token_for
from muxer.forge.remote_urls import Hosted
from tests.forge.fake_github import TOKEN, GitHubServer, github_server

SHOP = Hosted(host="github.com", owner="acme", name="shop")
PROPOSAL = Proposal(head="muxer/kim/ada/work", base="main", title="round totals", body="* abc1234 round totals")


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with github_server() as made:
        yield made


def forge(server: GitHubServer, token: str = TOKEN) -> GitHub:
    return GitHub(SHOP, token=token, api=server.api)


def test_one_is_opened_and_then_brought_up_to_date(server: GitHubServer) -> None:
    pull, is_new = propose(forge(server), PROPOSAL)
    assert (pull.number, pull.url, is_new) == (1, "https://github.com/acme/shop/pull/1", True)
    server.pulls[0]["title"] = "A better title"
    server.pulls[0]["body"] = f"Closes #7.\n\n{server.pulls[0]['body']}\n\nThanks!"
    again = Proposal(head=PROPOSAL.head, base="main", title="other", body="* def5678 and half cents")
    pull, is_new = propose(forge(server), again)
    assert (pull.number, is_new, len(server.pulls)) == (1, False, 1)
    body = server.pulls[0]["body"]
    assert server.pulls[0]["title"] == "A better title"
    assert body.startswith("Closes #7.")
    assert body.endswith("Thanks!")
    assert "def5678" in body
    assert "abc1234" not in body
    asked = len(server.asked)
    propose(forge(server), again)
    assert len(server.asked) == asked + 1, "nothing is new: it is not told again"


def test_one_that_is_closed_is_not_opened_again(server: GitHubServer) -> None:
    propose(forge(server), PROPOSAL)
    server.pulls[0]["state"] = "closed"
    pull, is_new = propose(forge(server), PROPOSAL)
    assert (pull.number, is_new) == (2, True)


def test_a_forge_that_knows_no_filter_is_not_believed(server: GitHubServer) -> None:
    strangers = [{"number": 9, "html_url": "u", "head": {"ref": "other"}, "base": {"ref": "main"}}]
    server.refuses = 200, {}, strangers
    assert forge(server).find_open(PROPOSAL.head, "main") is None


@pytest.mark.parametrize(
    ("status", "headers", "said", "words"),
    [
        (401, {}, {"message": "Bad credentials"}, "github.com does not accept the token: make a new one"),
        (403, {}, {"message": "Resource not accessible"}, "may not open pull requests in acme/shop: give it"),
        (403, {"X-RateLimit-Remaining": "0"}, {"message": "API rate limit exceeded"}, "asked too often: try again in"),
        (429, {"X-RateLimit-Reset": "0", "Retry-After": "60"}, {}, "asked too often: try again after"),
        (404, {}, {"message": "Not Found"}, "acme/shop is not there on github.com, or the token may not see it"),
        (422, {}, {"errors": [{"message": "No commits between main and x"}]}, "No commits between main and x"),
        (422, {}, {"errors": [{"field": "base", "code": "invalid"}]}, "base is invalid"),
        (301, {"Location": "/"}, {"message": "Moved"}, "acme/shop moved on github.com: git remote set-url"),
        (500, {}, "<html>\x1b[31moops", "github.com answers 500"),
        (200, {}, "no json", "github.com answers 200"),
        (502, {}, {"message": "a\nb\x1b]0;x\x07" + "w" * 999}, "github.com answers 502: a b]0;x"),
    ],
)  # fmt: skip
def test_each_trouble_is_one_line(
    server: GitHubServer, status: int, headers: dict[str, str], said: object, words: str
) -> None:
    server.refuses = status, headers, said
    with pytest.raises(MuxerError) as trouble:
        forge(server).open(PROPOSAL)
    line = str(trouble.value)
    assert words in line
    assert line.isprintable()
    assert len(line) < 400
    assert TOKEN not in line


def test_who_cannot_be_reached_is_said(server: GitHubServer) -> None:
    dead = GitHub(SHOP, token=TOKEN, api="http://127.0.0.1:1/api")
    with pytest.raises(MuxerError, match="cannot be reached"):
        dead.find_open("a", "b")
    with pytest.raises(MuxerError, match="does not accept the token"):
        forge(server, "wrong").find_open("a", "b")


def test_a_token_goes_to_its_own_host_alone(tmp_path: Path) -> None:
    env = {"GITHUB_TOKEN": "one", "GH_TOKEN": "two", "PATH": str(tmp_path)}
    assert token_for("github.com", env) == "one"
    assert token_for("github.com", {"GH_TOKEN": "two", "PATH": ""}) == "two"
    assert token_for("acme.ghe.com", env) == "one"
    assert token_for("evil.com", env) == ""
    assert token_for("notgithub.com", env) == ""
    assert token_for("git.acme.io", {**env, "GH_HOST": "git.acme.io"}) == "one"
    assert token_for("git.acme.io", {**env, "GH_HOST": "git.acme.io", "GH_ENTERPRISE_TOKEN": "three"}) == "three"
    assert token_for("git.acme.io", {**env, "GITHUB_SERVER_URL": "https://git.acme.io"}) == "one"
    assert token_for("github.com", {"GITHUB_TOKEN": "a\nX: b", "PATH": ""}) == ""


def test_gh_is_asked_where_no_variable_says_it(tmp_path: Path) -> None:
    gh = tmp_path / "gh"
    gh.write_text('#!/bin/sh\n[ "$*" = "auth token --hostname git.acme.io" ] && echo from-gh || exit 1\n')
    gh.chmod(stat.S_IRWXU)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    assert token_for("git.acme.io", env) == "from-gh"
    assert token_for("elsewhere.io", env) == ""


def test_where_a_host_is_asked() -> None:
    assert api_of("github.com") == "https://api.github.com"
    assert api_of("acme.ghe.com") == "https://api.acme.ghe.com"
    assert api_of("git.acme.io:8443") == "https://git.acme.io:8443/api/v3"
    assert is_github("github.acme.io")
    assert not is_github("gitlab.com")
