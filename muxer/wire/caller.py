"""Who asks for a verb, and how a refusal is put, whichever way the question came."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from muxer.errors import MuxerError


class Pourer(Protocol):
    """A connection that can be told one thing after another."""

    async def pour(self, payloads: AsyncGenerator[bytes, None]) -> None:
        """Tell each. The next is asked for when the last is out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. A verb that goes on telling pours what it tells down the line before it is answered.

    A caller without a line can only be answered. The pid of one who came over the network is 0.
    """

    pid: int
    uid: int
    line: Pourer | None = None


def refusal(error: MuxerError) -> dict[str, object]:
    """As JSON."""
    return {"error": {"kind": type(error).__name__, "text": str(error)}}


def failure(error: BaseException, log: str) -> MuxerError:
    """What a caller is told of a bug of ours."""
    return MuxerError(f"the host failed: {type(error).__name__}: {error}; see {log}")
