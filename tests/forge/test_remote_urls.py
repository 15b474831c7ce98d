"""Every form that the address of a remote may have."""

import pytest

from muxer.forge.remote_urls import Hosted, hosted_by

ACME = Hosted(host="github.com", owner="acme", name="shop")


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/shop",
        "https://github.com/acme/shop.git",
        "https://github.com/acme/shop.git/",
        "https://github.com/acme/shop/",
        "https://kim@github.com/acme/shop.git",
        "https://kim:p@ss@GitHub.com/acme/shop.git",
        "https://github.com:443/acme/shop",
        "http://www.github.com/acme/shop",
        "git://github.com/acme/shop.git",
        "ssh://git@github.com/acme/shop.git",
        "ssh://git@github.com:22/acme/shop.git",
        "ssh://git@ssh.github.com:443/acme/shop.git",
        "git+ssh://git@github.com/acme/shop.git",
        "git@github.com:acme/shop.git",
        "git@github.com:acme/shop",
        "git@github.com:/acme/shop.git",
        "github.com:acme/shop/",
    ],
)
def test_it_is_the_same_repository(url: str) -> None:
    assert hosted_by(url) == ACME


def test_other_hosts_keep_the_port_that_they_are_asked_at() -> None:
    assert hosted_by("https://git.acme.io:8443/a/b.git") == Hosted(host="git.acme.io:8443", owner="a", name="b")
    assert hosted_by("ssh://git@git.acme.io:7999/a/b.git") == Hosted(host="git.acme.io", owner="a", name="b")
    assert hosted_by("git@gitlab.com:group/part/shop.git") == Hosted(host="gitlab.com", owner="group/part", name="shop")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/srv/shop.git",
        "../shop",
        "file:///srv/shop.git",
        "https://github.com/",
        "git@github.com:shop",
        "https://github.com/a/b\x1b[31m",
    ],
)
def test_what_nobody_hosts(url: str) -> None:
    assert hosted_by(url) is None


def test_it_is_shown_as_people_write_it() -> None:
    assert (ACME.path, ACME.page) == ("acme/shop", "https://github.com/acme/shop")
