"""The verb that opens the host to programs on this machine that speak HTTP over TCP."""

from dataclasses import asdict
from typing import Any

from muxer.commands.table import command

TYPE_CHECKING = False
if TYPE_CHECKING:  # help must not wait for the runtime
    from muxer.services import Services


def _opened(answer: dict[str, Any]) -> str:
    if not answer["url"]:
        return "closed"
    return f"listening on {answer['url']}; the token is in {answer['token_file']}"


@command(show=_opened)
async def serve(
    services: "Services", *, port: int = 0, address: str = "127.0.0.1", i_know: bool = False, stop: bool = False
) -> dict[str, Any]:
    """Answer HTTP on a TCP port, until the host ends.

    Every verb is at /v1, and MCP at /mcp, for agents that cannot start muxer mcp: their MUXER_TOKEN goes into a
    header Muxer-Token, the token of this door into Authorization, as Bearer.

    Arguments:
        port: where; any free one without it
        address: of this machine, in numbers
        i_know: other machines may come in too, and whoever has the token runs programs as you
        stop: close it again

    Example:
        muxer serve --port 8737
    """
    if stop:
        services.doorway.close()
        return {"url": "", "token_file": ""}
    return asdict(await services.doorway.open(address, port, anywhere=i_know))
