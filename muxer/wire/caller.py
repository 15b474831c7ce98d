"""Who asks for a verb, and how a refusal is put, whichever way the question came."""

from dataclasses import dataclass

from muxer.errors import MuxerError
from muxer.wire.line import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. A verb that goes on telling pours EVENT frames down the line before it is answered.

    A caller without a line (HTTP) can only be answered. The pid of one who came over the network is 0.
    """

    pid: int
    uid: int
    line: Line | None = None


def refusal(error: MuxerError) -> dict[str, object]:
    """As JSON."""
    return {"error": {"kind": type(error).__name__, "text": str(error)}}


def failure(error: BaseException, log: str) -> MuxerError:
    """What a caller is told of a bug of ours."""
    return MuxerError(f"the host failed: {type(error).__name__}: {error}; see {log}")
