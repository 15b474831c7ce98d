"""Which forge a repository lies on."""

import pytest

from muxer.errors import MuxerError
from muxer.forge.forges import forge_of
from muxer.forge.github import GitHub
from muxer.forge.remote_urls import Hosted


def on(host: str) -> Hosted:
    return Hosted(host=host, owner="acme", name="shop")


def test_a_host_that_a_token_is_known_for_is_github() -> None:
    assert isinstance(forge_of(on("github.com"), {"GITHUB_TOKEN": "t", "PATH": ""}), GitHub)
    env = {"GH_HOST": "git.acme.io", "GH_ENTERPRISE_TOKEN": "t", "PATH": ""}
    assert isinstance(forge_of(on("git.acme.io"), env), GitHub)


def test_another_one_is_unknown() -> None:
    assert forge_of(on("gitlab.com"), {"GITHUB_TOKEN": "t", "PATH": ""}) is None


@pytest.mark.parametrize(
    ("host", "hint"),
    [("github.com", "set GITHUB_TOKEN, or gh auth"), ("github.acme.io", "gh auth login --hostname github.acme.io")],
)
def test_without_a_token_it_is_said_how_to_get_one(host: str, hint: str) -> None:
    with pytest.raises(MuxerError, match=hint):
        forge_of(on(host), {"PATH": ""})
