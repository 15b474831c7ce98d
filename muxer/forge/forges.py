"""Which forge a repository lies on, as far as muxer knows how to speak to it."""

import os
from collections.abc import Mapping

from muxer.errors import MuxerError
from muxer.forge.forge import Forge
from muxer.forge.github import GitHub, is_github, token_for
from muxer.forge.remote_urls import Hosted


def forge_of(hosted: Hosted, env: Mapping[str, str] = os.environ) -> Forge | None:
    """The forge of a repository; None for one that muxer cannot speak to. Takes its time.

    A host that the person has a token of GitHub's for is one of GitHub's. Raises MuxerError where a token is missing.
    """
    if token := token_for(hosted.host, env):
        return GitHub(hosted, token=token)
    if is_github(hosted.host):
        hint = f"gh auth login --hostname {hosted.host} gets one"
        hint = f"set GITHUB_TOKEN, or {hint}" if hosted.host == "github.com" else hint
        raise MuxerError(f"the work is pushed, but there is no token to open a pull request on {hosted.host}: {hint}")
    return None
