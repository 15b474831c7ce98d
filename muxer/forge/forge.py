"""Where pull requests live: what muxer asks of such a place, and how one is opened, or brought up to date."""

from dataclasses import dataclass
from typing import Protocol

BEGIN, END = "<!-- muxer: its commits -->", "<!-- muxer: end -->"
"""What lies between is muxer's; the rest of a body is whoever's wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is to be pulled."""

    head: str
    """A branch, as the forge has it."""
    base: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request."""

    number: int
    url: str
    body: str = ""


class Forge(Protocol):
    """One repository there. Each of these takes its time, and raises MuxerError."""

    def find_open(self, head: str, base: str) -> Pull | None:
        """The one that is open for these branches."""

    def open(self, proposal: Proposal) -> Pull:
        """A new one."""

    def update(self, pull: Pull, body: str) -> None:
        """Say something else in it."""


def propose(forge: Forge, proposal: Proposal) -> tuple[Pull, bool]:
    """The pull request, and whether it is new. One that is open is told of the commits, and keeps its title.

    Takes its time. Raises MuxerError.
    """
    pull = forge.find_open(proposal.head, proposal.base)
    if pull is None:
        return forge.open(Proposal(
            head=proposal.head, base=proposal.base, title=proposal.title, body=told("", proposal.body)
        )), True  # fmt: skip
    body = told(pull.body, proposal.body)
    if body != pull.body:
        forge.update(pull, body)
    return pull, False


def told(body: str, words: str) -> str:
    """A body that says these words where muxer's words stand, or at its end."""
    ours = f"{BEGIN}\n{words}\n{END}"
    before, begin, rest = body.partition(BEGIN)
    _, end, after = rest.partition(END)
    if begin and end:
        return f"{before}{ours}{after}"
    return f"{body.rstrip()}\n\n{ours}" if body.strip() else ours
